"""Areas out of GeoJSON as mapping programs really write it: bare features, collections, lines, heights, open rings."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from feedback.errors import Refusal

LARGEST = 200_000_000  # bytes: the wards of the whole United Kingdom, generalised, have 40 million
DEEPEST = 10  # collections within collections
IN_DEGREES = re.compile(r"CRS:?84|4326|CRS84|WGS ?84", re.I)
NOT_GEOJSON = {b"PK\x03\x04": "a ZIP archive, perhaps of a shapefile", b"\x00\x00\x27\x0a": "a shapefile"}

Points = list[list[float]]


@dataclass(frozen=True)
class GeoFeature:
    """A feature: its properties (its own id among them) and the rings of its outline in longitude and latitude."""

    properties: dict[str, Any]
    rings: list[Points]


def read_areas(path: Path) -> list[GeoFeature]:
    """Read the features of a file.

    Raises:
        Refusal: the file is no GeoJSON in longitude and latitude, or an outline cannot be read.

    """
    return [_area(path, feature) for feature in _features(path)]


def _features(path: Path) -> list[Any]:
    content = _content(path)
    if content.get("type") == "Topology":
        raise Refusal(f"{path.name} is TopoJSON. Export the wards as GeoJSON.")
    if "spatialReference" in content or "geometryType" in content:
        raise Refusal(f"{path.name} is JSON of ArcGIS (f=json). Export the wards as GeoJSON (f=geojson).")
    _refuse_other_reference(path, content)
    if content.get("type") == "Feature":
        return [content]
    features = content.get("features")
    if not isinstance(features, list):
        raise Refusal(f"{path.name} holds no list of features, so it is not GeoJSON of areas with their codes.")
    return features


def _content(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise Refusal(f"{path.name} is larger than 200 MB. Use a generalised file.")
        raw = path.read_bytes()
        for beginning, kind in NOT_GEOJSON.items():
            if raw.startswith(beginning):
                raise Refusal(f"{path.name} is {kind}. Export the wards as GeoJSON.")
        if not raw.strip():
            raise Refusal(f"{path.name} is empty. Export the wards as GeoJSON.")
        content = _parsed(raw.decode("utf-8-sig"))
    except OSError as error:
        raise Refusal(f"{path.name} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise Refusal(f"{path.name} is not GeoJSON. Download it again in the format GeoJSON.") from error
    return content if isinstance(content, dict) else {}


def _parsed(text: str) -> Any:
    """JSON; or one feature a line, as `geojsonl` and RFC 8142 have them."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if not error.msg.startswith(("Extra data", "Expecting value")):
            raise
        lines = [line.strip("\x1e \r") for line in text.splitlines()]
        return {"type": "FeatureCollection", "features": [json.loads(line) for line in lines if line]}


def _refuse_other_reference(path: Path, content: dict[str, Any]) -> None:
    """The member `crs` is no longer in the standard, and programs still write it."""
    crs = content.get("crs")
    said = crs.get("properties") if isinstance(crs, dict) else None
    name = str(said.get("name", "")) if isinstance(said, dict) else ""
    if name and not IN_DEGREES.search(name):
        raise Refusal(
            f"{path.name} says that its coordinates are in {name[:60]}. Export it again in longitude and latitude "
            "(WGS 84, EPSG:4326)."
        )


def _area(path: Path, feature: Any) -> GeoFeature:
    if not isinstance(feature, dict):
        raise Refusal(f"{path.name} has a feature that cannot be read. Download the file again.")
    given = feature.get("properties")
    properties = dict(given) if isinstance(given, dict) else {}
    properties.setdefault("id", feature.get("id"))
    return GeoFeature(properties, [_ring(path, ring) for ring in _rings(path, feature.get("geometry"))])


def _rings(path: Path, geometry: Any, depth: int = 0) -> Iterator[Any]:
    """The rings of every polygon; points and lines that stand beside them are passed over."""
    if geometry is None:
        return
    try:
        kind = geometry["type"]
        if kind == "GeometryCollection" and depth < DEEPEST:
            for part in geometry["geometries"]:
                yield from _rings(path, part, depth + 1)
        elif kind == "MultiPolygon":
            for polygon in geometry["coordinates"]:
                yield from polygon
        elif kind == "Polygon":
            yield from geometry["coordinates"]
    except (TypeError, KeyError, AttributeError) as error:
        raise _unreadable(path) from error


def _ring(path: Path, ring: Any) -> Points:
    """Longitude and latitude of each point, without a height; closed, if it was left open."""
    try:
        points = [[float(point[0]), float(point[1])] for point in ring]
    except (TypeError, KeyError, ValueError, IndexError, OverflowError) as error:
        raise _unreadable(path) from error
    if not all(math.isfinite(x) and math.isfinite(y) for x, y in points):
        raise _unreadable(path)
    if any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in points):
        raise Refusal(
            f"{path.name} is not in longitude and latitude (WGS 84), perhaps in British National Grid. "
            "Download it as GeoJSON, which is in longitude and latitude."
        )
    return [*points, points[0]] if points and points[0] != points[-1] else points


def _unreadable(path: Path) -> Refusal:
    return Refusal(f"{path.name} has an outline that cannot be read. Download the file again.")


def holds(rings: Sequence[Sequence[Sequence[float]]], x: float, y: float) -> bool:
    """Whether a point lies inside the rings of an area; holes count as outside (even-odd rule)."""
    crossings = 0
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                crossings += 1
    return crossings % 2 == 1
