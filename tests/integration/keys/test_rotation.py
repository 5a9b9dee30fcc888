"""SECRET_KEY is changed: every door stays open, at each step, and where the former key is missing nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from feedback.config import Settings
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.keys import FormerKeyMissing
from feedback.models import (
    Draft,
    Event,
    PaperBatch,
    PaperKeying,
    QuarantinedForm,
    Response,
    ServiceSecret,
    SignInFailure,
)
from feedback.queries.paper import batch_by_code
from feedback.queries.waves import event_by_code
from feedback.services.answers.withdrawal import withdraw_response
from feedback.services.paper import keying
from feedback.services.paper.batches import sign_off
from feedback.services.staff.sign_in import TooManyGuesses, WrongPassword, check_password
from feedback.services.tablets import event_keys
from feedback.services.tablets.kiosk_links import make_kiosk_token
from tests.conftest import Databases, running
from tests.integration.keys.doors import (
    Given,
    answers_of,
    check_published,
    count,
    hand_out,
    new_answer,
    publish_release,
    settle,
    walk,
    withdraw,
)
from tests.integration.paper.scenes import key, key_again
from tests.integration.staff.scenes import add_wave, sign_in
from tests.integration.sync.tablets import CODE, fill_field, one_key, token_of
from tests.pages import text_of

OLD = Settings(mode="test").completed().secret_key
NEW = "the-newest-key-0123456789-0123456789"
KEEPING = (Response, Draft, QuarantinedForm, PaperKeying, PaperBatch, Event)


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_keys.rsa, "generate_private_key", one_key)


@pytest.fixture
def address(databases: Databases) -> Iterator[str]:
    """A database with two open waves, an event and people."""
    with databases.fresh() as address:
        with running(address) as app:
            fill_field(app)
            with app.app_context():
                add_wave("long-now", survey="community-safety", title="Long")
        yield address


@contextmanager
def rotated(address: str) -> Iterator[Flask]:
    with running(address, secret_key=NEW, secret_key_fallbacks=f" {OLD} ,") as app:
        yield app


def run(app: Flask, *words: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["keys", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done.exit_code, done.output


def rows(app: Flask) -> dict[str, int]:
    return {model.__name__: count(app, model) for model in KEEPING}


def test_every_door_stays_open_while_the_key_is_changed(address: str) -> None:
    with running(address) as app:
        publish_release(app)
        before, after, at_last = (hand_out(app) for _ in range(3))
        batches = [given.batch for given in (before, after, at_last)]
        assert run(app, "check")[0] == 0
    with rotated(address) as app:
        walk(app, before)
        code, said = run(app, "check")
        assert (code, "run `flask keys rotate`" in said) == (0, True)
        code, said = run(app, "rotate")
        assert (code, "Keys of paper batches: 3 of 3." in said, "Sealed anew: 5." in said) == (0, True, True)
        assert "staff sign in again" in said
        assert "can be dropped" in said
        assert "Nothing had to be sealed anew." in run(app, "rotate")[1]
        walk(app, after)
        check_published(app)
    with running(address, secret_key=NEW) as app:
        assert "Everything that is stored opens" in run(app, "check")[1]
        walk(app, at_last)
        check_published(app)
        with app.app_context():
            sign_off(batch_by_code(batches[0]), actor="test")
            assert answers_of(before.sheets[0]) is None


def test_a_rotation_that_was_broken_off_goes_on(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from feedback.services import key_rotation

    with running(address) as app:
        given = hand_out(app)
    with rotated(address) as app:
        stores = key_rotation.STORES
        monkeypatch.setattr(key_rotation, "STORES", stores[:1])
        run(app, "rotate")
        monkeypatch.setattr(key_rotation, "STORES", stores)
        walk(app, given)
        assert "Sealed anew: 2." in run(app, "rotate")[1]
        assert run(app, "check")[0] == 0


def test_a_change_ends_the_sessions_of_staff_and_a_former_key_opens_none(address: str) -> None:
    with running(address) as app:
        officer = sign_in(app.test_client(), "officer")
        cookie = officer.get_cookie("session")
        assert officer.get("/staff").location == "/officer/"
    with rotated(address) as app:
        client = app.test_client()
        client.set_cookie("session", cookie.value)
        assert client.get("/staff").location.startswith("/sign-in")


def test_wrong_passwords_are_counted_on(address: str) -> None:
    def guess(error: type[Refusal]) -> None:
        with pytest.raises(error):
            check_password("officer@example.com", "a wrong password")

    with running(address) as app, app.app_context():
        for _ in range(5):
            guess(WrongPassword)
    with rotated(address) as app, app.app_context():
        guess(TooManyGuesses)
    with running(address, secret_key=NEW) as app, app.app_context():
        guess(WrongPassword)
    with rotated(address) as app, app.app_context():
        guess(TooManyGuesses)
        assert db.session.query(SignInFailure).count() == 2


def test_without_the_former_key_every_door_says_so_and_nothing_is_lost(address: str) -> None:
    with running(address) as app:
        given, spare = hand_out(app), hand_out(app)
        before = rows(app)
    with running(address, secret_key=NEW) as app:
        _closed_doors(app, given)
        assert rows(app) == {**before, "QuarantinedForm": before["QuarantinedForm"] + 1}
        _paper_without_key(app, given)
        withdraw(app, new_answer(app))
        _commands_without_key(app, given)
    with rotated(address) as app:
        walk(app, spare)
        again = app.test_client()
        assert given.receipt in text_of(again.page(given.receipt_page))
        given.tablet.client = app.test_client()
        assert given.tablet.send(given.sealed) == ["stored"]
        withdraw(app, given.receipt)
        assert run(app, "rotate")[0] == 0
    with running(address, secret_key=NEW) as app:
        assert run(app, "check")[0] == 0
        assert count(app, ServiceSecret) == 2


def _closed_doors(app: Flask, given: Given) -> None:
    """Each says a sentence that is true, and changes nothing."""
    client, later = app.test_client(), "Sorry, something went wrong. Try again in a few minutes."
    for path in (given.receipt_page, given.kept_page):
        assert later in text_of(client.page(path, status=503))
    for data in ({"code": given.receipt}, {"code": given.receipt, "confirm": "yes"}):
        assert later in client.submit("/withdraw", data, status=503).text
    sent = client.submit("/s/fast-feedback", given.form, status=410)
    assert "Your answers have arrived." in sent.text
    given.tablet.client = app.test_client()
    (result,) = given.tablet.post(given.sealed).get_json()["results"]
    assert (result["outcome"], "former key of the service" in result["message"]) == ("held", True)
    assert given.tablet.send(given.held, given.sealed) == ["held", "held"]  # once more, and kept once
    kiosk = client.post("/api/v1/kiosks", json={"link": given.kiosk, "name": "Kiosk"})
    assert (kiosk.status_code, "former key" in kiosk.get_json()["error"]) == (404, True)
    with app.app_context():
        link = make_kiosk_token(event_by_code(CODE))
    officer = sign_in(app.test_client(), "officer")
    for answer in (
        client.post("/api/v1/kiosks", json={"link": link, "name": "Kiosk"}),
        officer.post("/api/v1/devices", json={"event": CODE, "name": "T"}, headers=token_of(officer)),
    ):
        assert (answer.status_code, "SECRET_KEY_FALLBACKS" in answer.get_json()["error"]) == (409, True)
    assert "SECRET_KEY_FALLBACKS" in text_of(officer.page(f"/officer/paper/{given.batch}/print", status=409))
    assert officer.get(f"/officer/events/{CODE}").status_code == 200


def _paper_without_key(app: Flask, given: Given) -> None:
    """What is keyed already is settled by the id on the sheet; what is not waits for the key."""
    with app.app_context():
        batch = batch_by_code(given.batch)
        with pytest.raises(FormerKeyMissing, match=f"The key of batch {batch.code} cannot be opened"):
            key(batch, given.sheets[2], sex="1")
        db.session.rollback()
        settle(given)
        assert answers_of(given.sheets[0]) == {"sex": "male"}
        assert not key_again(batch, given.sheets[1], sex="1").comparison.differing


def _commands_without_key(app: Flask, given: Given) -> None:
    with app.app_context(), pytest.raises(FormerKeyMissing, match="SECRET_KEY_FALLBACKS"):
        withdraw_response(given.receipt, "test")
    for words in (("check",), ("rotate",)):
        code, said = run(app, *words)
        assert (code, "A former key is missing." in said) == (1, True)
    assert f"1 that no key opens ({CODE})" in run(app, "check")[1]


def test_a_sheet_whose_answers_nobody_can_tell_is_not_settled(address: str) -> None:
    """As a database of version 0.1 may have it, if its key was lost."""
    with running(address) as app:
        given = hand_out(app)
        with app.app_context():
            batch, serial = batch_by_code(given.batch), given.sheets[0]
            keying.sheet_by_serial(serial).response_id = None
            db.session.commit()
            (_first, second), comparison = keying.differences(batch, serial)
            with pytest.raises(Refusal, match="Nobody can tell which answers are those of sheet"):
                keying.settle(batch, serial, {field.id: second for field in comparison.differing}, actor="test")
            db.session.rollback()
            assert db.session.query(PaperKeying).filter_by(serial=serial).count() == 2


def test_a_key_that_is_lost_for_ever_is_given_up_and_codes_are_unknown_again(address: str) -> None:
    with running(address) as app, app.app_context():
        receipt = new_answer(app)
        event_keys.public_jwk(event_by_code(CODE))
    with running(address, secret_key=NEW) as app:
        fresh = new_answer(app)
        assert app.test_client().submit("/withdraw", {"code": receipt}, status=503)
        asked = app.test_cli_runner().invoke(args=["keys", "give-up"], input="n\n")
        assert (asked.exit_code, "never be found again" in asked.output) == (1, True)
        told = f"Secrets of the service given up: 1.\nEvents with a new key: {CODE}. Load them on their tablets anew.\n"
        assert run(app, "give-up", "--yes") == (0, told)
        assert run(app, "give-up", "--yes") == (0, "Secrets of the service given up: 0.\n")
        assert "We cannot find answers" in app.test_client().submit("/withdraw", {"code": receipt}, status=422).text
        withdraw(app, fresh)
        assert run(app, "check")[0] == 0
        with app.app_context():
            assert event_keys.public_jwk(event_by_code(CODE))["kid"]
