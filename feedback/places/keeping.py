"""How long each kind of data is kept: the part of a place pack that a data protection officer signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from feedback.places.pack_files import PackRow, entries, read_yaml, unique

KINDS = (
    *("comments", "answers", "kept_apart", "held", "devices", "notes"),
    *("reviews", "workbooks", "sign_in_failures", "audit"),
)
COLUMNS = ("code", "what", "months", "days", "from", "why")
LONGEST = 1200  # months


@dataclass(frozen=True)
class Period:
    """`what` is kept for so many months, or days, counted from the day that `since` names."""

    code: str
    what: str
    months: int
    days: int
    since: str
    why: str

    def ends(self, today: date) -> date:
        """Return the day before which things must have happened to be due for deletion `today`."""
        if self.days:
            return today - timedelta(days=self.days)
        years, month = divmod(today.year * 12 + today.month - 1 - self.months, 12)
        day = min(today.day, 28)  # every month has it; a day or three longer is no harm
        return date(years, month + 1, day)

    @property
    def length(self) -> str:
        """In words: "6 years", "18 months", "30 days"."""
        if self.days:
            return f"{self.days} days"
        if self.months % 12 == 0:
            return "1 year" if self.months == 12 else f"{self.months // 12} years"
        return f"{self.months} months"


def read_periods(folder: Path) -> tuple[Period, ...]:
    """Return the periods of `retention.yaml`: one for each kind of data.

    Raises:
        PlaceError: a kind is missing or unknown, or has both or neither of months and days.

    """
    content = read_yaml(folder, "retention.yaml", ("source", "kinds"))
    rows = entries(content, "kinds", COLUMNS)
    unique(rows, "code")
    periods = tuple(_period(row) for row in rows)
    missing = [kind for kind in KINDS if kind not in {period.code for period in periods}]
    if missing:
        raise content.fault(f"kinds lacks {', '.join(missing)}. Say how long each kind of data is kept.")
    return periods


def _period(row: PackRow) -> Period:
    months, days = row.optional_whole("months", 1, LONGEST), row.optional_whole("days", 1, 31 * LONGEST)
    if (months is None) == (days is None):
        raise row.fault("give either months or days.")
    return Period(
        code=row.choice("code", KINDS),
        what=row.text("what", required=True),
        months=months or 0,
        days=days or 0,
        since=row.text("from", required=True),
        why=row.text("why", required=True),
    )
