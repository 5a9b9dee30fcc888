"""What the answers mean: counts in, estimates out. No web, no database; scipy only where it is needed.

Names are loaded when first used, so that `import analysis` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.counts.counting import count as count
    from analysis.counts.indicators import Indicator as Indicator
    from analysis.counts.tables import Counts as Counts
    from analysis.disclosure import disclosed as disclosed
    from analysis.disclosure import propagate_suppression as follow  # noqa: F401
    from analysis.disclosure import propagate_suppression as propagate_suppression
    from analysis.disclosure import protect as protect
    from analysis.errors import AnalysisError as AnalysisError
    from analysis.estimation.comparison import compare_counts_with_rest as compare_counts_with_rest
    from analysis.estimation.comparison import compare_group_counts as compare_group_counts
    from analysis.estimation.comparison import compare_groups as compare_groups
    from analysis.estimation.comparison import compare_waves as compare_waves
    from analysis.estimation.comparison import compare_with_rest as compare_with_rest
    from analysis.estimation.estimates import estimate as estimate
    from analysis.estimation.estimates import estimate_counts as estimate_counts
    from analysis.estimation.intervals import newcombe as newcombe
    from analysis.estimation.intervals import wilson as wilson
    from analysis.estimation.multiple_testing import benjamini_hochberg as benjamini_hochberg
    from analysis.estimation.multiple_testing import holm as holm
    from analysis.estimation.rao_scott import rao_scott as rao_scott
    from analysis.frames import write_workbook as write_workbook
    from analysis.study import Dimension as Dimension
    from analysis.suppressed import Suppressed as Suppressed
    from analysis.trend.benchmarks import compare_with_published as compare_with_published
    from analysis.trend.benchmarks import with_all_answers as with_all_answers
    from analysis.weighting.raking import margins_reached as margins_reached
    from analysis.weighting.raking import rake as rake
    from analysis.weighting.raking import rake_counts as rake_counts
    from analysis.weighting.raking import weight_summary as weight_summary

_HOME = {
    "AnalysisError": "errors",
    "Counts": "counts.tables",
    "Dimension": "study",
    "Indicator": "counts.indicators",
    "Suppressed": "suppressed",
    "benjamini_hochberg": "estimation.multiple_testing",
    "compare_counts_with_rest": "estimation.comparison",
    "compare_group_counts": "estimation.comparison",
    "compare_groups": "estimation.comparison",
    "compare_waves": "estimation.comparison",
    "compare_with_published": "trend.benchmarks",
    "compare_with_rest": "estimation.comparison",
    "count": "counts.counting",
    "disclosed": "disclosure",
    "estimate": "estimation.estimates",
    "estimate_counts": "estimation.estimates",
    "follow": "disclosure",
    "holm": "estimation.multiple_testing",
    "margins_reached": "weighting.raking",
    "newcombe": "estimation.intervals",
    "propagate_suppression": "disclosure",
    "protect": "disclosure",
    "rake": "weighting.raking",
    "rake_counts": "weighting.raking",
    "rao_scott": "estimation.rao_scott",
    "weight_summary": "weighting.raking",
    "wilson": "estimation.intervals",
    "with_all_answers": "trend.benchmarks",
    "write_workbook": "frames",
}
_ALSO_CALLED = {"follow": "propagate_suppression"}
__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'analysis' has no attribute '{name}'")
    return getattr(import_module(f"analysis.{_HOME[name]}"), _ALSO_CALLED.get(name, name))


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
