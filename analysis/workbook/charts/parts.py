"""Titles, axes and legends of charts: one font, one restrained palette, thin grey lines."""

from __future__ import annotations

from typing import Any

from openpyxl.chart.axis import ChartLines
from openpyxl.chart.layout import Layout
from openpyxl.chart.legend import Legend
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties, RegularTextRun

from analysis.workbook.model import Chart, SheetColumn

# Analysis Function colours for categories; each has at least 3 to 1 against white, and neighbours differ in lightness.
PALETTE = ("12436D", "F46A25", "801650", "28A197")
# Bars that carry an interval are lighter than its line; a dark outline keeps them apart from the ground.
LIGHT_PALETTE = ("5694CA", "DDE8F3", "F7C7A8", "FFFFFF")
OUTLINE = "12436D"
AXIS_INK = "3D3D3D"
_GRID = "D9D9D9"


def _characters(size: int, *, bold: bool = False) -> CharacterProperties:
    font = Font(typeface="Arial")
    return CharacterProperties(sz=size * 100, b=bold, latin=font, cs=font, solidFill=AXIS_INK)


def axis_text(size: int = 12) -> RichText:
    """Return the font of labels that Excel makes itself."""
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=_characters(size)), endParaRPr=CharacterProperties())
    paragraph.r = []  # openpyxl adds an empty run, and a format holds no text
    return RichText(p=[paragraph])


def titled(text: str, *, size: int = 12) -> Title:
    """Return a title that stands beside the drawing and not on it."""
    look = _characters(size, bold=True)
    run = RegularTextRun(rPr=look, t=text)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=look), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), layout=Layout(), overlay=False)


def plain() -> GraphicalProperties:
    """Return a white ground without a frame."""
    ground = GraphicalProperties(solidFill="FFFFFF")
    ground.line.noFill = True
    return ground


def bar_look(number: int, *, light: bool) -> GraphicalProperties:
    """Return fill and outline of the bars of a series."""
    colours = LIGHT_PALETTE if light else PALETTE
    look = GraphicalProperties(solidFill=colours[number % len(colours)])
    if light:
        look.line.solidFill = OUTLINE
    return look


def dress_axis(axis: Any, title: str, *, code: str = "General") -> None:
    """Give an axis its title, font and line. Without `delete` recent Excel hides an axis."""
    axis.delete = False
    axis.title = titled(title)
    axis.txPr = axis_text()
    axis.number_format = code
    axis.majorTickMark = "out"
    axis.tickLblPos = "low"
    axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=AXIS_INK))
    axis.majorGridlines = None


def dress_scale(axis: Any, chart: Chart, column: SheetColumn) -> None:
    """Dress the axis of the values: limits, pale grid, and thousands separators where there are thousands."""
    dress_axis(axis, chart.value_title, code=column.look.axis)
    axis.scaling.min, axis.scaling.max = chart.minimum, chart.maximum
    axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill=_GRID)))


def dress_legend(series: int) -> Legend | None:
    """Return a legend below the drawing where there is more than one series to tell apart."""
    if series < 2:
        return None
    legend = Legend()
    legend.position = "b"
    legend.txPr = axis_text()
    return legend
