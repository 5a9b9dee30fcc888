"""Who has not been heard from: answers by group beside what the group's share of the population would bring.

Counts in, a table out, with every small count hidden, also where it would follow from the others by subtraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from analysis.counts.substantive import NOT_STATED
from analysis.counts.tables import JOIN
from analysis.disclosure import FIGURES, protect
from analysis.study import CITY, Dimension
from analysis.thresholds import limits, thresholds
from analysis.trend.area_matching import WARD

CHANNEL = "channel"
WIDER = "wider group"
"Stands for a dimension; no characteristic can have a name with a space in it."
GRID = f"{WARD}{JOIN}{WIDER}"
AUDIENCE = "partner"

Key = tuple[str, str]
"A dimension and a group."


def smallest() -> int:
    """Counts under this are hidden."""
    return thresholds(AUDIENCE).hide_base_under


@dataclass(frozen=True)
class WiderGroups:
    """A characteristic that is known ward by ward only in wider groups: the code of each, and the groups it holds."""

    characteristic: str
    groups: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code, _ in self.groups)

    def of(self, group: str) -> str:
        """The wider group that a group is part of; empty where there is none."""
        return next((code for code, parts in self.groups if group in parts), "")


NOT_KNOWN = WiderGroups("", ())


class GroupStanding(NamedTuple):
    """One group. `n` is None where it is hidden: `small` says whether for being small, or to protect another.

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
    """Where to go next: so many answers are missing at least, most of them of the wider group `whom` ("" unknown)."""

    ward: str
    missing: int
    whom: str
    row: GroupStanding


@dataclass(frozen=True)
class CoverageBoard:
    """Everything that was counted, by (dimension, group). `received` is None where it is hidden.

    `known`: the dimensions whose population is known, so that their counts stand beside a share.
    """

    received: int | None
    rows: Mapping[Key, GroupStanding]
    known: frozenset[str] = frozenset()

    def of(self, dimension: str) -> list[GroupStanding]:
        return [row for (name, _), row in self.rows.items() if name == dimension]


def representation(
    people: pd.DataFrame,
    population: pd.DataFrame,
    target: int | None,
    dimensions: Sequence[Dimension],
    wider: WiderGroups = NOT_KNOWN,
) -> CoverageBoard:
    """Set answers beside the population.

    `people`: one row a combination: a column for each of `dimensions` and `channel` (codes, "" where not stated) and
    `n`. `population`: `variable, category, population`; of a dimension that it knows, its groups are those that are
    shown, and GRID (category "WARD x WIDER GROUP") holds what is known ward by ward of a characteristic, in `wider`
    groups.
    A dimension that it does not know has counts alone. Channels are those that occur. `target` in answers.
    """
    counts = _counts(people, population, dimensions, wider)
    hidden = hide(tuple(counts.items()), wider)
    # The whole is worth more than lists that nothing is known beside, and than a few cells of ward by wider group.
    known = {CITY, CHANNEL, GRID, WIDER, *population["variable"]}
    for kept in (known, known - {GRID, WIDER}):
        if (CITY, "") in hidden:
            counts = {key: n for key, n in counts.items() if key[0] in kept}
            hidden = hide(tuple(counts.items()), wider)
    received = None if (CITY, "") in hidden else counts[CITY, ""]
    shares = _shares(population)
    shown = {
        key: _row(key, n, n if key not in hidden else None, received, shares.get(key), target)
        for key, n in counts.items()
        if key[0] not in (CITY, WIDER)
    }
    return CoverageBoard(received, shown, frozenset(population["variable"]))


def where_next(board: CoverageBoard, most: int = 5) -> list[NextVisit]:
    """Return the wards that are furthest behind their share, furthest first, from what the board shows alone."""
    behind = [row for row in board.of(WARD) if row.standing in ("far_below", "below")]
    found = [NextVisit(row.group, _missing(row), _whom(board, row.group), row) for row in behind]
    worth = [place for place in found if place.missing >= limits().worth_a_visit]
    return sorted(worth, key=lambda place: (-place.missing, place.ward))[:most]


