"""Hide the answers to one question together: what is not shown of one must not follow from the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.counts.coding import Integers
from analysis.counts.linked_indicators import LinkedIndicators
from analysis.disclosure.additivity import AdditivityConstraint
from analysis.disclosure.audit import (
    NO_ROWS,
    Floats,
    ProtectionRule,
    Rows,
    TableCells,
    components,
    is_simple,
    row_beside,
    suppress_secondary,
)
from analysis.disclosure.linear_programme import LinearProgramme
from analysis.thresholds import Thresholds


@dataclass(frozen=True)
class LinkedTables:
    """One question counted by row. `cells`, `bases` (rows whose n is hidden) and `told` are by indicator.

    `told`: rows whose n is known from an earlier publication, whatever is hidden now.
    """

    question: LinkedIndicators
    cells: tuple[TableCells, ...]
    bases: tuple[Rows, ...]
    told: tuple[Rows, ...] = ()

    @property
    def equations(self) -> tuple[AdditivityConstraint, ...]:
        return self.cells[0].equations


Hidden = list[Rows]
"Rows that are hidden, by indicator."


def suppress_linked_tables(answers: LinkedTables, first: Sequence[Rows], limits: Thresholds) -> Hidden:
    """Add to the rows in `first` until no hidden count of any indicator follows from what is shown of all of them.

    Two bases that differ give answers away by their difference ("don't know" is in one and not in the other): where
    the indicators have bases of their own a row is hidden of all of them, with its bases.
    """
    whole = not answers.question.one_base
    hidden = [frozenset(rows | bases) for rows, bases in zip(first, answers.bases, strict=True)]
    joint = JointIntruder(answers, limits.protection_interval)
    while True:
        if whole:
            hidden = [frozenset().union(*hidden)] * len(hidden)
            joint.answers = answers = _without_bases(answers, hidden[0])
        before, hidden = hidden, _hide_alone(answers, hidden, limits, bases=whole)
        if whole and hidden != before:
            continue
        extra = joint.further(hidden) if len(hidden) > 1 else None
        if extra is None:
            return hidden
        which, row = extra
        hidden[which] = hidden[which] | {row}


def _without_bases(answers: LinkedTables, rows: Rows) -> LinkedTables:
    return replace(answers, bases=tuple(rows - told for told in answers.told or (NO_ROWS,) * len(answers.cells)))


def _hide_alone(answers: LinkedTables, hidden: Hidden, limits: Thresholds, *, bases: bool) -> Hidden:
    """Hide what each indicator needs by itself; with `bases`, what its hidden bases need as well."""
    least, protection_interval = limits.hide_counts_under, limits.protection_interval
    found = []
    for one, rows, unknown in zip(answers.cells, hidden, answers.bases, strict=True):
        counts = ProtectionRule(((one.yes, least), (one.no, least)), protection_interval, bases=False)
        found.append(suppress_secondary(one, rows, unknown, counts))
        if bases:
            people = ProtectionRule(((one.n, limits.hide_base_under),), protection_interval, bases=True)
            found[-1] |= suppress_secondary(replace(one, yes=one.n), unknown, unknown, people)
    return found


class JointIntruder:
    """Somebody who sets the answers to one question beside one another, row by row and sum by sum."""

    def __init__(self, answers: LinkedTables, protection_interval: int) -> None:
        self.answers = answers
        self._protection_interval = protection_interval
        self._fixed = [one.fixed for one in answers.cells]
        self._safe: set[tuple[int, int]] = set()
        "Hiding more only widens what fits, so a figure that was found safe is not looked at again."

    def further(self, hidden: Hidden) -> tuple[int, int] | None:
        """An indicator and a row to hide besides; None where nothing hidden is known too well.

        Where all answers are hidden in the same rows, tied by one sum each, they tell no more together than alone: any
        yes and no that fit a transport problem can be filled up to all answers.
        """
        unknown = [rows - fixed for rows, fixed in zip(hidden, self._fixed, strict=True)]
        everywhere = frozenset().union(*unknown)
        same = all(rows == everywhere for rows in unknown) and self.answers.question.one_base
        for rows, sums in _tied(self.answers.equations, everywhere):
            if same and (is_simple(sums, everywhere) or not sums):
                continue
            seen = Seen(self.answers, unknown, rows, sums)
            figures = self._to_look_at(unknown, rows)
            widths = seen.widths(figures)
            for which, row in (figure for figure in figures if widths[figure] < self._protection_interval):
                extra = self._beside(seen, which, row, unknown)
                if extra is not None:
                    return extra
            self._safe.update(figures)
        return None

    def _to_look_at(self, unknown: Hidden, rows: Sequence[int]) -> list[tuple[int, int]]:
        figures = ((which, row) for which, hidden in enumerate(unknown) for row in rows if row in hidden)
        return [figure for figure in figures if figure not in self._safe]

    def _beside(self, seen: Seen, which: int, row: int, unknown: Hidden) -> tuple[int, int] | None:
        """Another answer in the same row, one that helps if there is any; otherwise another row."""
        others = [
            (int(min(cells.yes[row], cells.no[row])), other)
            for other, cells in enumerate(self.answers.cells)
            if row not in unknown[other] and row not in cells.fixed
        ]
        ordered = [other for _, other in sorted(others)]
        for other in ordered:
            if seen.without(other, row).widths([(which, row)])[which, row] >= self._protection_interval:
                return other, row
        if ordered:
            return ordered[0], row
        for other, cells in enumerate(self.answers.cells):
            extra = row_beside(cells, row, unknown[other])
            if extra is not None:
                return other, extra
        return None


def _tied(
    equations: Sequence[AdditivityConstraint], hidden: Rows
) -> list[tuple[list[int], list[AdditivityConstraint]]]:
    """Hidden rows with the sums that tie them; rows in no sum stand alone, because answers tie them too."""
    found = components(equations, hidden)
    inside = {row for rows, _ in found for row in rows}
    return [*found, *(([row], []) for row in sorted(hidden - inside))]


class Seen:
    """What is seen of some rows that are tied together, as a linear programme over kinds of answer."""

    def __init__(
        self, answers: LinkedTables, unknown: Hidden, rows: list[int], sums: Sequence[AdditivityConstraint]
    ) -> None:
        self._answers, self._unknown, self._rows, self._sums = answers, unknown, rows, sums
        self._place = {row: number for number, row in enumerate(rows)}
        self._kinds = answers.question.yes.shape[1]
        self._programme = LinearProgramme(len(rows) * self._kinds)
        for which, cells in enumerate(answers.cells):
            bases = answers.bases[which] - cells.fixed
            self._tell(answers.question.yes[which], cells.yes, unknown[which])
            self._tell(answers.question.base[which], cells.n, bases)
            for row in rows:
                if row in bases and np.isfinite(cells.most[row]):
                    self._programme.limit(self._vector(answers.question.base[which], row), float(cells.most[row]))

    def without(self, which: int, row: int) -> Seen:
        """The same with one figure less."""
        unknown = [rows | {row} if other == which else rows for other, rows in enumerate(self._unknown)]
        return Seen(self._answers, unknown, self._rows, self._sums)

    def widths(self, figures: Sequence[tuple[int, int]]) -> dict[tuple[int, int], float]:
        """Width of the narrowest interval of the yes, the no or the hidden base of each (indicator, row)."""
        targets = [(figure, target) for figure in figures for target in self._targets(*figure)]
        found = dict.fromkeys(figures, np.inf)
        for (figure, _), width in zip(targets, self._programme.widths([one for _, one in targets]), strict=True):
            found[figure] = min(found[figure], float(width))
        return found

    def _targets(self, which: int, row: int) -> list[Floats]:
        yes, base = (
            self._vector(part[which], row) for part in (self._answers.question.yes, self._answers.question.base)
        )
        hidden = row in self._answers.bases[which] - self._answers.cells[which].fixed
        return [yes, base - yes, base] if hidden else [yes, base - yes]

    def _tell(self, kinds: np.ndarray, counts: Integers, unknown: Rows) -> None:
        """A count (yes or n) as it is seen: itself where it is shown, its sums where it is not."""
        for row in self._rows:
            if row not in unknown:
                self._programme.fact(self._vector(kinds, row), float(counts[row]))
        for equation in self._sums:
            signs = {row: -1.0 if row == equation.total else 1.0 for row in equation.rows if row in unknown}
            if signs:
                fact = sum(sign * self._vector(kinds, row) for row, sign in signs.items())
                self._programme.fact(np.asarray(fact), float(sum(sign * counts[row] for row, sign in signs.items())))

    def _vector(self, kinds: np.ndarray, row: int) -> Floats:
        vector = np.zeros(len(self._rows) * self._kinds)
        start = self._place[row] * self._kinds
        vector[start : start + self._kinds] = kinds
        return vector
