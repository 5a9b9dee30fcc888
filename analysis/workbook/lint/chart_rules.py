"""Rules 10 and 16 for charts: told apart without colour, described in words, and lines that do not cross a break."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from analysis.workbook.lint.appearance import against_white
from analysis.workbook.lint.breach import Breach, LintedSheet

_ALTERNATIVE = re.compile(r'<(?:xdr:)?cNvPr [^>]*?descr="([^"]*)"')
_LOOK = re.compile(r"<(?:c:)?spPr>.*?</(?:c:)?spPr>", re.S)
_COLOUR = re.compile(r'<a:srgbClr val="([0-9A-Fa-f]{6})"')


def text_alternative(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 16: the cell above a chart describes it, the chart carries the same as alternative text, and has titles."""
    said = [html.unescape(text) for text in _ALTERNATIVE.findall(checked.drawing)]
    for place, chart in enumerate(checked.sheet._charts):
        corner = chart.anchor._from
        above = checked.sheet.cell(max(corner.row, 1), corner.col + 1)
        if corner.row == 0 or len(str(above.value or "")) < 20:
            yield checked.finding(above.coordinate, 16, "Describe the chart in the cell above it.")
        if place >= len(said) or len(said[place]) < 20:
            yield checked.finding(above.coordinate, 16, "Give the chart an alternative text.")
        if chart.title is None or chart.x_axis.title is None or chart.y_axis.title is None:
            yield checked.finding(above.coordinate, 16, "Give the chart a title and both axes a title.")


def colours(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 10: bars and lines stand out from white by 3 to 1, by their fill or by their outline."""
    for part in checked.charts:
        for series in re.findall(r"<(?:c:)?ser>.*?</(?:c:)?ser>", part, re.S):
            look = _LOOK.search(series)
            colours = _COLOUR.findall(look[0]) if look else []
            if colours and max(map(against_white, colours)) < 3:
                yield checked.finding(
                    "A1", 10, f"The colour {colours[0]} of a chart is too pale: 3 to 1 against white."
                )


def lines_within_segments(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 16: a text cell inside the stretch of a line would be drawn as zero or bridged, so it must not occur."""
    for part in checked.charts:
        if "lineChart>" in part:
            yield checked.finding("A1", 16, "Draw lines over years as joined points, so that gaps stay gaps.")
        for address in re.findall(r"<(?:c:)?yVal>.*?<(?:c:)?f>([^<]*)</", part, re.S):
            for row in checked.sheet[html.unescape(address).rsplit("!", 1)[1].replace("$", "")] if address else ():
                cell = row[0] if isinstance(row, tuple) else row
                if cell.data_type != "n":
                    yield checked.finding(cell.coordinate, 16, "Break the line where a figure is missing.")