def whom_next(board: CoverageBoard, most: int = 4) -> list[GroupStanding]:
    """Return the groups, other than wards, that are furthest behind, furthest first."""
    rows = [row for (name, _), row in board.rows.items() if name not in (WARD, GRID)]
    behind = [row for row in rows if row.standing in ("far_below", "below") and _missing(row) >= limits().worth_a_visit]
    return sorted(behind, key=lambda row: (-_missing(row) / (row.expected or 1), row.dimension, row.group))[:most]


@lru_cache(maxsize=64)
def hide(counts: tuple[tuple[Key, int], ...], wider: WiderGroups = NOT_KNOWN) -> frozenset[Key]:
    """Return the rows that may not be shown: small ones, and more until none of them follows from the rest.

    Sums are protected as everywhere (`disclosure.protect`). Somebody who reads "fewer than 10" and "hidden to protect
    another" knows more than that; within each list that is taken into account, too.
    """
    n = dict(counts)
    if n[CITY, ""] < smallest():
        return frozenset(n)
    frame = pd.DataFrame([(name, group, count) for (name, group), count in counts], columns=["dimension", "group", "n"])
    filled = frame.assign(indicator="everybody", yes=frame["n"] // 2)
    filled = filled.assign(**dict.fromkeys((name for name in FIGURES if name not in ("n", "yes")), 0.0))
    if wider.characteristic:
        filled["dimension"] = filled["dimension"].replace(wider.characteristic, f"{WIDER}{JOIN}{wider.characteristic}")
        filled["group"] = [_nested(key, wider) for key, _ in counts]
    because = protect(filled, AUDIENCE, dimensions=_ordinary(n))["hidden_because"].tolist()
    hidden = {key for (key, _), reason in zip(counts, because, strict=True) if reason}
    hidden |= {key for key, count in counts if count < smallest()}
    for dimension in dict.fromkeys(name for name, _ in n if name not in (CITY, GRID, WIDER)):
        more = _by_label({key: count for key, count in n.items() if key[0] == dimension}, hidden)
        if more is None:
            return frozenset(n)
        hidden |= more
    return frozenset(hidden)


def _ordinary(keys: Iterable[Key]) -> list[Dimension]:
    """How many people are in a group is a base, and bases are protected alike whatever the group is of."""
    names = dict.fromkeys(part for name, _ in keys for part in name.split(JOIN))
    return [Dimension(name=name, special_category=False) for name in names]


def _nested(key: Key, wider: WiderGroups) -> str:
    """A group by the wider one that it is part of, so that sums of both are known as sums."""
    dimension, group = key
    return group if dimension != wider.characteristic else f"{wider.of(group) or NOT_STATED}{JOIN}{group}"


def _by_label(counts: Mapping[Key, int], hidden: Iterable[Key]) -> set[Key] | None:
    """Rows of one list to hide until no small count is known to within too few from the labels.

    None where even the whole list is not enough, because its total says too much.
    """
    chosen = set(hidden) & set(counts)
    small = [key for key, n in counts.items() if n < smallest()]
    while small:
        beside = [key for key in chosen if counts[key] >= smallest()]
        total = sum(counts[key] for key in chosen)
        highest = min(smallest() - 1, total - smallest() * len(beside))
        lowest = 0 if beside else max(0, total - (smallest() - 1) * (len(small) - 1))
        left = sorted((n, key) for key, n in counts.items() if key not in chosen)
        if highest - lowest >= thresholds(AUDIENCE).protection_interval:
            break
        if not left:
            return None
        chosen.add(left[0][1])
    return chosen


def _counts(
    people: pd.DataFrame, population: pd.DataFrame, dimensions: Sequence[Dimension], wider: WiderGroups
) -> dict[Key, int]:
    """Every count by dimension and group: those that are shown, and those that sums lead to.

    What nobody was asked has none, nor has ward by wider group where every cell would be hidden, nor "not stated" where
    everybody stated it: none is nobody, and hiding it would only hide others.
    """
    known, grid = people, {}
    if {WARD, wider.characteristic} <= set(people.columns):
        known = people.assign(**{WIDER: people[wider.characteristic].map(wider.of)})
        grid = _grid(known, population, wider)
    counts: dict[Key, int] = {(CITY, ""): int(known["n"].sum())}
    for dimension, groups in _lists(population, dimensions, wider if grid else NOT_KNOWN):
        found = {str(group): int(n) for group, n in known.groupby(dimension)["n"].sum().items()}
        groups = [group for group in found if group] if dimension == CHANNEL else groups
        if not groups or (dimension != WARD and not any(found.get(group) for group in groups)):
            continue  # nobody was asked, or nobody asks about it here
        counts |= {(dimension, group): found.pop(group, 0) for group in groups}
        if unknown := sum(found.values()):
            counts[dimension, NOT_STATED] = unknown
    return counts | grid


def _lists(
    population: pd.DataFrame, dimensions: Sequence[Dimension], wider: WiderGroups
) -> Iterator[tuple[str, Sequence[str]]]:
    """Every list that is counted with its groups: those whose population is known, else those that were asked about."""
    for dimension in dimensions:
        yield dimension.name, _groups(dimension.name, population) or list(dimension.groups)
        if dimension.name == wider.characteristic:
            yield WIDER, wider.codes
    yield CHANNEL, ()


def _grid(known: pd.DataFrame, population: pd.DataFrame, wider: WiderGroups) -> dict[Key, int]:
    found = known.groupby([WARD, WIDER])["n"].sum().to_dict()
    pairs = ((ward, group) for ward in _groups(WARD, population) for group in wider.codes)
    cells = {(GRID, f"{ward}{JOIN}{group}"): int(found.get((ward, group), 0)) for ward, group in pairs}
    return cells if max(cells.values(), default=0) >= smallest() else {}


def _groups(dimension: str, population: pd.DataFrame) -> list[str]:
    groups: list[str] = population.loc[population["variable"] == dimension, "category"].tolist()
    return groups


def _shares(population: pd.DataFrame) -> dict[Key, float]:
    """The share (0 to 1) of each group within its variable."""
    totals = population.groupby("variable")["population"].transform("sum")
    rows = zip(population["variable"], population["category"], population["population"] / totals, strict=True)
    return {(str(name), str(group)): float(share) for name, group, share in rows}


def _row(
    key: Key, exact: int, n: int | None, received: int | None, share: float | None, target: int | None
) -> GroupStanding:
    small = exact < smallest()
    expected = None if share is None or received is None else share * received
    aimed = None if share is None or target is None else share * target
    return GroupStanding(*key, n, small, aimed, expected, _standing(n, small=small, expected=expected))


def _standing(n: int | None, *, small: bool, expected: float | None) -> str:
    """How a group stands, from nothing but what is shown of it: of a hidden small count, only that it is small."""
    if expected is None or (n is None and not small):
        return "hidden" if n is None and not small else "few"
    if n is None:
        least = smallest() / expected if expected else 1.0
        return "far_below" if least <= limits().far_below_share else "below" if least <= limits().below_share else "few"
    known = limits()
    ratio = n / expected if expected else known.above_share
    steps = {"far_below": known.far_below_share, "below": known.below_share, "near": known.above_share}
    return next((name for name, step in steps.items() if ratio < step), "above")


def _missing(row: GroupStanding) -> int:
    """How many answers are missing at least, from what is shown."""
    if row.expected is None or (row.n is None and not row.small):
        return 0
    return int(row.expected - (smallest() - 1 if row.n is None else row.n))


def _whom(board: CoverageBoard, ward: str) -> str:
    """The wider group that is furthest behind in a ward, where that can be told."""
    rows = {row.group.split(JOIN)[1]: row for row in board.of(GRID) if row.group.split(JOIN)[0] == ward}
    told = {group: _missing(row) for group, row in rows.items() if row.standing in ("far_below", "below")}
    best = max(told, key=lambda group: (told[group], group), default="")
    return best if best and told[best] >= limits().worth_a_visit else ""
