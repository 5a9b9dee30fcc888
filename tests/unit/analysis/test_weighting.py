"""Raking: what it reaches, and what it refuses with a sentence."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import AnalysisError, count, margins_reached, rake, rake_counts, weight_summary


def margins_of(**variables: dict[str, float]) -> pd.DataFrame:
    rows = [(variable, name, people) for variable, groups in variables.items() for name, people in groups.items()]
    return pd.DataFrame(rows, columns=["variable", "category", "population"])


SEX = {"F": 60.0, "M": 40.0}


def test_one_margin_is_a_ratio(frame_of):
    weights = rake(frame_of(sex=["F", "F", "M"]), margins_of(sex=SEX))
    assert weights.tolist() == pytest.approx([30, 30, 40])


def test_people_without_a_margin_keep_their_share(frame_of):
    frame = frame_of(sex=["F", "M", "M", "", "Prefer not to say", "Self-described"])
    weights = rake(frame, margins_of(sex=SEX))
    assert weights.tolist() == pytest.approx([30, 10, 10, 100 / 6, 100 / 6, 100 / 6])


def test_the_index_is_that_of_the_responses(frame_of):
    frame = frame_of(sex=["F", "M"]).set_axis(["p", "q"])
    assert rake(frame, margins_of(sex=SEX)).index.tolist() == ["p", "q"]


def test_margins_may_differ_by_census_rounding(frame_of):
    frame = frame_of(sex=["F", "M"], age=["old", "young"])
    weights = rake(frame, margins_of(sex={"F": 6_000, "M": 4_000}, age={"old": 6_003, "young": 4_002}))
    assert weights.tolist() == pytest.approx([6_000, 4_000])


def test_a_category_without_people_and_without_respondents_is_passed_over(frame_of):
    assert rake(frame_of(sex=["F", "M"]), margins_of(sex={**SEX, "X": 0})).tolist() == pytest.approx([60, 40])


shares = st.lists(st.floats(0.2, 1.0), min_size=3, max_size=3)


@settings(max_examples=30, deadline=None)
@given(shares, shares, st.integers(0, 10_000))
def test_every_margin_is_reached(first, second, seed):
    draw = np.random.default_rng(seed)
    labels = ["a", "b", "c"]
    columns = {name: np.r_[np.repeat(labels, 3), draw.choice([*labels, ""], 80)] for name in ("one", "two")}
    columns["two"] = np.r_[np.tile(labels, 3), columns["two"][9:]]
    frame = pd.DataFrame(columns, dtype="str")
    margins = margins_of(
        one={name: 1000 * share / sum(first) for name, share in zip(labels, first, strict=True)},
        two={name: 1000 * share / sum(second) for name, share in zip(labels, second, strict=True)},
    )
    counts = count(frame, [], [], cells=["one", "two"])
    reached = margins_reached(counts, margins, rake_counts(counts, margins))
    np.testing.assert_allclose(reached["reached"], reached["target"], rtol=1e-10)
    assert rake(frame, margins).sum() == pytest.approx(1000, rel=1e-12)
    known = reached[reached["category"] != "Unknown"].groupby("variable")["target"].sum()
    unknown = 1 - frame.ne("").mean()
    np.testing.assert_allclose(known / 1000, 1 - unknown, rtol=1e-12)


def test_bounds_hold_and_margins_too(reference):
    weights = rake(reference.now, reference.margins, (0.3, 4))
    ratio = weights / weights.mean()
    assert 0.3 < ratio.min() < ratio.max() < 4
    women = weights[reference.now["sex"] == "Female"].sum()
    known = reference.now["sex"].isin(["Female", "Male"]).mean()
    assert women == pytest.approx(102_362 * known, rel=1e-10)


def test_bounds_that_do_not_bind_are_not_plain_raking_but_close(frame_of):
    frame = frame_of(sex=["F", "F", "M"])
    assert rake(frame, margins_of(sex=SEX), (0.1, 9)).tolist() == pytest.approx([30, 30, 40])


@pytest.mark.parametrize("bounds", [(-1, 2), (1, 2), (0.5, 1), (0.5, float("inf")), (2, 3)])
def test_bounds_that_cannot_be(frame_of, bounds):
    with pytest.raises(AnalysisError, match="times the mean cannot exist"):
        rake(frame_of(sex=["F", "M"]), margins_of(sex=SEX), bounds)


def test_a_lower_bound_that_is_too_high_is_told_apart(frame_of):
    frame = frame_of(sex=["F"] + ["M"] * 99)
    with pytest.raises(AnalysisError, match=r"whatever the upper bound: 0\.9 is too high"):
        rake(frame, margins_of(sex=SEX), (0.9, 200))
    with pytest.raises(AnalysisError, match=r"smallest upper bound that does is 60\.00"):
        rake(frame, margins_of(sex=SEX), (0.1, 3))


def test_a_category_that_nobody_is_in_is_named(frame_of):
    frame = frame_of(sex=["F", "male", "male"])
    with pytest.raises(AnalysisError, match=r"in 'M' of 'sex', which has a population; merge it.* margin: 'male'"):
        rake(frame, margins_of(sex=SEX))


@pytest.mark.parametrize("answer", ["f", "F ", " F."])
def test_an_answer_written_otherwise_than_its_category_is_named(frame_of, answer):
    sentence = re.escape(f"The answer '{answer}' of 'sex' has no population, but the margins have 'F'; write both")
    with pytest.raises(AnalysisError, match=sentence):
        rake(frame_of(sex=["F", "M", answer]), margins_of(sex=SEX))


def test_margins_that_contradict_the_respondents_name_the_worst(frame_of):
    frame = frame_of(sex=["F", "M"], age=["old", "young"])
    with pytest.raises(AnalysisError, match="does not reach the margins: '(F|M|old|young)' of '(sex|age)' is off by"):
        rake(frame, margins_of(sex=SEX, age={"old": 30, "young": 70}))


@pytest.mark.parametrize(
    ("margins", "sentence"),
    [
        (margins_of(sex=SEX, age={"old": 50, "young": 60}), "do not add up: 'age' has 110 people and 'sex' 100"),
        (margins_of(sex={"F": -1, "M": 3}), "population of 'sex: F' in the margins is not a number of people"),
        (margins_of(sex={"F": float("nan"), "M": 3}), "population of 'sex: F'"),
        (margins_of(sex={"F": 0, "M": 0}), "'sex' adds up to nobody"),
        (margins_of(sex={"F": 1, "": 3}), "category of 'sex' in the margins is blank"),
        (pd.concat([margins_of(sex=SEX)] * 2), "name 'sex: F', 'sex: M' more than once"),
        (margins_of(sex=SEX).drop(columns="population"), "lack the column 'population'"),
        (margins_of(), "no margins to weight to"),
        (margins_of(religion={"x": 1}), "no column 'religion' in the responses, so it was not asked"),
    ],
)
def test_margins_that_cannot_be(frame_of, margins, sentence):
    with pytest.raises(AnalysisError, match=sentence):
        rake(frame_of(sex=["F", "M"], age=["old", "young"]), margins)


def test_nobody_to_weight(frame_of):
    with pytest.raises(AnalysisError, match="no responses to weight"):
        rake(frame_of(sex=[]), margins_of(sex=SEX))


def test_counts_by_other_columns_cannot_be_weighted(frame_of):
    counts = count(frame_of(sex=["F"], age=["old"]), [], [], cells=["age"])
    with pytest.raises(AnalysisError, match="not made by 'sex'"):
        rake_counts(counts, margins_of(sex=SEX))


def test_everybody_unknown(frame_of):
    with pytest.raises(AnalysisError, match="Nobody among the respondents is in 'F', 'M' of 'sex'"):
        rake(frame_of(sex=["", "Prefer not to say"]), margins_of(sex=SEX))


def test_the_summary_of_weights_is_kish():
    summary = weight_summary(pd.Series([1.0, 1.0, 2.0]))
    assert summary["design_effect"] == pytest.approx(3 * 6 / 16)
    assert summary["n_effective"] == pytest.approx(16 / 6)
    assert (summary["smallest"], summary["largest"]) == (0.75, 1.5)
