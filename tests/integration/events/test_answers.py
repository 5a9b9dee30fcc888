"""Answers belong to the event they were given at: by its link, by choice of survey, and when they are moved."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from feedback.clock import today
from feedback.errors import Closed, NotFound, Refusal
from feedback.keys import Purpose, key_from, newest_key
from feedback.models import AuditEntry, Response
from feedback.models.types import utc_now
from feedback.services.answers.submission import submit_response
from feedback.services.events import Moving, cancel_event, move_answers
from feedback.services.tablets.kiosk_links import make_kiosk_token, read_kiosk_token
from tests.makers import make_wave, submission
from tests.pages import text_of


@pytest.fixture
def public(app):
    return app.test_client()


def test_one_survey_is_asked_at_once(fast, make, public) -> None:
    event = make(fast)
    for address in (f"/e/{event.code}", f"/E/{event.code.lower()}", f"/e/{event.code[:3]}-{event.code[3:]}"):
        answer = public.get(address)
        assert answer.status_code == 302
        assert answer.location.endswith(f"/s/fast-feedback?e={event.code}")


def test_several_surveys_are_a_choice(fast, long_one, make, public) -> None:
    event = make(fast, long_one)
    page = public.page(f"/e/{event.code}")
    links = [link["href"] for link in page.select(".app-surveys a")]
    assert len(links) == 2
    assert all(f"e={event.code}" in link for link in links)
    for link in links:
        assert public.get(link, follow_redirects=True).status_code == 200


def test_only_what_is_open_is_asked(fast, make, public, session) -> None:
    day = today()
    coming = make_wave("community-safety", opens_on=day + timedelta(days=3), closes_on=day + timedelta(days=9))
    event = make(fast, coming, ends_at=datetime.now(UTC) + timedelta(days=5))
    assert public.get(f"/e/{event.code}").location.endswith(f"/s/fast-feedback?e={event.code}")
    fast.closes_on = day - timedelta(days=1)
    session.commit()
    page = public.page(f"/e/{event.code}", status=410)
    assert "not open yet" in text_of(page.h1)
    assert f"It opens on {coming.opens_on:%-d %B %Y}." in text_of(page.main)


def test_unknown_cancelled_and_closed_codes_lead_to_what_is_open(fast, make, public, session) -> None:
    event = make(fast, starts_at=datetime.now(UTC) + timedelta(hours=2))
    cancel_event(event, actor="x")
    for code, status, words in (
        (event.code, 410, "It was cancelled."),
        ("ZZZZZZ", 404, "Check the code on the poster."),
    ):
        page = public.page(f"/e/{code}", status=status)
        assert words in text_of(page.main)
        assert [link["href"] for link in page.select(".app-surveys a")] == ["/s/fast-feedback"]
    fast.closes_on = today() - timedelta(days=1)
    session.commit()
    page = public.page("/e/ZZZZZZ", status=404)
    assert "No survey is open" in text_of(page.main)


def test_answers_through_the_link_belong_to_the_event_and_its_survey(fast, long_one, make, public, session) -> None:
    event = make(fast, long_one)
    form = public.page(f"/s/fast-feedback?e={event.code}").select_one("form[method=post]")
    hidden = {tag["name"]: tag.get("value", "") for tag in form.select("input[type=hidden]")}
    assert (
        public.post(
            form.get("action") or "/s/fast-feedback", data={**hidden, "safe_local_day": "very_safe"}
        ).status_code
        == 303
    )
    row = session.scalars(select(Response)).one()
    assert (row.event_id, row.wave_id, row.channel, row.ward_code) == (event.id, fast.id, "event_link", None)
    assert event.ward_code is not None


def test_a_cancelled_event_costs_nobody_their_answers(fast, make, public) -> None:
    event = make(fast, starts_at=datetime.now(UTC) + timedelta(hours=2))
    cancel_event(event, actor="x")
    page = public.page(f"/s/fast-feedback?e={event.code}")
    assert not page.select(f"input[name=event][value='{event.code}']")
    assert page.select("form input[name=safe_local_day]")


def test_an_event_takes_answers_to_each_of_its_surveys_and_no_other(fast, long_one, make) -> None:
    event = make(long_one, fast)
    submit_response(submission(fast, event=event, channel="kiosk"))
    submit_response(submission(long_one, event=event, channel="kiosk"))
    with pytest.raises(Refusal, match="another survey"):
        submit_response(submission(fast, event=make(long_one), channel="kiosk"))


@pytest.mark.both_engines
def test_answers_move_as_a_whole_or_by_channel_and_it_is_recorded(fast, make, session) -> None:
    wrong, right = make(fast), make(fast)
    for channel in ("kiosk", "kiosk", "paper"):
        submit_response(submission(fast, event=wrong, channel=channel))
    assert move_answers(Moving(wave=fast, source=wrong, target=right, channel="kiosk"), actor="me") == 2
    assert session.scalars(select(Response.channel).where(Response.event_id == right.id)).all() == ["kiosk", "kiosk"]
    assert move_answers(Moving(wave=fast, source=wrong, target=right), actor="me") == 1
    entries = session.scalars(select(AuditEntry).filter_by(action="answers moved to another event")).all()
    assert [entry.detail["answers"] for entry in entries] == [2, 1]
    assert entries[0].detail | {"answers": 0} == {
        "from": wrong.code,
        "to": right.code,
        "channel": "kiosk",
        "answers": 0,
    }


def test_answers_do_not_move_where_they_cannot_belong(fast, long_one, make, session) -> None:
    wrong, right, other = make(fast), make(fast), make(long_one)
    submit_response(submission(fast, event=wrong, channel="kiosk"))
    for target, words in ((wrong, "another event"), (other, "another event")):
        with pytest.raises(Refusal, match=words):
            move_answers(Moving(wave=fast, source=wrong, target=target), actor="x")
    with pytest.raises(Refusal, match="no such answers"):
        move_answers(Moving(wave=fast, source=wrong, target=right, channel="paper"), actor="x")
    fast.frozen_at = utc_now()
    session.commit()
    with pytest.raises(Refusal, match="published"):
        move_answers(Moving(wave=fast, source=wrong, target=right), actor="x")
    assert session.scalars(select(Response.event_id)).all() == [wrong.id]


def test_a_kiosk_link_is_signed_and_bound_to_the_hours_of_the_event(fast, make, session) -> None:
    event = make(fast, starts_at=datetime.now(UTC) - timedelta(hours=3))
    token = make_kiosk_token(event)
    assert read_kiosk_token(token) is event
    for bad in ("", token[:-1], token[:-3] + "AAA", "x" * 5000, f"{event.id.hex}.sig", "\u202e"):
        with pytest.raises(NotFound):
            read_kiosk_token(bad)
    event.ends_at = utc_now() - timedelta(hours=2, minutes=1)
    event.starts_at = event.ends_at - timedelta(hours=1)
    session.commit()
    with pytest.raises(Closed, match="has ended"):
        read_kiosk_token(token)
    event.starts_at = event.ends_at = utc_now() + timedelta(hours=25)
    session.commit()
    with pytest.raises(Closed, match="from a day before the event"):
        read_kiosk_token(token)
    event.starts_at = event.ends_at = event.cancelled_at = utc_now()
    session.commit()
    with pytest.raises(Closed, match="cancelled"):
        read_kiosk_token(token)


def test_a_token_for_something_else_is_no_kiosk_link(fast, make, session) -> None:
    for key in (newest_key(Purpose.RECEIPT_PAGES), key_from(b"another secret", Purpose.KIOSK_LINKS)):
        with pytest.raises(NotFound):
            read_kiosk_token(urlsafe_b64encode(key.seal(make(fast).id.bytes)).decode())
    with pytest.raises(NotFound):
        read_kiosk_token(urlsafe_b64encode(newest_key(Purpose.KIOSK_LINKS).seal(uuid4().bytes)).decode())
