"""How closely a hidden count can be known from everything that is shown, and what else to hide until it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.coding import Integers
from analysis.relations import Equation

Rows = frozenset[int]
Floats = NDArray[np.float64]
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
    Hiding more only widens the bounds, so a row that was found safe is not looked at again.
    """
    chosen = set(hidden)
    attack = Attack(cells, rule)
    while True:
        extra = _by_rule(cells, chosen, rule)
        if extra is None:
            extra = _by_bounds(attack, frozenset(chosen), frozenset(chosen) if rule.bases else frozenset(bases))
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


def _by_bounds(attack: Attack, hidden: Rows, bases: Rows) -> int | None:
    tied = [equation for equation in attack.cells.equations if not hidden.isdisjoint(equation.rows)]
    for row in attack.known_too_well(hidden, bases):
        # its own sums first; where they are hidden altogether, what pins it lies further off
        for equation in sorted(tied, key=lambda equation: row not in equation.rows):
            extra = _smallest(attack.cells, equation, hidden)
            if extra is not None:
                return extra
    return None


class Attack:
    """Somebody who knows everything that is shown, all sums, and how many people are in no part of a sum."""

    def __init__(self, cells: Cells, rule: Rule) -> None:
        self.cells = cells
        self._rule = rule
        self._safe: set[int] = set()

    def known_too_well(self, hidden: Rows, bases: Rows) -> Iterator[int]:
        """Hidden rows of which a count can be placed in an interval narrower than the rule allows.

        `hidden` rows show neither yes nor no; of these, rows in `bases` do not show n either.
        """
        for rows, sums in _components(self.cells.equations, hidden):
            nothing_shown = bases.issuperset(rows) and all(hidden.issuperset(equation.rows) for equation in sums)
            if nothing_shown or self._safe.issuperset(rows):
                continue
            if len(sums) == 1 and sums[0].total not in hidden:
                width = one_sum(self.cells, rows, frozenset(rows) & bases, bases_only=self._rule.bases)
                pinned = (row for row in rows if width[row] < self._rule.narrowest)
            else:
                puzzle = Puzzle(self.cells, rows, frozenset(rows) & bases, sums, bases_only=self._rule.bases)
                pinned = (row for row in rows if row not in self._safe and self._pinned(puzzle, row))
            yield from pinned
            self._safe.update(rows)

    def _pinned(self, puzzle: Puzzle, row: int) -> bool:
        if any(puzzle.width(target, self._rule.narrowest) < self._rule.narrowest for target in puzzle.targets(row)):
            return True
        self._safe.add(row)
        return False


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


def one_sum(cells: Cells, rows: list[int], bases: Rows, *, bases_only: bool) -> dict[int, float]:
    """Width of the narrowest interval of each row, exactly, where one shown total ties the rows.

    Rows whose base is hidden act together as one row of known size.
    """
    unknown = [row for row in rows if row in bases]
    together = int(cells.n[unknown].sum())
    result = {row: float(together) if len(unknown) > 1 else 0.0 for row in unknown}
    if bases_only:
        return result
    sizes: dict[tuple[int, ...], int] = {(row,): int(cells.n[row]) for row in rows if row not in bases}
    if unknown:
        sizes[tuple(unknown)] = together
    everybody = sum(sizes.values())
    for members, size in sizes.items():
        for total in (int(cells.yes[rows].sum()), int(cells.no[rows].sum())):
            low = 0 if len(members) > 1 else max(0, total - (everybody - size))
            for row in members:
                result[row] = min(result.get(row, np.inf), float(min(size, total) - low))
    return result


class Puzzle:
    """Hidden counts tied by several sums, as a linear programme: what values fit everything that is shown?

    Unknowns are yes and no of each row (or the bases alone). Every solution found is remembered: two that lie far
    enough apart show that a count is safe without solving again.
    """

    def __init__(
        self, cells: Cells, rows: list[int], bases: Rows, sums: Sequence[Equation], *, bases_only: bool
    ) -> None:
        self._place = {row: number for number, row in enumerate(rows)}
        self._bases, self._bases_only = bases, bases_only
        ties = np.array([[_sign(equation, row) for row in rows] for equation in sums])
        if bases_only:
            self._known, truth = ties, cells.n[rows]
        else:
            truth = np.concatenate([cells.yes[rows], cells.no[rows]])
            fixed = [self._total(row) for row in rows if row not in bases]
            self._known = np.vstack([np.kron(np.eye(2), ties), *fixed])
        self._right = self._known @ truth
        self._found: list[Floats] = [truth.astype(np.float64)]

    def targets(self, row: int) -> list[Floats]:
        """The sums of unknowns that must not be known: yes, no and, where it is hidden, n of a row."""
        if self._bases_only:
            return [self._unit(row, 0)]
        single = [self._unit(row, 0), self._unit(row, 1)]
        return [*single, self._total(row)] if row in self._bases else single

    def width(self, target: Floats, enough: float) -> float:
        """Width of the interval of a target, or any width of at least `enough`."""
        from scipy.optimize import linprog

        for sign in (1.0, -1.0):
            values = np.array(self._found) @ target
            if np.ptp(values) >= enough:
                break
            result: Any = linprog(sign * target, A_eq=self._known, b_eq=self._right, bounds=(0, None), method="highs")
            if result.status == UNBOUNDED:
                return float("inf")
            if result.x is None:
                return 0.0
            self._found.append(result.x)
        return round(float(np.ptp(np.array(self._found) @ target)), 6)

    def _unit(self, row: int, half: int) -> Floats:
        size = len(self._place)
        unit = np.zeros(size if self._bases_only else 2 * size)
        unit[self._place[row] + half * size] = 1.0
        return unit

    def _total(self, row: int) -> Floats:
        return self._unit(row, 0) + self._unit(row, 1)


def _sign(equation: Equation, row: int) -> float:
    return -1.0 if row == equation.total else float(row in equation.parts)
