import re
import zipfile
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree

import pytest

from analysis.workbook import workbook_bytes
from analysis.workbook.charts.parts import AXIS_INK, LIGHT_PALETTE, OUTLINE, PALETTE
from analysis.workbook.lint.appearance import against_white
from tests.unit.workbook.samples import BARS, COLUMNS, LINE, Hidden, book_of

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
# The order that the file format demands (ECMA-376, CT_BarSer, CT_ScatterSer, CT_ErrBars); Excel drops what breaks it.
ORDER = {
    "errBars": ["errDir", "errBarType", "errValType", "noEndCap", "plus", "minus", "val", "spPr"],
    "bar": ["idx", "order", "tx", "spPr", "invertIfNegative", "errBars", "cat", "val"],
    "scatter": ["idx", "order", "tx", "spPr", "marker", "errBars", "xVal", "yVal", "smooth"],
}


def parts(*sheets, **changes):
    with zipfile.ZipFile(BytesIO(workbook_bytes(book_of(*sheets, **changes)))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def chart_of(*sheets):
    return ElementTree.fromstring(parts(*sheets)["xl/charts/chart1.xml"])


def formulas(element, tag):
    return [f.text for holder in element.iter(f"{C}{tag}") for f in holder.iter(f"{C}f")]


def numbers(element, tag):
    return [[float(v.text) for v in holder.iter(f"{C}v")] for holder in element.iter(f"{C}{tag}")]


def test_horizontal_bars_refer_to_the_cells_largest_first_with_hidden_last():
    chart = chart_of(BARS)
    assert chart.find(f".//{C}barDir").get("val") == "bar"
    assert formulas(chart, "val") == ["'Chart by ward'!$B$8:$B$11"]
    assert formulas(chart, "cat") == ["'Chart by ward'!$A$8:$A$11"]
    assert [v.text for v in chart.find(f".//{C}cat").iter(f"{C}v")] == ["Coxford", "Bassett", "Bargate", "Bevois"]
    assert numbers(chart, "val") == [[51.9, 48.0, 41.26]]


def test_error_bars_are_the_lengths_to_the_limits_and_hidden_where_the_figure_is():
    chart = chart_of(BARS)
    assert numbers(chart, "minus") == [[18.9, 7.5, 6.26]]
    assert numbers(chart, "plus") == [[18.2, 7.5, 6.74]]
    assert formulas(chart, "minus") == ["'Chart by ward'!$E$8:$E$11"]


@pytest.mark.parametrize(("sheet", "kind"), [(BARS, "bar"), (LINE, "scatter"), (COLUMNS, "bar")])
def test_elements_stand_in_the_order_of_the_file_format(sheet, kind):
    chart = chart_of(sheet)
    for series in chart.iter(f"{C}ser"):
        given = [child.tag.removeprefix(C) for child in series]
        assert given == [name for name in ORDER[kind] if name in given]
        for bars in series.iter(f"{C}errBars"):
            inner = [child.tag.removeprefix(C) for child in bars]
            assert inner == [name for name in ORDER["errBars"] if name in inner]


def test_a_line_never_crosses_a_break_or_a_missing_figure():
    chart = chart_of(LINE)
    assert numbers(chart, "xVal") == [[2017, 2019], [2021], [2025, 2026], [2017, 2019], [2026]]
    assert numbers(chart, "yVal") == [[84, 81], [75], [76, 78], [44, 41], [38]]
    assert formulas(chart, "yVal")[0] == "'Chart over time'!$C$7:$C$8"
    names = [tx.find(f"{C}v").text for tx in chart.iter(f"{C}tx") if tx.find(f"{C}v") is not None]
    assert names == ["By day"] * 3 + ["After dark"] * 2
    hidden = [entry.find(f"{C}idx").get("val") for entry in chart.iter(f"{C}legendEntry")]
    assert hidden == ["1", "2", "4"]


def test_suppression_breaks_a_line_too():
    rows = tuple((*row[:2], Hidden(), row[3]) if row[1] == 2019 else row for row in LINE.rows)
    chart = chart_of(replace(LINE, rows=rows))
    assert numbers(chart, "yVal") == [[84], [75], [76, 78], [44], [38]]


def test_lines_differ_by_more_than_colour():
    chart = chart_of(LINE)
    looks = {
        (
            series.find(f"{C}tx/{C}v").text,
            series.find(f".//{C}symbol").get("val"),
            re.search(r'prstDash val="(\w+)"', ElementTree.tostring(series, "unicode").replace("ns1:", ""))[1],
        )
        for series in chart.iter(f"{C}ser")
    }
    assert looks == {("By day", "circle", "solid"), ("After dark", "square", "sysDash")}


@pytest.mark.parametrize("sheet", [BARS, LINE, COLUMNS])
def test_chart_and_axes_have_titles_and_are_not_deleted(sheet):
    chart = chart_of(sheet)
    texts = [node.text for node in chart.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}t")]
    assert sorted(texts) == sorted([sheet.chart.title, sheet.chart.category_title, sheet.chart.value_title])
    assert {
        node.get("val") for axis in ("catAx", "valAx") for x in chart.iter(C + axis) for node in x.iter(f"{C}delete")
    } == {"0"}


def test_the_description_stands_above_the_chart_and_in_its_alternative_text():
    text = f"Chart: {BARS.chart.title}. {BARS.chart.description}"
    drawing = parts(BARS, LINE)["xl/drawings/drawing1.xml"]
    assert f'descr="{text}"' in drawing
    anchor = re.search(r"<col>(\d+)</col>.*?<row>(\d+)</row>", drawing)
    assert (int(anchor[1]), int(anchor[2])) == (6, 6)
    assert text in parts(BARS)["xl/worksheets/sheet5.xml"]


def test_alternative_texts_belong_to_their_own_charts():
    written = parts(BARS, LINE, COLUMNS)
    for number, sheet in enumerate((BARS, LINE, COLUMNS), start=1):
        assert f'name="{sheet.chart.title}"' in written[f"xl/drawings/drawing{number}.xml"]


def test_hostile_words_in_a_chart_stay_words():
    title = "<b>\"'&\x00 \\1 \\g<1> =1"
    drawing = parts(replace(BARS, chart=replace(BARS.chart, title=title)))["xl/drawings/drawing1.xml"]
    named = next(node for node in ElementTree.fromstring(drawing).iter() if node.tag.endswith("cNvPr"))
    assert named.get("name") == "<b>\"'& \\1 \\g<1> =1"


def test_the_palette_stands_out_from_white():
    assert min(against_white(colour) for colour in (*PALETTE, OUTLINE)) >= 3
    # The line of the interval is seen on the bar that it crosses.
    assert min(against_white(AXIS_INK) / against_white(colour) for colour in LIGHT_PALETTE) >= 3
    assert against_white("FFFFFF") == 1
    assert against_white("000000") == 21
