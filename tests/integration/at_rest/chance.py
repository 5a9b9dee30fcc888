"""How much better than chance an attacker puts people in the order in which they came."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

LEAST = 30  # fewer say nothing


def pairs_right(guess: Sequence[str], came: Sequence[str]) -> float:
    """Return the share of pairs that a guess puts in the right order: 1 all, 0 all turned round, 0.5 by chance.

    Those who are in only one of both are left out. With 60 the share strays from 0.5 by 0.044 (one standard deviation).
    """
    place = {id: number for number, id in enumerate(came)}
    known = [place[id] for id in guess if id in place]
    assert len(known) >= LEAST, f"only {len(known)} were found"
    right = [first < second for first, second in combinations(known, 2)]
    return sum(right) / len(right)


def is_by_chance(guess: Sequence[str], came: Sequence[str]) -> bool:
    return abs(pairs_right(guess, came) - 0.5) < 0.2


def tells_all(guess: Sequence[str], came: Sequence[str]) -> bool:
    """Whether a guess puts nearly everybody in order, in one direction or the other."""
    return abs(pairs_right(guess, came) - 0.5) > 0.45
