"""Hide further figures so that no small change since an earlier publication follows from the other changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.counts.coding import Integers
from analysis.counts.linked_indicators import LinkedIndicators, alone
from analysis.disclosure.additivity import AdditivityConstraint, Key, additivity_constraints
from analysis.disclosure.audit import ProtectionRule, Rows, TableCells, suppress_secondary
from analysis.disclosure.differencing import Before
from analysis.disclosure.linked_tables import LinkedTables, suppress_linked_tables
from analysis.thresholds import Thresholds

Hidden = list[Rows]


@dataclass(frozen=True)
class Changed:
    """How much each indicator of a question grew since one publication, in the rows that it showed."""

    question: LinkedIndicators
    rows: tuple[int, ...]
    n: tuple[Integers, ...]
    yes: tuple[Integers, ...]
    sums: tuple[AdditivityConstraint, ...]
    small: Rows
    "Rows of the table that must be hidden because some count in them hardly moved."

    @property
    def growing(self) -> bool:
        """Whether answers were only added, none taken away or changed."""
        return all((yes >= 0).all() and (n >= yes).all() for n, yes in zip(self.n, self.yes, strict=True))

    @property
    def size(self) -> Integers:
        """By row, how far any count of any indicator moved."""
        if not self.rows:
            return np.zeros(0, dtype=np.int64)
        moved = [np.abs(part) for n, yes in zip(self.n, self.yes, strict=True) for part in (n, yes, n - yes)]
        return np.asarray(np.max(moved, axis=0))

    def inside(self, rows: Rows) -> Rows:
        return frozenset(place for place, row in enumerate(self.rows) if row in rows)

    def outside(self, places: Rows) -> Rows:
        return frozenset(self.rows[place] for place in places)


def suppress_changes(
    question: LinkedIndicators,
    keys: Sequence[Key],
    befores: Sequence[Before],
    seen: tuple[Hidden, Hidden],
    limits: Thresholds,
) -> Hidden:
    """The hidden rows of each indicator of a question, with those that must be hidden besides.

    `seen` are the hidden rows and, of these, the hidden bases. What was added since a publication is a table of its
    own, in which no count is below 0, and is protected like any table: each indicator, and all of them together in the
    rows that showed all. Where answers moved, so that a count fell, nobody knows between what bounds a change lies;
    then all answers of a row with a small change are hidden, and in each of its sums another row that changed.
    """
    hidden, bases = list(seen[0]), seen[1]
    for number in dict.fromkeys(number for before in befores for number in before.changes):
        for place, name in enumerate(question.names):
            one = slice(place, place + 1)
            hidden[one] = _hide(_changed(alone(name), keys, befores[one], number), hidden[one], bases[one], limits)
        if len(befores) > 1:
            hidden = _hide(_changed(question, keys, befores, number), hidden, bases, limits)
    return hidden


def suppress_base_changes(keys: Sequence[Key], before: Before, bases: Rows, limits: Thresholds) -> Rows:
    """The hidden bases of an indicator, with those that must be hidden besides."""
    for more, _ in before.changes.values():
        known = tuple(np.flatnonzero(~np.isnan(more)).tolist())
        n = np.abs(more[list(known)]).astype(np.int64)
        start = frozenset(place for place, row in enumerate(known) if row in bases)
        if not n.any() or not start:
            continue
        protection_interval = 0 if (more[list(known)] < 0).any() else limits.protection_interval
        rule = ProtectionRule(((n, limits.differencing_limit),), protection_interval, bases=True)
        cells = TableCells(n, n, additivity_constraints([keys[row] for row in known]), np.full(len(n), np.inf))
        bases = bases | frozenset(known[place] for place in suppress_secondary(cells, start, start, rule))
    return bases


def _hide(changed: Changed, hidden: Hidden, bases: Hidden, limits: Thresholds) -> Hidden:
    start, unknown = ([changed.inside(rows) for rows in part] for part in (hidden, bases))
    if not changed.size.any() or not any(start):
        return hidden
    more = _grown(changed, start, unknown, limits) if changed.growing else _moved(changed, start)
    return [rows | changed.outside(places) for rows, places in zip(hidden, more, strict=True)]


def _changed(question: LinkedIndicators, keys: Sequence[Key], befores: Sequence[Before], number: int) -> Changed:
    nothing = (np.full(len(keys), np.nan),) * 2
    changes = [before.changes.get(number, nothing) for before in befores]
    known = np.flatnonzero(~np.isnan(np.array(changes)).any(axis=(0, 1))).tolist()
    n, yes = (tuple(change[half][known].astype(np.int64) for change in changes) for half in (0, 1))
    small = frozenset().union(*(before.hide for before in befores))
    return Changed(question, tuple(known), n, yes, additivity_constraints([keys[row] for row in known]), small)


def _grown(changed: Changed, hidden: Hidden, bases: Hidden, limits: Thresholds) -> Hidden:
    most = np.full(len(changed.rows), np.inf)
    cells = tuple(TableCells(n, yes, changed.sums, most) for n, yes in zip(changed.n, changed.yes, strict=True))
    return suppress_linked_tables(LinkedTables(changed.question, cells, tuple(bases)), hidden, limits)


def _moved(changed: Changed, hidden: Hidden) -> Hidden:
    size = changed.size
    together = {place for place in changed.inside(changed.small) if size[place]}
    for equation in changed.sums:
        unseen = [place for place in equation.rows if place in together or any(place in rows for rows in hidden)]
        if len([place for place in unseen if size[place]]) == 1 and not together.isdisjoint(equation.rows):
            others = [place for place in equation.rows if place not in unseen and size[place]]
            together |= {min(others, key=lambda place: (size[place], place))} if others else {equation.total}
    return [rows | together for rows in hidden]
