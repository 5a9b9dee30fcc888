"""Who may open a page. Every view says so; one that says nothing is closed to everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

View = TypeVar("View", bound=Callable[..., Any])

EVERYONE = "everyone"


def everyone(view: View) -> View:
    """Mark a view as open to the public."""
    view.access = EVERYONE  # type: ignore[attr-defined]
    return view


def staff(*roles: str) -> Callable[[View], View]:
    """Mark a view as open to signed-in staff who hold any of `roles`."""

    def mark(view: View) -> View:
        view.access = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


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
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    if not any(current_user.has_role(role) for role in allowed):
        abort(403)
    return None


def access_of(app: Flask, endpoint: str) -> Any:
    """`EVERYONE`, a frozenset of roles, or an empty set when the view does not say."""
    if endpoint in app.config["OPEN_ENDPOINTS"]:
        return EVERYONE
    return getattr(app.view_functions[endpoint], "access", frozenset())
