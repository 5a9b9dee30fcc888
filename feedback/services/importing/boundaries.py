"""Outlines of wards out of a GeoJSON file as the Office for National Statistics publishes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import delete

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Boundary
from feedback.places import PlacePack
from feedback.services.audit import file_name, record

CODE = re.compile(r"wd\d\dcd", re.I)
LARGEST = 200_000_000  # bytes: the wards of the whole United Kingdom, generalised, have 40 million
TOLERANCE = 0.0003  # degrees, some 25 m: finer than a point of the small map
DECIMALS = 5
Point = Sequence[float]
Ring = list[list[float]]


def import_boundaries(path: Path, place: PlacePack, *, actor: str) -> int:
    """Replace the outlines of the wards by those of the file, all or none, record who did it, and commit.

    Returns how many wards have one now.

    Raises:
        Refusal: the file is no GeoJSON of wards, is not in longitude and latitude, or lacks a ward of the place.

    """
    found = read_boundaries(path, place)
    db.session.execute(delete(Boundary))
    db.session.add_all(Boundary(ward_code=code, rings=rings) for code, rings in found.items())
    record(actor, "ward outlines imported", place.slug, file=file_name(path), wards=len(found))
    db.session.commit()
    return len(found)


def read_boundaries(path: Path, place: PlacePack) -> dict[str, list[Ring]]:
    """Read the outlines of today's wards out of a file; raises what `import_boundaries` raises."""
    found = {
        code: [coarse for ring in _rings(path, feature) if len(coarse := simplify_ring(ring)) > 3]
        for feature in _features(path)
        if (code := _code(path, feature)) and place.has_ward(code)
    }
    missing = [ward.name for ward in place.wards() if not found.get(ward.code)]
    if missing:
        named = ", ".join(missing[:5]) + (" ..." if len(missing) > 5 else "")
        raise Refusal(
            f"{path.name} has no outline for {named}. Use the file of today's wards of {place.name} "
            "(generalised, clipped to the coast), from the Open Geography Portal."
        )
    return found


def _features(path: Path) -> list[Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise Refusal(f"{path.name} is larger than 200 MB. Use a generalised file.")
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Refusal(f"{path.name} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise Refusal(f"{path.name} is not GeoJSON. Download it again in the format GeoJSON.") from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise Refusal(f"{path.name} holds no list of features, so it is not GeoJSON of areas.")
    return features


def _code(path: Path, feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    names = [name for name in properties or {} if CODE.fullmatch(str(name))]
    if not names:
        raise Refusal(f"{path.name} has an area without a ward code (a property such as WD25CD). Use a file of wards.")
    return str(properties[max(names)])  # type: ignore[index]


def _rings(path: Path, feature: Any) -> Iterator[Sequence[Point]]:
    geometry = feature.get("geometry") or {}
    try:
        coordinates = geometry["coordinates"]
        for polygon in coordinates if geometry["type"] == "MultiPolygon" else [coordinates]:
            yield from (_checked(path, ring) for ring in polygon)
    except (TypeError, KeyError, ValueError, IndexError) as error:
        raise Refusal(f"{path.name} has an outline that cannot be read. Download the file again.") from error


def _checked(path: Path, ring: Any) -> list[list[float]]:
    points = [[float(point[0]), float(point[1])] for point in ring]
    if any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in points):
        raise Refusal(
            f"{path.name} is not in longitude and latitude (WGS 84), perhaps in British National Grid. "
            "Download it as GeoJSON, which is in longitude and latitude."
        )
    return points


def simplify_ring(ring: Sequence[Point], tolerance: float = TOLERANCE) -> Ring:
    """Return a ring with the points that matter at `tolerance` degrees (Douglas and Peucker, 1973)."""
    kept = {0, len(ring) - 1}
    waiting = [(0, len(ring) - 1)]
    while waiting:
        first, last = waiting.pop()
        far, at = _farthest(ring, first, last)
        if far > tolerance:
            kept.add(at)
            waiting += [(first, at), (at, last)]
    return [[round(ring[at][0], DECIMALS), round(ring[at][1], DECIMALS)] for at in sorted(kept)]


def _farthest(ring: Sequence[Point], first: int, last: int) -> tuple[float, int]:
    between: Iterable[int] = range(first + 1, last)
    return max(((_distance(ring[at], ring[first], ring[last]), at) for at in between), default=(0.0, first))


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the line through two others; to the first of them where they are the same."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = float((dx * dx + dy * dy) ** 0.5)
    px, py = point[0] - start[0], point[1] - start[1]
    return abs(dx * py - dy * px) / length if length else float((px * px + py * py) ** 0.5)
