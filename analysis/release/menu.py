"""The reviewed menu of a release (`menu.yaml`), and a study and a summary cut down to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

import pandas as pd
import yaml

from analysis.study import CITY, Dimension, Study
from analysis.summary.model import Summary

CHARACTERISTICS = "characteristics"


@dataclass(frozen=True)
class MenuList:
    """Indicators (patterns such as `problem.*`) that are published for the whole area and by `dimensions`."""

    name: str
    why: str
    dimensions: tuple[str, ...]
    indicators: tuple[str, ...]

    def names(self, indicator: str) -> bool:
        return any(fnmatchcase(indicator, pattern) for pattern in self.indicators)


@dataclass(frozen=True)
class Menu:
    """Everything that a release publishes. `version` is raised with every change."""

    version: int
    reviewed: str
    lists: tuple[MenuList, ...]

    def holds(self, indicator: str) -> bool:
        return any(one.names(indicator) for one in self.lists)

    def dimensions_of(self, indicator: str) -> frozenset[str]:
        """The dimensions that an indicator is published by, besides the whole area."""
        return frozenset(name for one in self.lists if one.names(indicator) for name in one.dimensions)

    def is_headline(self, indicator: str) -> bool:
        return self.lists[0].names(indicator)


def menu_of(dimensions: Iterable[Dimension]) -> Menu:
    """Return the menu of a survey with these breakdowns: `menu.yaml` with every characteristic written out."""
    menu = read_menu()
    told = tuple(known.name for known in dimensions if known.characteristic)
    lists = (replace(one, dimensions=_written_out(one.dimensions, told)) for one in menu.lists)
    return replace(menu, lists=tuple(lists))


def _written_out(names: Iterable[str], characteristics: Iterable[str]) -> tuple[str, ...]:
    parts = (characteristics if name == CHARACTERISTICS else (name,) for name in names)
    return tuple(dict.fromkeys(name for part in parts for name in part))


@lru_cache(maxsize=1)
def read_menu() -> Menu:
    """Return the menu of `menu.yaml` as it stands there, which `menu_of` makes that of a survey."""
    content = yaml.safe_load(Path(__file__).with_name("menu.yaml").read_text(encoding="utf-8"))
    lists = tuple(
        MenuList(one["name"], one["why"], tuple(one["dimensions"]), tuple(one["indicators"]))
        for one in content["lists"]
    )
    return Menu(content["version"], str(content["reviewed"]), lists)


def study_of_menu(study: Study, menu: Menu) -> Study:
    """Return the study for the public with the measures and breakdowns of the menu, and without comments."""
    wanted = {name for one in menu.lists for name in one.dimensions}
    return replace(
        study,
        audience="public",
        measures=tuple(measure for measure in study.measures if menu.holds(measure.name)),
        dimensions=tuple(dimension for dimension in study.dimensions if dimension.name in wanted),
        comments={},
    )


def only_menu(summary: Summary, menu: Menu) -> Summary:
    """Take out of a protected summary every figure of a group that the menu does not name."""

    def kept(frame: pd.DataFrame) -> pd.DataFrame:
        if frame.empty:
            return frame
        pairs = zip(frame["indicator"], frame["dimension"], strict=True)
        wanted = [dimension == CITY or dimension in menu.dimensions_of(indicator) for indicator, dimension in pairs]
        return frame[wanted].reset_index(drop=True)

    return replace(summary, figures=kept(summary.figures), rest=kept(summary.rest), priorities=kept(summary.priorities))
