"""The headline figures by each characteristic and by channel: one sheet each, in long form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.estimation.multiple_testing import significance_mark
from analysis.report.percentage_charts import interval_chart
from analysis.report.phrases import SIGNIFICANCE
from analysis.report.sheets.headline import headline_names, newest_wave, shown_mark
from analysis.report.summary_rows import FIRST, NOT_APPLICABLE, Pages, figure
from analysis.rows import each
from analysis.study import CITY, Dimension
from analysis.thresholds import limits
from analysis.workbook import SheetColumn, Worksheet
from analysis.workbook.table_names import name_from, sheet_name, table_name

CHARTED = "safe_local_dark"
REST = (
    SheetColumn(name="Everybody else (%)", kind="percent"),
    SheetColumn(name="Difference from everybody else (percentage points)", kind="points"),
    SheetColumn(name="Lower limit of that difference (percentage points)", kind="points"),
    SheetColumn(name="Upper limit of that difference (percentage points)", kind="points"),
    SheetColumn(name="Significance against everybody else", empty=NOT_APPLICABLE, width=16),
)


def breakdown_sheets(pages: Pages) -> list[Worksheet]:
    sheets: list[Worksheet] = []
    for dimension in pages.summary.study.dimensions:
        sheets.append(_sheet(pages, dimension, sheets))
    return sheets


def ward_chart(pages: Pages) -> Worksheet | None:
    """Feeling safe after dark by ward with intervals, the safest ward first."""
    if CHARTED not in pages.measures or not any(d.name == "ward" for d in pages.summary.study.dimensions):
        return None
    rows = pages.rows([CHARTED], [CITY, "ward"])
    rows = rows[rows["group"] != "not_stated"]
    return interval_chart(
        pages,
        rows,
        category="Ward",
        labels=[pages.group(row.dimension, row.group) for row in each(rows)],
        name="Chart safe after dark",
        title=f"{pages.label(CHARTED)}, by ward, {pages.year}",
        descending=True,
    )


def _sheet(pages: Pages, dimension: Dimension, before: Sequence[Worksheet]) -> Worksheet:
    year = newest_wave(pages)
    names = headline_names(pages)
    rows = _joined(pages, names, dimension, year)
    lower = dimension.label[:1].lower() + dimension.label[1:]
    name = sheet_name(f"By {lower}", [sheet.name for sheet in before])
    alike = name_from(name) in {table_name(sheet) for sheet in before}
    return Worksheet(
        name=name,
        table=f"by_{dimension.name}" if alike else "",
        title=f"Headline figures by {lower}, {pages.place}, {pages.year}",
        summary=f"Headline figures for each group by {lower}, against everybody else and against the year before",
        source=pages.source,
        base=pages.base,
        lines=(pages.interval_line, *_explained(pages, dimension, year), SIGNIFICANCE),
        columns=_columns(pages, dimension, year),
        rows=[_row(pages, row, with_year=year is not None) for row in each(rows)],
    )


def _explained(pages: Pages, dimension: Dimension, year: str | None) -> list[str]:
    lines = [
        "Everybody else means all other residents whose group is known.",
        f"Groups of fewer than {limits().test_base} responses are not tested.",
    ]
    if year is None:
        lines.append("There is no earlier wave of this survey to compare with.")
    else:
        lines.append(f"The change since {year} compares each group with the same group then.")
    if not dimension.characteristic:
        lines.append("How people answered may change what they say, and different people choose different ways.")
    return lines


def _columns(pages: Pages, dimension: Dimension, year: str | None) -> tuple[SheetColumn, ...]:
    columns: tuple[SheetColumn, ...] = (
        SheetColumn(name="Figure", width=FIRST),
        SheetColumn(name=dimension.label, width=30),
        SheetColumn(name=f"{pages.year} (%)", kind="percent"),
        SheetColumn(name="Lower limit (%)", kind="percent"),
        SheetColumn(name="Upper limit (%)", kind="percent"),
        SheetColumn(name=f"Responses {pages.year} (number)", kind="count"),
        SheetColumn(name="Effective responses (number)", kind="count"),
        *REST,
    )
    if year is not None:
        columns += (
            SheetColumn(name=f"{year} (%)", kind="percent"),
            SheetColumn(name=f"Responses {year} (number)", kind="count"),
            SheetColumn(name=f"Change since {year} (percentage points)", kind="points"),
            SheetColumn(name="Lower limit of the change (percentage points)", kind="points"),
            SheetColumn(name="Upper limit of the change (percentage points)", kind="points"),
            SheetColumn(name="Significance of the change", empty=NOT_APPLICABLE, width=16),
        )
    return (*columns, SheetColumn(name="Flags", empty="none", width=12))


def _joined(pages: Pages, names: list[str], dimension: Dimension, year: str | None) -> pd.DataFrame:
    key = ["indicator", "dimension", "group"]
    rows = pages.rows(names, [CITY, dimension.name])
    rest = pages.summary.rest.rename(
        columns={"difference": "rest_difference", "p_adjusted": "rest_p"}
        | {f"difference_{end}": f"rest_{end}" for end in ("lower", "upper")}
    )
    rest = rest[[*key, "percent_rest", "rest_difference", "rest_lower", "rest_upper", "rest_p"]]
    rows = rows.merge(rest, on=key, how="left")
    if year is None:
        return rows
    wanted = ["baseline_percent", "baseline_n", "difference", "difference_lower", "difference_upper"]
    wanted += ["comparability", "p_adjusted", "kind"]
    before = pages.rows(names, [CITY, dimension.name], year=year)[[*key, *wanted]]
    return rows.drop(columns=wanted).merge(before, on=key, how="left")


def _row(pages: Pages, row: Any, *, with_year: bool) -> list[object]:
    cells: list[object] = [pages.label(row.indicator), pages.group(row.dimension, row.group), *figure(row)]
    alone = row.dimension == CITY or row.group == "not_stated"
    cells += (
        [NOT_APPLICABLE] * 5
        if alone
        else [row.percent_rest, row.rest_difference, row.rest_lower, row.rest_upper, significance_mark(row.rest_p)]
    )
    if with_year:
        cells += _change(row)
    return [*cells, row.flags]


def _change(row: Any) -> list[object]:
    if not isinstance(row.comparability, str) or not row.comparability or row.comparability == "not comparable":
        return [NOT_APPLICABLE] * 6
    before = "[w]" if row.baseline_n == 0 else row.baseline_percent
    return [before, row.baseline_n, row.difference, row.difference_lower, row.difference_upper, shown_mark(row)]


def not_asked(pages: Pages) -> list[str]:
    """Return the usual breakdowns that this survey did not ask for."""
    asked = {dimension.name for dimension in pages.summary.study.dimensions}
    return [label for name, label in pages.summary.study.usual.items() if name not in asked]
