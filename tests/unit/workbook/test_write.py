import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from analysis.workbook import SheetColumn, WorkbookError, Worksheet, workbook_bytes, write_workbook
from analysis.workbook.table_names import sheet_name
from tests.unit.workbook.samples import BOOK, COMMENTS, HOSTILE, LINE, WARDS, book_of


def opened(book):
    return load_workbook(BytesIO(workbook_bytes(book)))


def table_rows(sheet):
    (table,) = sheet.tables.values()
    return [[cell.value for cell in row] for row in sheet[table.ref]]


def test_a_sheet_has_title_source_base_and_lines_above_one_table():
    sheet = opened(BOOK)["By ward"]
    assert [cell.value for cell in sheet["A"]][:9] == [
        "Feeling safe after dark, by ward",
        "This worksheet contains one table.",
        "Source: Invented Survey 2026",
        "Base: Residents aged 16 and over who gave a view",
        "People chose whether to take part, so the true figure may lie outside the interval.",
        "Shorthand: [c] confidential; [ns] not statistically significant; "
        "[s] statistically significant at the 5% level; [u] low reliability; [x] not available.",
        "Notes are explained on the sheet Notes.",
        "Go to the contents of this workbook",
        "Ward",
    ]
    assert table_rows(sheet)[1:] == [
        ["Bargate", 1140, 41.26, 35.0, 48.0, -3.25, 0.0004, "[s]"],
        ["Bassett", 152, 48.0, 40.5, 55.5, 2.5, 0.41, "[ns]"],
        ["Bevois", "[c]", "[c]", "[c]", "[c]", "[c]", "[c]", "[c]"],
        ["Coxford", 28, 51.9, 33.0, 70.1, "[x]", "[x]", "[u]"],
    ]


def test_numbers_are_formatted_and_stand_to_the_right():
    row = opened(BOOK)["By ward"][10]
    assert [cell.number_format for cell in row[:7]] == [
        "General",
        "#,##0",
        "0.0",
        "0.0",
        "0.0",
        "+0.0;-0.0;0.0",
        "0.000",
    ]
    assert [cell.alignment.horizontal for cell in row] == ["left", *["right"] * 6, "left"]


def test_texts_stay_texts_whatever_they_look_like():
    sheet = opened(BOOK)["Comments"]
    cells = [row[1] for row in sheet[next(iter(sheet.tables.values())).ref]][1:]
    assert [cell.value for cell in cells] == list(HOSTILE)
    assert {cell.data_type for cell in cells} == {"s"}
    quoted = [cell.value for cell in cells if cell.quotePrefix]
    assert quoted == [text for text in HOSTILE if text[0] in "=+-@"]


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("half \ud83d surrogate \ufffe", "half  surrogate "),
        ("_x0041_", "_x005F_x0041_"),
        ("   ", "[x]"),
        ("\x00", "[x]"),
        (None, "[x]"),
        (pd.NA, "[x]"),
        (pd.NaT, "[x]"),
        ("x" * 32_767, "x" * 32_767),
    ],
)
def test_what_a_text_cell_cannot_hold_is_removed(given, written):
    sheet = replace(COMMENTS, rows=((1, given),))
    assert table_rows(opened(book_of(sheet))["Comments"])[1] == [1, written]


@pytest.mark.parametrize("letter", ["x", "é", "🚨"])
def test_a_text_that_is_too_long_is_cut_visibly(letter):
    sheet = replace(COMMENTS, rows=((1, letter * 100_000),))
    text = table_rows(opened(book_of(sheet))["Comments"])[1][1]
    assert text.endswith(" [text cut here: a cell holds 32,767 characters]")
    assert 32_766 <= len(text.encode("utf-16-le")) // 2 <= 32_767


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (float("inf"), "[x]"),
        (float("-inf"), "[x]"),
        (np.float64("nan"), "[x]"),
        (np.int64(7), 7),
        (np.float32(0.5), 0.5),
        ("[u][b]", "[u][b]"),
        (0, 0),
    ],
)
def test_a_number_column_takes_numbers_and_shorthand(given, written):
    sheet = replace(COMMENTS, rows=((given, "text"),))
    assert table_rows(opened(book_of(sheet))["Comments"])[1] == [written, "text"]


@pytest.mark.parametrize("wrong", ["about 5", "12%", "=1", True, "[note 1]"])
def test_a_number_column_refuses_text(wrong):
    sheet = replace(COMMENTS, rows=((wrong, "text"),))
    with pytest.raises(WorkbookError, match="neither a number nor shorthand"):
        workbook_bytes(book_of(sheet))


def test_an_empty_table_says_so():
    assert table_rows(opened(book_of(replace(COMMENTS, rows=())))["Comments"])[1] == ["[w]", "[w]"]


