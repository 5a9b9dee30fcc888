"""What the answers mean: counts in, estimates out. No web, no database; scipy only where it is needed.

Names are loaded when first used, so that `import analysis` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.chisquare import rao_scott as rao_scott
    from analysis.comparison import compare_counts_with_rest as compare_counts_with_rest
    from analysis.comparison import compare_group_counts as compare_group_counts
    from analysis.comparison import compare_groups as compare_groups
    from analysis.comparison import compare_waves as compare_waves
    from analysis.comparison import compare_with_rest as compare_with_rest
    from analysis.counting import count as count
    from analysis.counts import Counts as Counts
    from analysis.differencing import disclosed as disclosed
    from analysis.disclosure import protect as protect
    from analysis.errors import AnalysisError as AnalysisError
    from analysis.estimates import estimate as estimate
    from analysis.estimates import estimate_counts as estimate_counts
    from analysis.frames import write_workbook as write_workbook
    from analysis.indicators import Indicator as Indicator
    from analysis.intervals import newcombe as newcombe
    from analysis.intervals import wilson as wilson
    from analysis.multiple import benjamini_hochberg as benjamini_hochberg
    from analysis.multiple import holm as holm
    from analysis.published import compare_with_published as compare_with_published
    from analysis.published import with_all_answers as with_all_answers
    from analysis.showing import follow as follow
    from analysis.suppressed import Suppressed as Suppressed
    from analysis.weighting import margins_reached as margins_reached
    from analysis.weighting import rake as rake
    from analysis.weighting import rake_counts as rake_counts
    from analysis.weighting import weight_summary as weight_summary

_HOME = {
    "AnalysisError": "errors",
    "Counts": "counts",
    "Indicator": "indicators",
    "Suppressed": "suppressed",
    "benjamini_hochberg": "multiple",
    "compare_counts_with_rest": "comparison",
    "compare_group_counts": "comparison",
    "compare_groups": "comparison",
    "compare_waves": "comparison",
    "compare_with_published": "published",
    "compare_with_rest": "comparison",
    "count": "counting",
    "disclosed": "differencing",
    "estimate": "estimates",
    "estimate_counts": "estimates",
    "follow": "showing",
    "holm": "multiple",
    "margins_reached": "weighting",
    "newcombe": "intervals",
    "protect": "disclosure",
    "rake": "weighting",
    "rake_counts": "weighting",
    "rao_scott": "chisquare",
    "weight_summary": "weighting",
    "wilson": "intervals",
    "with_all_answers": "published",
    "write_workbook": "frames",
}
__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'analysis' has no attribute '{name}'")
    return getattr(import_module(f"analysis.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
