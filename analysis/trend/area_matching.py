"""Wards of another vintage: which of them are the same area as a ward of today, or nearly so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from analysis.study import EarlierWave, Study

WARD = "ward"
SAME, NEARLY = "same", "nearly"


@dataclass(frozen=True)
class AreaMatch:
    """The ward of today (`code`) that an old one is set beside; `reason` says why it is only nearly the same area."""

    code: str
    nearly: bool
    reason: str


def match_wards(overlap: pd.DataFrame, old: Collection[str], new: Collection[str]) -> dict[str, AreaMatch]:
    """Old codes with the ward of today each may be compared with; those that have none are not there.

    `overlap` has `old_code, new_code, comparability` (same, nearly, not) and `reason`. A ward of today is matched
    once, with the same area before a nearly equal one.
    """
    rows = overlap[overlap["comparability"].isin([SAME, NEARLY])]
    rows = rows[rows["old_code"].isin(list(old)) & rows["new_code"].isin(list(new))]
    rows = rows.assign(_order=rows["comparability"] == NEARLY).sort_values("_order", kind="stable")
    rows = rows.drop_duplicates("old_code").drop_duplicates("new_code")
    return {
        row["old_code"]: AreaMatch(row["new_code"], row["comparability"] == NEARLY, row["reason"])
        for row in rows.to_dict("records")
    }


def with_todays_wards(study: Study, wave: EarlierWave) -> tuple[EarlierWave, Mapping[str, str]]:
    """The wave with the codes of today for its matching wards, and the reasons of those that match nearly."""
    now = next((known for known in study.dimensions if known.name == WARD), None)
    then = next((known for known in wave.dimensions if known.name == WARD), None)
    if now is None or then is None or study.overlap.empty:
        return wave, {}
    old = [code for code in then.groups if code not in now.groups]
    matches = match_wards(study.overlap, old, [code for code in now.groups if code not in then.groups])
    if not matches:
        return wave, {}
    codes = {code: match.code for code, match in matches.items()}
    groups = {codes.get(code, code): now.groups.get(codes.get(code, ""), label) for code, label in then.groups.items()}
    dimensions = tuple(replace(known, groups=groups) if known is then else known for known in wave.dimensions)
    recoded = wave.frame.assign(**{WARD: wave.frame[WARD].replace(codes)})
    nearly = {match.code: match.reason for match in matches.values() if match.nearly}
    return replace(wave, frame=recoded, dimensions=dimensions), nearly
