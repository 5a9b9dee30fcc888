"""Answers that came again with other content: seen beside the counted ones, and decided by an administrator."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from feedback.models import AuditEntry, Conflict, Response
from feedback.places import current_place
from feedback.services.answers.submission import submit_response
from tests.integration.staff.scenes import HOSTILE, add_wave, signed_in
from tests.makers import submission
from tests.pages import text_of

LIST = "/analyst/waves/safety-now/kept-apart"


def rows(app: Flask, model: Any) -> list[Any]:
    from feedback.extensions import db

    with app.app_context():
        return list(db.session.scalars(select(model).order_by(model.id)))


def pair(app: Flask, first: dict[str, Any], again: dict[str, Any]) -> str:
    """Send first answers, then others under the same number; return the id of what was kept apart."""
    with app.app_context():
        sent = submission(add_wave(), answers=first)
        submit_response(sent)
        assert submit_response(submission(sent.wave, id=sent.id, answers=again)).outcome == "conflict"
    (kept,) = rows(app, Conflict)
    return str(kept.id)


@pytest.fixture
def id(app: Flask) -> str:
    with app.app_context():
        one, other = (ward.code for ward in current_place().wards()[:2])
    first = {"safe_local_day": "very_safe", "age_band": "35_44", "ward": one}
    return pair(app, first, {"age_band": "35_44", "ward": other, "safer_text": f"{HOSTILE}\nMore light"})


def cells(page: BeautifulSoup) -> dict[str, list[str]]:
    found = [[text_of(cell) for cell in row.find_all(["th", "td"])] for row in page.select("main tbody tr")]
    return {row[0]: row[1:] for row in found}


def test_an_analyst_sees_them_in_words_only_where_they_differ(app: Flask, id: str) -> None:
    client = signed_in(app, "analyst")
    wave = client.page("/analyst/waves/safety-now")
    assert "1 form was sent again with different answers" in text_of(wave.main)
    assert wave.select_one(f"main a[href='{LIST}']")
    page = client.page(LIST)
    with app.app_context():
        one, other = (ward.name for ward in current_place().wards()[:2])
    found = list(cells(page).values())
    assert ["Very safe", "Not answered"] in found
    assert [one, other] in found
    assert [row[0] for row in found if row[1].endswith("More light")] == ["Not answered"]
    assert 'alert("x")' in text_of(page.main)
    assert not page.main.find_all("script")
    assert len(found) == 3  # the age is the same
    assert "An administrator decides which ones count." in text_of(page.main)
    assert not page.select(f"a[href*='{id}']")
    for end in ("keep", "use"):
        assert client.get(f"/admin/kept-apart/{id}/{end}").status_code == 403
        assert client.post(f"/admin/kept-apart/{id}/{end}").status_code in {400, 403}
    assert len(rows(app, Conflict)) == 1


def test_others_see_nothing(app: Flask, id: str) -> None:
    assert signed_in(app, "officer").get(LIST).status_code == 403
    assert app.test_client().get(LIST).status_code == 303


def test_of_a_grid_only_the_statements_that_differ_are_shown(app: Flask) -> None:
    with app.app_context():
        wave = add_wave("long", survey="community-safety")
        from feedback.queries.questionnaires import questionnaire_of

        grid = next(question for question in questionnaire_of(wave.questionnaire).questions if question.type == "grid")
        (same, other), code = list(grid.row_labels)[:2], list(grid.labels)
        sent = submission(wave, answers={grid.id: {same: code[0], other: code[0]}})
        submit_response(sent)
        submit_response(submission(wave, id=sent.id, answers={grid.id: {same: code[0], other: code[1]}}))
        wanted = [f"{grid.row_labels[other]}: {grid.labels[code[n]]}" for n in (0, 1)]
    page = signed_in(app, "analyst").page("/analyst/waves/long/kept-apart")
    assert list(cells(page).values()) == [wanted]


def test_nothing_kept_apart(sqlite_app: Flask) -> None:
    client = signed_in(sqlite_app, "analyst")
    with sqlite_app.app_context():
        add_wave()
    assert "There are no conflicting answers in this wave." in text_of(client.page(LIST).main)
    assert not client.page("/analyst/waves/safety-now").select(f"a[href='{LIST}']")


@pytest.mark.both_engines
def test_an_administrator_keeps_the_first(app: Flask, id: str) -> None:
    (before,) = rows(app, Response)
    client = signed_in(app, "administrator")
    address = client.page(LIST).select_one("a[href$='/keep']")["href"]
    client.page(address)
    assert len(rows(app, Conflict)) == 1  # looking decides nothing
    assert client.submit(address, {}).location == LIST
    assert "The first answers have been kept." in text_of(client.page(LIST).main)
    (after,) = rows(app, Response)
    assert (after.answers, after.payload_hash, rows(app, Conflict)) == (before.answers, before.payload_hash, [])
    entry = rows(app, AuditEntry)[-1]
    assert (entry.actor, entry.action) == ("administrator@example.com", "answers sent again deleted")
    assert (entry.subject, entry.detail) == ("safety-now", {"answers": 1})


@pytest.mark.both_engines
def test_an_administrator_uses_the_later_ones(app: Flask, id: str) -> None:
    (before,), (kept,) = rows(app, Response), rows(app, Conflict)
    client = signed_in(app, "administrator")
    client.submit(client.page(LIST).select_one("a[href$='/use']")["href"], {})
    (after,) = rows(app, Response)
    assert (after.answers, after.payload_hash, rows(app, Conflict)) == (kept.answers, kept.payload_hash, [])
    assert after.ward_code == kept.answers["ward"] != before.ward_code
    assert (after.receipt_hash, after.month, after.channel) == (before.receipt_hash, before.month, before.channel)
    entry = rows(app, AuditEntry)[-1]
    assert (entry.action, entry.subject) == ("answers replaced by those sent again", "safety-now")
    assert entry.detail == {"answers": 1}


@pytest.mark.both_engines
@pytest.mark.parametrize("end", ["keep", "use"])
def test_what_was_decided_cannot_be_decided_again(app: Flask, id: str, end: str) -> None:
    client = signed_in(app, "administrator")
    address = f"/admin/kept-apart/{id}/{end}"
    assert client.post(address).status_code == 400  # without the token of the page
    client.submit(address, {})
    again = client.get(address)
    assert again.status_code == 404
    assert "Somebody has decided it already" in again.text
    assert len([entry for entry in rows(app, AuditEntry) if "sent again" in entry.action]) == 1
