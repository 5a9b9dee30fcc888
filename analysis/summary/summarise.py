"""From a study to everything that a report says: one straight line from answers to protected figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.counts.counting import count
from analysis.counts.indicators import Indicator
from analysis.counts.tables import Counts
from analysis.estimation.estimates import estimate_counts
from analysis.estimation.rest_of_area import compare_rest
from analysis.profile.response_profile import NOT_STATED, response_profile
from analysis.study import CITY, EXCLUSION, Study
from analysis.summary.free_text import FreeText, read_comments
from analysis.summary.priorities import rank_priorities
from analysis.summary.protection import protect_summary
from analysis.thresholds import thresholds
from analysis.trend.assessment import Ours, assess_baselines, compare_published
from analysis.trend.benchmarks import with_all_answers
from analysis.trend.earlier_waves import CURRENT, Earlier, Now, compare_earlier, prepare_earlier
from analysis.weighting.plan import WeightingResult, weight_to_margins

KEY = ("indicator", "dimension", "group", "baseline_year")
TIDY = (
    *KEY,
    "n",
    "n_effective",
    "percent",
    "lower",
    "upper",
    "baseline_percent",
    "baseline_n",
    "difference",
    "comparability",
    "flags",
)
Progress = Callable[[str, int, int], None]
STEPS = 7


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a wave says, protected for its audience (a hidden number is `Suppressed`, which shows as "[c]").

    `figures`: one row for each of `KEY`; rows with an empty `baseline_year` hold the current figure alone, the others
    set it beside an earlier one. `rest`: groups against all other residents. `priorities`: ranks by group.
    `profile`: respondents beside the Census. `published`: every earlier published figure with its verdict.
    `in_base` is hidden where few people answered, `received` where it would give away how few were counted apart.
    `disclosed`: the exact counts that somebody could work out from this summary, to be kept with a publication (as
    `Study.published` of the next one) and shown to nobody.
    """

    study: Study
    received: Any
    in_base: Any
    excluded: Mapping[str, Any]
    weighting: WeightingResult
    earlier: tuple[Earlier, ...]
    figures: pd.DataFrame
    rest: pd.DataFrame
    priorities: pd.DataFrame
    profile: pd.DataFrame
    published: pd.DataFrame
    text: tuple[FreeText, ...]
    disclosed: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def estimates(self) -> pd.DataFrame:
        """The tidy table that every figure is drawn from; percentages 0-100, differences in percentage points."""
        return self.figures[list(TIDY)]

    @property
    def current(self) -> pd.DataFrame:
        """The figures of the wave itself, each once."""
        return self.figures[self.figures["baseline_year"] == CURRENT]


def summarise(study: Study, progress: Progress | None = None) -> Summary:
    """Weight, estimate, compare and protect a study. `progress(step, done, of)` is called before each step.

    Raises:
        AnalysisError: the study cannot be summarised honestly; the text says what to change.

    """
    tell = progress or (lambda _step, _done, _of: None)
    tell("Weighting the answers to the Census", 0, STEPS)
    base = study.base
    weighting = weight_to_margins(base, study.margins, study.merges, minimum_cell=study.minimum_cell)
    tell("Estimating", 1, STEPS)
    counts = count_base(study, base, weighting, [measure.indicator for measure in study.measures])
    estimates = estimate_counts(counts)
    tell("Comparing with earlier waves", 2, STEPS)
    earlier = prepare_earlier(study)
    figures = compare_earlier(study, Now(estimates, weighting), earlier)
    tell("Comparing with published figures", 3, STEPS)
    judged = assess_baselines(study, taken=[wave.facts.year for wave in study.earlier])
    ours = Ours(estimates, _with_all_answers(study, base, weighting, set(judged["indicator"])))
    figures, published = compare_published(study, figures, judged, ours)
    tell("Comparing each group with the rest of the area", 4, STEPS)
    rest = compare_rest(counts, estimates, thresholds(study.audience))
    tell("Reading the comments", 5, STEPS)
    text = read_comments(study, base)
    tell("Ranking priorities and hiding small groups", 6, STEPS)
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
    tell("Summary ready", STEPS, STEPS)
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
