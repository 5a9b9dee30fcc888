"""What waits is decided by people: put right and counted, or set aside with a reason; nothing is thrown away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from feedback.clock import today
from feedback.extensions import db
from feedback.models import Arrival, AuditEntry, QuarantinedForm, Response
from feedback.models.types import utc_now
from tests.integration.hostile.texts import TEXTS, check_answer
from tests.integration.staff.scenes import sign_in
from tests.integration.sync.tablets import ANSWERS, CODE, WAVE, Tablet
from tests.integration.sync.test_door import change_device, change_wave, everything, rows
from tests.pages import text_of

pytestmark = pytest.mark.both_engines

RIGHT = {"event": CODE, "version": f"{WAVE}-1", "reason": "The tablet had an old version"}


@pytest.fixture
def administrator(field: Flask) -> FlaskClient:
    return sign_in(field.test_client(), "administrator")


def waiting(app: Flask) -> list[str]:
    return [f"/admin/held/{held.id}" for held in rows(app, QuarantinedForm) if held.decision is None]


def put_right(client: Any, address: str, **changed: str) -> Any:
    return client.submit(f"{address}/put-right", {**RIGHT, **changed})


def test_a_form_is_put_right_and_leaves_nothing_that_leads_to_it(
    field: Flask, tablet: Tablet, administrator: Any
) -> None:
    form = tablet.form(version=99)
    tablet.send(form)
    (address,) = waiting(field)
    put_right(administrator, address)
    (response,) = rows(field, Response)
    assert (str(response.id), response.answers, response.channel) == (form["id"], ANSWERS, "officer")
    (held,) = rows(field, QuarantinedForm)
    assert (held.decision, held.item_id, held.device_id) == ("stored", None, None)
    with field.app_context():
        assert db.session.scalar(db.select(QuarantinedForm.content)) is None
    assert everything(field).count(form["id"]) == 2  # the response, and the arrival until sign-off
    assert rows(field, Arrival)[0].outcome == "stored"
    assert tablet.tell()["held"] == 0
    assert tablet.send(form) == ["held"]  # the tablet missed the answer: it is known, and waits no second time
    assert waiting(field) == []
    with field.app_context():
        (entry,) = db.session.scalars(db.select(AuditEntry).filter_by(action="held answers accepted"))
    assert entry.detail["reason"] == RIGHT["reason"]
    assert "very_safe" not in str(entry.detail)


def test_answers_that_are_not_offered_are_left_out_and_stay(field: Flask, tablet: Tablet, administrator: Any) -> None:
    tablet.send(tablet.form(answers={**ANSWERS, "crime_change": "purple", "nothing": "x"}))
    (address,) = waiting(field)
    refused = administrator.submit(f"{address}/put-right", RIGHT, status=200)
    assert "crime_change" in refused.text
    assert rows(field, Response) == []
    put_right(administrator, address, leave_out="y")
    assert rows(field, Response)[0].answers == ANSWERS
    with field.app_context():
        assert db.session.scalar(db.select(QuarantinedForm.content)) == {
            "left_out": {"crime_change": "purple", "nothing": "x"}
        }
    assert "purple" in text_of(administrator.page(f"{address}/answers").main)


def test_many_that_wait_for_the_same_reason_go_together(field: Flask, tablet: Tablet, administrator: Any) -> None:
    change_device(field, issued_at=utc_now() - timedelta(days=20))
    change_wave(field, closes_on=today() - timedelta(days=5))
    late = (today() - timedelta(days=2)).isoformat()
    forms = [tablet.form(opened_on=late) for _ in range(4)]
    tablet.send(*forms, tablet.form(opened_on=late, answers={"safe_local_day": "odd"}))
    first = next(
        f"/admin/held/{held.id}" for held in rows(field, QuarantinedForm) if str(held.item_id) == forms[0]["id"]
    )
    refused = administrator.submit(f"{first}/put-right", {**RIGHT, "alike": "y"}, status=200)
    assert "is not a day on which answers" in refused.text
    day = today() - timedelta(days=6)
    typed = {f"day-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    put_right(administrator, first, alike="y", **typed)
    assert len(rows(field, Response)) == 4
    assert len(waiting(field)) == 1  # the odd one


def test_after_the_wave_is_extended_the_day_of_the_form_counts(
    field: Flask, tablet: Tablet, administrator: Any
) -> None:
    from feedback.queries.answers.counts import by_day
    from feedback.queries.waves import wave_by_slug

    change_device(field, issued_at=utc_now() - timedelta(days=20))
    change_wave(field, closes_on=today() - timedelta(days=9))
    opened = today() - timedelta(days=2)
    form = tablet.form(opened_on=opened.isoformat())
    assert tablet.send(form) == ["held"]
    change_wave(field, closes_on=today() + timedelta(days=9))
    put_right(administrator, waiting(field)[0])
    with field.app_context():
        assert by_day(wave_by_slug(WAVE)) == {opened: {"officer": 1}}


def test_set_aside_keeps_it_whole_and_can_be_taken_back(field: Flask, tablet: Tablet, administrator: Any) -> None:
    form = tablet.form(version=99)
    tablet.send(form)
    (address,) = waiting(field)
    administrator.submit(f"{address}/set-aside", {"reason": " "}, status=200)
    administrator.submit(f"{address}/set-aside", {"reason": "A trial of the tablet"})
    assert waiting(field) == []
    assert "A trial of the tablet" in text_of(administrator.page("/officer/held/decided").main)
    with field.app_context():
        assert db.session.scalar(db.select(QuarantinedForm.content))["answers"] == form["answers"]
    administrator.submit(f"{address}/set-aside", {"reason": "Again"}, status=200)
    put_right(administrator, address)
    assert len(rows(field, Response)) == 1
    assert administrator.post(f"{address}/put-right").status_code in {200, 400, 409}
    refused = administrator.submit(f"{address}/put-right", RIGHT, status=200)
    assert "stored already" in refused.text


def test_nothing_is_put_into_a_wave_whose_figures_are_published(
    field: Flask, tablet: Tablet, administrator: Any
) -> None:
    tablet.send(tablet.form(version=99))
    change_wave(field, frozen_at=utc_now())
    (address,) = waiting(field)
    administrator.submit(f"{address}/put-right", RIGHT, status=200)
    assert (rows(field, Response), len(waiting(field))) == ([], 1)


def test_who_looks_at_answers_is_on_record_and_officers_cannot(
    field: Flask, tablet: Tablet, administrator: Any
) -> None:
    tablet.send(tablet.form(version=99))
    (address,) = waiting(field)
    officer: Any = sign_in(field.test_client(), "officer")
    assert "version of the questionnaire that is not known" in text_of(officer.page("/officer/held").main)
    assert officer.get(f"{address}/answers").status_code == 403
    assert "very_safe" not in administrator.get(address).text
    assert "Channel, as stated Asked by an officer" in text_of(administrator.page(address).main)
    assert "very_safe" in administrator.get(f"{address}/answers").text
    with field.app_context():
        looked = list(db.session.scalars(db.select(AuditEntry).filter_by(action="held answers viewed")))
    assert [entry.actor for entry in looked] == ["administrator@example.com"]


def test_what_could_not_be_opened_is_put_right_when_the_key_is_back(
    field: Flask, tablet: Tablet, administrator: Any
) -> None:
    with field.app_context():
        from feedback.models import Event

        sealed = db.session.scalar(db.select(Event.sealed_private_key))
        db.session.execute(db.update(Event).values(sealed_private_key=b"x" * 40))
        db.session.commit()
    real, practice = tablet.seal(), tablet.seal(practice=True)
    assert tablet.send(real, practice) == ["held", "held"]
    refused = administrator.submit(f"{waiting(field)[0]}/put-right", RIGHT, status=200)
    assert "cannot be opened" in refused.text
    with field.app_context():
        db.session.execute(db.update(Event).values(sealed_private_key=sealed))
        db.session.commit()
    addresses = {str(held.item_id): f"/admin/held/{held.id}" for held in rows(field, QuarantinedForm)}
    refused = administrator.submit(f"{addresses[practice['id']]}/put-right", RIGHT, status=200)
    assert "was practice" in refused.text
    put_right(administrator, addresses[real["id"]])
    assert [str(row.id) for row in rows(field, Response)] == [real["id"]]


@pytest.mark.parametrize("changed", [{"event": "NONE"}, {"version": "x"}, {"day-day": "99"}, {"reason": "x" * 301}])
def test_what_cannot_be_meant_is_refused(
    field: Flask, tablet: Tablet, administrator: Any, changed: dict[str, str]
) -> None:
    tablet.send(tablet.form(version=99))
    (address,) = waiting(field)
    administrator.submit(f"{address}/put-right", {**RIGHT, **changed}, status=200)
    assert rows(field, Response) == []


def test_hostile_answers_are_shown_as_text(field: Flask, tablet: Tablet, administrator: Any) -> None:
    plain = FlaskClient(field, field.response_class)
    cookie = administrator.get_cookie("session")
    plain.set_cookie("session", cookie.value)
    for start in range(0, len(TEXTS), 10):
        texts = [hostile.text for hostile in TEXTS[start : start + 3]]
        tablet.send(*(tablet.form(survey=text, wave=text, answers={text: text, "safer_text": text}) for text in texts))
    tablet.send(tablet.form(version=99, answers={hostile.text: hostile.text for hostile in TEXTS}))
    tablet.send(tablet.form(version=99, answers={"safe_local_day": {"a": [1]}, "priorities": {"x": 1}, "ward": 7}))
    for address in waiting(field):
        for part in ("", "/answers", "/put-right", "/set-aside"):
            answer = plain.get(address + part)
            assert answer.status_code == 200
            check_answer(answer.text, address + part)
    check_answer(plain.get("/officer/held").text)
