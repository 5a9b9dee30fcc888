"""The outlines of wards as a small picture; drawn only where the partnership has imported them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, radians

from feedback.public.results.chart_geometry import WIDTH, step_of
from feedback.public.results.release_document import Figure, percent
from feedback.queries.boundaries import Rings, outlines

EDGE = 4


@dataclass(frozen=True)
class Outline:
    """A ward's outline as an SVG path, and what stands on it."""

    code: str
    name: str
    path: str
    words: str
    step: int | None
    x: float
    y: float


@dataclass(frozen=True)
class BoundaryMap:
    outlines: tuple[Outline, ...]
    width: int
    height: int


def boundary_map(names: Mapping[str, str], figures: Mapping[str, Figure]) -> BoundaryMap | None:
    """Measure the map of the wards in `names`; None unless all of them have an outline."""
    found = outlines()
    if not names or any(code not in found for code in names):
        return None
    projection = Projection.around(point for code in names for ring in found[code] for point in ring)
    drawn = tuple(_outline(code, names[code], found[code], projection, figures.get(code)) for code in names)
    return BoundaryMap(drawn, WIDTH, projection.height)


def _outline(code: str, name: str, rings: Rings, projection: Projection, figure: Figure | None) -> Outline:
    drawn = [[projection.at(point) for point in ring] for ring in rings]
    path = "".join("M" + "L".join(f"{x} {y}" for x, y in ring) + "z" for ring in drawn)
    largest = max(drawn, key=area)
    x, y = middle(largest)
    return Outline(
        code=code,
        name=name,
        path=path,
        words=percent(figure["percent"]) if figure else "",
        step=step_of(figure["percent"]) if figure else None,
        x=x,
        y=y,
    )


@dataclass(frozen=True)
class Projection:
    """Longitude and latitude on a flat picture: equirectangular, true in the middle of the place."""

    west: float
    north: float
    squeeze: float
    scale: float
    height: int

    @classmethod
    def around(cls, points: Iterable[Iterable[float]]) -> Projection:
        longitudes, latitudes = zip(*points, strict=True)
        west, north = min(longitudes), max(latitudes)
        squeeze = cos(radians((north + min(latitudes)) / 2))
        scale = (WIDTH - 2 * EDGE) / ((max(longitudes) - west) * squeeze)
        return cls(west, north, squeeze, scale, int((north - min(latitudes)) * scale) + 2 * EDGE + 1)

    def at(self, point: Iterable[float]) -> tuple[float, float]:
        longitude, latitude = point
        across = EDGE + (longitude - self.west) * self.squeeze * self.scale
        return round(across, 1), round(EDGE + (self.north - latitude) * self.scale, 1)


Drawn = list[tuple[float, float]]


def area(ring: Drawn) -> float:
    """Return the area of a ring (shoelace formula)."""
    return abs(_twice_signed(ring)) / 2


def _twice_signed(ring: Drawn) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _edges(ring))


def middle(ring: Drawn) -> tuple[float, float]:
    """Return the centroid of a ring, where its words stand."""
    whole = 3 * _twice_signed(ring)
    if not whole:
        return ring[0]
    x = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in _edges(ring)) / whole
    y = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in _edges(ring)) / whole
    return round(x, 1), round(y, 1)


def _edges(ring: Drawn) -> Iterable[tuple[tuple[float, float], tuple[float, float]]]:
    return zip(ring, ring[1:] + ring[:1], strict=True)
