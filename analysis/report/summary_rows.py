"""Rows of a summary as rows of a sheet: labels for codes, shorthand for what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.counts.substantive import NOT_STATED
from analysis.report.phrases import day, interval_note
from analysis.rows import keys
from analysis.study import CITY, Measure
from analysis.summary.model import Summary

FIRST = 64  # the texts above a table stand in the first column, which must be wide enough to read them
NOBODY = "[w]"
NOT_APPLICABLE = "[z]"


@dataclass(frozen=True)
class Pages:
    """What every sheet of one report needs: the summary, the labels of its codes and the lines above its tables."""

    summary: Summary

    @cached_property
    def measures(self) -> dict[str, Measure]:
        return {measure.name: measure for measure in self.summary.study.measures}

    @cached_property
    def _groups(self) -> dict[tuple[str, str], str]:
        labels = {(CITY, ""): self.place}
        for dimension in self.summary.study.dimensions:
            labels[dimension.name, NOT_STATED] = "Not stated"
            labels |= {(dimension.name, code): label for code, label in dimension.groups.items()}
        return labels

    @property
    def place(self) -> str:
        return self.summary.study.facts.place

    @property
    def year(self) -> str:
        return self.summary.study.facts.year

    def label(self, indicator: str) -> str:
        return self.measures[indicator].label

    def group(self, dimension: str, group: str) -> str:
        return self._groups.get((dimension, group), group)

    @property
    def source(self) -> str:
        facts = self.summary.study.facts
        of_day = self.summary.study.as_of
        when = f"as of {day(of_day)}" if of_day else f"made {day(self.summary.study.made_on)}"
        return f"{facts.title}, {facts.partnership}; figures {when}"

    @property
    def base(self) -> str:
        how = "unweighted" if self.summary.weighting.how == "unweighted" else "weighted to the Census"
        return (
            f"{self.summary.study.facts.who} who gave an answer that counts; don't know and not answered "
            f"are left out. Percentages are {how}; numbers of responses are unweighted"
        )

    @property
    def interval_line(self) -> str:
        return f"95% intervals. {interval_note(self.summary.study.facts.method)}"

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Figures by the order of asking, then city first, then groups as declared, then years."""
        return self._in_order(self.summary.figures)

    @cached_property
    def rest(self) -> pd.DataFrame:
        """Each group beside the rest, in the same order."""
        return self._in_order(self.summary.rest)

    def _in_order(self, rows: pd.DataFrame) -> pd.DataFrame:
        order = {name: place for place, name in enumerate(self.measures)}
        groups = {key: place for place, key in enumerate(self.ordered_groups)}
        places = [
            (order[indicator], groups.get((dimension, group), len(groups)))
            for indicator, dimension, group in keys(rows, ["indicator", "dimension", "group"])
        ]
        keyed = rows.assign(_measure=[measure for measure, _ in places], _group=[group for _, group in places])
        by = ["_measure", "_group", *(["baseline_year"] if "baseline_year" in rows else [])]
        return keyed.sort_values(by, kind="stable").drop(columns=["_measure", "_group"])

    @cached_property
    def ordered_groups(self) -> list[tuple[str, str]]:
        ordered = [(CITY, "")]
        for dimension in self.summary.study.dimensions:
            ordered += [(dimension.name, code) for code in (*dimension.groups, NOT_STATED)]
        return ordered

    def rows(self, topic_measures: Iterable[str], dimensions: Sequence[str], *, year: str | None = "") -> pd.DataFrame:
        """Return figures of some measures and dimensions: of one `baseline_year` ("" = this wave alone), or of all."""
        figures = self.figures
        wanted = figures["indicator"].isin(set(topic_measures)) & figures["dimension"].isin(dimensions)
        if year is not None:
            wanted &= figures["baseline_year"] == year
        return figures[wanted]


def figure(row: Any) -> list[object]:
    """Return percent, limits, base and effective base of a row, with `[w]` where nobody is in the base."""
    if row.n == 0:
        return [NOBODY, NOBODY, NOBODY, 0, NOBODY]
    return [row.percent, row.lower, row.upper, row.n, row.n_effective]
