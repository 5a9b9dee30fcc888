"""Excel workbooks are read as they are: dates, numbers, hidden rows; formulas are not run and bombs do not go off."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Response
from feedback.queries.answers.counts import by_day
from tests.integration.importing.files import HEADER, MAP, WAVE, bring, excel_file, map_file, row
from tests.makers import make_wave


def typed(number: int, **given):
    cells = dict(zip(HEADER, row(number), strict=True)) | {"date": datetime(2026, 3, 2, 10, 11, 12), **given}
    return [cells[name] for name in HEADER]


def rebuilt(path: Path, changes: dict[str, bytes | None]) -> Path:
    """The workbook with some of its parts replaced, added, or (None) left out."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()} | changes
    changed = path.with_name("changed.xlsx")
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            if content is not None:
                new.writestr(name, content)
    return changed


SHEET = "xl/worksheets/sheet1.xml"


def sheet_of(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        return book.read(SHEET).decode()


def test_typed_cells_are_read_as_what_was_typed(session, tmp_path: Path) -> None:
    wave = make_wave(**WAVE)
    rows = [
        typed(1, id=12345678901234, words="=1+1_x000D_\nnext"),
        typed(2, id=7.0, date=date(2026, 3, 3), words=5),
        typed(3, id="0012", date="2026-03-04", words=True),
    ]
    book = Workbook()
    for cells in [HEADER, *rows]:
        book.active.append(cells)
    book.active["D2"].data_type = "s"
    path = tmp_path / "answers.xlsx"
    book.save(path)
    report, told = bring(path, map_file(tmp_path), apply=True)
    assert (told, report.written) == ([], {"stored": 3})
    assert {day.day for day in by_day(wave)} == {2, 3, 4}
    words = {response.answers["safer_text"] for response in db.session.scalars(select(Response))}
    assert {"5", "TRUE"} < words
    again, _ = bring(path, map_file(tmp_path))
    assert again.here_already == 3


def test_real_dates_are_read_whatever_the_map_says_and_half_of_them_are_doubted(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    mapped = map_file(tmp_path, date={"column": "date", "format": "%d/%m/%Y"})
    assert bring(excel_file(tmp_path, [typed(1), typed(2)]), mapped)[0].new == 2
    half, _ = bring(excel_file(tmp_path, [typed(1), typed(2, date="13/03/2026")]), mapped)
    assert "a spreadsheet turned some into dates" in half.doubts[0]


def test_a_code_that_became_a_date_and_an_id_that_lost_digits_are_refused(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    rows = [typed(1, safe=datetime(2026, 1, 2)), typed(2, id=1234567890123456789)]
    file = excel_file(tmp_path, rows)
    _, told = bring(file, map_file(tmp_path))
    assert "makes dates of texts like 1-2" in told[0].reason
    assert "power of ten" in told[1].reason


def test_zeros_that_a_number_format_shows_are_kept(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    path = excel_file(tmp_path, [typed(1, id=417)])
    book = load_workbook(path)
    book.active["A2"].number_format = "000000"
    book.save(path)
    bring(path, map_file(tmp_path), apply=True)
    text = tmp_path / "text.xlsx"
    book.active["A2"] = "000417"
    book.save(text)
    assert bring(text, map_file(tmp_path))[0].here_already == 1


def test_a_formula_without_a_result_is_refused_with_its_cell(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    file = excel_file(tmp_path, [typed(1), typed(2, words="=A1&B1")])
    with pytest.raises(Refusal, match=r"sheet 'Sheet': D3 hold formulas without a stored result"):
        bring(file, map_file(tmp_path))
    xml = (
        sheet_of(file)
        .replace("<v />", "<v>stored</v>")
        .replace("<v></v>", "<v>stored</v>")
        .replace("<v/>", "<v>stored</v>")
    )
    assert "stored" in xml
    report, told = bring(
        rebuilt(file, {SHEET: xml.replace('<c r="D3"', '<c r="D3" t="str"').encode()}), map_file(tmp_path)
    )
    assert (report.new, told) == (2, [])


def test_several_sheets_must_be_told_apart(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    path = excel_file(tmp_path, [typed(1)])
    book = load_workbook(path)
    book.create_sheet("Empty")
    book.save(path)
    assert bring(path, map_file(tmp_path))[0].new == 1
    book.create_sheet("Notes").append(["about the survey"])
    book.save(path)
    with pytest.raises(Refusal, match="several sheets: 'Sheet', 'Notes'. Name the one"):
        bring(path, map_file(tmp_path))
    assert bring(path, map_file(tmp_path), sheet="sheet")[0].new == 1
    assert bring(path, map_file(tmp_path, sheet="Sheet"))[0].new == 1
    with pytest.raises(Refusal, match="has no sheet 'Answers'. Its sheets are: 'Sheet', 'Empty', 'Notes'"):
        bring(path, map_file(tmp_path), sheet="Answers")


def test_what_a_sheet_hides_is_said_and_merged_answers_are_refused(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    path = excel_file(tmp_path, [typed(number) for number in range(1, 6)])
    book = load_workbook(path)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["E"].hidden = True
    book.save(path)
    report, _ = bring(path, map_file(tmp_path))
    assert (report.new, report.notes) == (5, ["Sheet 'Sheet' hides 1 rows and 1 columns, which are read as well."])
    for cells in ("E2:E3", "D6:E6"):
        book.active.merge_cells(cells)
        book.save(path)
        with pytest.raises(Refusal, match=f"the cells {cells} are merged"):
            bring(path, map_file(tmp_path))
        book.active.unmerge_cells(cells)


def test_bombs_do_not_go_off(session, tmp_path: Path, monkeypatch) -> None:
    make_wave(**WAVE)
    file, mapped = excel_file(tmp_path, [typed(1)]), map_file(tmp_path)
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    for part in (SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        with pytest.raises(Refusal, match="holds declarations that no Excel workbook has"):
            bring(rebuilt(file, {part: entity}), mapped)
    with pytest.raises(Refusal, match="holds declarations"):
        bring(rebuilt(file, {SHEET: entity.decode().encode("utf-16")}), mapped)
    with pytest.raises(Refusal, match="too large when it is unpacked"):
        bring(rebuilt(file, {"xl/media/a.bin": b"\0" * 410_000_000}), mapped)
    with pytest.raises(Refusal, match="more than 2,000 columns"):
        bring(rebuilt(file, {SHEET: sheet_of(file).replace('r="E2"', 'r="XFD2"').encode()}), mapped)
    wide = sheet_of(file).replace("</row></sheetData>", "<c><v>1</v></c>" * 3_000 + "</row></sheetData>")
    with pytest.raises(Refusal, match="more than 2,000 columns"):
        bring(rebuilt(file, {SHEET: wide.encode()}), mapped)
    huge = sheet_of(file).replace('<dimension ref="A1:E2"', '<dimension ref="A1:XFD1048576"')
    assert "XFD1048576" in huge
    assert bring(rebuilt(file, {SHEET: huge.encode()}), mapped)[0].new == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"xl/workbook.xml": None, "xl/workbook.bin": b""}, r"a binary Excel workbook \(.xlsb\). Save it as .xlsx"),
        ({"xl/workbook.xml": None, "content.xml": b""}, r"an OpenDocument sheet \(.ods\). Save it as Excel"),
        ({"xl/workbook.xml": None, "Index/Document.iwa": b""}, "an Apple Numbers file. Export it"),
        ({"xl/workbook.xml": None}, "is a ZIP archive and not an Excel workbook or a CSV file. Unpack it first"),
        ({"xl/workbook.xml": b"<broken"}, "that is damaged. Save it again"),
        ({SHEET: b"<worksheet><broken"}, "Save it again"),
        ({SHEET: None}, "Save it again|is empty"),
    ],
)
def test_what_is_no_workbook_is_refused_with_what_to_do(session, tmp_path: Path, changes, said) -> None:
    make_wave(**WAVE)
    file = rebuilt(excel_file(tmp_path, [typed(1)]), changes)
    with pytest.raises(Refusal, match=said):
        bring(file, map_file(tmp_path))


def test_old_and_cut_workbooks_and_sheets_of_csv_files_are_refused(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    old = tmp_path / "old.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    with pytest.raises(Refusal, match="is an old Excel workbook, or one with a password"):
        bring(old, map_file(tmp_path))
    whole = excel_file(tmp_path, [typed(1)])
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole.read_bytes()[:3_000])
    with pytest.raises(Refusal, match="damaged"):
        bring(cut, map_file(tmp_path))
    plain = tmp_path / "plain.csv"
    plain.write_text(",".join(HEADER) + "\n")
    with pytest.raises(Refusal, match="is not an Excel workbook, so it has no sheet"):
        bring(plain, map_file(tmp_path), sheet="Answers")
    assert MAP
