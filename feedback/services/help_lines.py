"""Editing help lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from feedback.clock import today
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import HelpLine
from feedback.services.audit import record

EDITABLE = ("number", "url", "about", "hours", "shown", "checked_on")


class NotYetChecked(Refusal):
    """The day of the last check is still to come."""


def change_help_line(line: HelpLine, values: Mapping[str, Any], *, actor: str) -> None:
    """Change the fields of `EDITABLE` that differ, and commit. Everything else in `values` is ignored.

    Raises:
        Refusal: the line would be shown with neither a number nor a web address.
        NotYetChecked: the day of the last check is in the future.

    """
    wanted = {name: values[name] for name in EDITABLE if name in values}
    after = {name: wanted.get(name, getattr(line, name)) for name in EDITABLE}
    if after["shown"] and not (after["number"] or after["url"]):
        raise Refusal("Enter a telephone number or a web address, or do not show this help line.")
    if isinstance(after["checked_on"], date) and after["checked_on"] > today():
        raise NotYetChecked("The day it was last checked must be today or in the past.")
    changed = {name: value for name, value in wanted.items() if value != getattr(line, name)}
    if not changed:
        return
    before = {name: _plain(getattr(line, name)) for name in changed}
    for name, value in changed.items():
        setattr(line, name, value)
    after_words = {name: _plain(value) for name, value in changed.items()}
    record(actor, "help line changed", line.name, before=before, after=after_words)
    db.session.commit()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
