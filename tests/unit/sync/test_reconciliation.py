"""Setting a ledger beside what arrived."""

from __future__ import annotations

from uuid import UUID

import pytest

from feedback.models import Arrival, LedgerEntry
from feedback.queries.tablets.devices import Reconciliation, reconcile

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def entry(number: int, id: UUID | None, state: str = "sent", **more: object) -> LedgerEntry:
    return LedgerEntry(**{"number": number, "item_id": id, "state": state, "practice": False, "closed": False, **more})


def arrival(id: UUID, number: int | None, outcome: str = "stored", practice: bool = False) -> Arrival:
    return Arrival(item_id=id, number=number, outcome=outcome, practice=practice)


def test_nothing_agrees_with_nothing() -> None:
    assert reconcile([], []) == Reconciliation()
    assert reconcile([], []).agrees


@pytest.mark.parametrize(
    ("entries", "arrivals", "expected"),
    [
        ([entry(1, ONE)], [arrival(ONE, 1)], Reconciliation(device=1, server=1)),
        (
            [entry(1, ONE)],
            [arrival(ONE, None)],
            Reconciliation(device=1, server=1),
        ),  # sealed for good: no number is known
        ([entry(1, None)], [arrival(ONE, 1)], Reconciliation(device=1, server=1)),  # the device has forgotten the id
        ([entry(1, ONE)], [], Reconciliation(device=1, missing=(1,))),
        ([entry(1, ONE)], [arrival(TWO, 1)], Reconciliation(device=1, server=1, missing=(1,), unclaimed=1)),
        ([], [arrival(ONE, 1)], Reconciliation(server=1, unclaimed=1)),
        ([entry(1, ONE, "opened")], [], Reconciliation(opened=1)),
        ([entry(1, ONE, "discarded")], [], Reconciliation(discarded=1)),
        ([entry(1, ONE, "discarded")], [arrival(ONE, 1)], Reconciliation(server=1, discarded=1, unclaimed=1)),
        ([entry(1, ONE, "completed")], [arrival(ONE, 1, "held")], Reconciliation(device=1, server=1, held=1)),
        ([entry(1, ONE)], [arrival(ONE, 1, "conflict")], Reconciliation(device=1, server=1)),
        ([entry(1, ONE, practice=True)], [arrival(ONE, 1, practice=True)], Reconciliation(practice=1)),
        ([entry(1, ONE, practice=True)], [], Reconciliation(practice=1)),
        ([entry(1, None, closed=True, outcome="held")], [], Reconciliation(device=1, server=1, held=1)),
        ([entry(1, None, closed=True)], [], Reconciliation(device=1, missing=(1,))),
        (
            [entry(3, THREE), entry(1, None, closed=True, outcome="stored"), entry(2, TWO)],
            [arrival(TWO, 2)],
            Reconciliation(device=3, server=2, missing=(3,)),
        ),
    ],
)
def test_what_a_ledger_says_beside_what_is_here(
    entries: list[LedgerEntry], arrivals: list[Arrival], expected: Reconciliation
) -> None:
    found = reconcile(entries, arrivals)
    assert found == expected
    assert found.agrees == (not found.missing and not found.unclaimed)
    assert found.stored == found.server - found.held - found.set_aside


def test_what_staff_set_aside_waits_no_more_and_needs_no_ledger() -> None:
    entries, arrivals = [entry(1, ONE)], [arrival(ONE, 1, "held"), arrival(TWO, 2, "held")]
    found = reconcile(entries, arrivals, frozenset({ONE, TWO}))
    assert found == Reconciliation(device=1, server=2, set_aside=2)
    assert (found.agrees, found.stored) == (True, 0)
    assert not reconcile(entries, arrivals, frozenset({ONE})).agrees
