"""Barriers to reporting for all kinds of crime together, so that small numbers still say something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analysis.counts.indicators import SEPARATOR, Indicator
from analysis.study import Measure

TOPIC = "barriers"
POOLED = "barrier.any"


def pool_barriers(frame: pd.DataFrame, measures: Sequence[Measure]) -> tuple[pd.DataFrame, tuple[Measure, ...]]:
    """Add a column with every reason a person gave for any kind of crime, and one measure for each reason.

    The base is everybody who did not report at least one kind of crime, without those who preferred not to say why.
    Where the survey asked about one kind or none there is nothing to pool, and both come back as they were.
    """
    barriers = [measure for measure in measures if measure.topic == TOPIC]
    columns = list(dict.fromkeys(measure.indicator.question for measure in barriers))
    if len(columns) < 2:
        return frame, tuple(measures)
    cells = zip(*(frame[column] for column in columns), strict=True)
    pooled = pd.Series([_union(row) for row in cells], index=frame.index, dtype="str")
    asked = tuple(dict.fromkeys(condition for measure in barriers for condition in measure.indicator.asked))
    reasons = {measure.indicator.yes: measure for measure in barriers}
    added = tuple(_pooled(measure, asked) for measure in reasons.values())
    first = next(place for place, measure in enumerate(measures) if measure.topic == TOPIC)
    return frame.assign(**{POOLED: pooled}), (*measures[:first], *added, *measures[first:])


def _pooled(measure: Measure, asked: tuple[tuple[str, tuple[str, ...]], ...]) -> Measure:
    code = "_".join(measure.indicator.yes)
    outside = measure.indicator.outside
    indicator = Indicator(f"{POOLED}.{code}", POOLED, measure.indicator.yes, kind="multi", asked=asked, outside=outside)
    return replace(
        measure,
        indicator=indicator,
        label=f"All kinds of crime: {measure.item or measure.label}",
        list_label="All kinds of crime together",
        concept="",
    )


def _union(cells: Sequence[str]) -> str:
    given = dict.fromkeys(code for cell in cells if cell for code in cell.split(SEPARATOR))
    return SEPARATOR.join(given)
