"""What the page of a release shows, read from its document: the same numbers, with labels for codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
COMPARED = "tested"
MOST = 200


@dataclass(frozen=True)
class HiddenFigure:
    """A figure that the release hides, and why; for analysts only."""

    label: str
    dimension: str
    group: str
    reason: str


def headline(document: Document) -> list[dict[str, Any]]:
    """Return the headline figures of the whole area, in the order of asking."""
    shown = [indicator for indicator in document["indicators"] if indicator["headline"]]
    return [{"label": one["label"], **_whole(one)} for one in shown]


def _whole(indicator: Mapping[str, Any]) -> dict[str, Any]:
    return next(dict(figure) for figure in indicator["figures"] if figure["dimension"] == "city")


def shown_figures(document: Document) -> tuple[int, int]:
    """Return how many figures are shown and how many hidden."""
    states = Counter(
        figure["percent"] == "[c]" for indicator in document["indicators"] for figure in indicator["figures"]
    )
    return states[False], states[True]


def hidden_figures(document: Document, hidden: Sequence[Sequence[str]]) -> list[HiddenFigure]:
    """Return every hidden figure with labels; `hidden` holds indicator, dimension, group, reason."""
    labels = {one["id"]: one["label"] for one in document["indicators"]}
    dimensions = {one["id"]: one["label"] for one in document["dimensions"]}
    groups = {(one["id"], group["id"]): group["label"] for one in document["dimensions"] for group in one["groups"]}
    return [
        HiddenFigure(
            labels.get(indicator, indicator),
            dimensions.get(dimension, dimension),
            groups.get((dimension, group), group),
            reason,
        )
        for indicator, dimension, group, reason in hidden
    ]


def reasons(hidden: Sequence[HiddenFigure]) -> dict[str, int]:
    """Count hidden figures by reason, most first."""
    return dict(Counter(one.reason for one in hidden).most_common())


def not_compared(document: Document) -> list[Mapping[str, Any]]:
    """Return the earlier figures that the wave's cannot simply be compared with."""
    return [row for row in document["comparability"] if row["comparability"] != COMPARED]


def classes(document: Document) -> dict[str, int]:
    """Count earlier figures by what the comparison allows."""
    return dict(Counter(row["comparability"] for row in document["comparability"]).most_common())
