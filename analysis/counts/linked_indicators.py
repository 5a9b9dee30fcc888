"""Indicators that are made from one question, and so add up: more, the same and fewer make everybody."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.counts.indicators import Indicator

ATTRIBUTE = "questions"
"Under this name `estimate` keeps with its frame what the indicators were made from, so that `protect` knows the sums."
OTHER = "\0any other answer"


@dataclass(frozen=True)
class LinkedIndicators:
    """Some indicators and the kinds of answer that they tell apart.

    `base` and `yes` are (indicators x kinds of answer): whether such an answer is in the base, and is a yes. The
    counts of all kinds make up every base and every yes.
    """

    names: tuple[str, ...]
    base: NDArray[np.bool_]
    yes: NDArray[np.bool_]

    @property
    def one_base(self) -> bool:
        """Whether all its indicators have the same people in the base."""
        return bool((self.base == self.base[0]).all())


def alone(name: str) -> LinkedIndicators:
    """An indicator of which nothing is known but that it has a base and a yes."""
    return LinkedIndicators((name,), np.array([[True, True]]), np.array([[True, False]]))


def linked_indicators(names: Sequence[str], indicators: Iterable[Indicator]) -> list[LinkedIndicators]:
    """Put the indicators called `names` together by question; those that are not described stand alone.

    Items of a list of which people could choose several stand alone too: they do not add up to anything.
    """
    described = {indicator.name: indicator for indicator in indicators}
    together: dict[object, list[Indicator]] = defaultdict(list)
    for name in names:
        one = described.get(name)
        key: object = (one.question, one.asked) if one is not None and one.kind == "single" else name
        together[key].append(one or Indicator(name, name, (name,)))
    return [_question(members) for members in together.values()]


def _question(members: Sequence[Indicator]) -> LinkedIndicators:
    if len(members) == 1:
        return alone(members[0].name)
    answers = [*dict.fromkeys(answer for one in members for answer in (*one.yes, *one.base)), OTHER]
    kinds = {tuple(one.place(answer) for one in members) for answer in answers}
    if any(one.asked for one in members):  # nothing ticked is a no
        kinds.add(tuple(one.place("") for one in members))
    places = np.array(sorted(kind for kind in kinds if any(kind)), dtype=np.int64).T
    return LinkedIndicators(tuple(one.name for one in members), places > 0, places > 1)


def followed_by(indicators: Iterable[Indicator]) -> list[tuple[str, str]]:
    """Pairs of an indicator and another whose whole base is the people who said yes to the first.

    "Did not report" and "why not": whoever sees the base of the second sees the yes of the first.
    """
    known = list(indicators)
    return [
        (first.name, second.name)
        for second in known
        for first in known
        if len(second.asked) == 1 and not second.base and second.asked[0] == (first.question, first.yes)
    ]


def remember(frame: pd.DataFrame, indicators: Sequence[Indicator]) -> pd.DataFrame:
    """Keep with a frame what its indicators were made from."""
    told = [[one.name, one.question, one.yes, one.base, one.kind, one.asked, one.outside] for one in indicators]
    frame.attrs[ATTRIBUTE] = json.dumps(told)
    return frame


def remembered(frame: pd.DataFrame) -> list[Indicator]:
    """The indicators that a frame of estimates was made from, as far as it still knows."""
    return [
        Indicator(name, question, tuple(yes), tuple(base), kind, tuple((c, tuple(a)) for c, a in asked), tuple(outside))
        for name, question, yes, base, kind, asked, outside in json.loads(frame.attrs.get(ATTRIBUTE, "[]"))
    ]
