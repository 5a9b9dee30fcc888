"""Postcodes of the place out of an ONSPD or NSPL file of any year.

Columns are known by pattern, because their names change with every release: the ward was `osward` until 2023, `ward` in
the NSPL until 2025, then `wd25cd`, `wd26cd` and so on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Postcode
from feedback.places import PlacePack
from feedback.queries.postcodes import plain_postcode
from feedback.services.audit import file_name, record
from feedback.services.importing.csv_files import CsvFile, Progress, open_csv
from feedback.services.upserts import insert_into

PATTERNS = {
    "postcode": re.compile(r"pcds|pcd8|pcd7|pcd2|pcd"),
    "ward": re.compile(r"(os)?ward|wd\d\dcd"),
    "authority": re.compile(r"(os)?laua|lad\d\dcd"),
    "end date": re.compile(r"doterm"),
}
NO_WARD = re.compile(r"|[A-Z]99999999")  # empty, or the codes that say "none"
CHUNK = 1_000


@dataclass(frozen=True)
class PostcodesFound:
    """What a file held of the place: live postcodes by ward code, and how many were passed over."""

    wards: dict[str, str]
    ended: int
    without_ward: int


@dataclass(frozen=True)
class _Columns:
    postcode: int
    ward: int
    authority: int
    ended: int


def import_postcodes(path: Path, place: PlacePack, progress: Progress | None = None, *, actor: str) -> PostcodesFound:
    """Replace the postcodes of the place by those of the file, all or none, record who did it, and commit.

    Raises:
        Refusal: the file is not an ONSPD or NSPL, holds nothing of the place, or has wards the place does not have.

    """
    found = read_postcodes(path, place, progress)
    rows = [{"postcode": postcode, "ward_code": ward} for postcode, ward in found.wards.items()]
    try:
        db.session.execute(delete(Postcode))
        for start in range(0, len(rows), CHUNK):
            db.session.execute(insert_into(Postcode.__table__), rows[start : start + CHUNK])
        record(actor, "postcodes imported", place.slug, file=file_name(path), postcodes=len(rows))
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    return found


def read_postcodes(path: Path, place: PlacePack, progress: Progress | None = None) -> PostcodesFound:
    """Read the live postcodes of the place out of a file; raises what `import_postcodes` raises."""
    with open_csv(path, delimiter=",", progress=progress) as file:
        found = _of_place(file, _columns(file), place)
    if not found.wards:
        raise Refusal(
            f"{path.name} holds no live postcode of {place.name} ({place.authority_code}). "
            "Use the file for the whole United Kingdom, or the part that holds the place."
        )
    _check_wards(path, found.wards, place)
    return found


def _columns(file: CsvFile) -> _Columns:
    positions = {}
    for meaning, pattern in PATTERNS.items():
        matching = [name for name in map(str.lower, file.header) if pattern.fullmatch(name)]
        if not matching:
            raise Refusal(
                f"{file.name} is not an ONSPD or NSPL file: it has no column for the {meaning}. "
                "Unpack the download and import the large CSV file in its folder Data."
            )
        best = "pcds" if "pcds" in matching else max(matching)
        positions[meaning] = [name.lower() for name in file.header].index(best)
    return _Columns(positions["postcode"], positions["ward"], positions["authority"], positions["end date"])


def _of_place(file: CsvFile, columns: _Columns, place: PlacePack) -> PostcodesFound:
    wards: dict[str, str] = {}
    ended = without_ward = 0
    width = len(file.header)
    for line, cells in file.rows:
        if len(cells) != width:
            raise Refusal(f"{file.name}, line {line}: {len(cells)} cells instead of {width}. The file is damaged.")
        if cells[columns.authority] != place.authority_code:
            continue
        if cells[columns.ended].strip():
            ended += 1
        elif NO_WARD.fullmatch(cells[columns.ward]):
            without_ward += 1
        else:
            wards[plain_postcode(cells[columns.postcode])] = cells[columns.ward]
    return PostcodesFound(wards, ended, without_ward)


def _check_wards(path: Path, found: dict[str, str], place: PlacePack) -> None:
    strange = sorted({code for code in found.values() if not place.has_ward(code)})
    if not strange:
        return
    named = ", ".join(strange[:5]) + (" ..." if len(strange) > 5 else "")
    if all(code in {ward.code for ward in place.all_wards} for code in strange):
        raise Refusal(
            f"{path.name} names wards that are no longer in force ({named}). Residents choose from today's wards: "
            "use a later release of the file."
        )
    raise Refusal(
        f"{path.name} names wards that {place.name} does not have ({named}). "
        "If wards have changed since, add the new ones to the place pack first."
    )
