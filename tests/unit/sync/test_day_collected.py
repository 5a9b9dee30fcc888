"""On which day answers count that come later, by a clock that may be wrong."""

from __future__ import annotations

from datetime import date

import pytest

from feedback.models import Wave
from feedback.services.tablets.day_collected import day_collected

WAVE = Wave(opens_on=date(2026, 3, 1), closes_on=date(2026, 3, 31))
DAY, HOUR = 86_400, 3_600


def counted(opened: date | None, skew: int = 0, earliest: date = date(2026, 2, 1), latest: date = date(2026, 4, 20)):
    return day_collected(WAVE, opened, skew_seconds=skew, earliest=earliest, latest=latest)


@pytest.mark.parametrize(
    ("opened", "skew", "day"),
    [
        (date(2026, 3, 1), 0, date(2026, 3, 1)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
        (date(2026, 4, 1), 0, date(2026, 3, 31)),  # the wave was closed by hand that day
        (date(2026, 4, 2), 0, None),
        (date(2026, 2, 28), 0, None),
        (date(2026, 4, 10), 10 * DAY, date(2026, 3, 31)),  # ten days ahead
        (date(2026, 2, 20), -10 * DAY, date(2026, 3, 2)),  # ten days behind
        (date(2026, 4, 1), HOUR, date(2026, 3, 31)),  # just after midnight by a clock that is an hour ahead
        (date(2026, 2, 28), -HOUR, date(2026, 3, 1)),
        (date(2026, 3, 15), HOUR, date(2026, 3, 15)),
    ],
)
def test_the_day_of_the_clock_put_right(opened: date, skew: int, day: date | None) -> None:
    assert counted(opened, skew) == day


def test_without_a_day_it_is_today() -> None:
    assert counted(None, latest=date(2026, 3, 9)) == date(2026, 3, 9)
    assert counted(None) is None


@pytest.mark.parametrize("opened", [date(1970, 1, 1), date(1, 1, 1), date(9999, 12, 31), date(2080, 5, 5)])
@pytest.mark.parametrize("skew", [0, 10 * 365 * DAY, -10 * 365 * DAY])
def test_an_impossible_day_counts_where_no_possible_one_is_in_doubt(opened: date, skew: int) -> None:
    within = {"earliest": date(2026, 3, 5), "latest": date(2026, 3, 9)}
    assert counted(opened, skew, **within) == date(2026, 3, 9)
    assert counted(opened, skew, earliest=date(2026, 2, 25), latest=date(2026, 3, 9)) is None
    assert counted(opened, skew, earliest=date(2026, 3, 25), latest=date(2026, 4, 9)) is None
