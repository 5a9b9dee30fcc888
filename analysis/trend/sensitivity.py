"""Would a comparison with a published figure end the same, whatever is not known about that figure?

Not known may be: the exact value before rounding, the precision of its survey, whether people without a view were in
its base, and whether it was weighted. Every combination is tried; only if all agree is the difference called tested.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from analysis.estimation.intervals import pooled_z, two_sided_p
from analysis.thresholds import limits

TESTED, NOT_CLEAR, NOT_TESTABLE = "tested", "not clear", "not testable"
BREAK, NOT_COMPARABLE = "break in series", "not comparable"
EFFECTS = (1.0, 1.5)
"Design effects assumed for an earlier survey that does not state its own."
LEVEL = 0.05
ROUNDING, PRECISION, BASE, WEIGHTING = "rounding", "precision", "base rule", "weighting"
SAME_BASE, SAME_WEIGHTING = "views", "weighted"


@dataclass(frozen=True)
class OurFigure:
    """A figure of ours: share 0-1 and effective number of answers."""

    share: float
    n_effective: float

    @property
    def known(self) -> bool:
        return not np.isnan(self.share)


@dataclass(frozen=True)
class Facts:
    """What a verdict depends on; shares 0-1, NaN where not known.

    `ours` as published by us, `unweighted`, and both again with everybody who answered in the base.
    """

    comparability: str
    n: float
    ours: OurFigure
    unweighted: OurFigure
    all_answers: OurFigure
    all_unweighted: OurFigure
    published: float
    published_n: float
    design_effect: float
    rounding: float
    base_rule: str
    weighting: str


@dataclass(frozen=True)
class Conclusion:
    """A decision, its direction where tested, and what it hangs on where it is not clear."""

    decision: str
    direction: str = ""
    undecided_by: tuple[str, ...] = ()


def decide(facts: Facts) -> Conclusion:
    """The decision about one published figure, by rule."""
    if facts.comparability in ("not_comparable", "context") or np.isnan(facts.published) or np.isnan(facts.n):
        return Conclusion(NOT_COMPARABLE)
    if facts.comparability == "break":
        return Conclusion(BREAK)
    small = min(facts.n, facts.published_n) < limits().test_base or facts.ours.n_effective < limits().test_effective
    if np.isnan(facts.published_n) or not facts.ours.known or small:
        return Conclusion(NOT_TESTABLE)
    if facts.base_rule != SAME_BASE and not facts.all_answers.known:
        return Conclusion(NOT_CLEAR, undecided_by=(BASE,))
    return _agreed(facts)


def _agreed(facts: Facts) -> Conclusion:
    choices = {
        ROUNDING: _edges(facts),
        PRECISION: EFFECTS if np.isnan(facts.design_effect) else (facts.design_effect,),
        BASE: (False,) if facts.base_rule == SAME_BASE else (False, True),
        WEIGHTING: (False,) if facts.weighting == SAME_WEIGHTING or not facts.unweighted.known else (False, True),
    }
    outcomes = {_outcome(facts, *choice) for choice in product(*choices.values())}
    if len(outcomes) == 1:
        return Conclusion(TESTED, outcomes.pop())
    return Conclusion(NOT_CLEAR, undecided_by=_deciding(facts, choices))


def _deciding(facts: Facts, choices: dict[str, tuple[float, ...]]) -> tuple[str, ...]:
    """The unknowns that change the outcome alone; where none does, all that are unknown."""
    usual = {name: values[0] for name, values in choices.items()}
    alone = [
        name
        for name, values in choices.items()
        if len({_outcome(facts, *(usual | {name: value}).values()) for value in values}) > 1
    ]
    return tuple(alone or (name for name, values in choices.items() if len(set(values)) > 1))


def _edges(facts: Facts) -> tuple[float, ...]:
    half = facts.rounding / 2
    return facts.published, max(facts.published - half, 0.0), min(facts.published + half, 1.0)


def _outcome(facts: Facts, published: float, effect: float, everybody: float, unweighted: float) -> str:
    weighted_side, plain_side = (
        (facts.all_answers, facts.all_unweighted) if everybody else (facts.ours, facts.unweighted)
    )
    side = plain_side if unweighted else weighted_side
    z = float(pooled_z(side.share, side.n_effective, published, facts.published_n / effect))
    if np.isnan(z) or float(two_sided_p(z)) >= LEVEL:
        return "no clear change"
    return "up" if z > 0 else "down"
