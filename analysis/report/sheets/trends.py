"""Headline figures over the years; a line never crosses a break in the series."""

from __future__ import annotations

import re

import pandas as pd

from analysis.report.summary_rows import FIRST, Pages
from analysis.rows import each
from analysis.study import CITY
from analysis.workbook import Chart, Series, SheetColumn, Worksheet

MOST_LINES = 4
JOINED = ("tested", "not clear", "not testable")
YEAR = re.compile(r"(19|20)\d\d(/\d\d)?(?= \(|$)")
"A year, alone or with what tells two surveys of one year apart: 2025 (autumn)."


def trend_sheet(pages: Pages) -> Worksheet | None:
    """Feeling safe over the years: the figures with the longest history, at most four lines."""
    rows = _points(pages)
    if rows.empty:
        return None
    return Worksheet(
        name="Chart trend",
        title=f"Feeling safe in {pages.place} over the years",
        summary="Chart of feeling safe over the years, with breaks in the series",
        source=pages.source,
        base=f"{pages.base}. Earlier published figures were not weighted as far as is known",
        lines=(
            pages.interval_line,
            "Points of one unbroken part may be compared. Where the part changes, the question, area or method "
            "changed, and no line is drawn across.",
        ),
        columns=(
            SheetColumn(name="Figure", width=FIRST),
            SheetColumn(name="Year", kind="year"),
            SheetColumn(name="Percentage (%)", kind="percent"),
            SheetColumn(name="Responses (number)", kind="count"),
            SheetColumn(name="Part of the series", width=30),
        ),
        rows=rows.to_numpy(dtype=object).tolist(),
        chart=Chart(
            kind="line",
            title=f"Feeling safe in {pages.place} over the years",
            description=(
                "Lines show the percentage of residents who feel safe. A line is broken where the question, the area "
                f"or the method changed. {pages.interval_line}"
            ),
            category="Year",
            category_title="Year",
            value_title="Percentage who feel safe",
            series=(Series(value="Percentage (%)"),),
            split="Figure",
            segment="Part of the series",
            maximum=100,
        ),
    )


def _points(pages: Pages) -> pd.DataFrame:
    names = [measure.name for measure in pages.summary.study.topic("safety") if not measure.family]
    figures = pages.rows(names, [CITY], year=None)
    dated = figures[figures["baseline_year"].map(lambda year: bool(YEAR.match(year)))]
    history = [name for name in names if (dated["indicator"] == name).any()][:MOST_LINES]
    points = [point for name in history for point in _line(pages, name, figures, dated)]
    return pd.DataFrame(points, columns=["figure", "year", "percent", "n", "part"])


def _line(pages: Pages, name: str, figures: pd.DataFrame, dated: pd.DataFrame) -> list[list[object]]:
    points = []
    earlier = dated[(dated["indicator"] == name) & (dated["comparability"] != "not comparable")]
    earlier = earlier.sort_values("baseline_year", kind="stable")
    for row in each(earlier):
        joined = row.comparability in JOINED
        part = "comparable with this year" if joined else f"{row.baseline_year} alone (series broken)"
        points.append([pages.label(name), int(row.baseline_year[:4]), row.baseline_percent, row.baseline_n, part])
    now = next(each(figures[(figures["indicator"] == name) & (figures["baseline_year"] == "")]))
    current = [pages.label(name), int(pages.year[:4]), now.percent, now.n, "comparable with this year"]
    return [*points, current]
