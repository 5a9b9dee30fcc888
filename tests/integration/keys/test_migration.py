"""A database of version 0.1 is carried over: its receipts, batches and keyed sheets, up and down again."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, update

from feedback.errors import NotFound
from feedback.extensions import db
from feedback.keys import Purpose, ring
from feedback.models import PaperBatch, PaperSheet, Response
from feedback.queries.paper import batch_by_code
from feedback.receipt_codes import code_of
from feedback.services.answers.submission import submit_response
from feedback.services.answers.withdrawal import withdraw_response
from feedback.services.paper import keying
from tests.integration.paper.scenes import batch_of, key, key_again, responses, serials
from tests.makers import make_wave, submission

pytestmark = pytest.mark.both_engines

UNKNOWN = "f" * 64
LOSE = "receipts=lose"
NEW = "the-newest-key-0123456789-0123456789"


def old_number(app: Flask, data: bytes) -> bytes:
    """Version 0.1 made every number with SECRET_KEY itself."""
    return hmac.digest(app.config["SETTINGS"].secret_key.encode(), data, "sha256")


def old_receipt(app: Flask, id: UUID) -> tuple[str, str]:
    """The code of a response, and what the database kept of it."""
    code = code_of(old_number(app, b"receipt:0:" + id.bytes))
    return code, old_hash(app, code)


def old_hash(app: Flask, code: str) -> str:
    return old_number(app, b"receipt hash:" + code.replace("-", "").encode()).hex()


@pytest.fixture
def before(app: Flask) -> dict[str, Any]:
    """A database at 0010: a receipt, one of a key that is lost, and a sheet that was keyed twice and waits."""
    with app.app_context():
        wave = make_wave()
        plain, unknown = submission(wave), submission(wave)
        for one in (plain, unknown):
            submit_response(one)
        batch = batch_of(wave, second_share=100)
        serial = serials(batch)[0]
        key(batch, serial, sex="1")
        key_again(batch, serial, sex="2")
        code, on_paper = batch.code, db.session.get_one(PaperSheet, serial).response_id
        db.session.remove()
        downgrade(revision="0010")
        batch_key = db.session.scalar(select(PaperBatch.key))
        assert len(batch_key) == 32
        id = UUID(bytes=old_number(app, b"|".join((b"paper|response", batch_key, serial.encode())))[:16], version=4)
        change(plain.id, receipt_hash=old_receipt(app, plain.id)[1])
        change(unknown.id, receipt_hash=UNKNOWN)
        change(on_paper, id=id, receipt_hash=old_receipt(app, id)[1])
        db.session.commit()
        return {"plain": plain.id, "unknown": unknown.id, "paper": id, "batch": code, "serial": serial}


def change(of: UUID, **values: Any) -> None:
    db.session.execute(update(Response).where(Response.id == of).values(**values))


def hashes() -> set[str]:
    found = set(db.session.scalars(select(Response.receipt_hash)))
    db.session.remove()
    return found


def test_receipts_and_sheets_of_the_first_version_go_on(app: Flask, before: dict[str, Any]) -> None:
    with app.app_context():
        upgrade(x_arg=LOSE)
        batch = batch_by_code(before["batch"])
        assert ring().open(Purpose.PAPER_BATCHES, batch.key, batch.code.encode())
        (_first, second), comparison = keying.differences(batch, before["serial"])
        assert keying.settle(batch, before["serial"], {f.id: second for f in comparison.differing}, actor="test")
        assert {"sex": "male"} in [row.answers for row in responses()]
        for name in ("plain", "paper"):
            withdraw_response(old_receipt(app, before[name])[0], "test")
        assert [row.receipt_hash for row in responses()] == [UNKNOWN]
        with pytest.raises(NotFound):
            withdraw_response(old_receipt(app, before["plain"])[0], "test")


def test_what_was_made_meanwhile_goes_down_too(app: Flask, before: dict[str, Any]) -> None:
    with app.app_context():
        first = hashes()
        upgrade(x_arg=LOSE)
        assert hashes() & first == {UNKNOWN}
        batch = batch_by_code(before["batch"])
        serial = serials(batch)[1]
        key(batch, serial, sex="1")
        codes = [submit_response(submission(batch.wave)).code, keying.receipt_of(batch, serial)]
        db.session.remove()
        downgrade(revision="0010")
        assert hashes() == first | {old_hash(app, code) for code in codes}
        assert len(db.session.scalar(select(PaperBatch.key))) == 32
        db.session.remove()
        upgrade(x_arg=LOSE)
        withdraw_response(old_receipt(app, before["plain"])[0], "test")


def test_without_the_former_key_nothing_is_migrated_until_it_is_back(
    app: Flask, before: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    former = app.config["SETTINGS"]
    with app.app_context():
        change(before["unknown"], receipt_hash=old_receipt(app, before["unknown"])[1])
        db.session.commit()
        first, code = hashes(), old_receipt(app, before["plain"])[0]
        app.config["SETTINGS"] = replace(former, secret_key=NEW)
        _is_refused(upgrade, caplog)
        assert hashes() == first
        app.config["SETTINGS"] = replace(former, secret_key=NEW, secret_key_fallbacks=former.secret_key)
        upgrade()
        since = hashes()
        assert not since & first
        app.config["SETTINGS"] = former
        _is_refused(lambda: downgrade(revision="0010"), caplog)
        assert hashes() == since
        app.config["SETTINGS"] = replace(former, secret_key=NEW)
        withdraw_response(code, "test")


def _is_refused(migrate: Callable[[], None], caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    with pytest.raises(SystemExit):
        migrate()
    assert "given out under another SECRET_KEY: 3. " in caplog.text
    assert "SECRET_KEY_FALLBACKS" in caplog.text
