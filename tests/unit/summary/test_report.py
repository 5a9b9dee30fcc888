"""The workbook as its readers find it: sheets, sentences, totals, charts; clean for the linter whatever is in it."""

from dataclasses import replace
from functools import partial
from io import BytesIO

import pandas as pd
import pytest
from openpyxl import load_workbook

from analysis.report import make_book
from analysis.report.phrases import listed, points, span, whole
from analysis.report.sheets.findings import findings
from analysis.report.summary_rows import Pages
from analysis.summary.summarise import summarise
from analysis.workbook import workbook_bytes
from analysis.workbook.lint import lint_workbook
from tests.unit.summary.studies import SIX, facts, study, weighted

HOSTILE = (
    "=1+1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "\u202egnp.exe",
    "nul\x00l",
    "\U0001f600" * 300,
    "x" * 100_000,
)


approx = partial(pytest.approx, rel=1e-14)  # a workbook keeps sixteen digits


def opened(summary):
    return load_workbook(BytesIO(workbook_bytes(make_book(summary))))


def table(sheet):
    """The rows under the headings, as dictionaries."""
    (found,) = sheet.tables.values()
    rows = [[cell.value for cell in row] for row in sheet[found.ref]]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def texts(summary):
    return [finding.text for finding in findings(Pages(summary))]


@pytest.fixture(scope="module")
def summary():
    return summarise(weighted())


@pytest.fixture(scope="module")
def book(summary):
    return opened(summary)


def test_sheets_in_order(book):
    assert book.sheetnames == [
        *("Cover", "Contents", "Notes", "Shorthand", "Summary", "Headline figures", "Chart headline change"),
        *("Chart trend", "By ward", "By sex", "By ethnic group", "Priorities by ward", "Comment themes"),
        *("Comment wording", "Response profile", "Self-selection", "Method", "Comparability"),
    ]


def test_control_totals_add_up(summary, book):
    totals = {row["Total"]: row["Number"] for row in table(book["Cover"])}
    apart = sum(n for label, n in totals.items() if label.startswith("Excluded"))
    assert totals["Responses received"] == totals["In the base"] + apart == len(summary.study.frame)


def test_headline_figures_are_the_tidy_table(summary, book):
    city = summary.estimates[summary.estimates["dimension"] == "city"].set_index(["indicator", "baseline_year"])
    labels = {measure.label: measure.name for measure in summary.study.measures}
    rows = table(book["Headline figures"])
    assert len(rows) >= 4
    for row in rows:
        year = "" if row["Earlier year"] == "none" else row["Earlier year"]
        exact = city.loc[(labels[row["Figure"]], year)]
        assert row["2026 (%)"] == approx(exact["percent"])
        assert row["Lower limit (%)"] == approx(exact["lower"])
        assert row["Responses 2026 (number)"] == exact["n"]
        if exact["comparability"] not in ("", "not comparable"):
            assert row["Difference (percentage points)"] == approx(exact["difference"])
            assert row["Earlier figure (%)"] == approx(exact["baseline_percent"])


@pytest.mark.parametrize("name", ["ward", "sex", "ethnic_group"])
def test_breakdowns_are_the_tidy_table(summary, book, name):
    dimension = summary.study.dimension(name)
    codes = {label: code for code, label in dimension.groups.items()} | {"Not stated": "not_stated", "Anytown": ""}
    labels = {measure.label: measure.name for measure in summary.study.measures}
    exact = summary.current.set_index(["indicator", "dimension", "group"])
    rows = table(book[f"By {dimension.label.lower()}"])
    assert len(rows) >= 3 * len(dimension.groups)
    for row in rows:
        group = codes[row[dimension.label]]
        figure = exact.loc[(labels[row["Figure"]], name if group else "city", group)]
        assert row["Responses 2026 (number)"] == figure["n"]
        assert row["2026 (%)"] == approx(figure["percent"])


def test_what_was_not_asked_has_no_sheet_and_is_said(book):
    cover = " ".join(str(row[0].value) for row in book["Cover"].iter_rows())
    assert "Not asked in this survey: Age band, Disability, Problems and Barriers to reporting" in cover
    assert "Problems" not in book.sheetnames


def test_charts_are_native_on_sheets_of_their_own(book):
    charted = [sheet.title for sheet in book.worksheets if sheet._charts]
    assert charted == [name for name in book.sheetnames if name.startswith("Chart")]


@pytest.mark.parametrize("audience", ["analyst", "partner", "public"])
@pytest.mark.parametrize(
    "frame",
    [None, SIX, SIX.iloc[:0], SIX.iloc[:1], SIX.assign(exclusion="outside")],
    ids=["hundreds", "six", "nobody", "one", "all excluded"],
)
def test_the_linter_finds_nothing(tmp_path, audience, frame):
    given = replace(weighted(), audience=audience)
    given = given if frame is None else replace(given, frame=frame)
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook_bytes(make_book(summarise(given))))
    assert lint_workbook(path) == []


