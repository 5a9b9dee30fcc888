"""On which day a form was answered that arrived later, from a tablet whose clock may have been wrong."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from feedback.models import Wave

GRACE = timedelta(days=1)  # a form opened on the day a wave was closed by hand
NOON = time(12)
YEARS = range(2000, 2100)


def day_collected(
    wave: Wave, opened_on: date | None, *, skew_seconds: int, earliest: date, latest: date
) -> date | None:
    """Return the day on which the answers count, or None when they were not given while the wave was open.

    `opened_on` is the date that the tablet's clock showed, `skew_seconds` by how much that clock is ahead. Nothing
    can have been answered before `earliest`, when the tablet took the event, or after `latest`, today. A date outside
    these is a broken clock: it is no matter where the wave was open on all days that are possible.
    """
    days = _days(earliest, latest)
    said = _said(opened_on, skew_seconds) if opened_on else [latest]
    possible = [day for day in said if earliest <= day <= latest]
    if not possible:
        return latest if all(map(wave.is_open, days)) else None
    open_on = [day for day in possible if wave.is_open(day)]
    if open_on:
        return open_on[0]
    return wave.closes_on if any(wave.closes_on < day <= wave.closes_on + GRACE for day in possible) else None


def _said(opened_on: date, skew_seconds: int) -> list[date]:
    """The days on which the clock, put right, may have shown this date: the likeliest first."""
    if opened_on.year not in YEARS:
        return []
    noon = datetime.combine(opened_on, NOON) - timedelta(seconds=skew_seconds)
    half = timedelta(hours=12)
    around = [noon, noon - half, noon + half - timedelta(seconds=1)]
    return list(dict.fromkeys(moment.date() for moment in around))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)] or [last]