def test_the_same_book_gives_the_same_bytes(tmp_path):
    write_workbook(BOOK, tmp_path / "one.xlsx")
    write_workbook(BOOK, tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.xlsx") as archive:
        assert {info.date_time for info in archive.infolist()} == {(2026, 11, 21, 9, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-11-21T09:00:00Z") == 2


def test_a_refused_book_leaves_the_old_file(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_text("last year's")
    with pytest.raises(WorkbookError):
        write_workbook(book_of(replace(COMMENTS, rows=(("x", "y"),))), path)
    assert path.read_text() == "last year's"
    assert list(tmp_path.iterdir()) == [path]


def test_progress_is_told_sheet_by_sheet():
    told = []
    workbook_bytes(BOOK, lambda *step: told.append(step))
    assert told[0] == (0, 9, "Cover")
    assert told[4] == (4, 9, "By ward")
    assert told[-1] == (9, 9, "")


def test_demonstration_data_is_named_on_every_sheet():
    book = opened(book_of(demonstration=True))
    for sheet in book:
        assert sheet["A1"].value.endswith("(invented demonstration data)")
        assert sheet["A2"].value.startswith("Demonstration: ")
        for chart in sheet._charts:
            assert "invented demonstration data" in chart.title.tx.rich.p[0].r[0].t
    assert "invented" in book.properties.title
    assert not opened(BOOK)["Cover"]["A2"].value.startswith("Demonstration")


def test_cover_contents_and_properties():
    book = opened(BOOK)
    assert book.sheetnames[:5] == ["Cover", "Contents", "Notes", "Shorthand", "By ward"]
    cover = [cell.value for cell in book["Cover"]["A"]]
    assert {"Published by: Invented Partnership", "Contact: data@partnership.example"} <= set(cover)
    assert table_rows(book["Cover"])[1] == ["Responses received", 2400, "All responses of the wave"]
    assert table_rows(book["Contents"])[4] == ["By ward", WARDS.summary, "one table"]
    assert book["Contents"].cell(8, 1).hyperlink.location == "'By ward'!A1"
    assert (book.properties.creator, book.properties.language) == ("Invented Partnership", "en-GB")
    assert book.properties.keywords == "community safety, survey"


def test_print_is_landscape_one_page_wide_with_headings_repeated():
    sheet = opened(BOOK)["By ward"]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        "landscape",
        1,
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$9:$9"


@pytest.mark.parametrize(
    ("book", "sentence"),
    [
        (book_of(replace(WARDS, name="a/b")), "does not accept the sheet name"),
        (book_of(replace(WARDS, name="x" * 32)), "does not accept the sheet name"),
        (book_of(replace(WARDS, name="cover")), "Two sheets are called 'cover'"),
        (book_of(WARDS, replace(BOOK.sheets[1], table="By_Ward")), "Two tables are called 'by_ward'"),
        (book_of(replace(WARDS, table="age 16")), "does not accept the table name"),
        (book_of(replace(WARDS, table="AGE16")), "does not accept the table name"),
        (book_of(replace(WARDS, source=" ")), "no title or no source"),
        (book_of(replace(WARDS, columns=(), rows=())), "without a heading"),
        (
            book_of(replace(WARDS, columns=(SheetColumn(name="a"), SheetColumn(name="A")), rows=())),
            "two columns of the same",
        ),
        (book_of(replace(WARDS, rows=(("x",),))), "1 values for 8 columns"),
        (book_of(WARDS, notes=()), "mentions \\[note 1\\]"),
        (book_of(notes=BOOK.notes * 2), "Two notes are called"),
        (book_of(replace(COMMENTS, rows=(("[q]", "x"),))), "uses \\[q\\]"),
        (book_of(contact=""), "no contact"),
        (book_of(replace(LINE, chart=replace(LINE.chart, category="Jahr"))), "draws the column 'Jahr'"),
        (book_of(replace(LINE, chart=replace(LINE.chart, category="Method"))), "needs a number such as the year"),
        (book_of(replace(LINE, chart=replace(LINE.chart, description=""))), "needs a series, a title"),
        (book_of(replace(LINE, chart=replace(LINE.chart, descending=True))), "cannot be put in order of size"),
    ],
)
def test_a_fault_is_a_sentence(book, sentence):
    with pytest.raises(WorkbookError, match=sentence):
        workbook_bytes(book)


@pytest.mark.parametrize(
    ("sheet_name", "table"),
    [
        ("By ward", "by_ward"),
        ("2026", "table_2026"),
        ("Q1", "table_q1"),
        ("Ämter & Ort", "amter_ort"),
        ("安全", "table"),
    ],
)
def test_table_names_are_made_from_sheet_names(sheet_name, table):
    sheet = replace(COMMENTS, name=sheet_name)
    assert list(opened(book_of(sheet))[sheet_name].tables) == [table]


def test_a_big_sheet_is_whole():
    rows = tuple((f"Indicator {i}", "Group", i, 41.5, 40.0, 43.0) for i in range(3_000))
    columns = (SheetColumn(name="Indicator"), SheetColumn(name="Group"), SheetColumn(name="Base", kind="count"))
    columns += tuple(SheetColumn(name=f"{name} (%)", kind="percent") for name in ("Percent", "Lower", "Upper"))
    sheet = Worksheet(name="Everything", title="All estimates", columns=columns, rows=rows, source="Invented")
    assert len(table_rows(opened(book_of(sheet))["Everything"])) == 3_001


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="There is no folder '.*nowhere'"):
        write_workbook(BOOK, tmp_path / "nowhere" / "book.xlsx")


@pytest.mark.parametrize(
    ("text", "taken", "name"),
    [
        ("By ward", (), "By ward"),
        ("By faith / belief: [all]?", (), "By faith belief all"),
        ("By how long people have lived here", (), "By how long people have lived h"),
        (
            "By how long people have lived there",
            ("By how long people have lived t",),
            "By how long people have lived 2",
        ),
        ("By faith", ("by FAITH", "By faith 2"), "By faith 3"),
        ("'By what is asked' by others who'", (), "By what is asked' by others who"),
    ],
)
def test_a_name_for_a_sheet_is_one_that_excel_takes(text: str, taken: tuple[str, ...], name: str) -> None:
    assert sheet_name(text, taken) == name
    assert len(name) <= 31
