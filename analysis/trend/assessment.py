"""The wave beside every earlier published figure: the comparability a reviewer assessed, and what the test says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimation.intervals import pooled_z, two_sided_p
from analysis.rows import each
from analysis.study import Study
from analysis.trend.area_matching import WARD, match_wards
from analysis.trend.benchmarks import TESTED, compare_with_published
from analysis.trend.earlier_waves import BASELINE, FIGURE, GROUP, adjusted
from analysis.trend.sensitivity import EFFECTS

LEVEL = 0.05
OPEN = ("self_selected", "consultation")
BEST_FIRST = ("comparable", "break", "not_comparable", "context")
COLUMNS = ("id", "year", "baseline_year", "indicator", "dimension", "group", "label", "baseline_percent", "baseline_n")
VERDICT = ("comparability", "reason", "sentence", "source", "used", "exact_n")
OTHER_SURVEY = "The published figure is from another survey, with another length and other places of asking."
OTHER_AREA = "The ward of that time is another area than any ward of today."
NEARLY_THE_AREA = "The boundary of the ward changed a little ({})."
OTHER_METHOD = "The published figure is from a survey open to everybody, this one is not."


def assess_baselines(study: Study, taken: Collection[str]) -> pd.DataFrame:
    """Return the published figures that this wave may be set beside, each with a `baseline_year` of its own.

    Where one year has several figures of one measure, or a wave of that year is at hand (`taken`), the most
    comparable keeps the plain year and the others name their survey too.
    """
    assessed = study.baselines.copy()
    if assessed.empty:
        return assessed.assign(baseline_year="", indicator="")
    assessed = _of_todays_wards(study, assessed)
    concepts = {measure.concept: measure.name for measure in study.measures if measure.concept}
    assessed["indicator"] = [concepts.get(concept, concept) for concept in assessed["concept"]]
    for applies, reason in ((_other_survey(study), OTHER_SURVEY), (study.facts.method not in OPEN, OTHER_METHOD)):
        here = assessed["comparability"].eq("comparable") & applies
        assessed.loc[here, "sentence"] = assessed.loc[here, "label"].map(str) + f": {reason}"
        assessed.loc[here, "reason"] = reason
        assessed.loc[here, "comparability"] = "break"
    order = assessed["comparability"].map({name: place for place, name in enumerate(BEST_FIRST)})
    ranked = assessed.assign(_order=order).sort_values("_order", kind="stable")
    group = ["indicator", "dimension", "group"]
    again = ranked.duplicated([*group, "year"]) | ranked["year"].isin(list(taken))
    ranked["_shown"] = ranked["year"].where(~again, _with_survey(ranked))
    still = again & ranked.duplicated([*group, "_shown"])
    assessed["baseline_year"] = ranked["_shown"].where(~still, ranked["id"]).reindex(assessed.index)
    return assessed


def _of_todays_wards(study: Study, assessed: pd.DataFrame) -> pd.DataFrame:
    """Give figures by an old ward the code of the same area of today; a nearly equal one is a break, others go.

    A published figure by ward cannot be counted again for the new area, so that nearly equal is not tested.
    """
    old = assessed["dimension"].eq(WARD) & ~assessed["group"].isin(list(_wards(study)))
    matches = match_wards(study.overlap, list(assessed.loc[old, "group"]), list(_wards(study)))
    for row in assessed.index[old]:
        match = matches.get(str(assessed.at[row, "group"]))
        if match is not None:
            assessed.at[row, "group"] = match.code
        reason = OTHER_AREA if match is None else NEARLY_THE_AREA.format(match.reason.removesuffix("."))
        if (match is None or match.nearly) and assessed.at[row, "comparability"] in ("comparable", "break"):
            assessed.at[row, "comparability"] = "not_comparable" if match is None else "break"
            assessed.at[row, "sentence"] = ": ".join([str(assessed.at[row, "label"]), reason])
            assessed.at[row, "reason"] = reason
    return assessed


def _wards(study: Study) -> Collection[str]:
    return next((known.groups for known in study.dimensions if known.name == WARD), {})


def _with_survey(assessed: pd.DataFrame) -> pd.Series[str]:
    """Year and survey for a second figure of one year, as "2017 (LGA national polling)"; the id without a survey."""
    if "survey" not in assessed:
        return assessed["id"]
    survey = assessed["survey"].str.replace(r"\s*\(.*\)$", "", regex=True)
    return (assessed["year"] + " (" + survey + ")").where(survey != "", assessed["id"])


@dataclass(frozen=True)
class Ours:
    """Exact estimates of this wave: as published, and with everybody who answered in the base."""

    estimates: pd.DataFrame
    all_answers: pd.DataFrame


def compare_published(
    study: Study, figures: pd.DataFrame, assessed: pd.DataFrame, ours: Ours
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add a row to `figures` for every published figure of a measure of this wave.

    Returns the figures, and every published figure with its verdict and whether it stands in the figures.
    """
    if assessed.empty:
        return figures, pd.DataFrame(columns=[*COLUMNS, *VERDICT])
    compared = compare_with_published(ours.estimates, assessed, ours.all_answers)
    kept = ["baseline_year", "reason", "label", "source", "comparability"]
    rows = compared.join(assessed[kept].rename(columns={"comparability": "reviewed"}))
    rows = rows.rename(columns={"decision": "comparability"})
    rows["used"] = (rows["reviewed"] != "context") & rows["baseline_percent"].notna() & rows["n"].notna()
    shown = rows[rows["used"]].copy()
    shown[["difference_lower", "difference_upper"]] = shown[["difference_lower_deff1_5", "difference_upper_deff1_5"]]
    shown = shown.assign(kind="published", n=shown["n"].astype(np.int64), p=_careful_p(shown), p_adjusted=np.nan)
    shown = adjusted(shown, study)
    shown["sentence"] = [_said(row) for row in each(shown)]
    joined = pd.concat([figures, shown[[*GROUP, *FIGURE, "baseline_year", *BASELINE]]], ignore_index=True)
    return joined, rows.assign(exact_n=rows["n"])[[*COLUMNS, *VERDICT]].reset_index(drop=True)


def _other_survey(study: Study) -> bool:
    return bool(study.baseline_survey) and study.facts.survey != study.baseline_survey


def _careful_p(rows: pd.DataFrame) -> pd.Series[float]:
    """The p-value with the earlier survey's own design effect, or the larger of those assumed; none where untested."""
    effect = rows["baseline_design_effect"].fillna(max(EFFECTS))
    z = pooled_z(
        rows["percent"] / 100, rows["n_effective"], rows["baseline_percent"] / 100, rows["baseline_n"] / effect
    )
    return pd.Series(two_sided_p(z), index=rows.index).where(rows["comparability"] == TESTED)


def _said(row: Any) -> str:
    """The sentence, with a caution where the adjustment for many comparisons takes a single test's finding away."""
    lost = row.direction in ("up", "down") and float(row.p_adjusted) >= LEVEL
    caution = " Allowing for the other comparisons of that year it is not statistically significant." if lost else ""
    return f"{row.sentence}{caution}"
