"""Officers' notes about an event. They stand apart from every answer and say nothing about who answered."""

from __future__ import annotations

from feedback.clock import today
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.keyword_screening import screen_text
from feedback.models import Event, EventNote
from feedback.services.audit import record

LONGEST_NOTE = 2000
NO_PLACE = (
    "The note has not been saved, because its words may say that somebody is in danger, and everybody on the team can "
    "read a note. If somebody is in danger now, call 999. Tell your safeguarding lead what you heard, not this page. "
    "Keep here only what says nothing about people"
)


def add_note(event: Event, text: str, *, author: str) -> EventNote:
    """Keep a note with the day of writing, and commit.

    Raises:
        Refusal: it is empty or too long, or its words may say that somebody is in danger: only reviewers read those.

    """
    if not text.strip():
        raise Refusal("Write a note")
    if len(text) > LONGEST_NOTE:
        raise Refusal(f"The note must be {LONGEST_NOTE:,} characters or fewer")
    if screen_text(text):
        raise Refusal(NO_PLACE)
    note = EventNote(event=event, text=text.strip(), written_on=today(), author=author)
    db.session.add(note)
    db.session.commit()
    return note


def remove_note(note: EventNote, *, actor: str) -> None:
    """Remove a note, and commit. That it was removed is recorded, not what it said."""
    record(actor, "note removed", note.event.title, code=note.event.code, written_on=f"{note.written_on}")
    db.session.delete(note)
    db.session.commit()
