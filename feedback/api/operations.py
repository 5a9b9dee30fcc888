"""How an operation is declared: address, signature, types of its bodies. Routes and documentation are made of it.

A view gets the body that was checked, and the device whose pass came with it, as arguments `body` and `device`, and
returns its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_security import current_user
from flask_wtf.csrf import CSRFError

from feedback.api import blueprint
from feedback.errors import NotFound, Refusal
from feedback.messages.decoding import decode
from feedback.models import Device
from feedback.same_site import NotFromHere
from feedback.services.tablets.devices import NoPass, device_of
from feedback.staff.access import everyone, staff

LARGEST_BODY = 1024 * 1024
OFFICE = ("officer", "administrator")
REFUSALS = {
    400: "The body is not what this description says. Nothing was changed.",
    401: "The pass is unknown, expired or revoked, or nobody is signed in. Nothing was changed.",
    403: "The person who is signed in has another role.",
    404: "There is no such event or device.",
    409: "What was asked for cannot be done now; the sentence says why.",
    410: "The event or its link has ended.",
    413: "The body is larger than 1 MB or has too many entries. Nothing was changed; send less at once.",
    415: "The body is not `application/json`.",
    422: "An item has no id that can be read. The sentence names its position. Nothing was stored.",
}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """`signed_by`: nobody, session (of an officer or administrator, with X-CSRFToken), device (its pass), or either."""

    method: str
    path: str
    name: str
    summary: str
    signed_by: str = "nobody"
    answer: type[msgspec.Struct]
    body: type[msgspec.Struct] | None = None
    status: int = 200
    also: tuple[int, ...] = ()

    @property
    def refusals(self) -> dict[int, str]:
        """Every status that is a refusal, and what it means."""
        statuses = {*self.also, *((400, 413, 415) if self.body else ())}
        statuses |= {"session": {400, 401, 403}, "device": {401}, "either": {400, 401}}.get(self.signed_by, set())
        return {status: REFUSALS[status] for status in sorted(statuses)}


class NotJson(Refusal):
    status = 415


OPERATIONS: list[Operation] = []
View = TypeVar("View", bound=Callable[..., Any])


def operation(path: str, method: str, summary: str, **given: Any) -> Callable[[View], View]:
    """Declare a view of this room: route, access, signature, body and documentation in one."""

    def declare(view: View) -> View:
        declared = Operation(method=method, path=path, name=view.__name__, summary=summary, **given)
        OPERATIONS.append(declared)

        @wraps(view)
        def answering(**values: Any) -> ResponseReturnValue:
            answer = view(**values, **_read(declared, values))
            return jsonify(msgspec.to_builtins(answer)), declared.status

        marked = staff(*OFFICE)(answering) if declared.signed_by == "session" else everyone(answering)
        blueprint.add_url_rule(path, view.__name__, marked, methods=[method])
        return view

    return declare


def _read(declared: Operation, values: Mapping[str, Any]) -> dict[str, Any]:
    """Check the signature first and the body after it; return what the view gets of them."""
    got: dict[str, Any] = {}
    if declared.signed_by == "session":
        _check_token_of_session()
    elif declared.signed_by == "device":
        got["device"] = _device(values.get("id"))
    elif declared.signed_by == "either":
        got["device"] = _device(values.get("id")) if "Authorization" in request.headers else None
        if got["device"] is None:
            _check_person()
    if declared.body is not None:
        got["body"] = _body(declared.body)
    return got


def _device(id: UUID | None) -> Device:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NoPass("Send the pass of the device in the header `Authorization: Bearer …`.")
    device = device_of(token.strip())
    if id is not None and device.id != id:
        raise NotFound("There is no device with this number for this pass.")
    return device


def _check_person() -> None:
    """Let an officer or administrator through who is signed in."""
    may = current_user.is_authenticated and any(current_user.has_role(role) for role in OFFICE)
    if not may or current_user.must_change_password:
        raise NoPass("Sign in as an officer or administrator, or send the pass of the device.")
    _check_token_of_session()


def _check_token_of_session() -> None:
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return
    try:
        current_app.extensions["csrf"].protect()
    except NotFromHere as fault:
        raise Refusal(str(fault.description)) from fault
    except CSRFError as fault:
        raise Refusal(
            "The header X-CSRFToken is missing or too old. Fetch a new one from /api/v1/csrf and try again."
        ) from fault


def _body(type: type[msgspec.Struct]) -> msgspec.Struct:
    if request.mimetype != "application/json":
        raise NotJson("Send the body as application/json.")
    request.max_content_length = LARGEST_BODY
    return decode(request.get_data(cache=False), type, "the body")
