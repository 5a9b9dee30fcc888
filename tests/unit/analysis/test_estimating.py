"""Estimates on a handful of rows worked out by hand, and at the edges."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pandas as pd
import pytest

from analysis import AnalysisError, Indicator, count, estimate, estimate_counts, rake_counts

YES = Indicator("yes", "q", ("Yes",), ("Yes", "No"))
COLUMNS = ["dimension", "group", "n", "yes", "percent", "n_effective"]


def rows(frame: pd.DataFrame, columns: list[str]) -> list[tuple]:
    return list(frame[columns].itertuples(index=False, name=None))


def test_six_answers(frame_of):
    frame = frame_of(ward=["A", "A", "A", "B", "B", ""], q=["Yes", "No", "Yes", "No", "", "Yes"])
    weights = pd.Series([1.0, 1.0, 2.0, 3.0, 9.0, 1.0])
    found = estimate(frame, [YES], ["ward"], weights)
    assert rows(found, COLUMNS) == [
        ("city", "", 5, 3, 50.0, 4.0),
        ("ward", "A", 3, 2, 75.0, pytest.approx(16 / 6)),
        ("ward", "B", 1, 0, 0.0, 1.0),
    ]
    city = found.iloc[0]
    assert city["percent_unweighted"] == 60
    assert city["design_effect"] == 5 / 4
    assert city["std_error"] == pytest.approx(100 * sqrt(6 / 5 * (16 * 0.25) / 64))
    z = 1.959963984540054
    centre, half = (0.5 + z * z / 8) / (1 + z * z / 4), z * sqrt(0.25 / 4 + z * z / 64) / (1 + z * z / 4)
    assert rows(found.head(1), ["lower", "upper"])[0] == pytest.approx((100 * (centre - half), 100 * (centre + half)))


def test_without_weights_everybody_counts_the_same(frame_of):
    frame = frame_of(ward=["A", "B", "B"], q=["Yes", "No", "Yes"])
    found = estimate(frame, [YES], ["ward"])
    assert rows(found, COLUMNS) == [
        ("city", "", 3, 2, pytest.approx(200 / 3), 3.0),
        ("ward", "A", 1, 1, 100.0, 1.0),
        ("ward", "B", 2, 1, 50.0, 2.0),
    ]


def test_groups_that_nobody_is_in_have_a_row_without_figures(frame_of):
    frame = frame_of(ward=["A"], q=["Yes"])
    found = estimate(frame, [YES], ["ward"], groups={"ward": ["Z", "A"]})
    assert rows(found, ["dimension", "group", "n", "yes"]) == [
        ("city", "", 1, 1),
        ("ward", "Z", 0, 0),
        ("ward", "A", 1, 1),
    ]
    empty = found.iloc[1]
    assert all(isnan(empty[name]) for name in ("percent", "percent_unweighted", "std_error", "lower", "upper"))
    assert empty["n_effective"] == 0


def test_unused_categories_are_declared_groups_in_their_order():
    frame = pd.DataFrame({"age": pd.Categorical(["old", None], categories=["young", "old"]), "q": ["Yes", "No"]})
    assert estimate(frame, [YES], ["age"])["group"].tolist() == ["", "young", "old"]


def test_crossed_groups_are_joined(frame_of):
    frame = frame_of(ward=["A", "A", "B", ""], sex=["F", "M", "F", "F"], q=["Yes", "No", "Yes", "Yes"])
    found = estimate(frame, [YES], [("ward", "sex")])
    assert rows(found, COLUMNS[:4]) == [
        ("city", "", 4, 3),
        ("ward x sex", "A x F", 1, 1),
        ("ward x sex", "A x M", 1, 0),
        ("ward x sex", "B x F", 1, 1),
    ]
    declared = estimate(frame, [YES], [("ward", "sex")], groups={"ward": ["A", "B"], "sex": ["F", "M"]})
    assert declared["group"].tolist() == ["", "A x F", "A x M", "B x F", "B x M"]


def test_nobody_at_all(frame_of):
    found = estimate(frame_of(ward=[], q=[]), [YES], ["ward"], groups={"ward": ["A"]})
    assert rows(found, ["dimension", "group", "n"]) == [("city", "", 0), ("ward", "A", 0)]


def test_nobody_answered(frame_of):
    found = estimate(frame_of(ward=["A", "B"], q=["", ""]), [YES], ["ward"])
    assert found["n"].tolist() == [0, 0, 0]
    assert found["percent"].isna().all()


def test_one_respondent(frame_of):
    found = estimate(frame_of(q=["Yes"]), [YES], []).iloc[0]
    assert (found["n"], found["percent"], found["n_effective"], found["upper"]) == (1, 100, 1, 100)
    assert 20 < found["lower"] < 21
    assert isnan(found["std_error"])


@pytest.mark.parametrize(("answer", "percent", "end"), [("Yes", 100, "upper"), ("No", 0, "lower")])
def test_all_the_same_answer_has_an_interval(frame_of, answer, percent, end):
    weights = pd.Series(np.linspace(0.1, 3.7, 40))
    found = estimate(frame_of(q=[answer] * 40), [YES], [], weights).iloc[0]
    assert found["percent"] == found[end] == percent
    assert 5 < found["upper"] - found["lower"] < 15


def test_missing_values_are_blank_whatever_their_kind():
    frame = pd.DataFrame({"ward": ["A", None, np.nan, ""], "q": ["Yes", "No", "Yes", None]}, dtype=object)
    found = estimate(frame, [YES], ["ward"])
    assert rows(found, COLUMNS[:4]) == [("city", "", 3, 2), ("ward", "A", 1, 1)]


def test_nothing_given_is_changed(frame_of):
    frame, weights = frame_of(ward=["A", "B"], q=["Yes", "No"]), pd.Series([1.0, 2.0])
    before = frame.copy(), weights.copy()
    estimate(frame, [YES], ["ward"], weights)
    pd.testing.assert_frame_equal(frame, before[0])
    pd.testing.assert_series_equal(weights, before[1])


def test_weights_are_matched_by_index(frame_of):
    frame = frame_of(q=["Yes", "No"])
    found = estimate(frame, [YES], [], pd.Series([1.0, 3.0], index=[1, 0]))
    assert found.loc[0, "percent"] == 75


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        (pd.Series([1.0, -1.0]), "1 weights are missing, negative or infinite"),
        (pd.Series([np.nan, 1.0]), r"the first in row '0'"),
        (pd.Series([np.inf, 1.0]), "a weight is a positive number"),
        (pd.Series([0.0, 0.0]), "Every weight is zero"),
        (pd.Series(["1", "x"]), "The weights are not numbers"),
        (pd.Series([1.0]), "The weights are for other rows"),
        (pd.Series([1.0, 1.0], index=[5, 6]), "The weights are for other rows"),
    ],
)
def test_weights_that_cannot_be(frame_of, weights, sentence):
    with pytest.raises(AnalysisError, match=sentence):
        estimate(frame_of(q=["Yes", "No"]), [YES], [], weights)


def test_breakdowns_that_cannot_be(frame_of):
    frame = frame_of(q=["Yes"], city=["x"], ward=["A"])
    with pytest.raises(AnalysisError, match="no column 'age'"):
        estimate(frame, [YES], ["age"])
    with pytest.raises(AnalysisError, match="'city' is the row for everybody"):
        estimate(frame, [YES], ["city"])
    with pytest.raises(AnalysisError, match="named twice"):
        estimate(frame, [YES], ["ward", "ward"])
    with pytest.raises(AnalysisError, match="at least one column"):
        estimate(frame, [YES], [()])


def test_a_column_that_is_there_twice():
    frame = pd.DataFrame([["Yes", "No"]], columns=["q", "q"])
    with pytest.raises(AnalysisError, match="more than one column 'q'"):
        estimate(frame, [YES], [])


def test_counts_need_the_weights_of_their_own_cells(frame_of):
    margins = pd.DataFrame({"variable": "ward", "category": ["A", "B"], "population": [3, 1]})
    counts = count(frame_of(ward=["A", "B"], q=["Yes", "No"]), [YES], [], cells=["ward"])
    other = count(frame_of(ward=["A", "A", "C"], q=["Yes", "No", "No"]), [YES], [], cells=["ward"])
    weights = rake_counts(counts, margins)
    assert estimate_counts(counts, weights).loc[0, "percent"] == 75
    with pytest.raises(AnalysisError, match="for other cells than the counts"):
        estimate_counts(other, weights)
    with pytest.raises(AnalysisError, match="either the raking columns or the weights"):
        count(frame_of(ward=["A"], q=["Yes"]), [YES], [], cells=["ward"], weights=pd.Series([1.0]))
