"""Earlier published figures, each with its reviewed comparability."""

from __future__ import annotations

import re
from pathlib import Path

from feedback.places.reading import Row, read_csv, unique
from feedback.places.records import Baseline

COLUMNS = (
    *("id", "year", "survey", "concept", "geography", "dimension", "group", "label", "percent", "n", "n_is"),
    *("design_effect", "rounding", "published", "method", "wording", "scale", "base", "comparability"),
    *("reason", "sentence", "source"),
)
CLASSES = ("comparable", "break", "not_comparable", "context")
N_IS = ("item", "survey_total", "none")
GEOGRAPHIES = ("local area", "city", "city centre", "not stated", "national")
DIMENSIONS = ("city", "ward", "age_band", "sex", "ethnic_group", "disability", "other")
YEAR = re.compile(r"(19|20)\d\d(/\d\d)?")


def read_baselines(folder: Path) -> tuple[Baseline, ...]:
    """Published figures in the order of the file.

    Raises:
        PlaceError: a percent is not between 0 and 100, a class is not known, an n is given without saying of what.

    """
    rows = read_csv(folder, "baselines.csv", COLUMNS)
    unique(rows, "id")
    return tuple(_baseline(row) for row in rows)


def _baseline(row: Row) -> Baseline:
    _check(row)
    texts = ("id", "year", "survey", "label", "method", "wording", "scale", "base", "reason", "sentence", "source")
    return Baseline(
        **{column: row.text(column, required=True) for column in texts},
        concept=row.text("concept"),
        geography=row.choice("geography", GEOGRAPHIES),
        dimension=row.choice("dimension", DIMENSIONS),
        group=row.text("group"),
        percent=_percent(row),
        n=row.optional_whole("n", 1),
        n_is=row.choice("n_is", N_IS),
        design_effect=row.optional_number("design_effect", 0.1, 100),
        rounding=row.optional_number("rounding", 0, 100),
        published=row.flag("published"),
        comparability=row.choice("comparability", CLASSES),
    )


def _percent(row: Row) -> float | None:
    percent = row.optional_number("percent", float("-inf"), float("inf"))
    if percent is not None and not 0 <= percent <= 100:
        raise row.fault(f"percent is {percent:g}. A share of people lies between 0 and 100; look it up in the source.")
    return percent


def _check(row: Row) -> None:
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
