"""Each rule of the linter is broken once, by hand, in a workbook that has no fault."""

import os
import zipfile

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table

from analysis.workbook import lint_workbook, write_workbook
from tests.unit.workbook.samples import BOOK, book_of

HEAD = 9  # the row of the headings on the sheet By ward


@pytest.fixture
def path(tmp_path):
    write_workbook(BOOK, tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def table(sheet):
    return next(iter(sheet.tables.values()))


def add_table(sheet):
    for row, values in enumerate([("Extra", "More"), ("x", "y")], start=14):
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column).value = value
    sheet.add_table(Table(displayName="more", ref="A14:B15"))


def frozen(sheet):
    sheet.freeze_panes = "B2"


def second_heading(sheet):
    sheet.cell(HEAD, 3).value = "base (number of responses)"


def unnamed(sheet):
    moved = table(sheet)
    del sheet.tables[moved.displayName]
    moved.displayName = moved.name = "Table1"
    sheet.add_table(moved)


def filtered(sheet):
    table(sheet).autoFilter = AutoFilter(ref=table(sheet).ref)


def shifted(sheet):
    sheet.move_range("A9:H13", cols=1)
    table(sheet).ref = "B9:I13"


def blank_row(sheet):
    for cell in sheet[4]:
        cell.value = None


def blank_column(sheet):
    for row in range(HEAD + 1, HEAD + 5):
        sheet.cell(row, 8).value = None


def active_cell(sheet):
    sheet.sheet_view.selection[0].activeCell = "D4"


def hide_row(sheet):
    sheet.row_dimensions[11].hidden = True


def header(sheet):
    sheet.oddHeader.center.text = "Confidential"


def set_value(coordinate, value):
    def change(sheet):
        sheet[coordinate].value = value

    change.__name__ = f"{coordinate} {value}"
    return change


def set_look(coordinate, **look):
    def change(sheet):
        for name, value in look.items():
            setattr(sheet[coordinate], name, value)

    change.__name__ = f"{coordinate} {next(iter(look))}"
    return change


BREAKS = [
    (1, unnamed),
    (1, lambda sheet: sheet.tables.clear()),
    (2, second_heading),
    (2, set_value("C9", None)),
    (2, set_value("C9", 2026)),
    (3, lambda sheet: sheet.merge_cells("A3:C3")),
    (3, blank_row),
    (3, blank_column),
    (4, set_look("A3", alignment=Alignment(wrap_text=False, horizontal="left"))),
    (4, filtered),
    (4, frozen),
    (4, hide_row),
    (4, lambda sheet: setattr(sheet, "sheet_state", "hidden")),
    (4, lambda sheet: setattr(sheet.column_dimensions["C"], "width", 2)),
    (5, set_value("H11", None)),
    (5, set_value("H11", " ")),
    (6, set_value("F9", "Difference [note 7]")),
    (6, set_value("B9", "Base*")),
    (6, set_value("A3", "Source: survey¹")),
    (6, set_value("D11", "40.5 [note 1]")),
    (7, set_value("A8", "here")),
    (7, set_value("A8", "https://partnership.example/data")),
    (7, set_look("A10", font=Font(name="Arial", size=10))),
    (7, set_look("A10", font=Font(name="Times New Roman", size=12))),
    (7, set_look("C10", alignment=Alignment(wrap_text=True, horizontal="left"))),
    (7, set_look("C9", alignment=Alignment(wrap_text=True, horizontal="left"))),
    (7, set_look("A10", alignment=Alignment(wrap_text=True, horizontal="right"))),
    (8, set_value("A1", "Fig")),
    (8, set_value("A2", "Below you find figures")),
    (8, set_value("A14", "Source: below the table")),
    (8, set_value("C3", "stray")),
    (9, header),
    (9, set_look("A10", fill=PatternFill("solid", fgColor="FFFF00"))),
    (9, set_look("A10", comment=Comment("hidden words", "x"))),
    (10, set_look("A10", font=Font(name="Arial", size=12, color="BBBBBB"))),
    (
        10,
        lambda sheet: sheet.conditional_formatting.add(
            "C10:C13", CellIsRule(operator="lessThan", formula=["50"], fill=PatternFill("solid", bgColor="FF0000"))
        ),
    ),
    (11, add_table),
    (11, shifted),
    (11, lambda sheet: setattr(sheet, "title", "Sheet4")),
    (12, lambda sheet: sheet.parent.remove(sheet.parent["Cover"])),
    (12, lambda sheet: sheet.parent.remove(sheet.parent["Contents"])),
    (12, lambda sheet: setattr(sheet.parent["Contents"]["A9"], "hyperlink", None)),
    (12, lambda sheet: setattr(sheet, "title", "By district")),
    (13, lambda sheet: setattr(sheet.parent.properties, "language", None)),
    (13, lambda sheet: setattr(sheet.parent.properties, "creator", "openpyxl")),
    (13, lambda sheet: setattr(sheet.parent.properties, "title", None)),
    (13, lambda sheet: setattr(sheet.parent.properties, "keywords", None)),
    (14, lambda sheet: setattr(sheet.parent, "active", 3)),
    (14, active_cell),
    (15, set_value("C10", "41.3 (35.0-48.0)")),
    (15, set_value("C10", "n/a")),
    (15, set_value("C10", "=SUM(C11:C13)")),
    (15, set_look("C10", number_format="General")),
]


