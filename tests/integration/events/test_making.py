"""Making, changing, copying, cancelling and deleting events, and who works there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from feedback.clock import LONDON, today
from feedback.errors import NotFound, Refusal
from feedback.event_kinds import LOOKS_LIKE, SIGNS, folded_code, new_code, typed_code
from feedback.models import AuditEntry, Event, EventNote, Wave
from feedback.queries.events import Filter, event_state, find_events, months, partners
from feedback.queries.waves import event_by_code
from feedback.services.answers.submission import submit_response
from feedback.services.events import (
    EventRefused,
    add_note,
    cancel_event,
    change_event,
    delete_event,
    details_of,
    moved_to,
    restore_event,
    set_roster,
)
from feedback.services.waves.lifecycle import delete_test_wave
from tests.integration.events.conftest import details
from tests.integration.staff.scenes import add_staff
from tests.makers import make_wave, submission

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_codes_have_no_two_signs_that_look_alike() -> None:
    assert not set("O0I1L") & set(SIGNS)
    assert len({folded_code(sign) for sign in SIGNS}) == len(SIGNS)
    assert len({new_code() for _ in range(50)}) == 50


def test_a_code_is_read_as_people_type_it() -> None:
    typed = ("ab-c2 3d", "", "a" * 21, "x' or 1=1", "é23")
    assert [typed_code(text) for text in typed] == ["ABC23D", "", "", "", ""]


def test_a_mistyped_look_alike_finds_the_event(fast, make, session) -> None:
    event = make(fast)
    event.code = "A2V58X"
    other = make(fast)
    other.code = "QL7777"
    session.commit()
    assert event_by_code("aZu-sbx") is event
    assert event_by_code("01 7777") is other
    for unknown in ("A2V58Y", "", "\0", "0" * 300, "' or 1=1 --"):
        with pytest.raises(NotFound):
            event_by_code(unknown)


@pytest.mark.both_engines
def test_two_codes_that_fold_alike_are_told_apart_when_typed_right_and_refused_when_not(fast, make, session) -> None:
    first, second = make(fast), make(fast)
    first.code, second.code = "AAAAO2", "AAAAQ2"
    session.commit()
    assert (event_by_code("AAAAO2"), event_by_code("AAAAQ2")) == (first, second)
    with pytest.raises(NotFound):
        event_by_code("AAAA02")


@pytest.mark.both_engines
def test_the_database_folds_codes_as_we_do(fast, make, session) -> None:
    event = make(fast)
    event.code = "".join(LOOKS_LIKE)
    session.commit()
    assert event_by_code("".join(LOOKS_LIKE.values())) is event


def test_an_event_is_made_with_all_that_it_needs(fast, long_one, make, session) -> None:
    event = make(long_one, fast, target=30, languages=("en", "pl"), lead_partner="Police")
    row = session.get(Event, event.id)
    assert [wave.slug for wave in row.waves] == [long_one.slug, fast.slug]
    assert (row.wave, row.title, row.target, row.languages) == (long_one, "Patch chat, Library", 30, ["en", "pl"])
    assert set(row.code) <= set(SIGNS)
    assert len(row.code) == 6
    assert session.query(AuditEntry).one().action == "event made"


WRONG = [
    ({"kind": "party"}, "kind"),
    ({"place": ""}, "place"),
    ({"place": "x" * 121}, "place"),
    ({"title": "x" * 121}, "title"),
    ({"ends_at": NOON - timedelta(days=400)}, "ends_at"),
    ({"ends_at": NOON + timedelta(days=4000)}, "ends_at"),
    ({"ward_code": "E05002455"}, "ward_code"),
    ({"languages": ("xx",)}, "languages"),
    ({"languages": ()}, "languages"),
    ({"target": 0}, "target"),
    ({"starts_at": NOON + timedelta(days=900)}, "day"),
]


def test_wrong_details_are_refused_by_field(fast, make, session) -> None:
    for wrong, field in WRONG:
        with pytest.raises(EventRefused) as refused:
            make(fast, **wrong)
        assert list(refused.value.faults) == [field]
    assert session.query(Event).count() == 0


def test_surveys_that_cannot_be_asked_together_are_refused(fast, make) -> None:
    day = today()
    closed = make_wave(slug="closed", opens_on=day - timedelta(days=9), closes_on=day - timedelta(days=1))
    trial = make_wave("community-safety", slug="trial", purpose="test")
    for waves, words in (
        ((), "at least one"),
        ((fast, fast), "one wave of each"),
        ((fast, trial), "Tests and real"),
        ((closed,), "closed on"),
    ):
        with pytest.raises(EventRefused, match=words):
            make(*waves)


def test_changing_keeps_the_code_and_the_surveys_that_were_answered(fast, long_one, make) -> None:
    event = make(fast)
    code = event.code
    submit_response(submission(fast, event=event, channel="event_link"))
    with pytest.raises(EventRefused, match="was answered at this event"):
        change_event(event, details(long_one), actor="x")
    change_event(event, details(long_one, fast, place="Hall", title="Renamed"), actor="x")
    assert (event.code, event.title, [wave.slug for wave in event.waves]) == (
        code,
        "Renamed",
        [long_one.slug, fast.slug],
    )


@time_machine.travel(NOON)
def test_an_event_held_again_is_on_the_same_weekday_at_the_same_time(session, make) -> None:
    before = make_wave(slug="then", opens_on=date(2026, 6, 1), closes_on=date(2026, 12, 1))
    starts_at = datetime(2026, 6, 10, 10, tzinfo=LONDON)
    event = make(before, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))
    now = make_wave(slug="now", opens_on=date(2027, 5, 1), closes_on=date(2027, 7, 1))
    again = moved_to(event, [now, before])
    assert again.starts_at.isoformat() == "2027-06-09T10:00:00+01:00"
    assert again.starts_at.weekday() == starts_at.weekday()
    assert again.ends_at - again.starts_at == timedelta(hours=3)
    assert again.waves == (now,) or again.waves == (before,)
    assert details_of(event).title == again.title


def test_cancelling_can_be_taken_back(fast, make) -> None:
    event = make(fast, starts_at=datetime.now(UTC) + timedelta(hours=1))
    cancel_event(event, actor="x")
    assert event_state(event) == "cancelled"
    with pytest.raises(Refusal, match="already"):
        cancel_event(event, actor="x")
    restore_event(event, actor="x")
    assert event.cancelled_at is None
    with pytest.raises(Refusal, match="not cancelled"):
        restore_event(event, actor="x")
    with pytest.raises(Refusal, match="is over"):
        cancel_event(make(fast, starts_at=datetime.now(UTC) - timedelta(days=1)), actor="x")


def test_an_event_with_answers_is_never_deleted(fast, make, session) -> None:
    answered, empty = make(fast), make(fast)
    add_note(empty, "Rain", author="x")
    set_roster(empty, [add_staff("officer")], actor="x")
    submit_response(submission(fast, event=answered, channel="kiosk"))
    with pytest.raises(Refusal, match="Answers were given"):
        delete_event(answered, actor="x")
    delete_event(empty, actor="x")
    assert [event.id for event in session.query(Event)] == [answered.id]
    assert session.query(EventNote).count() == 0


def test_an_event_loses_a_test_wave_and_goes_with_the_last(session, make) -> None:
    first, second = (make_wave(survey, slug=survey, purpose="test") for survey in ("fast-feedback", "community-safety"))
    event = make(first, second)
    id = event.id
    delete_test_wave(first, "fast-feedback")
    session.expire_all()
    assert [wave.slug for wave in session.get(Event, id).waves] == ["community-safety"]
    delete_test_wave(session.query(Wave).one(), "community-safety")
    assert session.query(Event).count() == 0


@pytest.mark.both_engines
@time_machine.travel(NOON)
def test_events_are_found_by_words_and_filters(session, make) -> None:
    wave = make_wave(opens_on=date(2026, 6, 1), closes_on=date(2027, 6, 1))
    past = make(wave, starts_at=NOON - timedelta(days=40), title="Fair 100%", lead_partner="Police")
    soon = make(wave, starts_at=NOON + timedelta(days=3), kind="library", ward_code=None)
    later = make(wave, starts_at=NOON + timedelta(days=30), place="Pier")
    now = make(wave, starts_at=NOON)
    gone = make(wave, starts_at=NOON + timedelta(days=5))
    cancel_event(gone, actor="x")
    found = lambda **wanted: find_events(Filter(**wanted)).events  # noqa: E731
    assert found() == [now, soon, gone, later, past]
    assert found(state="today") == [now]
    assert found(state="coming") == [soon, later]
    assert found(state="past") == [past]
    assert found(state="cancelled") == [gone]
    assert found(words="pier") == [later]
    assert found(words="100%") == [past]
    assert found(words="%") == [past]
    assert found(words=past.code.lower()) == [past]
    assert found(kind="library") == found(ward="none") == [soon]
    assert found(month="2026-10", partner="Police") == [past]
    assert found(words="no such") == []
    assert partners() == ["Police"]
    assert [f"{month:%Y-%m}" for month in months()] == ["2026-12", "2026-11", "2026-10"]


@pytest.mark.both_engines
def test_events_come_a_page_at_a_time(fast, make) -> None:
    for number in range(23):
        make(fast, title=f"Event {number:02}")
    first, second, beyond = (find_events(Filter(page=page)) for page in (1, 2, 999))
    assert (len(first.events), len(second.events), first.pages, beyond.page) == (20, 3, 2, 2)
    assert not {event.id for event in first.events} & {event.id for event in second.events}