class TestSeveralEarlierWaves:
    """Two waves of 2025, one of them with few men, and a figure of 2021 that broke the series."""

    @pytest.fixture(scope="class")
    @classmethod
    def book(cls):
        given = weighted(n=600)
        wave = given.earlier[0]
        few = pd.concat([wave.frame[wave.frame["ward"] != "w5"], wave.frame[wave.frame["ward"] == "w5"].head(2)])
        spring = replace(wave, facts=facts(2025, called="2025 (spring)"), frame=few)
        merges = pd.DataFrame([("ward", "w5", "w4", "neighbours")], columns=["variable", "category", "into", "reason"])
        broken = given.baselines.assign(comparability="break")
        study = replace(given, earlier=(spring, wave), merges=merges, baselines=broken, minimum_cell=5)
        return opened(summarise(study))

    def test_no_wave_is_left_out_of_the_trend_and_no_line_crosses_a_break(self, book):
        rows = [row for row in table(book["Chart trend"]) if row["Figure"] == "Safe after dark"]
        assert [(row["Year"], row["Part of the series"]) for row in rows] == [
            (2021, "2021 alone (series broken)"),
            (2025, "comparable with this year"),
            (2025, "comparable with this year"),
            (2026, "comparable with this year"),
        ]
        lines = list(book["Chart trend"]._charts[0].series)
        assert [len(line.yVal.numRef.numCache.pt) for line in lines] == [3, 1, 3]

    def test_the_method_tells_how_each_wave_was_weighted(self, book):
        steps = [(row["Step"], row["What was done"]) for row in table(book["Method"])]
        merged = [text for step, text in steps if step == "Earlier wave 2025 (spring), weighted together"]
        assert merged == ["By ward: Ward 4 and Ward 5, because too few answered (neighbours)."]
        assert any("although its own interval just includes 0" in text for _, text in steps)
        assert any("'None of these' answered it" in text for _, text in steps)


@pytest.mark.parametrize("audience", ["partner", "public"])
def test_one_answer_is_not_told_as_none(audience):
    book = opened(summarise(replace(weighted(), frame=SIX.iloc[:1], audience=audience)))
    words = " ".join(str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    assert "obody in the base has answered" not in words
    assert "The number is hidden, because it is small" in words


def test_the_same_study_gives_the_same_bytes():
    first, second = (workbook_bytes(make_book(summarise(weighted()))) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("text", HOSTILE, ids=["formula", "at", "script", "override", "nul", "emoji", "long"])
def test_hostile_text_is_never_a_formula_and_never_shown(text):
    frame = SIX.assign(comment=text)
    questions = {"comment": text[:400]}
    book = opened(summarise(study(frame, comments=questions, facts=facts(title=f"{text[:200]} survey"))))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if cell.value == text]


class TestFindings:
    def test_a_clear_change_is_a_sentence_and_the_rest_are_listed(self, summary):
        found = texts(summary)
        assert any(text.startswith("Safe after dark: rose from ") for text in found)
        assert any(text.startswith("No clear change since 2025: Safe by day") for text in found)

    def test_every_tested_headline_figure_is_in_exactly_one_sentence_about_change(self, summary):
        changed = [one.text for one in findings(Pages(summary)) if one.part == "What changed"]
        for label in ("Safe by day", "Safe after dark", "Victim"):
            told = [text for text in changed if label in text and "2025" in text]
            assert len(told) == 1, label

    def test_only_adjusted_results_count(self, summary):
        clear = summary.figures.assign(p=1e-9, p_adjusted=0.2)
        changed = [one.text for one in findings(Pages(replace(summary, figures=clear))) if "chang" in one.part]
        assert changed
        assert not [text for text in changed if ": rose" in text or ": fell" in text]

    def test_two_groups_are_set_side_by_side(self, summary):
        rest = summary.rest.assign(p_adjusted=0.001)
        found = texts(replace(summary, rest=rest))
        assert any(text.startswith("Safe after dark: Female ") and " and Male " in text for text in found)

    def test_nobody_means_nothing_can_be_said(self):
        (only,) = findings(Pages(summarise(study(SIX.iloc[:0]))))
        assert "There are no figures yet" in only.text

    def test_self_selection_small_groups_and_unknown_are_said(self, summary):
        limits = " ".join(one.text for one in findings(Pages(summary)) if one.part == "What cannot be said")
        assert "People chose whether to take part" in limits
        assert "Fewer than 30 responses" in limits
        assert "did not state everything" in limits

    def test_a_random_sample_is_not_called_self_selected(self):
        summary = summarise(weighted(facts=facts(method="sample")))
        assert "chose whether" not in " ".join(texts(summary))
        assert "Self-selection" not in opened(summary).sheetnames

    def test_figures_that_are_not_comparable_are_named_with_their_years(self, summary):
        assert isinstance(summary.figures, pd.DataFrame)
        broken = summary.figures.assign(
            comparability=summary.figures["comparability"].where(
                summary.figures["kind"] != "published", "break in series"
            )
        )
        found = texts(replace(summary, figures=broken))
        assert any("but not compared" in text and "Safe after dark (2021)" in text for text in found)


def test_words_for_numbers():
    assert [whole(value) for value in (0.0, 0.2, 0.5, 41.5, 100.0)] == ["0%", "fewer than 1%", "1%", "42%", "100%"]
    assert [points(value) for value in (-0.2, 1.2, -4.0)] == [
        "less than 1 percentage point",
        "1 percentage point",
        "4 percentage points",
    ]
    assert span(-7.4, -1.2) == "between 1 and 7"
    assert span(-0.6, 6.8) == "from -1 to +7"
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
