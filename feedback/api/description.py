"""`/api/v1/openapi.json`: the operations as they were declared, in OpenAPI 3.1."""

from __future__ import annotations

import re
from typing import Any

from flask import url_for
from msgspec import Struct
from msgspec.json import schema_components

from feedback.api.operations import OPERATIONS, Operation, operation
from feedback.messages.shapes import REF, Form, SealedForm

ABOUT = (
    "The sync door for tablets and other clients that collect answers. Nothing can be read through it. Every answer "
    "of an item is a promise: what it names has been committed, and the device may delete it. `stored`: counted now. "
    "`already_stored`: the same answers were counted before. `conflict`: other answers came before under this id; "
    "both are kept for an administrator. `held`: it cannot be counted as it is and is kept whole for staff."
)


class Fault(Struct):
    """Why something was refused: a whole sentence that says what to do."""

    error: str


class Description(Struct):
    """An OpenAPI document."""

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]


UUID = {"type": "string", "format": "uuid"}
SCHEMES = {
    "device": {
        "type": "http",
        "scheme": "bearer",
        "description": "The pass of a device: one event, some days, revocable.",
    },
    "session": {"type": "apiKey", "in": "cookie", "name": "session", "description": "An officer who is signed in."},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken", "description": "From GET /csrf."},
}
SIGNATURES: dict[str, list[dict[str, list[str]]]] = {
    "nobody": [],
    "device": [{"device": []}],
    "session": [{"session": [], "csrf": []}],
    "either": [{"device": []}, {"session": [], "csrf": []}],
}


@operation("/openapi.json", "GET", "This description", answer=Description)
def openapi() -> dict[str, Any]:
    return describe()


def describe() -> dict[str, Any]:
    """Return the description of every operation that was declared."""
    paths: dict[str, dict[str, Any]] = {}
    for declared in OPERATIONS:
        path = re.sub(r"<uuid:(\w+)>", r"{\1}", declared.path)
        paths.setdefault(path, {})[declared.method.lower()] = _operation(declared, path)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Safe City Feedback: sync", "version": "1", "description": ABOUT},
        "servers": [{"url": url_for("api.openapi").removesuffix("/openapi.json")}],
        "paths": paths,
        "components": {"securitySchemes": SCHEMES, "schemas": _schemas()},
    }


def _schemas() -> dict[str, Any]:
    """The JSON Schema of every type that comes in or goes out, also of what lies inside a seal."""
    types = {type for one in OPERATIONS for type in (one.body, one.answer) if type} | {Fault, Form, SealedForm}
    return schema_components(sorted(types, key=str), ref_template=REF)[1]


def _operation(declared: Operation, path: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": declared.name,
        "summary": declared.summary,
        "security": SIGNATURES[declared.signed_by],
        "responses": _responses(declared),
    }
    if names := re.findall(r"{(\w+)}", path):
        described["parameters"] = [{"name": name, "in": "path", "required": True, "schema": UUID} for name in names]
    if declared.body is not None:
        described["requestBody"] = {"required": True, "content": _json(declared.body)}
    return described


def _responses(declared: Operation) -> dict[str, Any]:
    done = {str(declared.status): {"description": "Done.", "content": _json(declared.answer)}}
    refused = {str(status): {"description": why, "content": _json(Fault)} for status, why in declared.refusals.items()}
    return {**done, **refused}


def _json(type: type[Struct]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": REF.format(name=type.__name__)}}}
