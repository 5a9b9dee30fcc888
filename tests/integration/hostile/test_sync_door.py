"""Hostile bodies at the sync door: a sentence in JSON, nothing changed, nothing of an answer given away."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid1, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from feedback.extensions import db
from tests.integration.hostile.conftest import fill_scene
from tests.integration.hostile.texts import TEXTS, check_body, is_sentence
from tests.integration.staff.scenes import add_staff
from tests.integration.sync.tablets import ANSWERS, Tablet, one_key, take

STATUSES = {200, 400, 401, 404, 405, 413, 415, 422}


@pytest.fixture
def device(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Tablet:
    """A tablet of the event HERE."""
    monkeypatch.setattr("feedback.services.tablets.event_keys.rsa.generate_private_key", one_key)
    fill_scene(sqlite_app)
    with sqlite_app.app_context():
        add_staff("officer")
    return take(sqlite_app)


def stored_rows(device: Tablet) -> dict[str, int]:
    with device.client.application.app_context():
        tables = db.metadata.sorted_tables
        return {t.name: db.session.scalar(db.select(db.func.count()).select_from(t)) or 0 for t in tables}


def check(answer: TestResponse, what: str = "") -> str:
    """Return the sentence of a refusal, empty where there was none."""
    assert answer.status_code in STATUSES, f"{what}: {answer.status}"
    assert answer.mimetype == "application/json", what
    check_body(answer.text, what)
    found = answer.get_json()
    if answer.status_code == 200:
        assert set(found) in ({"results", "server_time"}, {"error"}) or "missing" in found, what
        return ""
    assert list(found) == ["error"], what
    assert is_sentence(found["error"]), f"{what}: {found['error']!r}"
    assert len(found["error"]) < 600, what
    return str(found["error"])


BODIES: list[tuple[bytes, int]] = [
    (b"", 400),
    (b"null", 400),
    (b"[]", 400),
    (b'"items"', 400),
    (b"{}", 400),
    (b'{"items": null}', 400),
    (b'{"items": {}}', 400),
    (b'{"items": [null]}', 400),
    (b'{"items": [[]]}', 400),
    (b'{"items": [{}]}', 422),
    (b'{"items": [{"id": 7}]}', 422),
    (b'{"items": [{"id": "\\u0000"}]}', 422),
    (b'{"items": [{"id": {"$ne": 1}}]}', 422),
    (b'{"items": [NaN]}', 400),
    (b'{"items": [1e999]}', 400),
    (b'{"items": ' + b"9" * 5_000 + b"}", 400),
    (b'{"items": ' + b"[" * 200_000, 400),
    (b'{"items": [' + b'{"a":' * 300_000, 413),
    (b"{" + b" " * 1_100_000 + b"}", 413),
    (b"\xff\xfe{\x00}\x00", 400),
    (b"\x1f\x8b\x08\x00", 400),
]


def test_a_body_that_is_no_batch_is_refused_and_nothing_changes(device: Tablet) -> None:
    before = stored_rows(device)
    for body, status in BODIES:
        answer = device.client.post(
            "/api/v1/responses", data=body, content_type="application/json", headers=device.headers
        )
        assert (answer.status_code, bool(check(answer))) == (status, True), body[:40]
    assert stored_rows(device) == before


def test_an_item_without_a_name_refuses_the_batch_and_says_which(device: Tablet) -> None:
    before = stored_rows(device)
    for nameless in ({"id": str(uuid4()).upper()}, {"id": f" {uuid4()}"}, {"answers": {}}):
        good = form(device)
        sentence = check(device.post(good, nameless))
        assert sentence.startswith("Item 2 has no 'id' that is a UUID in small letters, such as ")
    assert stored_rows(device) == before


def test_only_json_is_read_whatever_it_is_called(device: Tablet) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html", ""):
        answer = device.client.post("/api/v1/responses", data=b"{}", content_type=kind, headers=device.headers)
        assert answer.status_code == 415, kind
        check(answer, kind)


def test_other_ways_and_addresses_are_answered_in_json_too(device: Tablet) -> None:
    for method, address, status in (
        ("GET", "/api/v1/responses", 405),
        ("DELETE", f"/api/v1/devices/{device.device}", 404),
        ("GET", "/api/", 404),
        ("POST", "/api/v1/devices/7/token", 404),
        ("GET", "/api/v1/openapi.json/x", 404),
        ("GET", "/api/v1/<script>", 404),
        ("GET", "/api/v1/%00", 404),
    ):
        answer = device.client.open(address, method=method, headers=device.headers)
        assert answer.status_code == status, address
        check(answer, address)


def form(device: Tablet, **changed: Any) -> dict[str, Any]:
    return device.form(survey="fast-feedback", wave="fast-feedback-test", **changed)


def test_numbers_that_are_no_ids_of_ours_are_kept_and_break_nothing(device: Tablet) -> None:
    """The service makes ids of other versions itself (imports): no tablet can claim one."""
    for id in (str(uuid1()), "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"):
        assert device.send(form(device, id=id)) == ["held"]


def test_what_is_said_of_foreign_answers_is_the_same_for_all(device: Tablet) -> None:
    """Who guesses an id learns that it is taken, and not one word of what is under it."""
    theirs = form(device, answers={**ANSWERS, "safer_text": "a secret of somebody"})
    device.send(theirs)
    other = take(device.client.application, "Tablet 2")
    for answers in ({}, {"safe_local_day": "very_unsafe"}, ANSWERS):
        told = other.post({**theirs, "answers": answers}).get_json()["results"][0]
        assert told["outcome"] == "conflict"
        assert told["message"] == other.post({**theirs, "answers": {}}).get_json()["results"][0]["message"]
        assert "secret" not in str(told)


def test_hostile_texts_in_every_member_of_a_form(device: Tablet) -> None:
    names = ("event", "survey", "wave", "version", "language", "channel", "opened_on", "number", "practice", "answers")
    for start in range(0, len(TEXTS), 5):
        items = [form(device) | {name: hostile.text} for hostile in TEXTS[start : start + 5] for name in names]
        answer = device.post(*items)
        check(answer)
        told = answer.get_json()["results"]
        assert {one["outcome"] for one in told} <= {"held", "stored"}
        assert all(one["message"].isprintable() for one in told)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = ("event", "survey", "wave", "version", "language", "channel", "opened_on", "number", "practice", "answers")


def test_whatever_hypothesis_puts_into_a_form_it_is_stored_or_held(device: Tablet) -> None:
    @settings(max_examples=120, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from((*MEMBERS, "key", "wrapped", "iv", "sealed", "extra")), ANYTHING))
    def one(changed: dict[str, Any]) -> None:
        answer = device.post({**form(device), **changed})
        check(answer, json.dumps(changed))
        assert answer.get_json()["results"][0]["outcome"] in {"held", "stored"}

    one()


def test_whatever_hypothesis_sends_to_the_ledger_changes_no_more_than_the_ledger(device: Tablet) -> None:
    before = stored_rows(device)
    entry = st.fixed_dictionaries(
        {"number": st.integers() | ANYTHING, "state": st.sampled_from(["sent", "opened"]) | ANYTHING},
        optional={"id": ANYTHING, "practice": ANYTHING},
    )

    @settings(max_examples=120, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries({"entries": st.lists(entry, max_size=4) | ANYTHING}, optional={"queued": ANYTHING}))
    def one(body: dict[str, Any]) -> None:
        address = f"/api/v1/devices/{device.device}/ledger"
        check(device.client.put(address, json=body, headers=device.headers), json.dumps(body))

    one()
    after = stored_rows(device)
    assert {name for name in after if after[name] != before[name]} <= {"ledger_entry"}
