"""What spreadsheets and wrong encodings did to a file before it came is refused, with row, column and remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Response, Review
from feedback.services.importing.answer_cells import CellFault, CodedWords, _number
from feedback.services.importing.checks.damage import damaged_text
from feedback.services.importing.csv_files import delimiter_of
from tests.integration.importing.files import WAVE, bring, csv_file, map_file, row
from tests.makers import make_wave

UNASSIGNED = {0x81, 0x8D, 0x8F, 0x90, 0x9D}  # of Windows-1252
THREAT = "He’s going to kill me"


def stored() -> int:
    return db.session.scalar(select(func.count(Response.id))) or 0


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("id", "1.23457E+13", "power of ten"),
        ("id", "1,23457e+13", "power of ten"),
        ("id", "1234567890123450000", "keeps 15 digits"),
        ("id", "1001.0", "made a number"),
        ("id", "12,345", "made a number"),
        ("id", "02-Jan", "This is a date"),
        ("id", "Jan-02", "This is a date"),
        ("id", "2026-01-02", "This is a date"),
        ("id", "#######", "A spreadsheet put its error here"),
        ("id", "anna@example.org", "identifies a person"),
        ("id", "192.168.0.7", "identifies a person"),
        ("date", "46083", "how spreadsheets count days (2026-03-02)"),
        ("date", "46083.5", "how spreadsheets count days (2026-03-02)"),
        ("date", "02/03/2026", 'put `format: "%d/%m/%Y"`'),
        ("date", "03/14/2026", 'put `format: "%m/%d/%Y"`'),
        ("date", "14/03/26 10:22", 'put `format: "%d/%m/%y %H:%M"`'),
        ("date", "2 March 2026", 'put `format: "%d %B %Y"`'),
        ("date", "02.03.26", 'put `format: "%d.%m.%y"`'),
        ("date", "Monday, March 2, 2026", 'put `format: "%A, %B %d, %Y"`'),
        ("date", "March 2026", 'put `format: "%B %Y"`'),
        ("safe", "#N/A", "A spreadsheet put its error here"),
        ("safe", "02-Jan", "makes dates of texts like 1-2"),
        ("words", "#NAME?", "A spreadsheet put its error here"),
        ("words", "CafÃ© lights", "Letters are mangled"),
        ("words", "heâ€™s there", "Letters are mangled"),
        ("words", "Â£5 for a bus", "Letters are mangled"),
        ("words", "ZrÃ³b wiÄ™cej", "Letters are mangled"),
        ("words", "Ð¡Ð²ÐµÑ‚", "Letters are mangled"),
        ("words", "caf√© lights", "Letters are mangled"),
        ("words", "caf├⌐ lights", "Letters are mangled"),
        ("words", "I donÕt know", "Letters are mangled"),
        ("words", "I don\x92t know", "Letters are mangled"),
        ("words", "caf\ufffd lights", "Letters were lost"),
        ("words", "He won?t stop", "where an apostrophe was"),
        ("ward", "#REF!", "A spreadsheet put its error here"),
    ],
)
def test_a_damaged_cell_is_refused_with_row_column_and_remedy(session, tmp_path: Path, column, cell, reason) -> None:
    make_wave(**WAVE)
    file = csv_file(tmp_path, [row(1), row(2, **{column: cell}), row(3)])
    report, told = bring(file, map_file(tmp_path), apply=True)
    assert [(one.line, one.column) for one in told] == [(3, column)]
    assert reason in told[0].reason
    assert (report.new, report.refused, report.written) == (2, 1, None)
    assert stored() == 0


@pytest.mark.parametrize(
    "words",
    [
        "Café, naïve, São Paulo, ÂNGELA, NÃO, «CAFÉ», Çelik, ÅSA, Žižka, Ørsted, £5, 20°, “quoted” – dashed…",
        "Więcej światła", "Больше света", "المزيد من الضوء", "更多灯光", "país, Vânia, maçã, Ångström, ÑANDÚ",
        "What? Why?", "really?so", "#metoo and #1", "N/A", "=1+1", "-", "+44 is a number", "1-2", "√2 is a root",
        "I am at 12 High Street", "line one\nline two?",
    ],
)  # fmt: skip
def test_words_that_only_look_odd_are_kept_as_they_are(session, tmp_path: Path, words) -> None:
    make_wave(**WAVE)
    report, told = bring(csv_file(tmp_path, [row(1, words=words), row(2)]), map_file(tmp_path), apply=True)
    assert (told, report.doubts, report.written) == ([], [], {"stored": 2})
    assert words in [response.answers["safer_text"] for response in db.session.scalars(select(Response))]


def test_two_rows_with_one_id_are_told_apart_from_what_is_stored(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    same = row(1)
    report, told = bring(csv_file(tmp_path, [same, row(2), same, row(2, words="Other")]), map_file(tmp_path))
    assert (report.new, report.here_already, report.refused) == (2, 0, 2)
    assert told[0].reason.startswith("Rows 2 and 4 have the same id and the same answers. If one is a copy, delete it")
    assert told[1].reason.startswith("Rows 3 and 5 have the same id and different answers: two people")
    assert "does not tell people apart: 2 of 4 rows" in report.doubts[0]
    bring(csv_file(tmp_path, [same, row(2)]), map_file(tmp_path), apply=True)
    again, told = bring(csv_file(tmp_path, [same, row(2), same]), map_file(tmp_path))
    assert (again.here_already, again.refused) == (2, 1)
    assert told[0].reason.startswith("Rows 2 and 4 have the same id")


def test_identical_copies_are_left_out_when_good_rows_are_wanted(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    rows = [row(1), row(2), row(3), row(1)]
    report, _ = bring(csv_file(tmp_path, rows), map_file(tmp_path), apply=True, accept_good=True)
    assert report.written == {"stored": 3}


def test_ids_whose_leading_zeros_a_spreadsheet_took_off_are_not_new_people(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    file = csv_file(tmp_path, [row(1, id="000417"), row(2, id="000418")])
    bring(file, map_file(tmp_path), apply=True)
    later = csv_file(tmp_path, [row(1, id="417"), row(2, id="418"), row(3, id="500")])
    report, _ = bring(later, map_file(tmp_path), apply=True, accept_good=True)
    assert "are stored already with other leading zeros" in report.doubts[0]
    assert stored() == 2
    both, told = bring(csv_file(tmp_path, [row(1, id="0700"), row(2, id="700")]), map_file(tmp_path))
    assert (both.refused, "differ only in leading zeros" in told[0].reason) == (1, True)


@pytest.mark.parametrize(
    ("dates", "doubt"),
    [
        ([f"{day:02d}/03/2026" for day in range(1, 13)], None),
        ([f"{day:02d}/{month:02d}/2026" for month in (3, 4, 5) for day in range(3, 9)], "the month may come first"),
        ([f"{day:02d}/{month:02d}/2026" for month in (3, 4, 5) for day in range(3, 9)] + ["25/04/2026"], None),
        (["02/03/2026", "2026-04-03", "04/03/2026"], "a spreadsheet turned some into dates"),
    ],
)
def test_dates_in_two_orders_are_doubted(session, tmp_path: Path, dates, doubt) -> None:
    make_wave(**{**WAVE, "closes_on": date(2026, 8, 31)})
    rows = [row(number, date=text) for number, text in enumerate(dates)]
    mapped = map_file(tmp_path, date={"column": "date", "format": "%d/%m/%Y"})
    report, told = bring(csv_file(tmp_path, rows), mapped)
    assert told == []
    assert [doubt in said for said in report.doubts] == ([True] if doubt else [])
    checked = map_file(tmp_path, date={"column": "date", "format": "%d/%m/%Y"}, checked=["date"])
    assert bring(csv_file(tmp_path, rows), checked)[0].doubts == []


def test_a_zone_behind_a_time_is_passed_over_and_the_way_of_writing_named(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    rows = [row(1, date="2026/03/02 9:05:00 am GMT"), row(2, date="2026/03/30 11:05:00 pm GMT+1")]
    _, told = bring(csv_file(tmp_path, rows), map_file(tmp_path))
    assert all('put `format: "%Y/%m/%d %I:%M:%S %p"`' in one.reason for one in told)
    mapped = map_file(tmp_path, date={"column": "date", "format": "%Y/%m/%d %I:%M:%S %p"})
    assert bring(csv_file(tmp_path, rows), mapped)[0].new == 2


def test_one_date_the_other_way_round_is_named_as_such(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    file = csv_file(tmp_path, [row(1, date="02/03/2026"), row(2, date="03/14/2026")])
    _, told = bring(file, map_file(tmp_path, date={"column": "date", "format": "%d/%m/%Y"}))
    assert "day and month the other way round" in told[0].reason


@pytest.mark.parametrize("length", [255, 256])
def test_texts_that_were_cut_are_doubted(session, tmp_path: Path, length) -> None:
    make_wave(**WAVE)
    rows = [row(1), row(2, words="x" * length), row(3, words="y" * length)]
    report, _ = bring(csv_file(tmp_path, rows), map_file(tmp_path), apply=True)
    assert f"has exactly {length:,} characters (2 cells): longer ones were cut" in report.doubts[0]
    assert stored() == 0
    emoji = [row(1, words="😀" + "x" * (length - 2)), row(2)]
    assert bring(csv_file(tmp_path, emoji), map_file(tmp_path))[0].doubts
    longer = [*rows, row(4, words="z" * (length + 7))]
    assert bring(csv_file(tmp_path, longer), map_file(tmp_path))[0].doubts == []
    assert bring(csv_file(tmp_path, rows), map_file(tmp_path, checked=["words"]), apply=True)[0].written


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "mac_roman", "cp850", "gbk"])
def test_a_map_that_names_the_wrong_encoding_is_refused_before_words_are_mangled(session, tmp_path, encoding) -> None:
    make_wave(**WAVE)
    file = csv_file(tmp_path, [row(1, words=THREAT)])
    with pytest.raises(Refusal, match=f"answers.csv is UTF-8, and the map says `encoding: {encoding}`"):
        bring(file, map_file(tmp_path, encoding=encoding), apply=True)
    report, _ = bring(file, map_file(tmp_path))
    assert report.held == 1
    bring(file, map_file(tmp_path), apply=True)
    assert len(list(db.session.scalars(select(Review)))) == 1


def test_a_windows_file_read_as_latin_1_is_refused_and_as_cp1252_screened(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    file = csv_file(tmp_path, [row(1, words=THREAT)], encoding="cp1252")
    _, told = bring(file, map_file(tmp_path, encoding="latin-1"), apply=True)
    assert "Letters are mangled" in told[0].reason
    assert bring(file, map_file(tmp_path, encoding="cp1252"), apply=True)[0].held == 1


@pytest.mark.parametrize(
    ("options", "changes"),
    [
        ({"line_end": "\r"}, {}),
        ({"line_end": "\n", "encoding": "utf-8-sig"}, {}),
        ({"encoding": "utf-16"}, {"encoding": "utf-16"}),
        ({"delimiter": ";"}, {}),
        ({"delimiter": "\t"}, {}),
    ],
)
def test_line_ends_marks_and_delimiters(session, tmp_path: Path, options, changes) -> None:
    make_wave(**WAVE)
    rows = [row(1, words="a; b, c"), row(2, words="d\te | f")]
    report, told = bring(csv_file(tmp_path, rows, **options), map_file(tmp_path, **changes))
    assert (report.new, told) == (2, [])


def test_delimiters_are_judged_outside_quotation_marks(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    header = [
        "id",
        "date",
        "How safe: by day; at night; in the park; in town?",
        "Your words; any; at all; please",
        "ward",
    ]
    questions = {"safe_local_day": {"column": header[2]}, "safer_text": {"column": header[3]}}
    mapped = map_file(tmp_path, questions=questions, ignored=["ward"])
    assert bring(csv_file(tmp_path, [row(1)], header), mapped)[0].new == 1
    lists = [row(1, words="1; 2; 3; 4; 5; 6"), row(2, words="6; 5; 4; 3; 2; 1")]
    over = ["id", "date", "safe", "a; b; c; d; e; f", "ward"]
    mapped = map_file(tmp_path, questions={"safer_text": {"column": over[3]}}, ignored=["safe", "ward"])
    assert bring(csv_file(tmp_path, lists, over), mapped)[0].new == 2
    assert delimiter_of('id,"a; b; c; d",e\r\n1,"u; v; x; y",z\r\n') == ","
    assert delimiter_of("id;a, b, c;d\n1;x, y, z;e\n", ["id", "a, b, c"]) == ";"
    named = csv_file(tmp_path, [row(1)], delimiter=";")
    named.write_text("sep=;\r\n" + named.read_text(encoding="utf-8"), encoding="utf-8")
    assert bring(named, map_file(tmp_path))[0].new == 1
    over = ["id", "date", "safe", 'words "in\nquotes", with; signs', "ward"]
    quoted = {"safe_local_day": {"column": "safe"}, "safer_text": {"column": 'words "in quotes", with; signs'}}
    mapped = map_file(tmp_path, questions=quoted, ignored=["ward"])
    assert bring(csv_file(tmp_path, [row(1)], over, delimiter=";"), mapped)[0].new == 1


def test_a_file_that_ends_where_a_sheet_ends_is_doubted(session, tmp_path: Path, monkeypatch) -> None:
    make_wave(**WAVE)
    monkeypatch.setattr("feedback.services.importing.checks.claims.ENDS_OF_SHEETS", (3,))
    file = csv_file(tmp_path, [row(1), row(2)])
    assert "ends exactly where a sheet" in bring(file, map_file(tmp_path))[0].doubts[0]
    assert bring(file, map_file(tmp_path, checked=["rows"]))[0].doubts == []


@pytest.mark.parametrize(
    ("beginning", "said"),
    [
        (b"%PDF-1.7 ...", "is a PDF file"),
        (b"\x1f\x8b\x08", "is a compressed file"),
        (b"\xef\xbb\xbf<html><table><tr><td>id</td></tr>", "is a web page or XML. Open it in a spreadsheet"),
        (b"<?xml version='1.0'?><Workbook/>", "is a web page or XML"),
    ],
)
def test_files_that_are_no_tables_are_named(session, tmp_path: Path, beginning, said) -> None:
    make_wave(**WAVE)
    path = tmp_path / "answers.csv"
    path.write_bytes(beginning)
    with pytest.raises(Refusal, match=said):
        bring(path, map_file(tmp_path))


def test_utf_16_without_its_mark_is_named(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    file = csv_file(tmp_path, [row(1)], encoding="utf-16-le")
    with pytest.raises(Refusal, match="UTF-16 without its mark"):
        bring(file, map_file(tmp_path))
    assert bring(file, map_file(tmp_path, encoding="utf-16-le"))[0].new == 1


def test_marks_that_nobody_sees_do_not_hide_a_column(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    header = ["\ufeff\ufeffid", "date\u200b", " safe ", "words", "ward"]
    assert bring(csv_file(tmp_path, [row(1)], header), map_file(tmp_path))[0].new == 1


@pytest.mark.parametrize("text", ["1,5", "1.234", "1e3", "02-Jan", "2026-01-02", "1 - 2", "12,34", "--3", "٣"])
def test_numbers_are_never_guessed(text: str) -> None:
    with pytest.raises(CellFault, match="This is not a whole number"):
        _number("hours", 0, CodedWords({}, {}), [text])


@given(st.integers(-(10**15), 10**15))
def test_whole_numbers_are_read_as_they_are_written(number: int) -> None:
    for text in (f"{number}", f"{number:,}", f"{number}.0", f" {number} "):
        assert _number("hours", 0, CodedWords({}, {}), [text]) == number


@given(st.text(alphabet="éèüßñçøåłžšćąęŻÓñ£°“”’–…АбвЯقمرελ", min_size=1, max_size=6))
def test_what_utf_8_becomes_in_windows_is_always_found(word: str) -> None:
    mangled = "".join(bytes([byte]).decode("cp1252") if byte not in UNASSIGNED else chr(byte) for byte in word.encode())
    assert damaged_text(mangled)
    assert not damaged_text(f"so {word} it is")
