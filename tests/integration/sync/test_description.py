"""The description is what the door does: every route, every status that was met, every shape."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker

from feedback.api.operations import OPERATIONS
from feedback.models.devices import OUTCOMES
from tests.integration.staff.scenes import sign_in
from tests.integration.sync.tablets import CODE, Tablet, token_of


@pytest.fixture
def described(sqlite_app: Flask) -> dict[str, Any]:
    answer = sqlite_app.test_client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    found: dict[str, Any] = answer.get_json()
    return found


def test_every_route_is_described_and_nothing_else(sqlite_app: Flask, described: dict[str, Any]) -> None:
    rules = [rule for rule in sqlite_app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    routes = {(rule.rule, method) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    told = {
        (described["servers"][0]["url"] + re.sub(r"{(\w+)}", r"<uuid:\1>", path), method.upper())
        for path, methods in described["paths"].items()
        for method in methods
    }
    assert told == routes
    assert len(OPERATIONS) == len(routes)


def test_every_outcome_and_every_signature_is_described(described: dict[str, Any]) -> None:
    result = described["components"]["schemas"]["Result"]
    assert result["properties"]["outcome"]["enum"] == sorted(OUTCOMES)
    for outcome in OUTCOMES:
        assert f"`{outcome}`" in described["info"]["description"]
    for methods in described["paths"].values():
        for operation in methods.values():
            assert {name for one in operation["security"] for name in one} <= set(
                described["components"]["securitySchemes"]
            )
            assert operation["summary"]


def test_it_is_a_whole_document(described: dict[str, Any]) -> None:
    """What a reader of OpenAPI 3.1 needs: version, info, unique ids, parameters of the paths, references that lead."""
    assert described["openapi"].startswith("3.1.")
    assert set(described["info"]) >= {"title", "version"}
    ids = [operation["operationId"] for methods in described["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))
    for path, methods in described["paths"].items():
        for operation in methods.values():
            named = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))
            assert all(re.fullmatch(r"[1-5]\d\d", status) for status in operation["responses"])
            assert all(response["description"] for response in operation["responses"].values())
    led_to = set(re.findall(r"'\$ref': '#/components/schemas/(\w+)'", str(described)))
    assert led_to == set(described["components"]["schemas"])
    assert_schemas(described)


def assert_schemas(part: Any) -> None:
    """Every schema says its type, and what it requires is among its properties."""
    if isinstance(part, dict):
        if "properties" in part and "type" in part:
            assert part["type"] == "object"
            assert set(part.get("required", ())) <= set(part["properties"])
        for name, inner in part.items():
            if name == "schema":
                assert "$ref" in inner or "type" in inner
            assert_schemas(inner)
    elif isinstance(part, list):
        for inner in part:
            assert_schemas(inner)


def test_what_is_answered_is_what_is_described(field: Flask, tablet: Tablet) -> None:
    by_name = {declared.name: declared for declared in OPERATIONS}
    officer = sign_in(field.test_client(), "officer")
    plain, sealed = tablet.form(), tablet.seal()
    described = officer.get("/api/v1/openapi.json").get_json()
    for name, item in (("Form", plain), ("SealedForm", sealed)):
        assert valid(described, {"$ref": f"#/components/schemas/{name}"}, item)
    here = f"/api/v1/devices/{tablet.device}"
    answers = {
        "csrf": officer.get("/api/v1/csrf"),
        "openapi": officer.get("/api/v1/openapi.json"),
        "send": tablet.post(plain, sealed),
        "ledger": tablet.client.put(f"{here}/ledger", json={"entries": tablet.entries}, headers=tablet.headers),
        "close": tablet.client.post(f"{here}/sign-off", headers=tablet.headers),
        "renew": officer.post(f"{here}/token", headers=token_of(officer)),
        "issue": officer.post("/api/v1/devices", json={"event": CODE, "name": "T"}, headers=token_of(officer)),
    }
    assert set(answers) == set(by_name) - {"issue_kiosk"}
    for name, answer in answers.items():
        assert answer.status_code == by_name[name].status, name
        shape = by_name[name].answer
        assert valid(described, {"$ref": f"#/components/schemas/{shape.__name__}"}, answer.get_json()), name
        assert set(shape.__struct_fields__) <= set(answer.get_json()), name


def test_every_refusal_of_the_door_is_described(sqlite_field: Flask, sqlite_tablet: Tablet) -> None:
    declared = {one.name: one for one in OPERATIONS}["send"]
    client, headers = sqlite_tablet.client, sqlite_tablet.headers
    met = set()
    for given in (
        {"json": {"items": [{}]}},
        {"json": {"items": [{"id": sqlite_tablet.form()["id"]}] * 51}},
        {"data": b"x" * (1024 * 1024 + 1), "content_type": "application/json"},
        {"data": b"{", "content_type": "application/json"},
        {"data": {"items": "x"}},
    ):
        answer = client.post("/api/v1/responses", headers=headers, **given)
        assert list(answer.get_json()) == ["error"]
        met.add(answer.status_code)
    met.add(client.post("/api/v1/responses", json={"items": []}).status_code)
    assert met == set(declared.refusals)


def valid(described: dict[str, Any], schema: dict[str, Any], value: Any) -> bool:
    """Whether a reader of the document who knows nothing of our code accepts a value (OpenAPI 3.1 is JSON Schema)."""
    whole = {**schema, "components": described["components"]}
    Draft202012Validator.check_schema(whole)
    return Draft202012Validator(whole, format_checker=FormatChecker(["uuid", "date"])).is_valid(value)


def test_a_stranger_with_the_document_alone_understands_every_request_and_answer(field: Flask, tablet: Tablet) -> None:
    described = field.test_client().get("/api/v1/openapi.json").get_json()
    post = described["paths"]["/responses"]["post"]
    body = post["requestBody"]["content"]["application/json"]["schema"]
    first, sealed = tablet.form(), tablet.seal()
    other = {**first, "answers": {"safe_local_day": "very_unsafe"}}
    items = [first, sealed, first, other, tablet.form(version=99), tablet.form(practice=True)]
    met = set()
    for item in items:
        sent = {"items": [item], "device_time": "2026-11-21T14:03:00Z"}
        assert valid(described, body, sent)
        answer = tablet.client.post("/api/v1/responses", json=sent, headers=tablet.headers)
        assert valid(described, post["responses"]["200"]["content"]["application/json"]["schema"], answer.get_json())
        met.add(answer.get_json()["results"][0]["outcome"])
    assert met == set(OUTCOMES)
    for wrong in ({}, {"items": {}}, {"items": [7]}, {"items": [{"id": "x"}]}, {"items": [first] * 51}):
        assert not valid(described, body, wrong)
        answer = tablet.client.post("/api/v1/responses", json=wrong, headers=tablet.headers)
        refused = post["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
        assert 400 <= answer.status_code < 500
        assert valid(described, refused, answer.get_json())
        assert not valid(described, refused, {"results": []})
