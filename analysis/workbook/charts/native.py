"""Native Excel charts of the table on the same sheet: bars with intervals, columns, lines with honest gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from openpyxl.chart import BarChart, ScatterChart
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.error_bar import ErrorBars
from openpyxl.chart.legend import LegendEntry
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series as XmlSeries
from openpyxl.chart.series import SeriesLabel, XYSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from analysis.workbook.charts.interval_lengths import has_wings, wing_names
from analysis.workbook.charts.parts import (
    AXIS_INK,
    PALETTE,
    axis_text,
    bar_look,
    dress_axis,
    dress_legend,
    dress_scale,
    plain,
    titled,
)
from analysis.workbook.model import Chart, Series, SheetColumn

CHART_COLUMN_WIDTH = 84
_WIDTH_CM = 20.0
# openpyxl writes minus before plus, which the file format does not allow and Excel "repairs" by dropping the chart.
_ERROR_BAR_ORDER = ("errDir", "errBarType", "errValType", "noEndCap", "plus", "minus", "val", "spPr")
_EMU = 360_000  # English Metric Units in a centimetre
_MARKERS: Any = ("circle", "square", "triangle", "diamond")
_DASHES: Any = ("solid", "sysDash", "sysDot", "dashDot")


@dataclass(frozen=True, kw_only=True)
class Block:
    """The table a chart draws: its sheet, columns, clean rows, and the row number of the headings."""

    sheet: Worksheet
    columns: tuple[SheetColumn, ...]
    rows: Sequence[Sequence[str | int | float]]
    top: int

    def index(self, name: str) -> int:
        return [column.name for column in self.columns].index(name)

    def values(self, name: str) -> list[str | int | float]:
        place = self.index(name)
        return [row[place] for row in self.rows]

    def address(self, name: str, first: int, last: int) -> str:
        letter = get_column_letter(self.index(name) + 1)
        start, end = self.top + 1 + first, self.top + 1 + last
        return f"{quote_sheetname(self.sheet.title)}!${letter}${start}:${letter}${end}"


@dataclass(frozen=True, kw_only=True)
class Run:
    """Rows `first` to `last` of one series that may be joined by a line."""

    series: Series
    label: str
    first: int
    last: int


def draw(block: Block, chart: Chart, *, at: tuple[int, int]) -> None:
    """Add the chart to the sheet of its table, its upper left corner at (column, row)."""
    xml: Any = _lines(block, chart) if chart.kind == "line" else _bars(block, chart)
    xml.title = titled(chart.title, size=14)
    xml.roundedCorners = False
    xml.graphical_properties = plain()
    height = _height_cm(block, chart)
    xml.width, xml.height = _WIDTH_CM, height
    size = XDRPositiveSize2D(int(_WIDTH_CM * _EMU), int(height * _EMU))
    corner = AnchorMarker(col=at[0] - 1, colOff=int(0.5 * _EMU), row=at[1] - 1, rowOff=0)
    xml.anchor = OneCellAnchor(_from=corner, ext=size)
    block.sheet.add_chart(xml)


def _height_cm(block: Block, chart: Chart) -> float:
    if chart.kind != "bar":
        return 12.0
    return min(max(9.0, 5.0 + len(block.rows) * (0.35 + 0.45 * len(chart.series))), 60.0)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _numbers(block: Block, name: str, first: int, last: int, code: str = "0.0") -> NumDataSource:
    """Refer to cells and keep a copy of the numbers; cells with shorthand leave no point."""
    values = block.values(name)[first : last + 1]
    points = [NumVal(idx=i, v=str(v)) for i, v in enumerate(values) if _is_number(v)]
    cache = NumData(formatCode=code, ptCount=len(values), pt=points)
    return NumDataSource(numRef=NumRef(f=block.address(name, first, last), numCache=cache))


def _texts(block: Block, name: str) -> AxDataSource:
    values = block.values(name)
    cache = StrData(ptCount=len(values), pt=[StrVal(idx=i, v=str(v)) for i, v in enumerate(values)])
    return AxDataSource(strRef=StrRef(f=block.address(name, 0, len(values) - 1), strCache=cache))


def _interval(block: Block, chart: Chart, run: Run, *, direction: Any) -> Any:
    if not has_wings(run.series):
        return None
    below, above = (_numbers(block, name, run.first, run.last) for name in wing_names(chart, run.series))
    line = GraphicalProperties(ln=LineProperties(solidFill=AXIS_INK, w=15875))
    bars: Any = ErrorBars(
        errDir=direction,
        errBarType="both",
        errValType="cust",
        noEndCap=False,
        plus=above,
        minus=below,
        spPr=line,
    )
    bars.__elements__ = _ERROR_BAR_ORDER
    return bars


def _bars(block: Block, chart: Chart) -> BarChart:
    xml = BarChart()
    xml.type = "bar" if chart.kind == "bar" else "col"
    xml.varyColors = False
    xml.grouping, xml.gapWidth, xml.overlap = "clustered", 60, 0
    last = len(block.rows) - 1
    for number, series in enumerate(chart.series):
        bar: Any = XmlSeries(idx=number, order=number, val=_numbers(block, series.value, 0, last))
        bar.tx = SeriesLabel(v=series.label or series.value)
        bar.cat = _texts(block, chart.category)
        bar.invertIfNegative = False
        bar.graphicalProperties = bar_look(number, light=any(map(has_wings, chart.series)))
        bar.errBars = _interval(block, chart, Run(series=series, label="", first=0, last=last), direction=None)
        xml.series.append(bar)
    dress_axis(xml.x_axis, chart.category_title)
    dress_scale(xml.y_axis, chart, block.columns[block.index(chart.series[0].value)])
    if chart.kind == "bar":
        # The first row of the table is the top bar; the scale then belongs at the other end, which is the bottom.
        xml.x_axis.scaling.orientation = "maxMin"
        xml.y_axis.crosses, xml.y_axis.tickLblPos = "max", "nextTo"
    xml.legend = dress_legend(len(chart.series))
    return xml


def runs(block: Block, chart: Chart) -> list[Run]:
    """Cut every series into the stretches that a line may join: no missing value, no change of line or segment."""
    breaks = [block.values(name) for name in (chart.split, chart.segment) if name]
    labels = block.values(chart.split) if chart.split else []
    found: list[Run] = []
    for series in chart.series:
        start: int | None = None
        values = block.values(series.value)
        for row, value in enumerate(values):
            changed = row > 0 and any(column[row] != column[row - 1] for column in breaks)
            if start is not None and (changed or not _is_number(value)):
                found.append(_run(series, labels, start, row - 1))
                start = None
            if start is None and _is_number(value):
                start = row
        if start is not None:
            found.append(_run(series, labels, start, len(values) - 1))
    return found


def _run(series: Series, labels: Sequence[object], first: int, last: int) -> Run:
    label = series.label or series.value
    if labels:
        label = str(labels[first])
    return Run(series=replace(series), label=label, first=first, last=last)


def _lines(block: Block, chart: Chart) -> ScatterChart:
    """Lines over a true scale of years, as points joined within each stretch and nowhere else."""
    xml = ScatterChart()
    xml.varyColors = False
    xml.scatterStyle = "lineMarker"
    stretches = runs(block, chart)
    labels = list(dict.fromkeys(run.label for run in stretches))
    repeated: list[int] = []
    for number, run in enumerate(stretches):
        xml.series.append(_stretch(block, chart, run, number, labels.index(run.label)))
        if any(earlier.label == run.label for earlier in stretches[:number]):
            repeated.append(number)
    dress_axis(xml.x_axis, chart.category_title, code="0")
    _fit_years(xml.x_axis, block.values(chart.category))
    dress_scale(xml.y_axis, chart, block.columns[block.index(chart.series[0].value)])
    xml.legend = dress_legend(len(labels))
    if xml.legend:
        xml.legend.legendEntry = [LegendEntry(idx=number, delete=True, txPr=axis_text()) for number in repeated]
    return xml


def _stretch(block: Block, chart: Chart, run: Run, number: int, look: int) -> Any:
    colour = PALETTE[look % len(PALETTE)]
    xy: Any = XYSeries(idx=number, order=number)
    xy.tx = SeriesLabel(v=run.label)
    years = _numbers(block, chart.category, run.first, run.last, code="0")
    xy.xVal = AxDataSource(numRef=years.numRef)
    xy.yVal = _numbers(block, run.series.value, run.first, run.last)
    xy.smooth = False
    xy.marker = Marker(symbol=_MARKERS[look % len(_MARKERS)], size=9, spPr=GraphicalProperties(solidFill=colour))
    xy.marker.graphicalProperties.line.solidFill = colour
    dash = _DASHES[look % len(_DASHES)]
    xy.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=colour, w=28575, prstDash=dash))
    xy.errBars = _interval(block, chart, run, direction="y")
    return xy


def _fit_years(axis: Any, years: list[str | int | float]) -> None:
    known = [year for year in years if isinstance(year, int | float)]
    if known:
        axis.scaling.min, axis.scaling.max = min(known) - 1, max(known) + 1
        axis.majorUnit = max(1, round((max(known) - min(known) + 2) / 12))
