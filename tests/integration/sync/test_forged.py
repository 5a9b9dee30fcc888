"""Forged answers at the tablets' doors: a link that got about, a file that anybody can write, and honest tablets."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask

from feedback.extensions import db
from feedback.models import Device, Event, QuarantinedForm, Response, Suspicion
from feedback.services.tablets.kiosk_links import make_kiosk_token
from feedback.services.tablets.quarantine_decisions import Correction, correct_and_accept
from tests.integration.staff.scenes import sign_in
from tests.integration.sync.tablets import CODE, Tablet, take
from tests.integration.sync.test_door import rows
from tests.integration.sync.test_queue_files import bring, file_of
from tests.makers import settings
from tests.pages import text_of

SAFE = ("very_safe", "fairly_safe", "neither", "fairly_unsafe", "very_unsafe")
AGES = ("16_17", "18_24", "25_34", "35_44", "45_54", "55_64", "65_74")
NOON = datetime.now(UTC).replace(hour=12, minute=10)


def hold_event(app: Flask, start: datetime, hours: float = 2) -> str:
    """Let the event take place then; return its kiosk link."""
    with app.app_context():
        event = db.session.scalars(db.select(Event)).one()
        event.starts_at, event.ends_at = start, start + timedelta(hours=hours)
        db.session.commit()
        return make_kiosk_token(event)


def kiosk_by(app: Flask, link: str, name: str = "Stall") -> Tablet:
    """Nobody signs in: who has the link makes a kiosk of whatever they hold."""
    client = app.test_client()
    answer = client.post("/api/v1/kiosks", json={"link": link, "name": name})
    assert answer.status_code == 201, answer.text
    given = answer.get_json()
    return Tablet(client, given["device"], given["token"], given["key"], mode="kiosk")


def said(number: int) -> dict[str, Any]:
    """Answers that are not everybody's: 245 different ones."""
    return {
        "safe_local_day": SAFE[number % 5],
        "safe_local_dark": SAFE[number // 5 % 5],
        "age_band": AGES[number % 7],
    }


def send_all(tablet: Tablet, number: int, **form: Any) -> Counter[str]:
    """Send plain forms with different answers in batches, as a tablet does."""
    made = [tablet.form(**{"answers": said(place), **form}) for place in range(number)]
    outcomes: Counter[str] = Counter()
    for start in range(0, number, 50):
        outcomes.update(tablet.send(*made[start : start + 50]))
    return outcomes


def marks(app: Flask) -> Counter[str]:
    return Counter(one.kind for one in rows(app, Suspicion))


@pytest.mark.both_engines
def test_300_answers_at_once_through_a_kiosk_link_are_all_marked(field: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        kiosk = kiosk_by(field, hold_event(field, NOON - timedelta(minutes=30)))
        clock.shift(timedelta(minutes=1))
        assert send_all(kiosk, 300) == {"stored": 300}
    assert marks(field) == {"fast": 300}


def test_300_answers_by_ten_kiosks_of_one_link_are_all_marked(field: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        link = hold_event(field, NOON - timedelta(minutes=30))
        kiosks = [kiosk_by(field, link, f"K{number}") for number in range(10)]
        assert field.test_client().post("/api/v1/kiosks", json={"link": link, "name": "K"}).status_code == 409
        clock.shift(timedelta(minutes=1))
        for kiosk in kiosks:
            send_all(kiosk, 30)
    assert marks(field) == {"fast": 300}


def test_equal_answers_sent_slowly_through_a_kiosk_link_are_marked(field: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        kiosk = kiosk_by(field, hold_event(field, NOON))
        clock.shift(timedelta(minutes=40))
        assert send_all(kiosk, 300, answers=said(1)) == {"stored": 300}
    assert marks(field) == {"alike": 300}


def test_signing_itself_off_gives_a_kiosk_no_time(field: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        kiosk = kiosk_by(field, hold_event(field, NOON))
        clock.shift(timedelta(minutes=5))
        assert send_all(kiosk, 50) == {"stored": 50}
        kiosk.tell()
        assert kiosk.sign_off()["agrees"] is True
        clock.shift(timedelta(seconds=10))
        send_all(kiosk, 50)
    assert marks(field) == {"fast": 50}


def test_a_kiosk_link_takes_no_answers_before_the_event(field: Flask) -> None:
    """The evening before, at the office: the tablet is made ready, and what is tried out waits for staff."""
    with time_machine.travel(NOON - timedelta(hours=3), tick=False) as clock:
        kiosk = kiosk_by(field, hold_event(field, NOON))
        early = kiosk.seal()
        assert kiosk.send(early) == ["held"]
        clock.shift(timedelta(hours=1))
        assert kiosk.send(kiosk.seal()) == ["stored"]
    (held,) = rows(field, QuarantinedForm)
    assert (held.reason, held.sentence) == (
        "day",
        "HERE has not begun. A kiosk link takes answers from 2 hours before it.",
    )


def test_a_kiosk_without_a_signal_sends_later_what_was_answered_in_the_hours(field: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        kiosk = kiosk_by(field, hold_event(field, NOON))
        made = [kiosk.seal(answers=said(number)) for number in range(40)]
        late = kiosk.seal(opened_on=(NOON + timedelta(days=1)).date().isoformat())
        clock.shift(timedelta(hours=25))
        assert kiosk.send(*made) == ["stored"] * 40
        assert kiosk.send(late) == ["held"]
    assert marks(field) == {}


def test_a_tablet_of_staff_is_not_bound_to_the_hours(field: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        hold_event(field, NOON + timedelta(hours=5))
        assert take(field).send(take(field).form()) == ["stored"]


@pytest.mark.both_engines
def test_a_day_of_200_answers_that_a_tablet_sends_at_once_is_not_marked(field: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        hold_event(field, NOON - timedelta(hours=1), hours=8)
        assert send_all(take(field), 200) == {"stored": 200}
    assert marks(field) == {}


def test_a_day_of_200_answers_of_a_kiosk_that_had_no_signal_is_not_marked(field: Flask) -> None:
    with time_machine.travel(NOON - timedelta(hours=6), tick=False) as clock:
        kiosk = kiosk_by(field, hold_event(field, NOON - timedelta(hours=5), hours=8))
        clock.shift(timedelta(hours=8))
        assert send_all(kiosk, 200) == {"stored": 200}
    assert marks(field) == {}


def test_equal_answers_of_a_tablet_of_staff_are_marked_too(field: Flask) -> None:
    tablet = take(field)
    assert send_all(tablet, 60, answers=said(3)) == {"stored": 60}
    assert marks(field) == {"alike": 60}


def test_a_post_from_another_website_is_marked_at_the_tablets_door_too(field: Flask) -> None:
    tablet = take(field)
    headers = {**tablet.headers, "Origin": "https://forger.example"}
    sent = tablet.client.post("/api/v1/responses", json={"items": [tablet.form()]}, headers=headers)
    assert sent.get_json()["results"][0]["outcome"] == "stored"
    tablet.send(tablet.form())
    assert marks(field) == {"foreign": 1}


@pytest.mark.both_engines
def test_500_plain_forms_in_a_queue_file_wait_for_staff(field: Flask) -> None:
    tablet = Tablet(field.test_client(), str(uuid4()), "", {})
    items = [tablet.form(answers=said(number)) for number in range(500)]
    page = bring(field, file_of(tablet, [*items, tablet.form(practice=True)]))
    assert "1 stored, 500 waiting for a decision" in page
    assert "without a seal a file holds practice only" in page
    assert rows(field, Response) == []
    held = rows(field, QuarantinedForm)
    assert Counter(one.reason for one in held) == {"seal": 500}


def accept_all(app: Flask, *, leave_out: bool = False) -> Counter[str]:
    """An administrator accepts the first that waits, and those like it."""
    with app.app_context():
        first = db.session.scalars(db.select(QuarantinedForm)).first()
        assert first
        wave = first.event.waves[0]
        said_of_it = {"event": first.event, "wave": wave, "questionnaire": wave.questionnaire, "reason": "ours"}
        correction = Correction(**said_of_it, alike=True, leave_out=leave_out)
        return correct_and_accept(first.id, correction, actor="admin@example.com")


@pytest.mark.both_engines
def test_accepting_forms_without_a_seal_leaves_their_mark_and_sees_that_they_are_alike(field: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        stranger = Tablet(field.test_client(), str(uuid4()), "", {})
        bring(field, file_of(stranger, [stranger.form(answers=said(1)) for _number in range(60)]))
        assert accept_all(field) == {"stored": 60}
    assert marks(field) == {"unsigned": 60, "alike": 60}


def test_accepting_what_a_tablet_of_staff_sealed_marks_nothing(field: Flask) -> None:
    tablet = take(field)
    for number in range(3):
        tablet.send(tablet.seal(answers={**said(number), "sex": "of another version"}))
    assert accept_all(field, leave_out=True) == {"stored": 3}
    assert len(rows(field, Response)) == 3
    assert marks(field) == {}


def test_a_plain_form_that_is_here_already_is_recognised_in_a_file(field: Flask) -> None:
    tablet = take(field)
    form = tablet.form()
    assert tablet.send(form) == ["stored"]
    assert "1 already received" in bring(field, file_of(tablet, [form]))


def test_sealed_forms_of_a_file_bear_the_same_signals(field: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        kiosk = kiosk_by(field, hold_event(field, NOON))
        bring(field, file_of(kiosk, [kiosk.seal(answers=said(number)) for number in range(60)]))
        assert marks(field) == {"fast": 60}


def test_sealed_forms_of_a_tablet_that_is_not_known_here_are_marked(field: Flask) -> None:
    """Whoever has the link to an event can seal for it, and write a file."""
    tablet = take(field)
    forged = [tablet.seal(answers=said(number)) for number in range(60)]
    assert "60 stored" in bring(field, file_of(tablet, forged, device=str(uuid4())))
    assert marks(field) == {"unsigned": 60}


@pytest.mark.both_engines
def test_past_the_ceiling_what_cannot_be_stored_stays_on_the_tablet(field: Flask) -> None:
    tablet = take(field)
    broken = [{**tablet.seal(), "sealed": "AAAA"} for _ in range(4)]
    with settings(field, waiting_forms_a_pass="3"):
        assert tablet.send(*broken[:3]) == ["held"] * 3
        refused = tablet.post(broken[3], tablet.seal())
        assert refused.status_code == 422
        assert "3 forms of this tablet could not be stored" in refused.get_json()["error"]
        assert tablet.send(*broken[:3]) == ["held"] * 3, "what is kept already is named again"
        assert tablet.send(tablet.seal()) == ["stored"], "the app sends each half again: what is good goes through"
        assert "1 stored, 1 waiting" in bring(field, file_of(tablet, [broken[3], tablet.seal()]))
    assert len(rows(field, QuarantinedForm)) == 4


def test_a_conflict_past_the_ceiling_waits_for_staff(field: Flask) -> None:
    tablet, id = take(field), str(uuid4())
    with settings(field, conflicts_an_answer="2"):
        sent = [tablet.send(tablet.form(id=id, number=1, answers=said(number)))[0] for number in range(4)]
    assert sent == ["stored", "conflict", "conflict", "held"]


def test_staff_see_kiosks_and_end_them_on_the_page_of_the_event(field: Flask) -> None:
    with settings(field, kiosks_an_event="2"):
        link = hold_event(field, datetime.now(UTC))
        kiosks = [kiosk_by(field, link, name) for name in ("Door", "Stage")]
        officer: Any = sign_in(field.test_client(), "officer")
        page = officer.page(f"/officer/events/{CODE}")
        assert "2 of 2 kiosks in use" in text_of(page.main)
        end = [tag["href"] for tag in page.main.select("a") if "End this kiosk" in tag.text]
        assert len(end) == 2
        full = field.test_client().post("/api/v1/kiosks", json={"link": link, "name": "Late"})
        assert (full.status_code, "end those that are not in use" in full.get_json()["error"]) == (409, True)
        asked = officer.page(end[0])
        assert text_of(asked.h1) == "End the kiosk Door", "what a link is called, its page is called"
        assert text_of(asked.select_one("main form button")) == "End the kiosk"
        officer.submit(end[0], {})
        kiosk_by(field, link, "Late")
    with field.app_context():
        ended = db.session.scalars(db.select(Device.name).where(Device.revoked_at.is_not(None))).all()
    assert ended == ["Door"]
    assert kiosks[0].post(kiosks[0].form()).status_code == 401
