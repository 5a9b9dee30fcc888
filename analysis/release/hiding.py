"""What was hidden in a release that people have stays hidden in the next: two releases must not be subtracted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from analysis.masking import HIDDEN
from analysis.study import CITY
from analysis.summary import Summary
from analysis.suppressed import Suppressed

Key = tuple[str, str, str]
EVERYBODY = "everybody"
IN_RELEASE = "hidden in an earlier release"
TEXTS = {"indicator", "dimension", "group", "baseline_year", "comparability", "reason", "sentence", "kind", "flags"}
TEXTS |= {"hidden_because"}


@dataclass(frozen=True)
class Already:
    """Figures (indicator, dimension, group) that earlier releases hid.

    `now`: releases of the same wave. `before`: by year, releases of earlier waves. `profile`: (dimension, group) of
    the response profile in releases of the same wave.
    """

    now: frozenset[Key] = frozenset()
    before: Mapping[str, frozenset[Key]] = field(default_factory=dict)
    profile: frozenset[tuple[str, str]] = frozenset()


def already_hidden(document: Mapping[str, Any]) -> frozenset[Key]:
    """Return the figures that a release hides."""
    return frozenset(
        (indicator["id"], figure["dimension"], figure["group"])
        for indicator in document["indicators"]
        for figure in indicator["figures"]
        if figure["percent"] == "[c]"
    )


def hidden_profile(document: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Return the groups whose number of respondents a release hides."""
    return frozenset((row["dimension"], row["group"]) for row in document["profile"] if row["n"] == "[c]")


def keep_hidden(summary: Summary, already: Already) -> Summary:
    """Hide in a protected summary what earlier releases hid.

    What is shown is then part of what those releases showed (as far as the answers are the same), so that both
    together tell no more than the first, which was proved safe.
    """
    figures = _figures(summary.figures, already)
    where = _places(summary.rest, already.now)
    rest = _without_rest(_hidden(summary.rest, where), already.now)
    priorities = _hidden(summary.priorities, _places(summary.priorities, already.now))
    profile = summary.profile
    groups = [(d, g) in already.profile for d, g in zip(profile["dimension"], profile["group"], strict=True)]
    return replace(summary, figures=figures, rest=rest, priorities=priorities, profile=_hidden(profile, groups))


def _figures(figures: pd.DataFrame, already: Already) -> pd.DataFrame:
    keys = _keys(figures)
    where = [
        key in already.now or key in already.before.get(year, ())
        for key, year in zip(keys, figures["baseline_year"], strict=True)
    ]
    result = _hidden(figures, where)
    new = [hide and not isinstance(old, Suppressed) for hide, old in zip(where, figures["percent"], strict=True)]
    said = [HIDDEN if hide and year else "" for hide, year in zip(where, figures["baseline_year"], strict=True)]
    texts = {"flags": ["[c]"] * len(where), "hidden_because": [IN_RELEASE] * len(where), "sentence": said}
    for column, values in texts.items():
        pairs = zip(new, values, figures[column], strict=True)
        result[column] = [value if changed else old for changed, value, old in pairs]
    return result


def _without_rest(rest: pd.DataFrame, now: Collection[Key]) -> pd.DataFrame:
    """Hide the size of everybody else wherever a group is hidden: with the city's number it would give that away."""
    if rest.empty or "n_rest" not in rest:
        return rest
    touched = {(indicator, dimension) for indicator, dimension, _group in now if dimension != CITY}
    pairs = zip(rest["indicator"], rest["dimension"], rest["n_rest"], strict=True)
    sizes = [Suppressed() if (indicator, dimension) in touched else n for indicator, dimension, n in pairs]
    return rest.assign(n_rest=pd.Series(sizes, index=rest.index, dtype=object))


def _keys(frame: pd.DataFrame) -> list[Key]:
    return list(zip(frame["indicator"], frame["dimension"], frame["group"], strict=True)) if len(frame) else []


def _places(frame: pd.DataFrame, keys: Collection[Key]) -> list[bool]:
    return [key in keys for key in _keys(frame)]


def _hidden(frame: pd.DataFrame, where: list[bool]) -> pd.DataFrame:
    if not any(where):
        return frame.copy()
    result = frame.copy()
    for column in (column for column in frame.columns if column not in TEXTS):
        values = [Suppressed() if hide else value for hide, value in zip(where, frame[column], strict=True)]
        result[column] = pd.Series(values, index=frame.index, dtype=object)
    return result
