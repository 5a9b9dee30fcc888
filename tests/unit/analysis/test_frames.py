"""Frames of figures as an accessible workbook, without a web app."""

from __future__ import annotations

import pandas as pd
import pytest
from openpyxl import load_workbook

from analysis import (
    AnalysisError,
    Indicator,
    compare_with_published,
    compare_with_rest,
    estimate,
    protect,
    rao_scott,
    write_workbook,
)
from analysis.workbook import Book, WorkbookError, lint_workbook
from tests.unit.workbook.samples import BOOK

SAFE = Indicator("safe", "q", ("Yes",), ("Yes", "No"))


@pytest.fixture
def tables(frame_of):
    frame = frame_of(ward=["A"] * 40 + ["B"] * 35 + ["C"] * 4, q=["Yes", "No", "Yes"] * 26 + ["No"])
    exact = estimate(frame, [SAFE], ["ward"], groups={"ward": ["A", "B", "C", "D"]})
    published = pd.DataFrame({"year": ["2021"], "indicator": ["safe"], "percent": [40], "n": [900]})
    return {
        "By ward": protect(exact, "partner"),
        "Exact": exact,
        "Against the rest": compare_with_rest(frame, [SAFE], ["ward"]),
        "Published": compare_with_published(exact, published),
        "Whole question": rao_scott(frame, "q", ["ward"]),
    }


def test_frames_become_an_accessible_workbook(tables, tmp_path):
    path = tmp_path / "figures.xlsx"
    write_workbook(tables, path, title="Safety", organisation="A team", contact="team@example.org", source="A survey")
    assert lint_workbook(path) == []
    sheet = load_workbook(path)["By ward"]
    rows = {row[2]: row for row in sheet.iter_rows(values_only=True) if row[0] == "safe"}
    assert rows["Whole area"][3] == 79
    assert rows["C"][3] == rows["C"][6] == "[c]"
    assert (rows["D"][3], rows["D"][6]) == (0, "[w]")


def test_a_book_is_written_as_it_is(tmp_path):
    write_workbook(BOOK, tmp_path / "book.xlsx")
    assert "By ward" in load_workbook(tmp_path / "book.xlsx").sheetnames
    assert isinstance(BOOK, Book)


@pytest.mark.parametrize(
    ("tables", "error", "sentence"),
    [
        ({}, AnalysisError, "no tables to write"),
        ({"Empty": pd.DataFrame()}, AnalysisError, "'Empty' has no columns"),
        ({"a/b": pd.DataFrame({"n": [1]})}, WorkbookError, "does not accept the sheet name"),
    ],
)
def test_what_cannot_be_written_leaves_no_file(tables, error, sentence, tmp_path):
    with pytest.raises(error, match=sentence):
        write_workbook(tables, tmp_path / "book.xlsx")
    assert not list(tmp_path.iterdir())
