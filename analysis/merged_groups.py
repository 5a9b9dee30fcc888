"""Small groups of an ordered characteristic, published with their neighbour: 16 to 17 and 18 to 24 as 16 to 24.

A hidden group takes another one with it, which would follow from the rest: 130 people of 75 and over for a few of 16.
So, for everybody but analysts, a group under the audience's threshold is joined with the smaller of its neighbours.
Which characteristics are ordered is reviewed (`merged_groups.csv`). Weights are made before, from the bands as asked.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.counts.substantive import is_substantive
from analysis.study import Dimension, EarlierWave, Study
from analysis.thresholds import thresholds

PATH = Path(__file__).with_suffix(".csv")
JOINED = "+"
AGES = re.compile(r"(\d+)(?: to \d+| and over)?")
Block = tuple[str, ...]
Merged = Mapping[str, Mapping[str, str]]
"By dimension: code of a group to the code that it is published under."


@lru_cache(maxsize=1)
def ordered_characteristics() -> frozenset[str]:
    """The characteristics whose groups have an order in which neighbours may be joined."""
    with PATH.open(encoding="utf-8", newline="") as file:
        return frozenset(row["characteristic"] for row in csv.DictReader(file))


def with_merged_groups(study: Study) -> Study:
    """Return a study whose small groups are joined as its audience needs; that of analysts as it is.

    What was published joined before stays so, in every later file: the parts less the whole would tell what was added.
    """
    fewest = thresholds(study.audience).hide_base_under
    if not fewest:
        return study
    merged = {}
    for dimension in study.dimensions:
        if dimension.name in ordered_characteristics():
            counts = study.base[dimension.name].value_counts()
            people = {code: int(counts.get(code, 0)) for code in dimension.groups if is_substantive(code)}
            blocks = merge_small(people, fewest, _joined_before(dimension.name, study.published))
            merged[dimension.name] = {code: JOINED.join(block) for block in blocks for code in block if len(block) > 1}
    return replace(
        study,
        frame=recoded(study.frame, merged),
        dimensions=merged_dimensions(study.dimensions, merged),
        profile=_merged_profile(study.profile, merged),
        published=merged_publications(study.published, merged),
        merged=merged,
    )


def merge_small(people: Mapping[str, int], fewest: int, joined: Iterable[Sequence[str]] = ()) -> list[Block]:
    """Return the codes of groups, in their order, in blocks of which none has from 1 to under `fewest` people.

    `joined`: blocks to begin with. The smallest goes first, to the neighbour with fewer people.
    """
    blocks: list[Block] = [(code,) for code in people]
    for together in joined:
        blocks = _join(blocks, [block for block in blocks if not set(block).isdisjoint(together)])
    while len(blocks) > 1:
        sizes = [sum(people[code] for code in block) for block in blocks]
        small = [place for place, size in enumerate(sizes) if 0 < size < fewest]
        if not small:
            break
        place = min(small, key=lambda place: sizes[place])
        beside = [other for other in (place - 1, place + 1) if 0 <= other < len(blocks)]
        blocks = _join(blocks, [blocks[place], blocks[min(beside, key=lambda other: sizes[other])]])
    return blocks


def recoded(frame: pd.DataFrame, merged: Merged) -> pd.DataFrame:
    """Return answers with the codes of joined groups."""
    found = {name: frame[name].replace(dict(codes)) for name, codes in merged.items() if name in frame and codes}
    return frame.assign(**found)


def merged_dimensions(dimensions: Sequence[Dimension], merged: Merged) -> tuple[Dimension, ...]:
    """Return breakdowns with joined groups in the place of the first part, and a label made from both."""
    return tuple(replace(one, groups=_merged_labels(one.groups, merged.get(one.name, {}))) for one in dimensions)


def merged_wave(wave: EarlierWave, merged: Merged) -> EarlierWave:
    """Return an earlier wave in the same bands, so that like is set beside like."""
    return replace(
        wave,
        frame=recoded(wave.frame, merged),
        dimensions=merged_dimensions(wave.dimensions, merged),
        published=merged_publications(wave.published, merged),
    )


def merged_publications(published: Sequence[pd.DataFrame], merged: Merged) -> tuple[pd.DataFrame, ...]:
    """Return what was given away in the bands of now: of a joined group, what its parts together told."""
    return (
        tuple(_merged_publication(frame, merged) for frame in published) if any(merged.values()) else tuple(published)
    )


def joined_label(labels: Sequence[str]) -> str:
    """Return one label for neighbours: "16 to 17" and "18 to 24" are "16 to 24"."""
    if len(labels) > 1 and all(AGES.fullmatch(label) for label in labels):
        start, last = labels[0].split(" ")[0], labels[-1]
        return f"{start} and over" if last.endswith(" and over") else f"{start} to {last.split(' ')[-1]}"
    return ", ".join(labels)


def _join(blocks: list[Block], together: Sequence[Block]) -> list[Block]:
    """The blocks with some of them, and whatever lies between, as one."""
    if len(together) < 2:
        return blocks
    places = [blocks.index(block) for block in together]
    first, last = min(places), max(places) + 1
    whole = tuple(code for block in blocks[first:last] for code in block)
    return [*blocks[:first], whole, *blocks[last:]]


def _joined_before(dimension: str, published: Sequence[pd.DataFrame]) -> list[list[str]]:
    groups = [frame.loc[frame["dimension"] == dimension, "group"] for frame in published]
    names = dict.fromkeys(name for group in groups for name in group.unique() if JOINED in name)
    return [name.split(JOINED) for name in names]


def _merged_labels(groups: Mapping[str, str], codes: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for code, label in groups.items():
        found.setdefault(codes.get(code, code), []).append(label)
    return {code: joined_label(labels) for code, labels in found.items()}


def _merged_profile(profile: pd.DataFrame, merged: Merged) -> pd.DataFrame:
    if profile.empty or not any(merged.values()):
        return profile
    rows = zip(profile["variable"], profile["category"], strict=True)
    category = [merged.get(variable, {}).get(code, code) for variable, code in rows]
    keys = ["variable", "category"]
    return profile.assign(category=category).groupby(keys, sort=False)["population"].sum().reset_index()


def _merged_publication(frame: pd.DataFrame, merged: Merged) -> pd.DataFrame:
    """A joined figure was told where each part was; otherwise it was hidden, with as many people as all parts."""
    rows = zip(frame["dimension"], frame["group"], strict=True)
    group = np.array([merged.get(dimension, {}).get(code, code) for dimension, code in rows], dtype=object)
    parts = group != frame["group"].to_numpy()
    if not parts.any():
        return frame
    keys = ["indicator", "dimension", "group", "audience"]
    held = frame[parts].assign(group=group[parts])
    for name in ("n", "yes"):
        hidden = held[f"hidden_{name}"] if f"hidden_{name}" in held else pd.Series(np.inf, index=held.index)
        held[f"all_{name}"] = held[name].fillna(hidden).fillna(np.inf)
    whole = held.groupby(keys, sort=False, as_index=False).agg(
        n=("n", _sum), yes=("yes", _sum), all_n=("all_n", "sum"), all_yes=("all_yes", "sum")
    )
    apart = whole["yes"].isna()
    told = {f"hidden_{name}": whole[f"all_{name}"].where(apart) for name in ("n", "yes")}
    joined = whole.assign(**told).drop(columns=["all_n", "all_yes"])
    both: pd.DataFrame = pd.concat([frame[~parts], joined], ignore_index=True).astype(dict.fromkeys(keys, "str"))
    return both


def _sum(values: pd.Series[float]) -> float:
    return float(values.sum(skipna=False))
