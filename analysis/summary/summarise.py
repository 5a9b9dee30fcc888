"""From a study to everything that a report says: one straight line from answers to protected figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from analysis.counts.counting import count
from analysis.counts.indicators import Indicator
from analysis.counts.substantive import NOT_STATED
from analysis.counts.tables import Counts
from analysis.estimation.estimates import estimate_counts
from analysis.estimation.rest_of_area import compare_rest
from analysis.merged_groups import with_merged_groups
from analysis.profile.response_profile import response_profile
from analysis.study import CITY, EXCLUSION, Study
from analysis.summary.free_text import read_comments
from analysis.summary.model import Summary
from analysis.summary.priorities import rank_priorities
from analysis.summary.protection import protect_summary
from analysis.thresholds import thresholds
from analysis.trend.assessment import Ours, assess_baselines, compare_published
from analysis.trend.benchmarks import with_all_answers
from analysis.trend.earlier_waves import Now, compare_earlier, prepare_earlier
from analysis.weighting.plan import WeightingResult, weight_to_margins

Progress = Callable[[str, int, int], None]
STEPS = 7


def summarise(study: Study, progress: Progress | None = None) -> Summary:
    """Weight, estimate, compare and protect a study. `progress(step, done, of)` is called before each step.

    Raises:
        AnalysisError: the study cannot be summarised honestly; the text says what to change.

    """
    report_progress = progress or (lambda _step, _done, _of: None)
    report_progress("Weighting the answers to the Census", 0, STEPS)
    base = study.base
    weighting = weight_to_margins(
        base, study.margins, study.merges, minimum_cell=study.minimum_cell, without=study.not_weighted_by
    )
    study = with_merged_groups(study)
    base = study.base
    report_progress("Estimating", 1, STEPS)
    counts = count_base(study, base, weighting, [measure.indicator for measure in study.measures])
    estimates = estimate_counts(counts)
    report_progress("Comparing with earlier waves", 2, STEPS)
    earlier = prepare_earlier(study)
    figures = compare_earlier(study, Now(estimates, weighting), earlier)
    report_progress("Comparing with published figures", 3, STEPS)
    assessed = assess_baselines(study, taken=[wave.facts.year for wave in study.earlier])
    ours = Ours(estimates, _with_all_answers(study, base, weighting, set(assessed["indicator"])))
    figures, published = compare_published(study, figures, assessed, ours)
    report_progress("Comparing each group with the rest of the area", 4, STEPS)
    rest = compare_rest(counts, estimates, thresholds(study.audience))
    report_progress("Reading the comments", 5, STEPS)
    text = read_comments(study, base)
    report_progress("Ranking priorities and hiding small groups", 6, STEPS)
    summary = Summary(
        study=study,
        received=len(study.frame),
        in_base=len(base),
        excluded=_excluded(study),
        weighting=weighting,
        earlier=earlier,
        figures=figures,
        rest=rest,
        priorities=_priorities(study, estimates),
        profile=response_profile(base, weighting.weights, study.dimensions, study.profile),
        published=published,
        text=text,
    )
    protected = protect_summary(summary, estimates)
    report_progress("Summary ready", STEPS, STEPS)
    return protected


def _with_all_answers(study: Study, base: pd.DataFrame, weighting: WeightingResult, names: set[str]) -> pd.DataFrame:
    """Estimates of the measures that have published figures, with people without a view in the base."""
    chosen = [measure.indicator for measure in study.measures if measure.name in names]
    return estimate_counts(count_base(study, base, weighting, with_all_answers(chosen)))


def count_base(study: Study, base: pd.DataFrame, weighting: WeightingResult, indicators: Sequence[Indicator]) -> Counts:
    """Count indicators for the city and every group; people who did not state a characteristic are a group."""
    names = [dimension.name for dimension in study.dimensions]
    stated = base.assign(**{name: base[name].replace("", NOT_STATED) for name in names})
    groups = {
        dimension.name: [*dimension.groups, *([NOT_STATED] if (stated[dimension.name] == NOT_STATED).any() else [])]
        for dimension in study.dimensions
    }
    return count(stated, indicators, names, weights=weighting.weights, groups=groups)


def _excluded(study: Study) -> Mapping[str, int]:
    counts = study.frame[EXCLUSION].value_counts()
    return {reason: int(counts.get(reason, 0)) for reason in study.exclusions}


def _priorities(study: Study, estimates: pd.DataFrame) -> pd.DataFrame:
    wanted = [measure.name for measure in study.topic("priorities")]
    dimensions = [CITY, *(dimension.name for dimension in study.dimensions if dimension.name == "ward")]
    return rank_priorities(estimates, wanted, dimensions)
