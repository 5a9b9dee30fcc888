"""The wave beside earlier waves of the same survey whose answers are at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.counts.substantive import NOT_STATED
from analysis.estimation.comparison import compare_waves
from analysis.estimation.estimates import estimate
from analysis.estimation.multiple_testing import adjust
from analysis.merged_groups import merged_wave
from analysis.rows import each, keys
from analysis.study import CITY, EarlierWave, Study
from analysis.thresholds import Thresholds, enough_to_test, thresholds
from analysis.thresholds import limits as general
from analysis.trend.area_matching import WARD, with_todays_wards
from analysis.trend.benchmarks import BREAK, NOT_COMPARABLE, NOT_TESTABLE, TESTED
from analysis.trend.comparability import Comparability, assess_measure
from analysis.weighting.plan import WeightingResult, weight_to_margins

CURRENT = ""
LEVEL = 0.05
GROUP = ["indicator", "dimension", "group"]
FIGURE = ["n", "n_effective", "percent", "lower", "upper"]
BASELINE: dict[str, Any] = {
    "baseline_percent": np.nan,
    "baseline_n": np.nan,
    "difference": np.nan,
    "difference_lower": np.nan,
    "difference_upper": np.nan,
    "p": np.nan,
    "p_adjusted": np.nan,
    "comparability": "",
    "reason": "",
    "sentence": "",
    "kind": "current",
}


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An earlier wave, weighted to its own margins and estimated like this one.

    `wave` has the codes of today for wards that are the same area or nearly so; `nearly` says why by ward of today.
    """

    wave: EarlierWave
    weighting: WeightingResult
    estimates: pd.DataFrame
    in_base: Any
    nearly: Mapping[str, str] = field(default_factory=dict)


def prepare_earlier(study: Study) -> tuple[Earlier, ...]:
    """Weight and estimate every earlier wave, oldest first; only what both waves asked is estimated."""
    waves = sorted(study.earlier, key=lambda wave: wave.facts.opens_on)
    return tuple(_prepare(study, wave) for wave in waves)


def _prepare(study: Study, given: EarlierWave) -> Earlier:
    wave, nearly = with_todays_wards(study, given)
    base = wave.base
    known, fewest = _known_margins(study, wave), study.minimum_cell
    weighting = weight_to_margins(base, known, study.merges, minimum_cell=fewest, without=study.not_weighted_by)
    wave = merged_wave(wave, study.merged)
    base = wave.base
    now = {dimension.name for dimension in study.dimensions}
    groups = {known.name: list(known.groups) for known in wave.dimensions if known.name in now}
    wanted = {measure.name for measure in study.measures}
    indicators = [measure.indicator for measure in wave.measures if measure.name in wanted]
    estimates = estimate(base, indicators, list(groups), weighting.weights, groups=groups)
    return Earlier(wave=wave, weighting=weighting, estimates=estimates, in_base=len(base), nearly=nearly)


def _known_margins(study: Study, wave: EarlierWave) -> pd.DataFrame:
    """The margins whose categories the wave knew: it cannot be weighted to wards that were not there."""
    margins = study.margins
    asked = {known.name: set(known.groups) for known in wave.dimensions}
    strange = [
        variable
        for variable, rows in margins.groupby("variable", sort=False)
        if variable in asked and not set(rows["category"]) <= asked[str(variable)]
    ]
    return margins[~margins["variable"].isin(strange)]


@dataclass(frozen=True)
class Now:
    """The wave itself: its exact estimates and how they were weighted."""

    estimates: pd.DataFrame
    weighting: WeightingResult


def compare_earlier(study: Study, now: Now, earlier: Sequence[Earlier]) -> pd.DataFrame:
    """Figures of this wave alone, then beside each earlier wave: one row a measure, group and `baseline_year`."""
    alone = now.estimates[[*GROUP, *FIGURE]].assign(baseline_year=CURRENT, **BASELINE)
    compared = [_compare(study, now, wave) for wave in earlier]
    return pd.concat([alone, *compared], ignore_index=True)


def _compare(study: Study, now: Now, earlier: Earlier) -> pd.DataFrame:
    year, estimates = earlier.wave.facts.year, now.estimates
    known = estimates[estimates["group"] != NOT_STATED]
    pairs = compare_waves(known, earlier.estimates)
    rows = known[[*GROUP, *FIGURE]].merge(pairs, on=GROUP, validate="one_to_one")
    alike = _weighted_alike(now, earlier)
    comparabilities = {
        measure.name: assess_measure(study, earlier.wave, measure, weighted_alike=alike) for measure in study.measures
    }
    limits = thresholds(study.audience)
    there = There(
        frozenset(keys(earlier.estimates, GROUP)),
        _unreliable(known, limits) | _unreliable(earlier.estimates, limits),
        earlier.nearly,
    )
    assessed = [_assess(comparabilities[row.indicator], row, there, year) for row in each(rows)]
    rows = rows.assign(
        baseline_year=year,
        baseline_percent=rows["percent_rest"],
        baseline_n=rows["n_rest"].astype(float),
        kind="wave",
        comparability=[verdict.comparability for verdict in assessed],
        reason=[verdict.reason for verdict in assessed],
    )
    rows = rows[~((rows["comparability"] == NOT_COMPARABLE) & rows["baseline_percent"].isna())]
    rows = adjusted(_blank_untested(rows), study)
    rows["sentence"] = [explain_wave(row) for row in each(rows)]
    return rows[[*GROUP, *FIGURE, "baseline_year", *BASELINE]]


