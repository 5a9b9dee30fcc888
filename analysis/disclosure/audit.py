"""Secondary suppression: how closely a hidden count can be known from all that is shown, and what to hide until not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.counts.coding import Integers
from analysis.disclosure.additivity import AdditivityConstraint
from analysis.disclosure.linear_programme import LinearProgramme

Rows = frozenset[int]
NO_ROWS: Rows = frozenset()
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TableCells:
    """The counts of one indicator by row, and the sums between rows.

    `most` is what is known of each base from elsewhere (the people of the group); infinite where nothing is.
    `fixed` rows have been published before: whoever wants to know looks them up, so that hiding them protects nobody.
    """

    n: Integers
    yes: Integers
    equations: tuple[AdditivityConstraint, ...]
    most: Floats
    fixed: Rows = NO_ROWS

    @property
    def no(self) -> Integers:
        return self.n - self.yes


@dataclass(frozen=True)
class ProtectionRule:
    """No equation may have fewer than two hidden rows, or hidden rows that sum to less than the `least` of a count.

    No hidden count may be known to within less than `protection_interval`.
    """

    least: tuple[tuple[Integers, int], ...]
    protection_interval: int
    bases: bool
    "Whether bases are hidden too (first pass), or only counts of yes and no (second pass)."


def suppress_secondary(cells: TableCells, hidden: Iterable[int], bases: Iterable[int], rule: ProtectionRule) -> Rows:
    """Add rows to `hidden` until nothing in it follows from what is shown. `bases` are the rows whose n is hidden.

    First the simple rule for each sum, then the bounds an attacker could compute; always the smallest row that helps.
    Hiding more only widens the bounds, so a row that was found safe is not looked at again.
    """
    asked = frozenset(hidden)
    chosen = set(asked - cells.fixed)
    known_bases = frozenset(bases) - cells.fixed
    attack = Intruder(cells, rule)
    while True:
        extra = _by_rule(cells, chosen, rule)
        if extra is None:
            extra = _by_bounds(attack, frozenset(chosen), frozenset(chosen) if rule.bases else known_bases)
        if extra is None:
            return frozenset(chosen) | asked
        chosen.add(extra)


def _by_rule(cells: TableCells, hidden: set[int], rule: ProtectionRule) -> int | None:
    for equation in cells.equations:
        inside = [row for row in equation.rows if row in hidden]
        if not inside or (equation.total in hidden and len(inside) > 1):
            continue
        lacking = [(values, least - int(values[inside].sum())) for values, least in rule.least]
        if len(inside) < 2 or any(number > 0 for _, number in lacking):
            extra = smallest_shown(cells, equation, hidden, lacking)
            if extra is not None:
                return extra
    return None


def smallest_shown(
    cells: TableCells,
    equation: AdditivityConstraint,
    hidden: set[int] | Rows,
    lacking: Sequence[tuple[Integers, int]] = (),
) -> int | None:
    """The visible part with the fewest people, empty ones aside; the total when there is none.

    Parts that bring all that is `lacking` (counts by row, and how many are still needed) go before those that do not.
    """
    visible = [row for row in equation.parts if row not in hidden and row not in cells.fixed and cells.n[row] > 0]
    if visible:
        return min(visible, key=lambda row: (any(values[row] < need for values, need in lacking), cells.n[row], row))
    return None if equation.total in hidden or equation.total in cells.fixed else equation.total


def _by_bounds(attack: Intruder, hidden: Rows, bases: Rows) -> int | None:
    for row in attack.within_protection_interval(hidden, bases):
        extra = row_beside(attack.cells, row, hidden)
        if extra is not None:
            return extra
    return None


def row_beside(cells: TableCells, row: int, hidden: Rows) -> int | None:
    """A further row to hide for the sake of a hidden one: in its own sums first, then in those tied to hidden rows.

    Where the own sums are hidden altogether, what pins a row lies further off.
    """
    tied = [equation for equation in cells.equations if not hidden.isdisjoint(equation.rows)]
    for equation in sorted(tied, key=lambda equation: row not in equation.rows):
        extra = smallest_shown(cells, equation, hidden)
        if extra is not None:
            return extra
    return None


class Intruder:
    """Somebody who knows everything that is shown, all sums, and how many people are in no part of a sum."""

    def __init__(self, cells: TableCells, rule: ProtectionRule) -> None:
        self.cells = cells
        self._rule = rule
        self._safe: set[int] = set()

    def within_protection_interval(self, hidden: Rows, bases: Rows) -> Iterator[int]:
        """Hidden rows of which a count can be placed in an interval narrower than the rule allows.

        `hidden` rows show neither yes nor no; of these, rows in `bases` do not show n either.
        """
        for rows, sums in components(self.cells.equations, hidden):
            nothing_shown = bases.issuperset(rows) and all(hidden.issuperset(equation.rows) for equation in sums)
            if nothing_shown or self._safe.issuperset(rows):
                continue
            if is_simple(sums, hidden):
                width = widths_in_one_sum(self.cells, rows, frozenset(rows) & bases, bases_only=self._rule.bases)
                yield from (row for row in rows if width[row] < self._rule.protection_interval)
            else:
                yield from self._solved(rows, sums, bases)
            self._safe.update(rows)

    def _solved(self, rows: list[int], sums: Sequence[AdditivityConstraint], bases: Rows) -> Iterator[int]:
        puzzle = FeasibilityProblem(self.cells, rows, frozenset(rows) & bases, sums, bases_only=self._rule.bases)
        open_rows = [row for row in rows if row not in self._safe]
        widths = puzzle.widths(open_rows)
        yield from (row for row in open_rows if widths[row] < self._rule.protection_interval)
        self._safe.update(row for row in open_rows if widths[row] >= self._rule.protection_interval)


def is_simple(sums: Sequence[AdditivityConstraint], hidden: Rows) -> bool:
    """Whether hidden rows are tied by one sum alone, of which the total is shown."""
    return len(sums) == 1 and sums[0].total not in hidden


def components(
    equations: Sequence[AdditivityConstraint], hidden: Rows
) -> list[tuple[list[int], list[AdditivityConstraint]]]:
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
    sums: dict[int, list[AdditivityConstraint]] = {key: [] for key in members}
    for equation, rows in tied:
        if rows:
            sums[root(rows[0])].append(equation)
    return [(rows, sums[key]) for key, rows in members.items() if sums[key]]


def widths_in_one_sum(cells: TableCells, rows: list[int], bases: Rows, *, bases_only: bool) -> dict[int, float]:
    """Width of the narrowest interval of each row, exactly, where one shown total ties the rows.

    A transport problem: the sizes of rows in `bases` are known together only, and each to be at most `most`.
    """
    unknown = [row for row in rows if row in bases]
    together = float(cells.n[unknown].sum())
    top = {row: min(float(cells.most[row]), together) for row in unknown}
    bottom = {row: max(0.0, together - sum(top.values()) + top[row]) for row in unknown}
    result = {row: top[row] - bottom[row] for row in unknown}
    if bases_only:
        return result
    known = {row: float(cells.n[row]) for row in rows if row not in bases}
    everybody = together + sum(known.values())
    for total in (float(cells.yes[rows].sum()), float(cells.no[rows].sum())):
        for row in rows:
            high, low = (top[row], bottom[row]) if row in bases else (known[row], known[row])
            width = min(high, total) - max(0.0, low + total - everybody)
            result[row] = min(result.get(row, np.inf), width)
    return result


class FeasibilityProblem:
    """Hidden counts of one indicator tied by several sums. Unknowns are yes and no of each row (or the bases alone)."""

    def __init__(
        self, cells: TableCells, rows: list[int], bases: Rows, sums: Sequence[AdditivityConstraint], *, bases_only: bool
    ) -> None:
        self._place = {row: number for number, row in enumerate(rows)}
        self._bases, self._bases_only = bases, bases_only
        ties = np.array([[_sign(equation, row) for row in rows] for equation in sums])
        halves = [cells.n[rows]] if bases_only else [cells.yes[rows], cells.no[rows]]
        truth = np.concatenate(halves).astype(np.float64)
        self._programme = LinearProgramme(len(truth))
        for fact in np.kron(np.eye(len(halves)), ties):
            self._programme.fact(fact, float(fact @ truth))
        for row in rows:
            total = self._total(row)
            if not bases_only and row not in bases:
                self._programme.fact(total, float(cells.n[row]))
            elif np.isfinite(cells.most[row]):
                self._programme.limit(total, float(cells.most[row]))

    def widths(self, rows: Sequence[int]) -> dict[int, float]:
        """Width of the narrowest interval of what must not be known of each row: yes, no and n where it is hidden."""
        targets = [(row, target) for row in rows for target in self._targets(row)]
        found = dict.fromkeys(rows, np.inf)
        for (row, _), width in zip(targets, self._programme.widths([one for _, one in targets]), strict=True):
            found[row] = min(found[row], float(width))
        return found

    def _targets(self, row: int) -> list[Floats]:
        if self._bases_only:
            return [self._total(row)]
        single = [self._unit(row, 0), self._unit(row, 1)]
        return [*single, self._total(row)] if row in self._bases else single

    def _unit(self, row: int, half: int) -> Floats:
        size = len(self._place)
        unit = np.zeros(size if self._bases_only else 2 * size)
        unit[self._place[row] + half * size] = 1.0
        return unit

    def _total(self, row: int) -> Floats:
        return self._unit(row, 0) if self._bases_only else self._unit(row, 0) + self._unit(row, 1)


def _sign(equation: AdditivityConstraint, row: int) -> float:
    return -1.0 if row == equation.total else float(row in equation.parts)
