"""The lengths of an interval on either side of its figure, as columns: a chart can only draw what stands in cells."""

from __future__ import annotations

from analysis.workbook.model import Chart, Series, SheetColumn

Value = str | int | float
EXPLANATION = (
    "The columns of the interval below and above a figure hold the lengths that the chart draws as error bars."
)


def wing_names(chart: Chart, series: Series) -> tuple[str, str]:
    """Return the headings of the two columns of a series."""
    of = f"{series.label or series.value}: interval" if len(chart.series) > 1 else "Interval"
    return f"{of} below (points)", f"{of} above (points)"


def has_wings(series: Series) -> bool:
    """Tell whether a series is drawn with its interval."""
    return bool(series.lower and series.upper)


def with_wings(
    columns: tuple[SheetColumn, ...], rows: tuple[tuple[Value, ...], ...], chart: Chart
) -> tuple[tuple[SheetColumn, ...], tuple[tuple[Value, ...], ...]]:
    """Return columns and rows with two columns more for each series that has an interval."""
    names = [column.name for column in columns]
    for series in filter(has_wings, chart.series):
        value, lower, upper = (names.index(name) for name in (series.value, series.lower, series.upper))
        columns += tuple(SheetColumn(name=name, kind="percent") for name in wing_names(chart, series))
        rows = tuple((*row, _length(row[value], row[lower]), _length(row[upper], row[value])) for row in rows)
    return columns, rows


def _length(high: Value, low: Value) -> Value:
    """Return the distance, or the shorthand of whichever is not shown."""
    for value in (high, low):
        if isinstance(value, str):
            return value
    return round(max(float(high) - float(low), 0.0), 9)
