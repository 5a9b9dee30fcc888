"""What a figure may be compared with, decided by rule and said in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.study import EarlierWave, Measure, Study
from analysis.trend.benchmarks import BREAK, NOT_COMPARABLE, TESTED


@dataclass(frozen=True)
class Comparability:
    """A class of comparability and the reason, a whole sentence."""

    comparability: str
    reason: str


def assess_measure(study: Study, earlier: EarlierWave, measure: Measure, *, weighted_alike: bool) -> Comparability:
    """Decide whether a measure may be compared with an earlier wave: asked at all, same words, method and weighting."""
    year = earlier.facts.year
    asked = next((one for one in earlier.measures if one.name == measure.name), None)
    if asked is None:
        return Comparability(NOT_COMPARABLE, f"This was not asked in {year}.")
    if asked.wording != measure.wording or asked.indicator != measure.indicator:
        return Comparability(BREAK, f"The question or its answers were worded differently in {year}.")
    if earlier.facts.method != study.facts.method:
        return Comparability(BREAK, f"The survey was made in another way in {year}, so other people may have answered.")
    if not weighted_alike:
        only = f"Only one of this survey and that of {year} is weighted to the Census"
        return Comparability(BREAK, f"{only}, or by a characteristic that both asked.")
    return Comparability(TESTED, f"Same question, same answers, same method and the same area as in {year}.")
