"""How closely a hidden count can be known from everything that is shown, and what else to hide until it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.coding import Integers
from analysis.relations import Equation

Rows = frozenset[int]
Width = dict[int, float]
UNBOUNDED = 3
"scipy's status of a linear programme without a finite answer; any other failure counts as no protection."


@dataclass(frozen=True)
class Cells:
    """The counts of one indicator by row, and the sums between rows."""

    n: Integers
    yes: Integers
    equations: tuple[Equation, ...]

    @property
    def no(self) -> Integers:
        return self.n - self.yes


@dataclass(frozen=True)
class Rule:
    """No equation may have fewer than two hidden rows, or hidden rows that sum to less than the `least` of a count.

    No hidden count may be known to within less than `narrowest`.
    """

    least: tuple[tuple[Integers, int], ...]
    narrowest: int
    bases: bool
    "Whether bases are hidden too (first pass), or only counts of yes and no (second pass)."


def hide_more(cells: Cells, hidden: Iterable[int], bases: Iterable[int], rule: Rule) -> Rows:
    """Add rows to `hidden` until nothing in it follows from what is shown. `bases` are the rows whose n is hidden.

    First the simple rule for each sum, then the bounds an attacker could compute; always the smallest row that helps.
    """
    chosen = set(hidden)
    while True:
        extra = _by_rule(cells, chosen, rule)
        if extra is None:
            known_bases = frozenset(chosen) if rule.bases else frozenset(bases)
            extra = _by_bounds(cells, frozenset(chosen), known_bases, rule)
        if extra is None:
            return frozenset(chosen)
        chosen.add(extra)


def _by_rule(cells: Cells, hidden: set[int], rule: Rule) -> int | None:
    for equation in cells.equations:
        inside = [row for row in equation.rows if row in hidden]
        if not inside or (equation.total in hidden and len(inside) > 1):
            continue
        enough = len(inside) > 1 and all(values[inside].sum() >= least for values, least in rule.least)
        if not enough:
            extra = _smallest(cells, equation, hidden)
            if extra is not None:
                return extra
    return None


def _smallest(cells: Cells, equation: Equation, hidden: set[int] | Rows) -> int | None:
    """The visible part with the fewest people, empty ones aside; the total when there is none."""
    visible = [row for row in equation.parts if row not in hidden and cells.n[row] > 0]
    if visible:
        return min(visible, key=lambda row: (cells.n[row], row))
    return None if equation.total in hidden else equation.total


def _by_bounds(cells: Cells, hidden: Rows, bases: Rows, rule: Rule) -> int | None:
    widths = known_to_within(cells, hidden, bases, bases_only=rule.bases)
    for row in sorted(row for row, width in widths.items() if width < rule.narrowest):
        for equation in cells.equations:
            if row in equation.rows:
                extra = _smallest(cells, equation, hidden)
                if extra is not None:
                    return extra
    return None


def known_to_within(cells: Cells, hidden: Rows, bases: Rows, *, bases_only: bool = False) -> Width:
    """Width of the interval in which an attacker can place the counts of each hidden row; the narrowest of them.

    `hidden` rows show neither yes nor no; of these, rows in `bases` do not show n either. The attacker knows all sums,
    and how many people are in no part of a sum.
    """
    result: Width = {}
    for component, sums in _components(cells.equations, hidden):
        single = len(sums) == 1 and sums[0].total not in hidden
        bound = _one_sum if single else _many_sums
        result |= bound(cells, component, frozenset(component) & bases, sums, bases_only)
    return result


def _components(equations: Sequence[Equation], hidden: Rows) -> list[tuple[list[int], list[Equation]]]:
    """Hidden rows that are tied to one another by sums, with those sums."""
    owner = {row: row for row in hidden}

    def root(row: int) -> int:
        while owner[row] != row:
            row = owner[row]
        return row

    tied = [(equation, [row for row in equation.rows if row in hidden]) for equation in equations]
    for _, rows in tied:
        for row in rows[1:]:
            owner[root(row)] = root(rows[0])
    members: dict[int, list[int]] = {}
    for row in sorted(hidden):
        members.setdefault(root(row), []).append(row)
    sums: dict[int, list[Equation]] = {key: [] for key in members}
    for equation, rows in tied:
        if rows:
            sums[root(rows[0])].append(equation)
    return [(rows, sums[key]) for key, rows in members.items() if sums[key]]


def _one_sum(cells: Cells, rows: list[int], bases: Rows, sums: Sequence[Equation], bases_only: bool) -> Width:
    """Exact bounds where a single shown total ties the rows: rows of hidden base act together as one row."""
    unknown = [row for row in rows if row in bases]
    together = int(cells.n[unknown].sum())
    result: Width = {row: float(together) if len(unknown) > 1 else 0.0 for row in unknown}
    if bases_only:
        return result
    sizes: dict[tuple[int, ...], int] = {(row,): int(cells.n[row]) for row in rows if row not in bases}
    if unknown:
        sizes[tuple(unknown)] = together
    total, everybody = {"yes": int(cells.yes[rows].sum()), "no": int(cells.no[rows].sum())}, sum(sizes.values())
    for members, size in sizes.items():
        for answer in ("yes", "no"):
            high = min(size, total[answer])
            low = 0 if len(members) > 1 else max(0, total[answer] - (everybody - size))
            for row in members:
                result[row] = min(result.get(row, np.inf), float(high - low))
    return result


def _many_sums(cells: Cells, rows: list[int], bases: Rows, sums: Sequence[Equation], bases_only: bool) -> Width:
    """Bounds by linear programming: the smallest and largest value of each count that fits everything shown."""
    place = {row: number for number, row in enumerate(rows)}
    ties = np.zeros((len(sums), len(rows)))
    for number, equation in enumerate(sums):
        for row in equation.rows:
            if row in place:
                ties[number, place[row]] = -1.0 if row == equation.total else 1.0
    size = len(rows)
    if bases_only:
        known, right = ties, ties @ cells.n[rows]
        wanted = {row: [_unit(size, place[row])] for row in rows}
    else:
        fixed = [row for row in rows if row not in bases]
        both = np.array([_unit(2 * size, place[row]) + _unit(2 * size, size + place[row]) for row in fixed])
        known = np.vstack([np.kron(np.eye(2), ties), both.reshape(-1, 2 * size)])
        right = np.r_[ties @ cells.yes[rows], ties @ cells.no[rows], cells.n[fixed]]
        wanted = {row: [_unit(2 * size, place[row]), _unit(2 * size, size + place[row])] for row in rows}
        for row in bases:
            wanted[row].append(wanted[row][0] + wanted[row][1])
    return {row: min(_range(target, known, right) for target in targets) for row, targets in wanted.items()}


def _unit(size: int, place: int) -> NDArray[np.float64]:
    unit = np.zeros(size)
    unit[place] = 1.0
    return unit


def _range(target: NDArray[np.float64], known: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    from scipy.optimize import linprog

    ends: list[float] = []
    for sign in (1.0, -1.0):
        found: Any = linprog(sign * target, A_eq=known, b_eq=right, bounds=(0, None), method="highs")
        if found.x is None:
            return float("inf") if found.status == UNBOUNDED else 0.0
        ends.append(float(found.fun))
    return round(-ends[1] - ends[0], 6)