def test_a_workbook_of_ours_has_no_finding(path):
    assert lint_workbook(path) == []


def test_neither_has_a_demonstration_nor_one_without_notes(tmp_path):
    write_workbook(book_of(demonstration=True), tmp_path / "demo.xlsx")
    write_workbook(book_of(*BOOK.sheets[1:], notes=(), totals=()), tmp_path / "bare.xlsx")
    assert lint_workbook(tmp_path / "demo.xlsx") == []
    assert lint_workbook(tmp_path / "bare.xlsx") == []


@pytest.mark.parametrize(("rule", "change"), BREAKS, ids=lambda value: getattr(value, "__name__", value))
def test_each_rule_is_noticed(path, rule, change):
    workbook = load_workbook(path)
    change(workbook["By ward"])
    workbook.save(path)
    found = lint_workbook(path)
    # openpyxl drops the alternative text of charts when it saves what it read: rule 16 has tests of its own below.
    assert rule in {finding.rule for finding in found}, found


def test_saving_again_unchanged_finds_nothing_but_the_lost_alternative_texts(path):
    workbook = load_workbook(path)
    workbook.save(path)
    assert {finding.rule for finding in lint_workbook(path)} == {16}


def rewritten(path, part, change):
    target = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(target, "w") as kept:
        for name in given.namelist():
            content = given.read(name)
            kept.writestr(name, change(content) if name == part else content)
    os.replace(target, path)
    return {finding.rule for finding in lint_workbook(path)}


def test_a_chart_without_alternative_text(path):
    assert rewritten(path, "xl/drawings/drawing1.xml", lambda xml: xml.replace(b" descr=", b" title=")) == {16}


def test_a_chart_without_a_description_above(path):
    assert 16 in rewritten(path, "xl/worksheets/sheet6.xml", lambda xml: xml.replace(b'<c r="G6"', b'<c r="H6"'))


def test_a_line_that_crosses_a_missing_figure(path):
    chart = "xl/charts/chart2.xml"
    assert 16 in rewritten(path, chart, lambda xml: xml.replace(b"$C$7:$C$8", b"$C$7:$C$9"))


def test_a_pale_colour_in_a_chart(path):
    assert rewritten(path, "xl/charts/chart3.xml", lambda xml: xml.replace(b"12436D", b"F7E08A")) == {10}


def test_a_picture_or_text_box(path):
    assert 9 in rewritten(path, "xl/drawings/drawing1.xml", lambda xml: xml.replace(b"</wsDr>", b"<sp /></wsDr>"))


def test_a_finding_says_where_and_what(path):
    workbook = load_workbook(path)
    workbook["By ward"]["C11"].value = None
    workbook.save(path)
    finding = next(finding for finding in lint_workbook(path) if finding.rule == 5)
    assert (finding.sheet, finding.cell) == ("By ward", "C11")
    assert finding.sentence == "Say with shorthand such as [x] why the cell is empty."
