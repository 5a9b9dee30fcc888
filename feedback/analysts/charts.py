"""The bars of a chart, measured on the server; the template only draws what is measured here."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from feedback.queries.answers.suspicions import ArrivalHour

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 48, 8, 12, 32  # room for the scale on the left and the days below
MOST_BARS = 70
MOST_STEPS = 5


@dataclass(frozen=True)
class Bar:
    """One bar: its place and size in the picture, its first day and its count."""

    x: float
    y: float
    width: float
    height: float
    first_day: date
    count: int


@dataclass(frozen=True)
class Tick:
    """A line of the scale: its height in the picture and its number."""

    y: float
    count: int


@dataclass(frozen=True)
class DayChart:
    """Answers by day or, when there are too many days to draw, by week."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    by_week: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM

    @property
    def named(self) -> tuple[Bar, ...]:
        """Some six bars, evenly apart, whose day is written below."""
        step = max(1, -(-len(self.bars) // 6))
        return self.bars[::step]


def day_chart(days: Mapping[date, int]) -> DayChart | None:
    """Measure a bar for every day between the first and the last of `days` (day to count); None when there are none."""
    if not days:
        return None
    counts, by_week = _filled(days)
    top = scale(max(counts.values()))
    room, slot = HEIGHT - TOP - BOTTOM, (WIDTH - LEFT - RIGHT) / len(counts)
    bars = tuple(
        Bar(
            x=round(LEFT + slot * number + slot * 0.1, 2),
            y=round(TOP + room * (1 - count / top[-1]), 2),
            width=round(slot * 0.8, 2),
            height=round(room * count / top[-1], 2),
            first_day=day,
            count=count,
        )
        for number, (day, count) in enumerate(counts.items())
    )
    ticks = tuple(Tick(y=round(TOP + room * (1 - count / top[-1]), 2), count=count) for count in top)
    return DayChart(bars, ticks, by_week)


@dataclass(frozen=True)
class HourBar:
    """One bar of the chart by hour: what arrived, and over it how much of that is marked."""

    x: float
    width: float
    y: float
    height: float
    y_marked: float
    height_marked: float
    hour: ArrivalHour


@dataclass(frozen=True)
class HourChart:
    """Answers by hour, up to the newest; hours before the first of them are in the table by day alone."""

    bars: tuple[HourBar, ...]
    ticks: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM

    @property
    def named(self) -> tuple[HourBar, ...]:
        """Some six bars, evenly apart, whose hour is written below."""
        return self.bars[:: max(1, -(-len(self.bars) // 6))]


def hour_chart(hours: Sequence[ArrivalHour]) -> HourChart | None:
    """Measure a bar for each of the last hours up to the newest of `hours` (newest first); None when there are none."""
    if not hours:
        return None
    known, last = {one.hour: one for one in hours}, hours[0].hour
    shown = [known.get(hour, ArrivalHour(hour)) for hour in range(max(hours[-1].hour, last - MOST_BARS + 1), last + 1)]
    top = scale(max(one.count for one in shown))
    room, slot = HEIGHT - TOP - BOTTOM, (WIDTH - LEFT - RIGHT) / len(shown)

    def tall(count: int) -> float:
        return round(room * count / top[-1], 2)

    bars = tuple(
        HourBar(
            x=round(LEFT + slot * number + slot * 0.1, 2),
            width=round(slot * 0.8, 2),
            y=round(TOP + room - tall(one.count), 2),
            height=tall(one.count),
            y_marked=round(TOP + room - tall(one.suspected), 2),
            height_marked=tall(one.suspected),
            hour=one,
        )
        for number, one in enumerate(shown)
    )
    return HourChart(bars, tuple(Tick(y=round(TOP + room - tall(count), 2), count=count) for count in top))


def scale(largest: int) -> list[int]:
    """Return the numbers of a scale from 0 up to at least `largest`: at most five whole, round steps."""
    steps = (base * 10**power for power in itertools.count() for base in (1, 2, 5))
    step = next(step for step in steps if largest <= step * MOST_STEPS)
    return list(range(0, max(1, ceil(largest / step)) * step + 1, step))


def _filled(days: Mapping[date, int]) -> tuple[dict[date, int], bool]:
    """Return every day with its count, 0 where nothing came; weeks from Monday where the days are too many."""
    first, last = min(days), max(days)
    by_week = (last - first).days + 1 > MOST_BARS
    start = first - timedelta(days=first.weekday()) if by_week else first
    step = 7 if by_week else 1
    filled = {start + timedelta(days=offset): 0 for offset in range(0, (last - start).days + 1, step)}
    for day, count in days.items():
        filled[start + timedelta(days=(day - start).days // step * step)] += count
    return filled, by_week
