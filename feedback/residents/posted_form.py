"""A posted form as read: answers, what to show again, what is wrong, and wards found by postcode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext

from feedback.places import current_place
from feedback.queries.postcodes import ward_of
from forms import Page, Reading
from forms.questions.place import Place


@dataclass(frozen=True)
class PostedForm:
    """One or more pages as posted. `found`: question id -> name of the ward that a postcode led to, to be confirmed."""

    answers: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        return not self.errors and not self.found


def read_pages(pages: Iterable[Page], so_far: Mapping[str, Any]) -> PostedForm:
    """Read the posted answers of `pages`; a postcode typed in place of a ward becomes a ward to confirm."""
    sheet = PostedForm()
    for page in pages:
        reading = page.read(request.form, {**so_far, **sheet.answers})
        sheet.answers.update(reading.answers)
        sheet.raw.update(reading.raw)
        sheet.errors.update(reading.errors)
        _look_up(page, reading, sheet)
    return sheet


def _look_up(page: Page, reading: Reading, sheet: PostedForm) -> None:
    """Turn each postcode into a ward. The postcode itself goes nowhere: not into the answers, not back to the page."""
    places = [question for question in page.questions if isinstance(question, Place)]
    for question in places:
        if question.id not in reading.lookups or question.id in reading.answers:
            continue
        ward = ward_of(reading.lookups[question.id])
        if ward is None:
            sheet.errors[question.lookup_id] = question.lookup_error
        else:
            sheet.raw[question.id] = ward
            sheet.found[question.id] = current_place().ward_name(ward)


def nothing_answered(sheet: PostedForm, first_control: str) -> None:
    """An empty form is not an answer; say so kindly instead of counting it."""
    if sheet.settled and not sheet.answers:
        sheet.errors[first_control] = gettext("Answer at least one question before you send.")
