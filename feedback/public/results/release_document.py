"""A published document as pages look things up in it. Nothing is computed here that the document does not hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

CITY = "city"
MARK = re.compile(r"\[[a-z]+\]")
Figure = Mapping[str, Any]
Indicator = Mapping[str, Any]


@dataclass(frozen=True)
class ReleaseDocument:
    """One release: its document, and where its parts are found."""

    document: Mapping[str, Any]

    @property
    def facts(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.document["facts"]
        return found

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        return {indicator["id"]: indicator for indicator in self.document["indicators"]}

    @cached_property
    def headlines(self) -> list[Indicator]:
        return [indicator for indicator in self.document["indicators"] if indicator["headline"]]

    @cached_property
    def dimensions(self) -> dict[str, dict[str, str]]:
        """Groups of each dimension: code to label."""
        return {
            dimension["id"]: {group["id"]: group["label"] for group in dimension["groups"]}
            for dimension in self.document["dimensions"]
        }

    @property
    def first_breakdown(self) -> str:
        """The breakdown that *By group* opens with: the first besides wards, which have a page of their own."""
        return next((name for name in self.dimensions if name not in (CITY, "ward")), "")

    @cached_property
    def lists(self) -> dict[str, list[Indicator]]:
        """Items of each list of a topic, such as `problem`, in the order of asking."""
        found: dict[str, list[Indicator]] = {}
        for indicator in self.document["indicators"]:
            if indicator["list"] and indicator["item"]:
                found.setdefault(indicator["list"], []).append(indicator)
        return found

    def figure(self, indicator: Indicator, dimension: str = CITY, group: str = "") -> Figure | None:
        """Return a figure of an indicator; None where the release does not publish it."""
        return self._figures.get((indicator["id"], dimension, group))

    @cached_property
    def _figures(self) -> dict[tuple[str, str, str], Figure]:
        return {
            (indicator["id"], figure["dimension"], figure["group"]): figure
            for indicator in self.document["indicators"]
            for figure in indicator["figures"]
        }

    def by_group(self, indicator: Indicator, dimension: str) -> list[tuple[str, Figure]]:
        """Return label and figure of each group that is published for an indicator, in the order of the list."""
        labels = self.dimensions.get(dimension, {})
        found = [(label, self.figure(indicator, dimension, code)) for code, label in labels.items()]
        return [(label, figure) for label, figure in found if figure is not None]

    def ranked(self, items: Sequence[Indicator], dimension: str = CITY, group: str = "") -> list[tuple[str, Figure]]:
        """Return label and figure of items, the largest percentage first; figures that are hidden stand last."""
        found = [(item["item"] or item["label"], self.figure(item, dimension, group)) for item in items]
        shown = [(label, figure) for label, figure in found if figure is not None]
        return sorted(shown, key=lambda pair: -known(pair[1]["percent"], -1.0))


def known(value: Any, otherwise: float) -> float:
    """Return a number as it is; `otherwise` for the shorthand of what is hidden or not known."""
    return float(value) if isinstance(value, (int, float)) else otherwise


def percent(value: Any) -> str:
    """Return a percentage rounded to a whole number, half up; shorthand as it is."""
    return f"{int(value + 0.5)}%" if isinstance(value, (int, float)) else str(value)


def people(value: Any) -> str:
    """Return a number of people with its thousands; shorthand as it is."""
    return f"{round(value):,}" if isinstance(value, (int, float)) else str(value)


def interval(figure: Figure) -> str:
    """Return the 95 % interval of a figure as "41 to 46%"; nothing where there is none."""
    lower, upper = figure["lower"], figure["upper"]
    if isinstance(lower, str) or isinstance(upper, str):
        return ""
    return f"{int(lower + 0.5)} to {int(upper + 0.5)}%"


def marks_in(*shown: Any) -> set[str]:
    """Return the marks such as `[c]` that stand in what a page shows."""
    return {mark for one in shown if isinstance(one, str) for mark in MARK.findall(one)}


def marks_of(figure: Figure) -> set[str]:
    """Return the marks of a figure as a table shows it."""
    return marks_in(*(figure[name] for name in ("percent", "lower", "upper", "n", "flags")))


def points(value: Any) -> str:
    """Return a difference in percentage points with its sign, rounded: "+3", "−2", "0"; shorthand as it is."""
    if not isinstance(value, (int, float)):
        return str(value)
    whole = int(abs(value) + 0.5)
    return "0" if whole == 0 else f"{'+' if value > 0 else '−'}{whole}"
