"""What day it is for the people who answer. Times are stored in UTC; days are days in London."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def today() -> date:
    return datetime.now(LONDON).date()


def month_of(day: date) -> date:
    """The first of the month: all that a response keeps of the time it was given."""
    return day.replace(day=1)
