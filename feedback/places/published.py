"""Earlier published figures, each with its reviewed comparability."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from feedback.places.pack_files import PackRow, read_csv, unique
from feedback.places.records import Baseline, Ward
from forms import shared_characteristics

COLUMNS = (
    *("id", "year", "survey", "concept", "geography", "vintage", "dimension", "group", "label", "percent", "n"),
    *("n_is", "design_effect", "rounding", "published", "method", "weighting", "wording", "scale", "base"),
    *("base_rule", "comparability", "reason", "sentence", "source"),
)
CLASSES = ("comparable", "break", "not_comparable", "context")
N_IS = ("item", "survey_total", "none")
WEIGHTING = ("weighted", "unweighted", "unknown")
BASE_RULES = ("views", "all_answers", "unknown")
"""Whether people without a view (don't know) are left out of the base, are in it, or nobody says."""
WHOLE_AREAS = ("city", "country")
"""Areas that no change of ward boundaries touches; a figure by ward names the vintage of its wards instead."""
GEOGRAPHIES = ("local area", "city", "city centre", "not stated", "national")
YEAR = re.compile(r"(19|20)\d\d(/\d\d)?")


def read_baselines(folder: Path, wards: Sequence[Ward]) -> tuple[Baseline, ...]:
    """Published figures in the order of the file; `wards` are those of every vintage.

    Raises:
        PlaceError: a percent is not between 0 and 100, a class is not known, an n is given without saying of what, a
            figure by ward does not say of which wards.

    """
    rows = read_csv(folder, "baselines.csv", COLUMNS)
    unique(rows, "id")
    vintages = {ward.code: ward.vintage for ward in wards}
    return tuple(_baseline(row, vintages) for row in rows)


def _dimensions() -> tuple[str, ...]:
    """What a published figure may be by: the whole area, a characteristic that surveys share, or something else."""
    return ("city", *(known.name for known in shared_characteristics()), "other")


def _baseline(row: PackRow, vintages: Mapping[str, str]) -> Baseline:
    _check(row)
    _check_area(row, vintages)
    texts = ("id", "year", "survey", "label", "method", "wording", "scale", "base", "reason", "sentence", "source")
    return Baseline(
        **{column: row.text(column, required=True) for column in texts},
        concept=row.text("concept"),
        geography=row.choice("geography", GEOGRAPHIES),
        vintage=row.text("vintage"),
        weighting=row.choice("weighting", WEIGHTING),
        base_rule=row.choice("base_rule", BASE_RULES),
        dimension=row.choice("dimension", _dimensions()),
        group=row.text("group"),
        percent=_percent(row),
        n=row.optional_whole("n", 1),
        n_is=row.choice("n_is", N_IS),
        design_effect=row.optional_number("design_effect", 0.1, 100),
        rounding=row.optional_number("rounding", 0, 100),
        published=row.flag("published"),
        comparability=row.choice("comparability", CLASSES),
    )


def _check_area(row: PackRow, vintages: Mapping[str, str]) -> None:
    """Wards are known by code and vintage: a ward of today may have the name of another area of before."""
    if row.text("dimension") != "ward":
        row.choice("vintage", WHOLE_AREAS)
    elif vintages.get(row.text("group")) != row.text("vintage"):
        raise row.fault(
            f"group is {row.text('group')!r}, which is no ward of the vintage {row.text('vintage')!r} in wards.csv. "
            "Give the code of a ward and its vintage."
        )


def _percent(row: PackRow) -> float | None:
    percent = row.optional_number("percent", float("-inf"), float("inf"))
    if percent is not None and not 0 <= percent <= 100:
        raise row.fault(f"percent is {percent:g}. A share of people lies between 0 and 100; look it up in the source.")
    return percent


def _check(row: PackRow) -> None:
    year = row.text("year")
    if not YEAR.fullmatch(year):
        raise row.fault(f"year is {year!r}. Write it as 2021 or 2010/11.")
    has_n = row.optional_whole("n", 1) is not None
    if has_n == (row.text("n_is") == "none"):
        raise row.fault("n and n_is do not agree. Give n with item or survey_total, or leave n empty with none.")
    if (row.text("dimension") == "city") == bool(row.text("group")):
        raise row.fault("group belongs to a breakdown. Leave it empty for dimension city and fill it in otherwise.")
    if row.text("comparability") == "comparable" and not (row.text("concept") and row.text("percent")):
        raise row.fault("a comparable figure needs a concept and a percent. Fill them in or choose another class.")
