"""Primary suppression of small bases and sensitive counts, then secondary, until nothing follows from the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.counts.coding import Integers
from analysis.counts.indicators import Indicator
from analysis.counts.linked_indicators import LinkedIndicators, alone, followed_by, linked_indicators
from analysis.counts.tables import CITY
from analysis.disclosure.additivity import AdditivityConstraint, Key, additivity_constraints
from analysis.disclosure.audit import NO_ROWS, ProtectionRule, Rows, TableCells, suppress_secondary
from analysis.disclosure.differencing import PUBLISHED, Before, look_back, read_published
from analysis.disclosure.linked_tables import LinkedTables, suppress_linked_tables
from analysis.disclosure.repeated_release import suppress_base_changes, suppress_changes
from analysis.thresholds import Thresholds

FIGURES = (
    *("n", "yes", "percent_unweighted", "percent", "std_error", "design_effect"),
    *("n_effective", "lower", "upper"),
)
SMALL_BASE, SMALL_COUNT, SECONDARY = "base too small", "count too small in a sensitive item", "protects another figure"
Reasons = NDArray[np.object_]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class IndicatorRows:
    """The rows of one indicator: where they stand in the table, their keys and counts, and what is hidden of them."""

    positions: NDArray[np.intp]
    keys: tuple[Key, ...]
    n: Integers
    yes: Integers
    sensitive: Bools
    before: Before = field(default_factory=Before)
    most: tuple[float, ...] = ()
    unseen: Rows = NO_ROWS
    "Groups of which not even the number of people is shown."
    hidden: Rows = NO_ROWS
    bases: Rows = NO_ROWS

    def few(self, limits: Thresholds) -> Rows:
        small = np.minimum(self.yes, self.n - self.yes) < limits.hide_counts_under
        return _rows(self.sensitive & (self.n > 0) & small)

    def small(self, limits: Thresholds) -> Rows:
        return _rows((self.n > 0) & (self.n < limits.hide_base_under))

    def cells(self) -> TableCells:
        return TableCells(self.n, self.yes, _equations(self.keys), np.array(self.most), self.before.fixed)

    def reason(self, row: int, limits: Thresholds) -> str:
        if row not in self.hidden:
            return ""
        if row in self.small(limits):
            return SMALL_BASE
        if row in self.few(limits):
            return SMALL_COUNT
        return PUBLISHED if row in self.before.hide else SECONDARY


@dataclass(frozen=True)
class EstimateTable:
    """A table of estimates by indicator."""

    parts: dict[str, IndicatorRows]
    limits: Thresholds
    size: int

    @classmethod
    def of(cls, estimates: pd.DataFrame, sensitive: Bools, limits: Thresholds) -> EstimateTable:
        parts = {}
        n, yes = (estimates[column].to_numpy(dtype=np.int64) for column in ("n", "yes"))
        dimension, group = estimates["dimension"].to_numpy(), estimates["group"].to_numpy()
        names = estimates["indicator"].reset_index(drop=True)
        for name, found in names.groupby(names, sort=False).indices.items():
            at = np.asarray(found)
            keys = tuple(zip(dimension[at].tolist(), group[at].tolist(), strict=True))
            most = (float("inf"),) * len(at)
            parts[str(name)] = IndicatorRows(at, keys, n[at], yes[at], sensitive[at], most=most)
        return cls(parts, limits, len(estimates))

    def beside(self, published: Sequence[pd.DataFrame], respondents: pd.DataFrame | None) -> EstimateTable:
        """The same with what is known from earlier publications and from the numbers of people in each group."""
        then, people = read_published(published), _people(respondents)
        by_name = dict(list(then.groupby("indicator", sort=False)))
        parts = {}
        for name, part in self.parts.items():
            most = tuple(people.get(key, float("inf")) for key in part.keys)
            unseen = frozenset(row for row, top in enumerate(most) if np.isnan(top))
            most = tuple(float("inf") if np.isnan(top) else top for top in most)
            before = self._look_back(part, by_name.get(name))
            parts[name] = replace(part, most=most, unseen=unseen, before=before)
        return replace(self, parts=parts)

    def _look_back(self, part: IndicatorRows, then: pd.DataFrame | None) -> Before:
        if then is None:
            return Before()
        rows = pd.DataFrame(part.keys, columns=["dimension", "group"]).assign(n=part.n, yes=part.yes)
        return look_back(rows, then, self.limits)


def suppress_table(table: EstimateTable, indicators: Sequence[Indicator]) -> tuple[Reasons, Bools]:
    """Why each row is hidden ("" if not), and whether its base is."""
    known = [one for one in indicators if one.name in table.parts]
    asked = _asked_together(table, known)
    leads = [pair for pair in followed_by(known) if pair[0] != pair[1]]
    again = list(range(len(asked)))
    while again:
        for number in again:
            table = _hide_question(table, asked[number])
        table, touched = _follow_leads(table, leads)
        again = [number for number, one in enumerate(asked) if not touched.isdisjoint(one.names)]
    reasons = np.full(table.size, "", dtype=object)
    bases = np.zeros(table.size, dtype=bool)
    for part in table.parts.values():
        reasons[part.positions] = [part.reason(row, table.limits) for row in range(len(part.keys))]
        bases[part.positions] = [row in part.bases for row in range(len(part.keys))]
    return reasons, bases


def _asked_together(table: EstimateTable, indicators: Sequence[Indicator]) -> list[LinkedIndicators]:
    """Indicators by question, as far as they have the same rows; others are looked at alone."""
    found: list[LinkedIndicators] = []
    for question in linked_indicators(list(table.parts), indicators):
        rows = {table.parts[name].keys for name in question.names}
        found += [question] if len(rows) == 1 else [alone(name) for name in question.names]
    return found


def _hide_question(table: EstimateTable, question: LinkedIndicators) -> EstimateTable:
    """Hide rows of all indicators of one question; what is hidden already stays hidden."""
    limits = table.limits
    parts = [table.parts[name] for name in question.names]
    if not any(part.n.any() for part in parts):
        return table
    bases = [_all_hidden_bases(part, limits) for part in parts]
    held = frozenset[int]().union(*(part.before.held for part in parts))
    # What was shown and is what it was stays shown: hiding it would protect nobody.
    start = [part.hidden | part.before.hide | held - part.before.fixed | part.few(limits) for part in parts]
    hidden = [rows | below for rows, below in zip(start, bases, strict=True)]
    unknown = tuple(rows - part.before.fixed_bases for part, rows in zip(parts, bases, strict=True))
    told = tuple(part.before.fixed_bases for part in parts)
    answers = LinkedTables(question, tuple(part.cells() for part in parts), unknown, told)
    while True:
        hidden = suppress_linked_tables(answers, hidden, limits)
        more = suppress_changes(question, parts[0].keys, [part.before for part in parts], (hidden, bases), limits)
        if more == hidden:
            break
        hidden = more
    if not question.one_base:  # rows are hidden whole, see `suppress_linked_tables`
        bases = hidden
    done = [replace(p, hidden=h, bases=b) for p, h, b in zip(parts, hidden, bases, strict=True)]
    return replace(table, parts=table.parts | dict(zip(question.names, done, strict=True)))


def _follow_leads(table: EstimateTable, leads: Sequence[tuple[str, str]]) -> tuple[EstimateTable, set[str]]:
    """Hide the base of a question where the yes of the one that leads to it is hidden, and the other way round."""
    parts, touched = dict(table.parts), set()
    for first, second in leads:
        one, other = parts[first], parts[second]
        rows = [(one.keys.index(key), number) for number, key in enumerate(other.keys) if key in one.keys]
        bases = {there for here, there in rows if here in one.hidden and there not in other.bases and other.n[there]}
        figures = {here for here, there in rows if there in other.bases and here not in one.hidden}
        if bases:
            parts[second] = replace(other, unseen=other.unseen | bases)
            touched.add(second)
        if figures:
            parts[first] = replace(one, hidden=one.hidden | figures)
            touched.add(first)
    return replace(table, parts=parts), touched


@dataclass(frozen=True)
class Bases:
    """Everything that decides which bases are hidden; equal for indicators of the same people."""

    n: tuple[int, ...]
    keys: tuple[Key, ...]
    most: tuple[float, ...]
    unseen: Rows
    hide: Rows
    fixed: Rows


def _bases_of(part: IndicatorRows) -> Bases:
    before = part.before
    return Bases(tuple(part.n.tolist()), part.keys, part.most, part.unseen, before.hide_bases, before.fixed_bases)


def _all_hidden_bases(part: IndicatorRows, limits: Thresholds) -> Rows:
    """Hidden bases of an indicator, until neither they nor their changes follow from what is shown."""
    bases = part.before.hide_bases
    while True:
        known = _hidden_bases(replace(_bases_of(part), hide=bases), limits)
        bases = suppress_base_changes(part.keys, part.before, known, limits)
        if bases == known:
            return bases


@lru_cache(maxsize=1024)
def _hidden_bases(bases: Bases, limits: Thresholds) -> Rows:
    """Rows whose base is hidden. Depends on the bases alone, so that indicators with one base hide the same."""
    n: Integers = np.array(bases.n, dtype=np.int64)
    small = _rows((n > 0) & (n < limits.hide_base_under))
    unseen = frozenset(row for row in bases.unseen if n[row])
    rule = ProtectionRule(((n, limits.hide_base_under),), limits.protection_interval, bases=True)
    start = small | bases.hide | unseen
    cells = TableCells(n, n, _equations(bases.keys), np.array(bases.most), bases.fixed)
    return suppress_secondary(cells, start, start, rule)


@lru_cache(maxsize=64)
def _equations(keys: tuple[Key, ...]) -> tuple[AdditivityConstraint, ...]:
    return additivity_constraints(keys)


def _people(respondents: pd.DataFrame | None) -> dict[Key, float]:
    if respondents is None:
        return {}
    found: dict[Key, float] = defaultdict(lambda: float("inf"))
    for dimension, group, n in zip(respondents["dimension"], respondents["group"], respondents["n"], strict=True):
        found[str(dimension), "" if dimension == CITY else str(group)] = float(n)
    return found


def _rows(where: NDArray[np.bool_]) -> Rows:
    return frozenset(np.flatnonzero(where).tolist())
