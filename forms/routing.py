"""Routing: who is asked what. Conditions look only at answers to questions that were asked before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

Answers = Mapping[str, Any]


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """True when one of `any_of` was given (if any are named) and none of `none_of`.

    A question that was not answered has no codes: `any_of` fails, `none_of` holds.
    """

    question: str
    row: str = ""
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()

    def holds(self, answers: Answers) -> bool:
        given = codes_given(answers.get(self.question), self.row)
        if self.any_of and given.isdisjoint(self.any_of):
            return False
        return given.isdisjoint(self.none_of)


def codes_given(answer: Any, row: str = "") -> frozenset[str]:
    """The codes in a stored answer, whatever its shape; of one row of a grid when `row` is named."""
    if row:
        answer = answer.get(row) if isinstance(answer, Mapping) else None
    if isinstance(answer, str):
        return frozenset((answer,))
    if isinstance(answer, Mapping):
        return frozenset(code for code in answer.values() if isinstance(code, str))
    if isinstance(answer, (list, tuple)):
        return frozenset(code for code in answer if isinstance(code, str))
    return frozenset()


def all_hold(conditions: Iterable[Condition], answers: Answers) -> bool:
    return all(condition.holds(answers) for condition in conditions)


def any_holds(alternatives: Iterable[Iterable[Condition]], answers: Answers) -> bool:
    """True when all conditions of at least one alternative hold."""
    return any(all_hold(conditions, answers) for conditions in alternatives)
