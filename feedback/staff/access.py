"""Who may open a page. Every view says so; one that says nothing is closed to everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from feedback.errors import Refusal, is_for_clients
from feedback.models.staff import ROLES
from feedback.services.turns import wait_for_turn

View = TypeVar("View", bound=Callable[..., Any])

EVERYONE = "everyone"
SIGNED_IN = frozenset(ROLES)
# Somebody who must choose a new password first can do that, leave, and nothing else.
WITH_OLD_PASSWORD = {"security.change_password", "security.logout"}


class SignInFirst(Refusal):
    """Nobody is signed in, or somebody who must choose a new password first; for clients that no page can be shown."""

    status = 401


def everyone(view: View) -> View:
    """Mark a view as open to the public."""
    view.access = EVERYONE  # type: ignore[attr-defined]
    return view


def staff(*roles: str) -> Callable[[View], View]:
    """Mark a view as open to signed-in staff who hold any of `roles`."""
    if not roles or set(roles) - SIGNED_IN:
        raise ValueError(f"a staff page names one or more of {', '.join(ROLES)}, not {roles}")

    def mark(view: View) -> View:
        view.access = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def actor() -> str:
    """Return who is signed in, as the audit list names people."""
    return str(current_user.email)


def register(app: Flask) -> None:
    app.before_request(_check)


def _check() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such page: 404 answers for itself
    allowed = access_of(current_app, request.endpoint)
    if allowed == EVERYONE:
        return None
    if not allowed:
        abort(403)
    if not current_user.is_authenticated:
        return _to_sign_in("security.login", next=_way_back())
    if not may_open(request.endpoint):
        abort(403)
    if current_user.must_change_password and request.endpoint not in WITH_OLD_PASSWORD:
        return _to_sign_in("security.change_password")
    if request.method == "POST" and not is_for_clients():
        wait_for_turn("/".join(str(part).casefold() for part in (request.view_args or {}).values()) or request.endpoint)
    return None


def _to_sign_in(endpoint: str, **values: Any) -> ResponseReturnValue:
    if is_for_clients():
        raise SignInFirst("Sign in on this device as an officer or administrator, then try again.")
    return redirect(url_for(endpoint, **values), 303)


def may_open(endpoint: str) -> bool:
    """Whether the person who is signed in holds a role that opens this staff page."""
    allowed = access_of(current_app, endpoint)
    return allowed != EVERYONE and any(current_user.has_role(role) for role in allowed)


def _way_back() -> str | None:
    """Where to go after signing in: the page that was asked for. A form that was sent cannot be sent again."""
    return request.full_path.rstrip("?") if request.method == "GET" else None


def access_of(app: Flask, endpoint: str) -> Any:
    """`EVERYONE`, a frozenset of roles, or an empty set when the view does not say."""
    if endpoint in app.config["OPEN_ENDPOINTS"]:
        return EVERYONE
    return getattr(app.view_functions[endpoint], "access", frozenset())
