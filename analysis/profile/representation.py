"""Who has not been heard from: answers by group beside what the group's share of the population would bring.

Counts in, a table out, with every small count hidden, also where it would follow from the others by subtraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from analysis.counts.substantive import NOT_STATED
from analysis.disclosure import FIGURES, protect
from analysis.study import CITY

WARD, AGE, AGE_BAND, CHANNEL = "ward", "age", "age_band", "channel"
DIMENSIONS = (WARD, AGE_BAND, "sex", "ethnic_group", CHANNEL)
GRID = f"{WARD} x {AGE}"
# The only ages in which our age bands and the published ages of wards meet.
AGES: Mapping[str, tuple[str, ...]] = {
    "16_24": ("16_17", "18_24"),
    "25_34": ("25_34",),
    "35_64": ("35_44", "45_54", "55_64"),
    "65_plus": ("65_74", "75_plus"),
}
SMALLEST = 10
"Counts under this are hidden."
NARROWEST = 5
"A hidden count may not be known to within fewer than this many."
FAR_BELOW, BELOW, ABOVE = 0.5, 0.8, 1.25
"Answers as a share of those that a group's part of the population would bring."
WORTH_A_VISIT = 5
"Fewer missing answers than this are no reason to go anywhere."

Key = tuple[str, str]
"A dimension and a group."


class GroupStanding(NamedTuple):
    """One group. `n` is None where it is hidden: `small` says whether it is under 10, or hidden to protect another.

    `target` and `expected`: answers in proportion to the population, of the wave's target and of those received so
    far; None where no population is known, or the number received is hidden.
    `standing`: far_below, below, near, above, few (too few to say), hidden.
    """

    dimension: str
    group: str
    n: int | None
    small: bool
    target: float | None
    expected: float | None
    standing: str


class NextVisit(NamedTuple):
    """Where to go next: at least so many answers are missing from `ward`; `age` is who is missed most ("" unknown)."""

    ward: str
    missing: int
    age: str
    row: GroupStanding


@dataclass(frozen=True)
class CoverageBoard:
    """Everything that was counted, by (dimension, group). `received` is None where it is hidden."""

    received: int | None
    rows: Mapping[Key, GroupStanding]

    def of(self, dimension: str) -> list[GroupStanding]:
        return [row for (name, _), row in self.rows.items() if name == dimension]


def representation(people: pd.DataFrame, population: pd.DataFrame, target: int | None) -> CoverageBoard:
    """Set answers beside the population.

    `people`: one row a combination: ward, age_band, sex, ethnic_group, channel (codes, "" where not stated) and `n`.
    `population`: `variable, category, population`, for ward, age_band, sex, ethnic_group and "ward x age" (category
    "WARD x AGE" with AGES); its groups are those that are shown. Channels are those that occur. `target` in answers.
    """
    counts = _counts(people, population)
    hidden = hide(tuple(counts.items()))
    if (CITY, "") in hidden:  # the whole is worth more than a few cells of ward by age
        counts = {key: n for key, n in counts.items() if key[0] not in (GRID, AGE)}
        hidden = hide(tuple(counts.items()))
    received = None if (CITY, "") in hidden else counts[CITY, ""]
    shares = _shares(population)
    shown = {
        key: _row(key, n, n if key not in hidden else None, received, shares.get(key), target)
        for key, n in counts.items()
        if key[0] not in (CITY, AGE)
    }
    return CoverageBoard(received, shown)


def where_next(board: CoverageBoard, most: int = 5) -> list[NextVisit]:
    """Return the wards that are furthest behind their share, furthest first, from what the board shows alone."""
    behind = [row for row in board.of(WARD) if row.standing in ("far_below", "below")]
    found = [NextVisit(row.group, _missing(row), _age(board, row.group), row) for row in behind]
    worth = [place for place in found if place.missing >= WORTH_A_VISIT]
    return sorted(worth, key=lambda place: (-place.missing, place.ward))[:most]


def whom_next(board: CoverageBoard, most: int = 4) -> list[GroupStanding]:
    """Return the age bands, sexes and ethnic groups that are furthest behind, furthest first."""
    rows = [row for name in (AGE_BAND, "sex", "ethnic_group") for row in board.of(name)]
    behind = [row for row in rows if row.standing in ("far_below", "below") and _missing(row) >= WORTH_A_VISIT]
    return sorted(behind, key=lambda row: (-_missing(row) / (row.expected or 1), row.dimension, row.group))[:most]


@lru_cache(maxsize=64)
def hide(counts: tuple[tuple[Key, int], ...]) -> frozenset[Key]:
    """Return the rows that may not be shown: small ones, and more until none of them follows from the rest.

    Sums are protected as everywhere (`disclosure.protect`). Somebody who reads "fewer than 10" and "hidden to protect
    another" knows more than that; within each list that is reckoned with too.
    """
    n = dict(counts)
    if n[CITY, ""] < SMALLEST:
        return frozenset(n)
    frame = pd.DataFrame([(name, group, count) for (name, group), count in counts], columns=["dimension", "group", "n"])
    filled = frame.assign(indicator="everybody", yes=frame["n"] // 2)
    filled = filled.assign(**dict.fromkeys((name for name in FIGURES if name not in ("n", "yes")), 0.0))
    filled["dimension"] = filled["dimension"].replace(AGE_BAND, f"{AGE} x {AGE_BAND}")
    filled["group"] = [_nested(key) for key, _ in counts]
    because = protect(filled, "partner")["hidden_because"].tolist()
    hidden = {key for (key, _), reason in zip(counts, because, strict=True) if reason}
    hidden |= {key for key, count in counts if count < SMALLEST}
    for dimension in DIMENSIONS:
        more = _by_label({key: count for key, count in n.items() if key[0] == dimension}, hidden)
        if more is None:
            return frozenset(n)
        hidden |= more
    return frozenset(hidden)


def _nested(key: Key) -> str:
    """An age band by the age that it is part of, so that sums of both are known as sums."""
    dimension, group = key
    if dimension != AGE_BAND:
        return group
    return f"{next((age for age, bands in AGES.items() if group in bands), NOT_STATED)} x {group}"


def _by_label(counts: Mapping[Key, int], hidden: Iterable[Key]) -> set[Key] | None:
    """Rows of one list to hide until no small count is known to within fewer than NARROWEST from the labels.

    None where even the whole list is not enough, because its total says too much.
    """
    chosen = set(hidden) & set(counts)
    small = [key for key, n in counts.items() if n < SMALLEST]
    while small:
        beside = [key for key in chosen if counts[key] >= SMALLEST]
        total = sum(counts[key] for key in chosen)
        highest = min(SMALLEST - 1, total - SMALLEST * len(beside))
        lowest = 0 if beside else max(0, total - (SMALLEST - 1) * (len(small) - 1))
        left = sorted((n, key) for key, n in counts.items() if key not in chosen)
        if highest - lowest >= NARROWEST:
            break
        if not left:
            return None
        chosen.add(left[0][1])
    return chosen


def _counts(people: pd.DataFrame, population: pd.DataFrame) -> dict[Key, int]:
    """Every count by dimension and group: those that are shown, and those that sums lead to.

    What nobody was asked has none, nor has ward by age where every cell would be hidden, nor "not stated" where
    everybody stated it: none is nobody, and hiding it would only hide others.
    """
    known = people.assign(**{AGE: people[AGE_BAND].map(_age_of)})
    counts: dict[Key, int] = {(CITY, ""): int(known["n"].sum())}
    grid = _grid(known, population)
    for dimension in (WARD, AGE_BAND, *((AGE,) if grid else ()), "sex", "ethnic_group", CHANNEL):
        found = {str(group): int(n) for group, n in known.groupby(dimension)["n"].sum().items()}
        groups = _groups(dimension, population, found)
        if not groups or (dimension != WARD and not any(found.get(group) for group in groups)):
            continue  # nobody was asked, or nobody asks about it here
        counts |= {(dimension, group): found.pop(group, 0) for group in groups}
        if unknown := sum(found.values()):
            counts[dimension, NOT_STATED] = unknown
    return counts | grid


def _grid(known: pd.DataFrame, population: pd.DataFrame) -> dict[Key, int]:
    found = known.groupby([WARD, AGE])["n"].sum().to_dict()
    wards = _groups(WARD, population, {})
    cells = {(GRID, f"{ward} x {age}"): int(found.get((ward, age), 0)) for ward in wards for age in AGES}
    return cells if max(cells.values(), default=0) >= SMALLEST else {}


def _groups(dimension: str, population: pd.DataFrame, found: Mapping[str, int]) -> Sequence[str]:
    if dimension == AGE:
        return list(AGES)
    if dimension == CHANNEL:
        return [group for group in found if group]
    return population.loc[population["variable"] == dimension, "category"].tolist()


def _age_of(band: str) -> str:
    return next((age for age, bands in AGES.items() if band in bands), "")


def _shares(population: pd.DataFrame) -> dict[Key, float]:
    """The share (0 to 1) of each group within its variable."""
    totals = population.groupby("variable")["population"].transform("sum")
    rows = zip(population["variable"], population["category"], population["population"] / totals, strict=True)
    return {(str(name), str(group)): float(share) for name, group, share in rows}


def _row(
    key: Key, exact: int, n: int | None, received: int | None, share: float | None, target: int | None
) -> GroupStanding:
    small = exact < SMALLEST
    expected = None if share is None or received is None else share * received
    aimed = None if share is None or target is None else share * target
    return GroupStanding(*key, n, small, aimed, expected, _standing(n, small=small, expected=expected))


def _standing(n: int | None, *, small: bool, expected: float | None) -> str:
    """How a group stands, from nothing but what is shown of it: of a hidden small count, only that it is under 10."""
    if expected is None or (n is None and not small):
        return "hidden" if n is None and not small else "few"
    if n is None:
        least = SMALLEST / expected if expected else 1.0
        return "far_below" if least <= FAR_BELOW else "below" if least <= BELOW else "few"
    ratio = n / expected if expected else ABOVE
    return "far_below" if ratio < FAR_BELOW else "below" if ratio < BELOW else "near" if ratio < ABOVE else "above"


def _missing(row: GroupStanding) -> int:
    """How many answers are missing at least, from what is shown."""
    if row.expected is None or (row.n is None and not row.small):
        return 0
    return int(row.expected - (SMALLEST - 1 if row.n is None else row.n))


def _age(board: CoverageBoard, ward: str) -> str:
    """The age that is furthest behind in a ward, where that can be told."""
    rows = {age: row for age in AGES if (row := board.rows.get((GRID, f"{ward} x {age}")))}
    told = {age: _missing(row) for age, row in rows.items() if row.standing in ("far_below", "below")}
    best = max(told, key=lambda age: (told[age], age), default="")
    return best if best and told[best] >= WORTH_A_VISIT else ""
