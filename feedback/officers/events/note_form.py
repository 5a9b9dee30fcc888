"""The form of a note about an event: on the page of the event, and read when it is sent."""

from __future__ import annotations

from wtforms import TextAreaField

from feedback.staff.forms import StaffForm


class NoteForm(StaffForm):
    text = TextAreaField(
        "Write a note",
        description="The weather, how many people passed by, what to bring next time. Never what anybody said or "
        "who they were",
    )
