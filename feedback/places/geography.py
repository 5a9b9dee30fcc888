"""Wards of every vintage, how they overlap, and the tile map."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path

from feedback.places.pack_files import PackRow, PlaceError, entries, read_csv, unique
from feedback.places.records import NEARLY, NOT, SAME, Overlap, Vintage, Ward, WardTile

WARD_COLUMNS = (
    *("vintage", "code", "name", "ons_name", "in_force_from", "in_force_to", "population_2021"),
    *("latitude", "longitude", "note", "source"),
)
OVERLAP_COLUMNS = (
    *("old_code", "new_code", "share_of_residents", "share_of_postcodes", "residents_2021"),
    *("comparability", "reason", "source"),
)
CODE = re.compile(r"[EWSN]\d{8}")


def read_vintages(place: PackRow) -> tuple[Vintage, ...]:
    rows = entries(place, "ward_vintages", ("id", "label", "from", "until"))
    unique(rows, "id")
    return tuple(
        Vintage(row.text("id", required=True), row.text("label", required=True), row.day("from"), row.day("until"))
        for row in rows
    )


def read_wards(folder: Path, vintages: Sequence[Vintage]) -> tuple[Ward, ...]:
    """Return all wards, sorted by vintage and name; codes are unique over all vintages, names within one."""
    rows = read_csv(folder, "wards.csv", WARD_COLUMNS)
    unique(rows, "code")
    unique(rows, "vintage", "name")
    wards = [_ward(row, [vintage.id for vintage in vintages]) for row in rows]
    return tuple(sorted(wards, key=lambda ward: (ward.vintage, ward.name)))


def _ward(row: PackRow, vintages: Collection[str]) -> Ward:
    code = row.text("code", required=True)
    if not CODE.fullmatch(code):
        raise row.fault(f"code is {code!r}. A ward code is a letter and eight digits, such as E05015491.")
    first, last = row.day("in_force_from"), row.day("in_force_to")
    if first and last and last < first:
        raise row.fault(f"in_force_to {last} is before in_force_from {first}. Correct one of them.")
    return Ward(
        code=code,
        name=row.text("name", required=True),
        vintage=row.choice("vintage", vintages),
        ons_name=row.text("ons_name"),
        in_force_from=first,
        in_force_to=last,
        residents=row.whole("population_2021", 1),
        latitude=row.number("latitude", 49, 61),
        longitude=row.number("longitude", -9, 2),
        note=row.text("note"),
        source=row.text("source", required=True),
    )


def read_overlap(folder: Path, wards: Sequence[Ward], current: str) -> tuple[Overlap, ...]:
    rows = read_csv(folder, "ward_overlap.csv", OVERLAP_COLUMNS)
    unique(rows, "old_code", "new_code")
    old = {ward.code for ward in wards if ward.vintage != current}
    new = {ward.code for ward in wards if ward.vintage == current}
    overlap = tuple(_overlap(row, old, new) for row in rows)
    _check_shares(overlap)
    return overlap


def _overlap(row: PackRow, old: Collection[str], new: Collection[str]) -> Overlap:
    return Overlap(
        old_code=_known(row, "old_code", old),
        new_code=_known(row, "new_code", new),
        share_of_residents=row.number("share_of_residents", 0, 1),
        share_of_postcodes=row.number("share_of_postcodes", 0, 1),
        residents=row.whole("residents_2021"),
        comparability=row.choice("comparability", (SAME, NEARLY, NOT)),
        reason=row.text("reason", required=True),
        source=row.text("source", required=True),
    )


def _known(row: PackRow, column: str, codes: Collection[str]) -> str:
    code = row.text(column)
    if code not in codes:
        raise row.fault(f"{column} {code!r} is not a ward of wards.csv of that vintage. Correct the code.")
    return code


def _check_shares(overlap: Sequence[Overlap]) -> None:
    shares: dict[str, float] = defaultdict(float)
    for part in overlap:
        shares[part.old_code] += part.share_of_residents
    for code, share in shares.items():
        if abs(share - 1) > 0.005:
            raise PlaceError(
                f"ward_overlap.csv: share_of_residents of the old ward {code} adds up to {share:.3f}, not to 1. "
                "Add the missing part or correct the shares."
            )


def read_tiles(folder: Path, wards: Sequence[Ward]) -> tuple[WardTile, ...]:
    """Return one tile for each of `wards`, no two in the same place."""
    rows = read_csv(folder, "tiles.csv", ("code", "column", "row"))
    unique(rows, "code")
    unique(rows, "column", "row")
    codes = {ward.code for ward in wards}
    tiles = tuple(
        WardTile(_known(row, "code", codes), row.whole("column", 0, 99), row.whole("row", 0, 99)) for row in rows
    )
    missing = sorted(codes - {tile.code for tile in tiles})
    if missing:
        raise PlaceError(f"tiles.csv: the ward {missing[0]} has no tile. Add a row for it.")
    return tiles
