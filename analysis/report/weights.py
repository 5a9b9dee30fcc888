"""How this wave and each earlier one were weighted, as steps of the method sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.margins_used import Weighing
from analysis.report.profile import effective_responses
from analysis.report.words import listed, number
from analysis.study import Dimension
from analysis.summary import Summary

Step = tuple[str, str]


def weighting_steps(summary: Summary) -> list[Step]:
    """Return (step, what was done) for the weighting of this wave, its merges, and the same for each earlier wave."""
    weighing, dimensions = summary.weighing, summary.study.dimensions
    steps = []
    if weighing.how != "unweighted":
        how = "raking" if weighing.how == "raked" else f"bounded calibration (at most {weighing.cap:g} times the mean)"
        steps.append(
            (
                "Weighting",
                f"Weighted to Census 2021 by {how} on {_variables(weighing, dimensions)}. Ward and ethnic group are "
                "known for all ages only, so their shares are scaled to the residents of 16 and over. People who did "
                f"not state a characteristic keep their share. Largest weight: {weighing.largest:.2f} times the mean. "
                f"Design effect: {weighing.design_effect:.2f}; effective responses: {effective_responses(summary):,}.",
            )
        )
    steps += [("Weighting", note) for note in weighing.notes]
    steps += [("Weighted together", text) for text in _merges(weighing, dimensions)]
    for earlier in summary.earlier:
        then, weights = earlier.wave.facts, earlier.weighing
        name = f"Earlier wave {then.year}"
        alike = weights.variables == weighing.variables
        how = "weighted in the same way by itself" if alike else f"weighted on {_variables(weights, dimensions)}"
        how = "not weighted" if weights.how == "unweighted" else how
        steps.append((name, f"{then.title}: {number(earlier.in_base)} responses in the base, {how}."))
        steps += [(f"{name}, weighting", note) for note in weights.notes]
        steps += [(f"{name}, weighted together", text) for text in _merges(weights, earlier.wave.dimensions)]
    return steps


def _variables(weighing: Weighing, dimensions: Sequence[Dimension]) -> str:
    labels = {dimension.name: dimension.label for dimension in dimensions}
    return listed([labels.get(name, name).lower() for name in weighing.variables])


def _merges(weighing: Weighing, dimensions: Sequence[Dimension]) -> Iterator[str]:
    for merging in weighing.merges:
        found = next((one for one in dimensions if one.name == merging.variable), None)
        groups, label = (found.groups, found.label) if found else ({}, merging.variable)
        names = listed([groups.get(code, code) for code in merging.categories])
        yield f"By {label.lower()}: {names}, because too few answered ({merging.reason})."
