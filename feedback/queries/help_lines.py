"""Help lines as staff see them: all of them, and those that nobody has checked for a while."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from feedback.clock import today
from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import HelpLine

CHECK_EVERY = timedelta(days=183)


def all_help_lines() -> list[HelpLine]:
    """Return every help line in the order residents see them, hidden ones too."""
    return list(db.session.scalars(select(HelpLine).order_by(HelpLine.position, HelpLine.code)))


def help_line(code: str) -> HelpLine:
    """Return one help line.

    Raises:
        NotFound: there is none with this code.

    """
    found = None if "\0" in code else db.session.get(HelpLine, code)
    if found is None:
        raise NotFound("There is no such help line.")
    return found


def needs_check(line: HelpLine, day: date) -> bool:
    """Whether a line was never checked, or not within six months before `day`."""
    return line.checked_on is None or line.checked_on < day - CHECK_EVERY


def overdue() -> list[HelpLine]:
    """Return the lines shown to residents that somebody should call."""
    day = today()
    return [line for line in all_help_lines() if line.shown and needs_check(line, day)]
