"""What people and tablets were given under one SECRET_KEY, and every door that it must still open under another.

A door that is walked through once is shut (answers are withdrawn, a sheet is settled), so each walk has things of its
own. Everything is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask

from feedback.clock import today
from feedback.extensions import db
from feedback.models import PaperKeying, PaperSheet, QuarantinedForm, Response
from feedback.queries.paper import batch_by_code
from feedback.queries.releases import published_release
from feedback.queries.waves import event_by_code, wave_by_slug
from feedback.services.answers.submission import submit_response
from feedback.services.paper import keying
from feedback.services.releases import ReleaseRequest, publish_wave
from feedback.services.releases.reproduction import check_release
from feedback.services.tablets.kiosk_links import make_kiosk_token
from tests.integration.paper.scenes import batch_of, key, key_again, serials
from tests.integration.staff.scenes import add_wave
from tests.integration.sync.tablets import CODE, WAVE, Tablet, take
from tests.makers import submission
from tests.pages import text_of

SURVEY = "/s/fast-feedback"
LONG_SURVEY = "/s/community-safety"


@dataclass
class Given:
    """Handed out under one key. `sheets`: to be settled, to be keyed a second time, to be keyed at all."""

    form: dict[str, Any]
    receipt_page: str
    receipt: str
    resume_code: str
    kept_page: str
    batch: str
    sheets: list[str]
    slip: str
    tablet: Tablet
    sealed: dict[str, Any]
    held: dict[str, Any]
    kiosk: str


def hand_out(app: Flask) -> Given:
    form, client = _form(app), app.test_client()
    page = client.submit(SURVEY, form).location
    tablet = take(app)
    sealed, held = tablet.seal(), tablet.form(version=99)
    assert tablet.send(held) == ["held"]
    with app.app_context():
        batch, sheets, slip = _paper()
        kiosk = make_kiosk_token(event_by_code(CODE))
    kept, resume_code = _kept(app)
    receipt = text_of(client.page(page).select_one(".app-receipt__code"))
    return Given(form, page, receipt, resume_code, kept, batch, sheets, slip, tablet, sealed, held, kiosk)


def walk(app: Flask, given: Given) -> None:
    """Open every door with what was given; answers count once, and what was given is told again unchanged."""
    client = app.test_client()
    assert given.receipt in text_of(client.page(given.receipt_page))
    _resend(app, given)
    _resume(app, given)
    _paper_doors(app, given)
    _tablet_doors(app, given)
    kiosk = client.post("/api/v1/kiosks", json={"link": given.kiosk, "name": "Kiosk"})
    assert kiosk.status_code == 201, kiosk.text
    _withdraw(app, given)


def publish_release(app: Flask) -> None:
    """Publish the figures of a closed wave with one answer."""
    with app.app_context():
        long_ago = {"opens_on": today() - timedelta(days=40), "closes_on": today() - timedelta(days=30)}
        wave = add_wave("released", title="Released", survey="strategy-consultation", **long_ago)
        submit_response(submission(wave, answers={}, counted_on=wave.opens_on))
        publish_wave(wave, "test", ReleaseRequest())


def check_published(app: Flask) -> None:
    with app.app_context():
        assert check_release(published_release("released", 1)).good


def _form(app: Flask) -> dict[str, Any]:
    page = app.test_client().page(SURVEY)
    hidden = {field["name"]: field.get("value", "") for field in page.select("main form input[type=hidden]")}
    return {**hidden, "safe_local_day": "very_safe"}


def _kept(app: Flask) -> tuple[str, str]:
    """Begin the long survey, save it for later; return the address of the page with the code, and the code."""
    client = app.test_client()
    client.submit(client.submit(f"{LONG_SURVEY}/start", {}).location, {"link": "live"})
    kept = client.submit(f"{LONG_SURVEY}/later", {}).location
    return kept, text_of(client.page(kept).select_one(".app-receipt__code"))


def _paper() -> tuple[str, list[str], str]:
    batch = batch_of(wave_by_slug(WAVE), second_share=100, sheets=3)
    differing, waiting, blank = serials(batch)
    key(batch, differing, sex="1")
    key_again(batch, differing, sex="2")
    key(batch, waiting, sex="1")
    return batch.code, [differing, waiting, blank], keying.receipt_of(batch, blank)


def _resend(app: Flask, given: Given) -> None:
    before = count(app, Response)
    client = app.test_client()
    again = client.submit(SURVEY, given.form).location
    assert given.receipt in text_of(client.page(again))
    assert count(app, Response) == before


def _resume(app: Flask, given: Given) -> None:
    client = app.test_client()
    assert given.resume_code in text_of(client.page(given.kept_page))
    assert client.submit(f"{LONG_SURVEY}/resume", {"code": given.resume_code}).location == f"{LONG_SURVEY}/2"


def _paper_doors(app: Flask, given: Given) -> None:
    differing, waiting, blank = given.sheets
    with app.app_context():
        batch = batch_by_code(given.batch)
        settle(given)
        assert answers_of(differing) == {"sex": "male"}
        assert not key_again(batch, waiting, sex="1").comparison.differing
        assert keying.receipt_of(batch, blank) == given.slip
        key(batch, blank, sex="2")
        assert answers_of(blank) == {"sex": "male"}
    withdraw(app, given.slip)
    with app.app_context():
        assert answers_of(blank) is None


def settle(given: Given) -> None:
    """Settle the first sheet by its second keying."""
    batch, serial = batch_by_code(given.batch), given.sheets[0]
    (_first, second), comparison = keying.differences(batch, serial)
    assert keying.settle(batch, serial, {field.id: second for field in comparison.differing}, actor="settler")
    assert not db.session.query(PaperKeying).filter_by(serial=serial).count()


def answers_of(serial: str) -> dict[str, Any] | None:
    """The answers of a sheet as they count; None where nothing leads to any."""
    db.session.expire_all()
    id = db.session.get_one(PaperSheet, serial).response_id
    return db.session.get_one(Response, id).answers if id else None


def _tablet_doors(app: Flask, given: Given) -> None:
    held = count(app, QuarantinedForm)
    given.tablet.client = app.test_client()
    assert given.tablet.send(given.sealed) == ["stored"]
    assert given.tablet.send(given.sealed) == ["already_stored"]
    assert given.tablet.send(given.held) == ["held"]
    assert count(app, QuarantinedForm) == held


def _withdraw(app: Flask, given: Given) -> None:
    before = count(app, Response)
    withdraw(app, given.receipt)
    assert count(app, Response) == before - 1


def withdraw(app: Flask, code: str) -> None:
    client = app.test_client()
    assert "Safety now" in client.post("/withdraw", data={"code": code}).text
    client.submit("/withdraw", {"code": code, "confirm": "yes"})


def count(app: Flask, model: type[Any]) -> int:
    with app.app_context():
        return int(db.session.query(model).count())


def new_answer(app: Flask) -> str:
    """Answer as somebody new does; return the receipt."""
    with app.app_context():
        receipt = submit_response(submission(wave_by_slug(WAVE), id=uuid4()))
        assert receipt.outcome == "stored"
        return receipt.code
