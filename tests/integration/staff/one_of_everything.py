"""One of everything that staff can change: accounts, waves, events, paper, forms that wait, comments, a preview."""

from __future__ import annotations

from datetime import timedelta

from feedback.clock import today
from feedback.extensions import db
from feedback.models import AnswerImport, Device, Event, PaperSheet, QuarantinedForm, Release, Wave
from feedback.models.types import utc_now
from feedback.queries.actions import themes
from feedback.services.actions import add_action
from feedback.services.answers.submission import submit_response
from feedback.services.events import add_note
from feedback.services.staff.accounts import add_person
from tests.integration.paper.scenes import batch_of, serials
from tests.integration.staff.scenes import PASSWORD, add_event, add_staff, add_wave
from tests.makers import make_wave, submission

DANGER = "I am in danger. My husband hits me."
EVERYBODY = ("administrator", "analyst", "officer", "reviewer")


def furnish() -> None:
    """Fill the database of the app whose context this is in, and commit."""
    for role in EVERYBODY:
        add_staff(role)
        add_person(email=f"second-{role}@example.com", name="B", roles=[role], actor="test", password=PASSWORD)
    wave = add_wave()
    add_wave("a-test", purpose="test", title="A trial")
    here, gone = add_event(wave, "HERE"), add_event(wave, "GONE", "Another")
    gone.cancelled_at = utc_now()
    add_note(here, "Bring a coat", author="officer@example.com")
    _paper(wave)
    _waiting(here)
    _closed()
    sent = submission(wave, answers={"safe_local_day": "very_safe", "safer_text": DANGER})
    submit_response(sent)
    again = submission(wave, event=here, channel="event_link")
    submit_response(again)
    submit_response(submission(wave, id=again.id, answers={"safe_local_day": "very_unsafe"}))
    add_action(_action(), actor="test")
    db.session.add(_import(wave))
    db.session.commit()


def _import(wave: Wave) -> AnswerImport:
    counts = {"stored": 0, "here_already": 0, "refused": 0}
    told = {"file": "answers.csv", "digest": "0" * 64, "counts": counts, "tallies": []}
    return AnswerImport(wave_id=wave.id, imported_on=today(), imported_by="test", **told)


def _action() -> dict[str, object]:
    return {
        "title": "Brighter lights",
        "theme": next(iter(themes())),
        "wards": [],
        "said": "",
        "did": "We put up lamps",
        "status": "planned",
        "owner": "The council",
        "due_on": None,
        "done_on": None,
        "evidence": "",
    }


def _paper(wave: Wave) -> None:
    batch = batch_of(wave)
    sheet = db.session.get_one(PaperSheet, serials(batch)[0])
    sheet.state, sheet.state_before, sheet.void_reason = "void", "printed", "Rain"


def _waiting(here: Event) -> None:
    device = Device(event=here, name="T1", mode="officer", issued_by="x", token_expires_at=utc_now())
    held = QuarantinedForm(
        fingerprint="f",
        event=here,
        reason="version",
        sentence="An old version.",
        sealed=False,
        content={},
        device=device,
    )
    db.session.add_all([device, held])


def _closed() -> None:
    days = {"opens_on": today() - timedelta(days=40), "closes_on": today() - timedelta(days=10)}
    wave = make_wave("community-safety", slug="closed-wave", title="The closed one", **days)
    submit_response(submission(wave, counted_on=wave.closes_on))
    made = Release(wave_id=wave.id, number=1, made_on=today(), asked_by="x", note="A first note", settings={})
    db.session.add(made)
