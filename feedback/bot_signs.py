"""Signs that an answer may come from a machine, as staff read them, and how one or an hour of one is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from feedback.clock import LONDON
from feedback.errors import Refusal

SIGNS = {
    "trap": "A hidden field was filled in",
    "fast": "Sent faster than anybody could read the questions",
    "unsigned": "Not from a page or tablet of this service",
    "foreign": "Sent by another website",
    "alike": "One of many with the same answers in the same hour",
    "burst": "One of many more than usual at that hour",
    "excluded": "In an hour that published figures exclude",
}
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
WRITTEN = "%Y-%m-%dT%H"


@dataclass(frozen=True, order=True)
class SignChoice:
    """Answers with a sign; with an `hour` (since 1970) those alone that were marked in it."""

    kind: str
    hour: int | None = None

    @property
    def code(self) -> str:
        """How it is written: `burst`, `burst@2026-11-21T12` (UTC)."""
        return self.kind if self.hour is None else f"{self.kind}@{moment_of(self.hour):{WRITTEN}}"

    @property
    def words(self) -> str:
        return SIGNS[self.kind] if self.hour is None else f"{SIGNS[self.kind]}, {hour_words(self.hour)}"


def sign_choice(code: str) -> SignChoice:
    """Return what a code chooses.

    Raises:
        Refusal: it is none.

    """
    kind, at, written = code.partition("@")
    try:
        begins = datetime.strptime(written, WRITTEN).replace(tzinfo=UTC) if at else None
    except ValueError:
        kind, begins = "", None
    if kind not in SIGNS:
        known = ", ".join(SIGNS)
        raise Refusal(f"{code[:40]!r} is no sign. Use one of {known}, or an hour of one, such as burst@2026-11-21T12.")
    return SignChoice(kind, (begins - FIRST) // timedelta(hours=1) if begins else None)


def moment_of(hour: int) -> datetime:
    """Return when an hour (since 1970) begins."""
    return FIRST + timedelta(hours=hour)


def hour_words(hour: int) -> str:
    """Return an hour as people here call it: "21 November 2026, 12:00 to 13:00"."""
    begins, ends = (moment_of(one).astimezone(LONDON) for one in (hour, hour + 1))
    return f"{begins:%-d %B %Y}, {begins:%H:%M} to {ends:%H:%M}"
