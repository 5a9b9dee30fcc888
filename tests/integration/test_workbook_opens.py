"""A whole workbook opened by the programs that people have: LibreOffice and openpyxl."""

import csv
import io
import shutil
import subprocess
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from analysis.workbook import SheetColumn, Worksheet, write_workbook
from tests.unit.workbook.samples import BOOK, HOSTILE, book_of

MISSING = "LibreOffice is missing. Install it: apt-get install libreoffice-calc, or run python3 run.py test as root."


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Return a function that converts a file with a LibreOffice of its own."""
    program = shutil.which("soffice")
    if program is None:
        pytest.fail(MISSING)
    profile = tmp_path_factory.mktemp("profile").as_uri()

    def convert(path, kind, extension):
        words = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind]
        folder = path.parent / extension
        done = subprocess.run(
            [*words, "--outdir", str(folder), str(path)], capture_output=True, text=True, timeout=240, check=False
        )
        assert done.returncode == 0, done.stderr
        return folder

    return convert


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    wards = BOOK.sheets[0]
    many = tuple(
        (f"Ward {number}", number * 7, 40 + number / 7, 35.5, 52.25, -1.5, 0.5, "[ns]") for number in range(60)
    )
    long = replace(wards, name="Every ward", title="Every ward of a long list", rows=many)
    odd = Worksheet(
        name="It's 'odd' & long",
        title="A sheet whose name needs quoting",
        columns=(SheetColumn(name="Comment"),),
        rows=(("x" * 40_000,), ("last",)),
        source="Invented",
    )
    target = tmp_path_factory.mktemp("workbook") / "book.xlsx"
    write_workbook(book_of(*BOOK.sheets, long, odd, demonstration=True), target)
    return target


def read_csv(folder, sheet):
    (found,) = folder.glob(f"*-{sheet}.csv")
    return list(csv.reader(io.StringIO(found.read_text(encoding="utf-8"))))


def test_libreoffice_reads_every_sheet_and_value_back(office, path):
    # Options of the CSV filter: comma, quote, UTF-8, from line 1, formatted as shown = false, every sheet in a file.
    folder = office(path, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1", "csv")
    assert len(list(folder.glob("*.csv"))) == len(BOOK.sheets) + 6
    wards = read_csv(folder, "By ward")
    place = next(number for number, row in enumerate(wards) if row[0] == "Ward")
    assert wards[place + 1][:6] == ["Bargate", "1140", "41.26", "35", "48", "-3.25"]
    assert wards[place + 3] == ["Bevois", *["[c]"] * 7]
    comments = read_csv(folder, "Comments")
    assert [row[1] for row in comments[-len(HOSTILE) :]] == list(HOSTILE)


def test_libreoffice_keeps_charts_texts_and_links_when_it_saves(office, path):
    saved = load_workbook(office(path, "xlsx", "xlsx") / "book.xlsx")
    assert [len(sheet._charts) for sheet in saved][4:9] == [0, 1, 1, 1, 0]
    bars = saved["Chart by ward"]._charts[0]
    assert bars.series[0].val.numRef.f.replace("$", "").endswith("B9:B12")
    assert bars.series[0].errBars is not None
    cells = [cell for sheet in saved for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type in {"f", "e"}]
    assert saved["Contents"].cell(9, 1).hyperlink.location.replace("'", "") in {"By ward!A1", "#By ward.A1"}


def test_libreoffice_prints_it_on_landscape_pages(office, path):
    from pypdf import PdfReader

    pages = PdfReader(office(path, "pdf", "pdf") / "book.pdf").pages
    assert len(pages) >= 11
    assert all(page.mediabox.width > page.mediabox.height for page in pages)
    text = "".join(page.extract_text() for page in pages)
    assert "Err:" not in text
    assert "###" not in text
    assert "Contact: data@partnership.example" in text


def test_openpyxl_finds_texts_numbers_and_charts_but_no_formula(path):
    book = load_workbook(path)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "n"}
    assert [type(chart).__name__ for sheet in book for chart in sheet._charts] == [
        "BarChart",
        "ScatterChart",
        "BarChart",
    ]
    assert [row[1] for row in book["Comments"].iter_rows(values_only=True)][-len(HOSTILE) :] == list(HOSTILE)
