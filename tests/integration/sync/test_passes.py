"""Passes of devices: given by people, kept as a hash, limited to one event, ended by time or by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from feedback.extensions import db
from feedback.models import AuditEntry, Device, Event
from feedback.models.types import utc_now
from feedback.services.tablets.kiosk_links import make_kiosk_token
from tests.integration.staff.scenes import add_event, add_staff, sign_in
from tests.integration.sync.tablets import CODE, WAVE, Tablet, take, token_of

NEW = {"event": CODE, "name": "Tablet 1"}


def change(app: Flask, **values: object) -> None:
    with app.app_context():
        db.session.execute(db.update(Device).values(**values))
        db.session.commit()


def actions(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(db.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_device_gets_all_that_it_needs_and_nothing_about_people(field: Flask) -> None:
    officer = sign_in(field.test_client(), "officer")
    answer = officer.post("/api/v1/devices", json={**NEW, "app_version": "1.2"}, headers=token_of(officer))
    given = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(given) == {"device", "token", "expires_at", "event", "key", "surveys", "server_time"}
    assert set(given["key"]["public_jwk"]) == {"kty", "n", "e", "alg", "kid"}
    assert [survey["wave"] for survey in given["surveys"]] == [WAVE]
    assert given["event"]["code"] == CODE
    assert "officer@" not in answer.text
    with field.app_context():
        (device,) = db.session.scalars(db.select(Device))
        assert given["token"] not in str(device.__dict__)
        assert (device.issued_by, device.app_version) == ("officer@example.com", "1.2")
    assert actions(field)[-1] == "device issued"


def test_only_officers_and_administrators_give_passes_and_only_from_our_own_pages(field: Flask) -> None:
    with field.app_context():
        add_staff("analyst")
    anonymous, analyst = field.test_client(), sign_in(field.test_client(), "analyst")
    officer = sign_in(field.test_client(), "officer")
    assert anonymous.post("/api/v1/devices", json=NEW, headers=token_of(anonymous)).status_code == 401
    assert analyst.post("/api/v1/devices", json=NEW, headers=token_of(analyst)).status_code == 403
    refused = officer.post("/api/v1/devices", json=NEW)
    assert (refused.status_code, "X-CSRFToken" in refused.get_json()["error"]) == (400, True)
    with field.app_context():
        assert not list(db.session.scalars(db.select(Device)))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"event": "NONE"}, 404),
        ({"name": "  \u202e "}, 400),
        ({"name": "x" * 61}, 400),
        ({"name": 7}, 400),
        ({"mode": "robot"}, 400),
        ({"practice": "yes"}, 400),
        ({"app_version": "x" * 41}, 400),
    ],
)
def test_what_cannot_be_a_device_is_refused(sqlite_field: Flask, body: dict[str, object], status: int) -> None:
    officer = sign_in(sqlite_field.test_client(), "officer")
    answer = officer.post("/api/v1/devices", json={**NEW, **body}, headers=token_of(officer))
    assert (answer.status_code, list(answer.get_json())) == (status, ["error"])


def test_an_event_that_takes_no_answers_any_more_goes_with_no_device(field: Flask) -> None:
    officer = sign_in(field.test_client(), "officer")
    with field.app_context():
        db.session.execute(db.update(Event).values(cancelled_at=utc_now()))
        db.session.commit()
    answer = officer.post("/api/v1/devices", json=NEW, headers=token_of(officer))
    assert (answer.status_code, "cancelled" in answer.get_json()["error"]) == (409, True)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"token_hash": "0" * 64}, "not known"),
        ({"token_expires_at": utc_now() - timedelta(seconds=1)}, "expired"),
        ({"revoked_at": utc_now()}, "revoked"),
    ],
)
def test_a_pass_that_is_no_good_says_why_and_loses_nothing(
    field: Flask, tablet: Tablet, values: dict[str, object], word: str
) -> None:
    item = tablet.seal()
    change(field, **values)
    refused = tablet.post(item)
    assert (refused.status_code, word in refused.get_json()["error"]) == (401, True)
    officer = sign_in(field.test_client(), "officer")
    fresh = officer.post(f"/api/v1/devices/{tablet.device}/token", headers=token_of(officer))
    assert (fresh.status_code, fresh.get_json()["key"]["id"]) == (200, tablet.key["id"])
    former, tablet.token = tablet.token, fresh.get_json()["token"]
    assert tablet.send(item) == ["stored"]
    tablet.token = former
    assert tablet.post(item).status_code == 401


def test_who_revokes_a_device_is_on_record(field: Flask, tablet: Tablet) -> None:
    officer = sign_in(field.test_client(), "officer")
    officer.submit(f"/officer/devices/{tablet.device}/revoke", {})  # type: ignore[attr-defined]
    assert tablet.post(tablet.seal()).status_code == 401
    assert actions(field)[-1] == "device revoked"


@pytest.mark.parametrize("token", ["", "x", "\u202e", "x" * 10_000, "A" * 43, "alg.none."])
def test_a_pass_that_somebody_made_up_opens_nothing(sqlite_tablet: Tablet, token: str) -> None:
    sqlite_tablet.token = token.encode().decode("latin-1")
    assert sqlite_tablet.post(sqlite_tablet.form()).status_code == 401
    sqlite_tablet.token = ""
    for scheme in ("Basic eDp5", "Bearer", ""):
        answer = sqlite_tablet.client.post("/api/v1/responses", json={}, headers={"Authorization": scheme})
        assert answer.status_code == 401


def test_a_session_alone_sends_no_answers(field: Flask, tablet: Tablet) -> None:
    officer = sign_in(field.test_client(), "officer")
    body = {"items": [tablet.form()]}
    assert officer.post("/api/v1/responses", json=body, headers=token_of(officer)).status_code == 401


def test_the_pass_of_one_device_is_nothing_to_another(field: Flask, tablet: Tablet) -> None:
    other = take(field, "Tablet 2")
    for method, part, body in (("PUT", "ledger", {"entries": []}), ("POST", "sign-off", None)):
        address = f"/api/v1/devices/{other.device}/{part}"
        assert tablet.client.open(address, method=method, json=body, headers=tablet.headers).status_code == 404


def test_passes_end_some_days_after_the_event(field: Flask) -> None:
    now = utc_now()
    for name, days in (("over", -100), ("soon", 3), ("long", 400)):
        with field.app_context():
            ends = now + timedelta(days=days)
            db.session.execute(db.update(Event).values(starts_at=min(ends, now), ends_at=ends))
            db.session.commit()
        take(field, name)
    with field.app_context():
        ended = {
            d.name: round((d.token_expires_at - now) / timedelta(days=1)) for d in db.session.scalars(db.select(Device))
        }
    assert ended == {"over": 1, "soon": 10, "long": 60}


def test_a_kiosk_takes_an_event_by_its_link_alone(field: Flask) -> None:
    with field.app_context():
        link = make_kiosk_token(db.session.scalar(db.select(Event)))
    client = field.test_client()
    answer = client.post("/api/v1/kiosks", json={"link": link, "name": "Library"})
    given = answer.get_json()
    kiosk = Tablet(client, given["device"], given["token"], given["key"], mode="kiosk")
    assert (answer.status_code, kiosk.send(kiosk.seal())) == (201, ["stored"])
    assert kiosk.sign_off()["agrees"] is False
    for wrong in (link[:-1], link + "x", "", "x" * 400, link.swapcase()):
        refused = client.post("/api/v1/kiosks", json={"link": wrong, "name": "Library"})
        assert (refused.status_code, list(refused.get_json())) == (404, ["error"])


def test_a_link_that_got_about_cannot_fill_the_list(field: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(field.config, "SETTINGS", replace(field.config["SETTINGS"], kiosks_an_event="2"))
    with field.app_context():
        link = make_kiosk_token(db.session.scalar(db.select(Event)))
    statuses = [
        field.test_client().post("/api/v1/kiosks", json={"link": link, "name": "K"}).status_code for _ in range(3)
    ]
    assert statuses == [201, 201, 409]


def test_every_event_has_a_key_of_its_own_that_the_database_alone_cannot_open(field: Flask, real_keys: None) -> None:
    with field.app_context():
        from feedback.queries.waves import wave_by_slug

        add_event(wave_by_slug(WAVE), "ELSE")
    keys = [take(field, event=code).key for code in (CODE, "ELSE", CODE)]
    assert keys[0] == keys[2] != keys[1]
    assert len(keys[0]["public_jwk"]["n"]) == 512  # 3072 bits
    with field.app_context():
        for event in db.session.scalars(db.select(Event)):
            assert b"RSA" not in event.sealed_private_key
            assert not event.sealed_private_key.startswith(b"0\x82")  # how a bare key begins
            assert json.loads(event.public_key)["kid"] in {keys[0]["id"], keys[1]["id"]}


@pytest.mark.both_engines
def test_when_the_secret_changes_answers_wait_until_the_former_one_is_brought_back(
    field: Flask, tablet: Tablet
) -> None:
    known, item = field.config["SETTINGS"], tablet.seal()
    changed = replace(known, secret_key="another secret of at least thirty-two characters")
    field.config["SETTINGS"] = changed
    assert tablet.send(item) == ["held"]
    officer = sign_in(field.test_client(), "officer")
    refused = officer.post("/api/v1/devices", json=NEW, headers=token_of(officer))
    assert (refused.status_code, "SECRET_KEY_FALLBACKS" in refused.get_json()["error"]) == (409, True)
    field.config["SETTINGS"] = replace(changed, secret_key_fallbacks=known.secret_key)
    assert tablet.send(tablet.seal(), item) == ["stored", "stored"]
