"""What a wave says: every figure, comparison and sentence that a report may show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.study import Study
from analysis.summary.free_text import FreeText
from analysis.trend.earlier_waves import CURRENT, Earlier
from analysis.weighting.plan import WeightingResult

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


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a wave says, protected for its audience (a hidden number is `Suppressed`, which shows as "[c]").

    `figures`: one row for each of `KEY`; rows with an empty `baseline_year` hold the current figure alone, the others
    set it beside an earlier one. `rest`: groups against all other residents. `priorities`: ranks by group.
    `profile`: respondents beside the Census. `published`: every earlier published figure with its verdict.
    `in_base` is hidden where few people answered, `received` where it would give away how few were counted apart.
    `disclosed`: the exact counts that somebody could work out from this summary, to be kept with a publication (as
    `Study.published` of the next one) and shown to nobody; `disclosed_earlier`: those of earlier waves beside it.
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
    disclosed_earlier: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def gives_away(self) -> Mapping[str, pd.DataFrame]:
        """What is given away of each wave, by its slug."""
        return {self.study.facts.slug: self.disclosed, **self.disclosed_earlier}

    @property
    def estimates(self) -> pd.DataFrame:
        """The tidy table that every figure is drawn from; percentages 0-100, differences in percentage points."""
        return self.figures[list(TIDY)]

    @property
    def current(self) -> pd.DataFrame:
        """The figures of the wave itself, each once."""
        return self.figures[self.figures["baseline_year"] == CURRENT]