def explain_wave(row: Any) -> str:
    """Say in a sentence or two what a comparison with an earlier wave allows."""
    if row.comparability != TESTED:
        shown = " Both figures are shown, but the series is broken." if row.comparability == BREAK else ""
        return f"{row.reason}{shown}"
    if not float(row.p_adjusted) < LEVEL:
        alone = float(row.p) < LEVEL or float(row.difference_lower) > 0 or float(row.difference_upper) < 0
        why = (
            "on its own the difference stands out, but among as many differences as were tested together one of "
            "this size may come by chance."
            if alone
            else "the difference is no larger than chance may explain."
        )
        return f"No clear change since {row.baseline_year}: {why}"
    verb = "Rose" if row.difference > 0 else "Fell"
    return f"{verb} since {row.baseline_year} by more than chance is likely to explain. {row.reason}"


Key = tuple[str, str, str]


@dataclass(frozen=True)
class There:
    """What is known of the figures of an earlier wave: which there are, which must not be tested, which areas moved."""

    keys: frozenset[Key]
    unreliable: frozenset[Key]
    nearly: Mapping[str, str]


def _weighted_alike(now: Now, earlier: Earlier) -> bool:
    """Whether both waves are weighted, or neither, and no margin was lost in one that the other is weighted by; an
    empty wave is left to say so for itself.
    """
    ours, theirs = now.weighting, earlier.weighting
    if not earlier.in_base or not len(ours.weights):
        return True
    lost = {*ours.left_out} & {*theirs.variables} | {*theirs.left_out} & {*ours.variables}
    return not lost and (ours.how == "unweighted") == (theirs.how == "unweighted")


def _unreliable(estimates: pd.DataFrame, limits: Thresholds) -> frozenset[Key]:
    """Figures that other audiences see with "[u]", and so without a test; analysts see the test."""
    if not limits.hide_base_under:
        return frozenset()
    rows = estimates[limits.unreliable(estimates["n"], estimates["lower"], estimates["upper"])]
    return frozenset(keys(rows, GROUP))


def _assess(verdict: Comparability, row: Any, there: There, year: str) -> Comparability:
    key = (row.indicator, row.dimension, row.group)
    if verdict.comparability == NOT_COMPARABLE:
        return verdict
    if key not in there.keys:
        return Comparability(NOT_COMPARABLE, f"No group or area had this code in {year}.")
    if verdict.comparability == BREAK:
        return verdict
    n, n_effective = (min(getattr(row, f"{name}_in"), getattr(row, f"{name}_rest")) for name in ("n", "n_effective"))
    if n == 0:
        return Comparability(NOT_TESTABLE, "Nobody answered this in one of the two years.")
    if not enough_to_test(n, n_effective):
        return Comparability(
            NOT_TESTABLE,
            f"Fewer than {general().test_base} responses (or {general().test_effective} effective ones) in one of the "
            "two years.",
        )
    if key in there.unreliable:
        return Comparability(
            NOT_TESTABLE, "The figure of one of the two years is of low reliability, so it is not tested."
        )
    if row.dimension != WARD or row.group not in there.nearly:
        return verdict
    return Comparability(
        verdict.comparability, f"{verdict.reason.removesuffix('.')}, but for the area: {_moved(row, there)}."
    )


def _moved(row: Any, there: There) -> str:
    return f"the boundary of the ward changed a little ({there.nearly[row.group].removesuffix('.')})"


def _blank_untested(rows: pd.DataFrame) -> pd.DataFrame:
    """Take the test away where it must not be made, and the difference where the two figures are not comparable."""
    rows = rows.copy()
    rows.loc[rows["comparability"] != TESTED, "p"] = np.nan
    apart = rows["comparability"] == NOT_COMPARABLE
    rows.loc[apart, ["difference", "difference_lower", "difference_upper"]] = np.nan
    return rows


def adjusted(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Adjust p-values (Benjamini and Hochberg) within the family that a reader scans for differences.

    For groups: the groups of one measure and dimension. For the city, where a reader runs down the list of measures:
    all measures of one topic. Always for one earlier year.
    """
    topics = {measure.name: measure.topic for measure in study.measures}
    city = rows["dimension"] == CITY
    family = rows["indicator"].where(~city, "topic " + rows["indicator"].map(topics))
    assessed = adjust(rows.assign(_family=family), ["_family", "dimension", "baseline_year"])
    return assessed.assign(p_adjusted=assessed["p_bh"]).drop(columns="_family")
