"""What changed between two documents, the menu, and canonical JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest

from analysis.release import Imprint, changes_between, codebook_csv, document_of, only_menu, study_of_menu, written
from analysis.release.figures import counted, number
from analysis.release.menu import Menu, MenuList, read_menu
from analysis.report import make_book
from analysis.report.sheets.tidy import COLUMNS, tidy_csv
from analysis.summary.summarise import summarise
from analysis.suppressed import Suppressed
from analysis.workbook import workbook_bytes
from tests.unit.summary.studies import SIX, study, weighted

MENU = Menu(
    1,
    "2026-11-21",
    (
        MenuList("Headline", "because", ("ward", "sex"), ("day", "dark")),
        MenuList("Lists", "because", ("ward",), ("priority.*",)),
    ),
)
DAY = weighted().made_on


@pytest.fixture(scope="module")
def summary():
    return only_menu(summarise(study_of_menu(weighted(), MENU)), MENU)


def document(summary, **given):
    return document_of(summary, MENU, Imprint(number=1, published_on=DAY, **given))


def test_only_the_menu_is_in_it(summary):
    found = {one["id"]: {figure["dimension"] for figure in one["figures"]} for one in document(summary)["indicators"]}
    assert found == {
        **dict.fromkeys(("day", "dark"), {"city", "ward", "sex"}),
        **dict.fromkeys(("priority.drugs", "priority.litter", "priority.noise"), {"city", "ward"}),
    }
    assert summary.text == ()
    assert {*summary.figures["dimension"]} == {"city", "ward", "sex"}


def test_equal_summaries_give_equal_bytes(summary):
    again = only_menu(summarise(study_of_menu(weighted(), MENU)), MENU)
    assert written(document(summary)) == written(document(again))
    assert tidy_csv(summary) == tidy_csv(again)
    assert codebook_csv(document(summary)) == codebook_csv(document(again))
    imprint = Imprint(number=1, published_on=DAY)
    assert workbook_bytes(make_book(summary, imprint)) == workbook_bytes(make_book(again, imprint))


def test_canonical_json_is_text_that_anybody_reads_and_no_infinity():
    assert written({"b": "Ünder 16", "a": [1, 2.5]}) == '{"a":[1,2.5],"b":"Ünder 16"}\n'.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        written({"a": float("nan")})


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        *[(np.float64(41.2), 41.2), (np.int64(5), 5), (float("nan"), "[x]"), (None, "[x]")],
        *[(Suppressed(), "[c]"), (Suppressed("z"), "[z]"), (-0.0, 0.0)],
    ],
)
def test_numbers_are_plain_or_shorthand(value, plain):
    assert number(value) == plain
    assert type(number(value)) is type(plain)


def test_people_are_whole():
    assert [counted(60.0), counted(60.5), counted(Suppressed())] == [60, 60.5, "[c]"]


def test_changes_name_the_figure_the_group_and_both_values(summary):
    before, after = document(summary), json.loads(written(document(summary)))
    assert changes_between(before, after) == []
    figure = after["indicators"][0]["figures"][1]
    old, figure["percent"] = figure["percent"], "[c]"
    (change,) = changes_between(before, after)
    assert (change.label, change.group_label, change.what) == ("Safe by day", "Ward 1", "Percentage")
    assert (change.before, change.after) == (str(old), "[c]")


def test_a_figure_that_went_or_came_is_a_change(summary):
    before, after = document(summary), json.loads(written(document(summary)))
    gone = after["indicators"].pop()
    changes = changes_between(before, after)
    assert {change.indicator for change in changes} == {gone["id"]}
    assert {change.after for change in changes} == {"not published"}
    assert {change.before for change in changes_between(after, before)} == {"not published"}


def test_a_correction_has_a_sheet_of_what_changed(summary):
    from io import BytesIO

    from openpyxl import load_workbook

    changes = changes_between(document(summary), {**document(summary), "indicators": []})
    imprint = Imprint(number=2, published_on=DAY, replaces=1, what_changed="=1+1 was wrong", changes=changes)
    book = load_workbook(BytesIO(workbook_bytes(make_book(summary, imprint))))
    (table,) = book["What changed"].tables.values()
    assert len(book["What changed"][table.ref]) == len(changes) + 1
    cover = " ".join(str(row[0].value) for row in book["Cover"].iter_rows())
    assert "What changed since release 1: =1+1 was wrong" in cover


def test_a_release_of_nobody_is_still_a_document():
    nobody = only_menu(summarise(study_of_menu(study(SIX.iloc[:0]), MENU)), MENU)
    assert written(document(nobody))
    assert tidy_csv(nobody).decode().splitlines()[0] == ",".join(COLUMNS)


def test_the_reviewed_menu_names_every_list_once():
    menu = read_menu()
    patterns = [pattern for one in menu.lists for pattern in one.indicators]
    assert len(patterns) == len(set(patterns))
    assert menu.is_headline("victim_any")
    assert not menu.holds("barrier.hate_crime.other")
    assert menu.dimensions_of("problem.litter") == {"ward"}
    assert menu.dimensions_of("problem_very.litter") == frozenset()
