"""Postcodes of the place out of an ONSPD or NSPL file of any year.

Columns are known by pattern, because their names change with every release: the ward was `osward` until 2023, `ward` in
the NSPL until 2025, then `wd25cd`, `wd26cd` and so on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.places import PlacePack
from feedback.queries.postcodes import plain_postcode
from feedback.services.audit import file_name, record
from feedback.services.importing.csv_files import CsvFile, Progress, open_csv
from feedback.services.importing.place_data import kept, listed, refuse_doubtful, replace

PATTERNS = {
    "postcode": re.compile(r"pcds|pcd8|pcd7|pcd2|pcd"),
    "ward": re.compile(r"(os)?ward|wd\d\dcd"),
    "authority": re.compile(r"(os)?laua|lad\d\dcd"),
    "end date": re.compile(r"doterm"),
}
NO_WARD = re.compile(r"|[A-Z]99999999")  # empty, or the codes that say "none"
WITHOUT_WARD = 0.05  # of the live postcodes; in a whole file next to none lack their ward
FEW = 5
FEWER, WARD_FEWER = 0.99, 0.8  # between releases a place loses a few postcodes in a thousand
MOVED = 0.05  # a change of boundaries moves more, and brings new codes


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


def import_postcodes(
    path: Path,
    place: PlacePack,
    progress: Progress | None = None,
    *,
    actor: str,
    reason: str = "",
    rehearse: bool = False,
) -> PostcodesFound:
    """Replace the postcodes of the place by those of the file, all or none, record who did it, and commit.

    What looks wrong beside the postcodes kept now is refused unless there is a `reason`. `rehearse`: change nothing.

    Raises:
        Refusal: the file is not an ONSPD or NSPL, holds nothing of the place, has wards the place does not have, or
            looks wrong and no reason is given.

    """
    found = read_postcodes(path, place, progress)
    try:
        refuse_doubtful(path.name, doubts_about(found, kept("postcodes"), place), reason)
        if not rehearse:
            replace("postcodes", found.wards)
            why = {"reason": reason} if reason else {}
            record(actor, "postcodes imported", place.slug, file=file_name(path), postcodes=len(found.wards), **why)
            db.session.commit()
    finally:
        db.session.rollback()
    return found


def doubts_about(found: PostcodesFound, former: Mapping[str, str], place: PlacePack) -> list[str]:
    """What is odd about a file beside the postcodes that are kept now; nothing where it looks like an update."""
    before, after = Counter(former.values()), Counter(found.wards.values())
    live = len(found.wards) + found.without_ward
    doubts = []
    if found.without_ward > max(FEW, live * WITHOUT_WARD):
        doubts.append(f"{found.without_ward:,} of its {live:,} live postcodes of {place.name} have no ward")
    if len(found.wards) < len(former) * FEWER:
        doubts.append(f"It has {len(found.wards):,} postcodes with a ward; {len(former):,} are kept now")
    emptied = [ward.name for ward in place.wards() if before[ward.code] and not after[ward.code]]
    if emptied:
        doubts.append(f"Wards that have postcodes now would have none: {listed(emptied)}")
    fallen = [w.name for w in place.wards() if 0 < after[w.code] < before[w.code] * WARD_FEWER]
    if fallen:
        doubts.append(f"Wards would lose more than a fifth of their postcodes: {listed(fallen)}")
    moved = sum(former.get(postcode, ward) != ward for postcode, ward in found.wards.items())
    if moved > len(former) * MOVED:
        doubts.append(f"{moved:,} of the postcodes that are kept now would lie in another ward")
    return doubts


def wards_without(found: PostcodesFound, place: PlacePack) -> list[str]:
    """Return the names of today's wards of which a file has no postcode: their residents have to choose from a list."""
    held = set(found.wards.values())
    return [ward.name for ward in place.wards() if ward.code not in held]


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
        ward = cells[columns.ward].strip()
        if cells[columns.authority].strip() != place.authority_code:
            continue
        if cells[columns.ended].strip():
            ended += 1
        elif NO_WARD.fullmatch(ward):
            without_ward += 1
        else:
            wards[plain_postcode(cells[columns.postcode])] = ward
    return PostcodesFound(wards, ended, without_ward)


def _check_wards(path: Path, found: dict[str, str], place: PlacePack) -> None:
    strange = sorted({code for code in found.values() if not place.has_ward(code)})
    if not strange:
        return
    named = listed(strange)
    if all(code in {ward.code for ward in place.all_wards} for code in strange):
        raise Refusal(
            f"{path.name} names wards that are no longer in force ({named}). Residents choose from today's wards: "
            "use a later release of the file."
        )
    raise Refusal(
        f"{path.name} names wards that {place.name} does not have ({named}). "
        "If wards have changed since, add the new ones to the place pack first."
    )
