"""Days as files write them, and what to write in a map when one cannot be read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from feedback.clock import LONDON

BEGINNING_OF_SPREADSHEETS = date(1899, 12, 30)
ZONE = re.compile(r" (?:GMT|UTC|BST)(?:[+-]\d{1,2}(?::?\d\d)?)?$")
SERIALS = range(36_526, 73_051)  # 2000 to 2099
DAYS = ("%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d")
NAMED_MONTHS = ("%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%B %d, %Y", "%b %d, %Y", "%B %Y")
LONG_OR_SHORT = ("%d.%m.%y", "%A, %B %d, %Y", "%A, %d %B %Y")
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
KNOWN = tuple(day + time for time in TIMES for day in (*DAYS, *NAMED_MONTHS, *LONG_OR_SHORT))
ENOUGH_DAYS = 10  # different days, none after the 12th: by chance that is one case in ten thousand


@lru_cache(maxsize=4096)
def read_day(text: str, written: str) -> date:
    """Read a day; raises ValueError. A date like 2026-03-01 is understood whatever `written` says.

    A zone behind the time (GMT+1) is passed over: the time is that of the place.
    """
    text = ZONE.sub("", text)
    if written:
        try:
            return _day_in_london(datetime.strptime(text, written))  # noqa: DTZ007 - a day has no zone
        except ValueError:
            if not is_iso(text):
                raise
    try:
        return _day_in_london(datetime.fromisoformat(text))
    except ValueError:
        return date.fromisoformat(text[:10])


def is_iso(text: str) -> bool:
    return len(text) >= 10 and text[:4].isdecimal() and text[4] == text[7] == "-"


def _day_in_london(moment: datetime) -> date:
    """The day that it was where people answered; a time without a zone is taken as theirs."""
    return moment.astimezone(LONDON).date() if moment.tzinfo else moment.date()


def why_no_day(text: str, written: str) -> str:
    """Say why a cell is no day, and what to write in the map where another way of writing fits."""
    wanted = f"This is not a date like {date(2026, 3, 31):{written or '%Y-%m-%d'}}"
    if (serial := _serial(text)) is not None:
        return (
            f"{wanted}: it is how spreadsheets count days ({serial.isoformat()}). "
            "Format the column as a date (yyyy-mm-dd) and save the file again"
        )
    text = ZONE.sub("", text)
    fitting = [other for other in KNOWN if _fits(text, other)]
    if written and written in _other_order(fitting):
        return f"{wanted}; it is one with day and month the other way round. The column mixes both, or the map is wrong"
    if fitting:
        return f'{wanted}. If the whole column is written so, put `format: "{fitting[0]}"` under `date` in the map'
    return wanted


def _serial(text: str) -> date | None:
    whole = text.partition(".")[0]
    if not (whole.isascii() and whole.isdecimal() and len(whole) == 5 and int(whole) in SERIALS):
        return None
    return BEGINNING_OF_SPREADSHEETS + timedelta(days=int(whole))


def _fits(text: str, written: str) -> bool:
    try:
        return bool(datetime.strptime(text, written))  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return False


def _other_order(formats: Collection[str]) -> Iterator[str]:
    return (exchanged(written) for written in formats)


def exchanged(written: str) -> str:
    """The same way of writing with day and month in each other's place."""
    return written.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


class DayWatch:
    """Looks at all days of a column: whether they could be written month first, or in two ways at once."""

    def __init__(self, written: str, opens_on: date, closes_on: date) -> None:
        self._numbers = "%d" in written and "%m" in written
        self._written, self._opens_on, self._closes_on = written, opens_on, closes_on
        self._days, self._ways = set[date](), set[bool]()

    def see(self, text: str, day: date) -> None:
        if self._numbers:
            self._days.add(day)
            self._ways.add(is_iso(text))

    def doubts(self) -> Iterator[str]:
        """Whole sentences without their full stop."""
        if len(self._ways) > 1:
            yield (
                "Some dates are like 2026-03-01 and others as `format` says: a spreadsheet turned some into dates, "
                "perhaps with day and month exchanged, and left the others. Export the file again"
            )
        elif len(self._days) >= ENOUGH_DAYS and all(self._could_be_exchanged(day) for day in self._days):
            yield (
                f"None of {len(self._days)} different dates has a day after the 12th: the month may come first. "
                f'Then write `format: "{exchanged(self._written)}"`'
            )

    def _could_be_exchanged(self, day: date) -> bool:
        return day.day <= 12 and self._opens_on <= date(day.year, day.day, day.month) <= self._closes_on
