"""How this wave and each earlier one were weighted, as steps of the method sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.report.phrases import listed, number
from analysis.report.sheets.profile import effective_responses
from analysis.study import Dimension
from analysis.summary.model import Summary
from analysis.weighting.plan import WeightingResult

Step = tuple[str, str]


def weighting_steps(summary: Summary) -> list[Step]:
    """Return (step, what was done) for the weighting of this wave, its merges, and the same for each earlier wave."""
    weighting, dimensions = summary.weighting, summary.study.dimensions
    scaled = summary.study.census.scaled
    steps = []
    if weighting.how != "unweighted":
        how = (
            "raking" if weighting.how == "raked" else f"bounded calibration (at most {weighting.cap:g} times the mean)"
        )
        steps.append(
            (
                "Weighting",
                f"Weighted to Census 2021 by {how} on {_variables(weighting, dimensions)}. "
                f"{scaled}{' ' if scaled else ''}People who did not state a characteristic keep their share. "
                f"Largest weight: {weighting.largest:.2f} times the mean. "
                f"Design effect: {weighting.design_effect:.2f}; effective responses: {effective_responses(summary):,}.",
            )
        )
    steps += [("Weighting", note) for note in weighting.notes]
    steps += [("Weighted together", text) for text in _merges(weighting, dimensions)]
    for earlier in summary.earlier:
        then, weights = earlier.wave.facts, earlier.weighting
        name = f"Earlier wave {then.year}"
        alike = weights.variables == weighting.variables
        how = "weighted separately in the same way" if alike else f"weighted on {_variables(weights, dimensions)}"
        how = "not weighted" if weights.how == "unweighted" else how
        steps.append((name, f"{then.title}: {number(earlier.in_base)} responses in the base, {how}."))
        steps += [(f"{name}, weighting", note) for note in weights.notes]
        steps += [(f"{name}, weighted together", text) for text in _merges(weights, earlier.wave.dimensions)]
    return steps


def _variables(weighting: WeightingResult, dimensions: Sequence[Dimension]) -> str:
    labels = {dimension.name: dimension.label for dimension in dimensions}
    return listed([labels.get(name, name).lower() for name in weighting.variables])


def _merges(weighting: WeightingResult, dimensions: Sequence[Dimension]) -> Iterator[str]:
    for merging in weighting.merges:
        found = next((one for one in dimensions if one.name == merging.variable), None)
        groups, label = (found.groups, found.label) if found else ({}, merging.variable)
        names = listed([groups.get(code, code) for code in merging.categories])
        yield f"By {label.lower()}: {names}, because too few answered ({merging.reason})."
