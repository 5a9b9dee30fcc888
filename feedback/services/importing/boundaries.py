"""Outlines of wards out of a GeoJSON file as the Office for National Statistics or a mapping program writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.places import PlacePack
from feedback.services.audit import file_name, record
from feedback.services.importing.geojson import GeoFeature, Points, holds, read_areas
from feedback.services.importing.place_data import listed, refuse_doubtful, replace

CODE_PROPERTY = re.compile(r"cd|code|gss|ref|^id$", re.I)
TOLERANCE = 0.0003  # degrees, some 25 m: finer than a point of the small map
DECIMALS = 5
Point = Sequence[float]
Ring = list[list[float]]


def import_boundaries(path: Path, place: PlacePack, *, actor: str, reason: str = "", rehearse: bool = False) -> int:
    """Replace the outlines of the wards by those of the file, all or none, record who did it, and commit.

    Returns how many wards have one now. `rehearse`: change nothing.

    Raises:
        Refusal: the file is no GeoJSON of wards in longitude and latitude, or lacks a ward of the place; its outlines
            lie elsewhere; or some do not fit the points of the place, and no `reason` says why they are right.

    """
    found = _outlines(path, place)
    refuse_doubtful(path.name, doubts_about(path, found, place), reason)
    if not rehearse:
        replace("boundaries", {code: _coarse(rings) for code, rings in found.items()})
        why = {"reason": reason} if reason else {}
        record(actor, "ward outlines imported", place.slug, file=file_name(path), wards=len(found), **why)
        db.session.commit()
    return len(found)


def _outlines(path: Path, place: PlacePack) -> dict[str, list[Points]]:
    """The rings of each of today's wards, of all features that bear its code."""
    areas = read_areas(path)
    name = _code_property(path, areas, place)
    found: dict[str, list[Points]] = {ward.code: [] for ward in place.wards()}
    for area in areas:
        code = _code(area.properties.get(name))
        if code in found:
            found[code] += [ring for ring in area.rings if len(ring) > 3]
    missing = [ward.name for ward in place.wards() if not _coarse(found[ward.code])]
    if missing:
        raise Refusal(
            f"{path.name} has no outline for {listed(missing)}. Use the file of today's wards of {place.name} "
            "(generalised, clipped to the coast), from the Open Geography Portal."
        )
    return found


def _code(value: object) -> str:
    return str(value).strip().upper()


def _code_property(path: Path, areas: Sequence[GeoFeature], place: PlacePack) -> str:
    """The property that holds codes of the most of today's wards, whatever the program called it."""
    known = {ward.code for ward in place.wards()}
    held: dict[str, set[str]] = {}
    for area in areas:
        for name, value in area.properties.items():
            if (code := _code(value)) in known:
                held.setdefault(name, set()).add(code)
    if held:
        return max(held, key=lambda name: (len(held[name]), bool(CODE_PROPERTY.search(str(name)))))
    if not areas:
        raise Refusal(f"{path.name} holds no area. Export the wards of {place.name} again.")
    former = {ward.code for ward in place.all_wards} - known
    if any(_code(value) in former for area in areas for value in area.properties.values()):
        raise Refusal(
            f"{path.name} holds wards that are no longer in force, and no outline for {place.wards()[0].name}. "
            "Use a file of today's wards."
        )
    raise Refusal(
        f"{path.name} has an area without a ward code of {place.name} (a property such as WD25CD or code). "
        "Use a file of today's wards."
    )


def doubts_about(path: Path, found: Mapping[str, list[Points]], place: PlacePack) -> list[str]:
    """What is odd about outlines beside the point that the place pack gives for each ward.

    Raises:
        Refusal: no outline lies where its ward does.

    """
    wards = place.wards()
    apart = [ward for ward in wards if not holds(found[ward.code], ward.longitude, ward.latitude)]
    if len(apart) == len(wards):
        swapped = [ward for ward in wards if holds(found[ward.code], ward.latitude, ward.longitude)]
        raise Refusal(
            f"{path.name} has latitude and longitude in the wrong order: GeoJSON has longitude first. "
            "Export it again as GeoJSON in WGS 84 (longitude, latitude)."
            if len(swapped) > len(wards) / 2
            else f"No outline in {path.name} holds the latitude and longitude that wards.csv gives for its ward. "
            f"Its areas lie elsewhere: use a file of the wards of {place.name} in longitude and latitude (WGS 84)."
        )
    doubts = []
    if apart:
        names = listed([ward.name for ward in apart])
        doubts.append(f"The outline does not hold the latitude and longitude that wards.csv gives for {names}")
    shared = [
        ward.name
        for ward in wards
        if any(holds(found[other.code], ward.longitude, ward.latitude) for other in wards if other.code != ward.code)
    ]
    if shared:
        doubts.append(f"The outline of another ward covers the middle of {listed(shared)}")
    return doubts


def _coarse(rings: Iterable[Points]) -> list[Ring]:
    return [coarse for ring in rings if len(coarse := simplify_ring(ring)) > 3]


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
