"""What has been kept for long enough is deleted, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from feedback.extensions import db
from feedback.models import AuditEntry, Conflict, Job, PaperKeying, Response
from feedback.places import current_place
from feedback.places.keeping import Period
from feedback.services.answers.submission import submit_response
from feedback.services.retention import apply_retention, sign, signed, what_is_due
from tests.integration.paper.scenes import batch_of, key, serials
from tests.makers import SOME_ANSWERS, make_wave, submission

pytestmark = pytest.mark.both_engines

WORDS = {**SOME_ANSWERS, "safer_text": "More light in the park"}


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def due() -> dict[str, int]:
    return {one.period.code: one.count for one in what_is_due() if one.count}


@pytest.fixture
def answered(session):
    """A wave with two answers, one with words and one of them sent again with others; it closes in ten days."""
    wave = make_wave()
    first = submission(wave, answers=WORDS)
    submit_response(first)
    submit_response(submission(wave, id=first.id, answers=SOME_ANSWERS))
    submit_response(submission(wave))
    db.session.add(Job(kind="workbook", wave_id=wave.id, asked_by="somebody", content=b"x"))
    db.session.commit()
    return wave


def months_after(wave, months: int, days: int = 0) -> datetime:
    year, month = divmod(wave.closes_on.year * 12 + wave.closes_on.month - 1 + months, 12)
    day = date(year, month + 1, min(wave.closes_on.day, 28)) + timedelta(days=days)
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_nothing_is_due_while_a_survey_is_fresh(answered) -> None:
    assert due() == {}
    apply_retention("test")
    assert (count(Response), count(Conflict), count(Job)) == (2, 1, 1)


def test_words_go_first_and_the_rest_of_the_answers_later(answered) -> None:
    with time_machine.travel(months_after(answered, 24, days=4)):
        assert due() == {"comments": 1, "kept_apart": 1, "workbooks": 1}
        apply_retention("test")
        assert due() == {}
        assert all("safer_text" not in row.answers for row in db.session.scalars(select(Response)))
        assert count(Response) == 2
    with time_machine.travel(months_after(answered, 72, days=4)):
        assert due()["answers"] == 2
        apply_retention("test")
        assert count(Response) == 0
    assert db.session.scalar(select(AuditEntry.detail).order_by(AuditEntry.id.desc()))["answers"] == 2


def test_copies_of_answers_go_with_the_words(session) -> None:
    batch = batch_of(second_share=100)
    key(batch, serials(batch)[0], safer_text="More light in the park")
    file = Job(kind="respondent_file", wave_id=batch.wave_id, asked_by="x", content=b"rows")
    db.session.add(file)
    db.session.commit()
    apply_retention("test")
    assert (count(PaperKeying), file.content) == (1, b"rows")
    with time_machine.travel(months_after(batch.wave, 24, days=4)):
        apply_retention("test")
    assert (count(PaperKeying), batch.key, file.content) == (0, None, None)


def test_up_to_the_last_day_nothing_goes(answered) -> None:
    with time_machine.travel(months_after(answered, 24, days=0)):
        assert "comments" not in due()
    with time_machine.travel(months_after(answered, 72, days=0)):
        assert "answers" not in due()


def test_a_rehearsal_changes_nothing(answered, app) -> None:
    with time_machine.travel(months_after(answered, 73)):
        said = app.test_cli_runner().invoke(args=["retention", "apply", "--rehearse"])
        assert said.exit_code == 0, said.output
        assert "2  Individual responses: kept 6 years from the last day of the survey" in said.output
        assert count(Response) == 2
        said = app.test_cli_runner().invoke(args=["retention", "apply"])
        assert "deleted" in said.output
        assert count(Response) == 0


def test_a_signature_holds_until_a_period_changes(session, monkeypatch) -> None:
    assert signed() is None
    sign("A tester", "Data protection officer", actor="test")
    assert signed().detail["name"] == "A tester"
    longer = Period("audit", "The audit list", 84, 0, "the day of the entry", "longer")
    others = tuple(period for period in current_place().retention if period.code != "audit")
    monkeypatch.setitem(current_place().__dict__, "retention", (*others, longer))
    assert signed() is None


@pytest.mark.parametrize(
    ("months", "days", "today", "before"),
    [
        (24, 0, date(2026, 11, 21), date(2024, 11, 21)),
        (6, 0, date(2026, 3, 31), date(2025, 9, 28)),
        (12, 0, date(2024, 2, 29), date(2023, 2, 28)),
        (0, 30, date(2026, 1, 5), date(2025, 12, 6)),
    ],
)
def test_months_are_counted_as_people_count_them(months: int, days: int, today: date, before: date) -> None:
    assert Period("audit", "", months, days, "", "").ends(today) == before
