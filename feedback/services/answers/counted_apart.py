"""Counting what arrives apart from the answers, so that no count tells when one of them came.

What is counted is kept in memory and written a group at a time, in a transaction that holds no answer. Where little
arrives nothing is written at all, and a post costs no statement. A process that ends takes less than a group with it,
which no bot signal misses.
"""

from __future__ import annotations

from collections import Counter
from threading import Lock

from flask import current_app

GROUP = 10  # as many answers as the smallest group that is shown
NAME = "counted_apart"


class CountedApart:
    """What this process has counted by wave and minute and not written yet."""

    def __init__(self) -> None:
        self._lock, self._waiting = Lock(), Counter[tuple[int, int]]()

    def add(self, wave_id: int, minute: int) -> int:
        """Count one; return how many are to be written now. Earlier minutes are forgotten."""
        with self._lock:
            self._waiting = Counter({key: count for key, count in self._waiting.items() if key[1] == minute})
            self._waiting[wave_id, minute] += 1
            return self._waiting.pop((wave_id, minute)) if self._waiting[wave_id, minute] >= GROUP else 0

    def waiting(self, wave_id: int, minute: int) -> int:
        with self._lock:
            return self._waiting[wave_id, minute]


def counted_apart() -> CountedApart:
    """Return the counts of this process."""
    found: CountedApart = current_app.extensions.setdefault(NAME, CountedApart())
    return found
