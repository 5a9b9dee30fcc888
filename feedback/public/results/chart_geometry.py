"""Pictures of published figures, measured on the server; templates only draw what is measured here.

They are narrow on purpose: text in them stays readable on a phone, where a picture shrinks with the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedback.public.results.release_document import Figure, interval, known, percent

WIDTH, ROW, TOP, BOTTOM, SCALE = 340, 40, 6, 24, 300
TILE, GAP = 64, 4
STEPS = (0, 20, 40, 60, 80)  # where the five shades of a map begin, in percent
TREND_HEIGHT, TREND_LEFT, TREND_RIGHT = 190, 42, 36


@dataclass(frozen=True)
class Mark:
    """One row of a chart: a dot, its interval, and the words above it. A hidden figure has words only."""

    y: int
    label: str
    words: str
    x: float | None
    lower: float
    upper: float


@dataclass(frozen=True)
class Intervals:
    """Dots with intervals on a scale from 0 to 100 %. `line` is where the whole place stands, if it is drawn."""

    marks: tuple[Mark, ...]
    line: float | None
    width: int = WIDTH
    scale: int = SCALE

    @property
    def height(self) -> int:
        return TOP + ROW * len(self.marks) + BOTTOM

    @property
    def bottom(self) -> int:
        return self.height - BOTTOM

    @property
    def ticks(self) -> tuple[tuple[float, int], ...]:
        return tuple((_across(step), step) for step in (0, 25, 50, 75, 100))


def intervals(rows: Iterable[tuple[str, Figure]], whole: Figure | None = None) -> Intervals:
    """Measure a chart of figures, one a row; `whole` is drawn as a line to compare them with."""
    marks = tuple(_mark(number, label, figure) for number, (label, figure) in enumerate(rows))
    line = whole["percent"] if whole else None
    return Intervals(marks, _across(line) if isinstance(line, (int, float)) else None)


def _mark(number: int, label: str, figure: Figure) -> Mark:
    value, words = figure["percent"], percent(figure["percent"])
    shown = isinstance(value, (int, float))
    return Mark(
        y=TOP + ROW * number,
        label=label,
        words=f"{words} ({interval(figure)})" if interval(figure) else words,
        x=_across(float(value)) if shown else None,
        lower=_across(known(figure["lower"], known(value, 0))),
        upper=_across(known(figure["upper"], known(value, 0))),
    )


def _across(value: float) -> float:
    return round(4 + SCALE * value / 100, 1)


@dataclass(frozen=True)
class Tile:
    """A ward on the map: where, its short name and percent, and the step of its shade (None: no figure)."""

    x: int
    y: int
    code: str
    name: str
    lines: tuple[str, ...]
    words: str
    step: int | None


@dataclass(frozen=True)
class TileMap:
    tiles: tuple[Tile, ...]
    width: int
    height: int
    size: int = TILE


def tile_map(places: Sequence[Any], names: Mapping[str, str], figures: Mapping[str, Figure]) -> TileMap:
    """Measure a map of equal tiles. `places`: `code, column, row`; `figures` by ward code."""
    tiles = tuple(
        Tile(
            x=GAP + place.column * (TILE + GAP),
            y=GAP + place.row * (TILE + GAP),
            code=place.code,
            name=names[place.code],
            lines=short_lines(names[place.code]),
            words=percent(figures[place.code]["percent"]) if place.code in figures else "",
            step=step_of(figures[place.code]["percent"]) if place.code in figures else None,
        )
        for place in places
        if place.code in names
    )
    right = max((tile.x for tile in tiles), default=0) + TILE + GAP
    bottom = max((tile.y for tile in tiles), default=0) + TILE + GAP
    return TileMap(tiles, right, bottom)


def step_of(value: Any) -> int | None:
    """Return which of the five shades a percentage has, 0 to 4; None for shorthand."""
    if not isinstance(value, (int, float)):
        return None
    return sum(1 for step in STEPS if value >= step) - 1


def short_lines(name: str, longest: int = 10) -> tuple[str, ...]:
    """Return a ward's name in at most two short lines; what does not fit ends in a point."""
    words, lines = name.replace(" and ", " & ").split(), [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) + 1 > longest:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return tuple(line if len(line) <= longest else f"{line[: longest - 1]}." for line in lines[:2])


@dataclass(frozen=True)
class Point:
    """A year of a trend; `joined` to the next point of a survey that may be compared with it."""

    x: float
    y: float
    lower: float
    upper: float
    year: str
    words: str
    broken: bool
    joined: tuple[float, float] | None


@dataclass(frozen=True)
class Trend:
    points: tuple[Point, ...]
    width: int = WIDTH
    height: int = TREND_HEIGHT
    left: int = TREND_LEFT

    @property
    def ticks(self) -> tuple[tuple[float, int], ...]:
        return tuple((_up(step), step) for step in (0, 25, 50, 75, 100))


def trend(year: str, figure: Figure) -> Trend | None:
    """Measure this year's figure beside earlier ones, oldest first; None when there is no earlier one to draw.

    A line joins two figures only where the document says that they were tested against one another; everything else
    stands apart, hollow.
    """
    earlier = [one for one in figure["earlier"] if isinstance(one["percent"], (int, float))]
    drawn = list(reversed([one for one in earlier if one["comparability"] != "not comparable"]))
    if not drawn or not isinstance(figure["percent"], (int, float)):
        return None
    slot = (WIDTH - TREND_LEFT - TREND_RIGHT) / max(1, len(drawn))
    last = (round(TREND_LEFT + 12 + slot * len(drawn), 1), _up(figure["percent"]))
    found = [
        _point(round(TREND_LEFT + 12 + slot * number, 1), one, last if one["comparability"] == "tested" else None)
        for number, one in enumerate(drawn)
    ]
    bounds = _up(known(figure["lower"], figure["percent"])), _up(known(figure["upper"], figure["percent"]))
    return Trend((*found, Point(*last, *bounds, year, percent(figure["percent"]), False, None)))


def _point(x: float, one: Mapping[str, Any], joined: tuple[float, float] | None) -> Point:
    y = _up(one["percent"])
    return Point(x, y, y, y, str(one["year"]), percent(one["percent"]), joined is None, joined)


def _up(value: float) -> float:
    return round(TREND_HEIGHT - 34 - (TREND_HEIGHT - 52) * value / 100, 1)
