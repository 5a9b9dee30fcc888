"""The measures of the chart of answers by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.analysts.charts import HEIGHT, LEFT, WIDTH, day_chart, scale

MONDAY = date(2026, 11, 2)


def test_no_days_no_chart() -> None:
    assert day_chart({}) is None


def test_a_day_on_which_nothing_came_keeps_its_place() -> None:
    chart = day_chart({MONDAY: 4, MONDAY + timedelta(days=2): 2})
    assert chart is not None
    assert [(bar.first_day.day, bar.count) for bar in chart.bars] == [(2, 4), (3, 0), (4, 2)]
    assert [tick.count for tick in chart.ticks] == [0, 1, 2, 3, 4]
    highest, none, half = chart.bars
    assert highest.height == 2 * half.height
    assert none.height == 0
    assert highest.y + highest.height == half.y + half.height == chart.bottom


def test_one_answer() -> None:
    chart = day_chart({MONDAY: 1})
    assert chart is not None
    assert ([tick.count for tick in chart.ticks], len(chart.bars), len(chart.named)) == ([0, 1], 1, 1)


def test_many_days_are_drawn_by_week_and_lose_nothing() -> None:
    days = {MONDAY + timedelta(days=number + 2): number for number in range(100)}
    chart = day_chart(days)
    assert chart is not None
    assert chart.by_week
    assert chart.bars[0].first_day == MONDAY
    assert {bar.first_day.weekday() for bar in chart.bars} == {0}
    assert sum(bar.count for bar in chart.bars) == sum(days.values())


@pytest.mark.parametrize(
    ("largest", "numbers"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (6, [0, 2, 4, 6]),
        (23, [0, 5, 10, 15, 20, 25]),
        (100, [0, 20, 40, 60, 80, 100]),
        (2551, [0, 1000, 2000, 3000]),
    ],
)
def test_the_scale_is_round(largest: int, numbers: list[int]) -> None:
    assert scale(largest) == numbers


@given(st.dictionaries(st.dates(date(2020, 1, 1), date(2023, 1, 1)), st.integers(1, 10**6), min_size=1, max_size=30))
def test_every_bar_stays_inside_the_picture(days: dict[date, int]) -> None:
    chart = day_chart(days)
    assert chart is not None
    assert sum(bar.count for bar in chart.bars) == sum(days.values())
    assert len(chart.named) <= 7
    for bar in chart.bars:
        assert LEFT <= bar.x <= bar.x + bar.width <= WIDTH
        assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT
