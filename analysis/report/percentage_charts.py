"""Charts of percentages, each on a sheet of its own beside the table that it draws."""

from __future__ import annotations

import pandas as pd

from analysis.report.phrases import SIGNIFICANCE
from analysis.report.sheets.headline import headline_names, newest_wave, shown_mark
from analysis.report.summary_rows import FIRST, NOT_APPLICABLE, Pages, figure
from analysis.rows import each
from analysis.study import CITY
from analysis.workbook import Chart, Series, SheetColumn, Worksheet


def headline_chart(pages: Pages) -> Worksheet | None:
    """The figures beside those of the newest earlier wave, with intervals; alone where there is no earlier wave."""
    year = newest_wave(pages)
    names = headline_names(pages)
    if year is None:
        return _chart_alone(pages, names)
    rows = pages.rows(names, [CITY], year=year)
    rows = rows[rows["comparability"].isin(["tested", "not testable"])]
    return Worksheet(
        name="Chart headline change",
        title=f"Headline figures for {pages.place}, {year} and {pages.year}",
        summary=f"Chart of the headline figures of {year} and {pages.year}",
        source=pages.source,
        base=pages.base,
        lines=(pages.interval_line, SIGNIFICANCE),
        columns=_columns_of_two_years(pages.year, year),
        rows=[
            [
                pages.label(row.indicator),
                *figure(row)[:4],
                row.baseline_percent,
                row.baseline_n,
                row.difference,
                shown_mark(row),
            ]
            for row in each(rows)
        ],
        chart=_bars_of_two_years(pages, year),
    )


def _columns_of_two_years(now: str, before: str) -> tuple[SheetColumn, ...]:
    return (
        SheetColumn(name="Figure", width=FIRST),
        SheetColumn(name=f"{now} (%)", kind="percent"),
        SheetColumn(name=f"Lower limit {now} (%)", kind="percent"),
        SheetColumn(name=f"Upper limit {now} (%)", kind="percent"),
        SheetColumn(name=f"Responses {now} (number)", kind="count"),
        SheetColumn(name=f"{before} (%)", kind="percent"),
        SheetColumn(name=f"Responses {before} (number)", kind="count"),
        SheetColumn(name="Difference (percentage points)", kind="points"),
        SheetColumn(name="Significance", empty=NOT_APPLICABLE, width=14),
    )


def _bars_of_two_years(pages: Pages, before: str) -> Chart:
    now, limit = pages.year, f"limit {pages.year} (%)"
    return Chart(
        kind="bar",
        title=f"Headline figures, {before} and {now}",
        description=(
            f"Bars show the percentage of residents for each headline figure in {now} and in {before}. "
            f"{pages.interval_line} The table shows whether a difference is significant."
        ),
        category="Figure",
        category_title="Figure",
        value_title="Percentage of residents who answered",
        series=(
            Series(value=f"{now} (%)", label=now, lower=f"Lower {limit}", upper=f"Upper {limit}"),
            Series(value=f"{before} (%)", label=before),
        ),
        maximum=100,
    )


def _chart_alone(pages: Pages, names: list[str]) -> Worksheet | None:
    rows = pages.rows(names, [CITY])
    if rows.empty:
        return None
    return interval_chart(
        pages,
        rows,
        category="Figure",
        labels=[pages.label(name) for name in rows["indicator"]],
        name="Chart headline figures",
        title=f"Headline figures for {pages.place}, {pages.year}",
    )


def interval_chart(  # noqa: PLR0913 - the parts of a chart
    pages: Pages,
    rows: pd.DataFrame,
    *,
    category: str,
    labels: list[str],
    name: str,
    title: str,
    descending: bool = False,
    base: str = "",
) -> Worksheet:
    """A sheet with one bar a row and its 95% interval."""
    columns = (
        SheetColumn(name=category, width=FIRST),
        SheetColumn(name="Percentage (%)", kind="percent"),
        SheetColumn(name="Lower limit (%)", kind="percent"),
        SheetColumn(name="Upper limit (%)", kind="percent"),
        SheetColumn(name="Responses (number)", kind="count"),
    )
    chart = Chart(
        kind="bar",
        title=title,
        description=(
            "Bars show percentages, thin lines their intervals. The table beside the chart holds the same figures. "
            f"{pages.interval_line}"
        ),
        category=category,
        category_title=category,
        value_title="Percentage of the base",
        series=(Series(value="Percentage (%)", lower="Lower limit (%)", upper="Upper limit (%)"),),
        descending=descending,
        maximum=100,
    )
    return Worksheet(
        name=name,
        title=title,
        summary=f"Chart: {title}",
        source=pages.source,
        base=base or pages.base,
        lines=(pages.interval_line,),
        columns=columns,
        rows=[[label, *figure(row)[:4]] for label, row in zip(labels, each(rows), strict=True)],
        chart=chart,
    )
