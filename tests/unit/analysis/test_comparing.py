"""Comparisons on small numbers, and the building blocks they are made of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import (
    AnalysisError,
    Indicator,
    benjamini_hochberg,
    compare_counts_with_rest,
    compare_groups,
    compare_waves,
    compare_with_rest,
    count,
    estimate,
    holm,
    newcombe,
    protect,
    rake_counts,
    rao_scott,
    wilson,
)
from analysis.estimation.intervals import pooled_z, two_sided_p

YES = Indicator("yes", "q", ("Yes",), ("Yes", "No"))
FIGURES = ["group", "n_in", "n_rest", "percent_in", "percent_rest", "difference"]


@pytest.fixture
def answers(frame_of):
    return frame_of(
        ward=["A"] * 10 + ["B"] * 20 + ["Prefer not to say"] * 5 + [""] * 3,
        q=["Yes"] * 8 + ["No"] * 2 + ["Yes"] * 10 + ["No"] * 10 + ["Yes"] * 8,
    )


def test_only_known_groups_are_compared(answers):
    found = compare_with_rest(answers, [YES], ["ward"])
    assert found[FIGURES].values.tolist() == [["A", 10, 20, 80.0, 50.0, 30.0], ["B", 20, 10, 50.0, 80.0, -30.0]]
    pool = 18 / 30
    z = 0.3 / np.sqrt(pool * (1 - pool) * (1 / 10 + 1 / 20))
    assert found["z"].tolist() == pytest.approx([z, -z])
    assert found["p_holm"].tolist() == pytest.approx([2 * found["p"][0]] * 2)
    assert found["p_bh"].tolist() == pytest.approx([found["p"][0]] * 2)


def test_known_groups_can_be_named(answers):
    found = compare_with_rest(answers, [YES], ["ward"], known={"ward": ["A", "Prefer not to say"]})
    assert found[FIGURES].values.tolist()[0] == ["A", 10, 5, 80.0, 100.0, -20.0]


def test_comparisons_from_counts_and_rows_agree(reference):
    cells = ["ward", "age_band", "sex", "ethnicity"]
    counts = count(reference.now, reference.indicators, reference.by, cells=cells)
    ours = compare_counts_with_rest(counts, rake_counts(counts, reference.margins))
    theirs = compare_with_rest(reference.now, reference.indicators, reference.by, reference.weights)
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-9, atol=1e-11)


def test_an_empty_group_has_no_comparison_and_no_part_in_the_family(answers):
    plain = compare_with_rest(answers, [YES], ["ward"])
    found = compare_with_rest(answers, [YES], ["ward"], groups={"ward": ["A", "B", "Z"]})
    pd.testing.assert_frame_equal(found.head(2), plain)
    assert found.loc[2, ["n_in", "n_rest"]].tolist() == [0, 30]
    assert found.loc[2, ["z", "p", "p_holm", "p_bh", "difference"]].isna().all()


def test_one_group_alone_has_no_rest(frame_of):
    found = compare_with_rest(frame_of(ward=["A"], q=["Yes"]), [YES], ["ward"])
    assert found.loc[0, ["n_in", "n_rest"]].tolist() == [1, 0]
    assert np.isnan(found.loc[0, "p"])


def test_no_groups_at_all(frame_of):
    empty = frame_of(ward=[], q=[])
    for frame in (compare_with_rest(empty, [YES], ["ward"]), compare_groups(empty, [YES], ["ward"])):
        assert len(frame) == 0
        assert {"indicator", "dimension", "group", "p_bh"} <= set(frame.columns)


def test_everybody_says_yes_is_no_test_but_an_interval(frame_of):
    found = compare_with_rest(frame_of(ward=["A"] * 9 + ["B"] * 9, q=["Yes"] * 18), [YES], ["ward"]).iloc[0]
    assert np.isnan(found["z"])
    assert np.isnan(found["p"])
    assert found["difference"] == 0
    assert found["difference_lower"] == -found["difference_upper"] < 0


def test_pairs_have_both_names(answers, frame_of):
    more = pd.concat([answers, frame_of(ward=["C"] * 4, q=["No"] * 4)])
    found = compare_groups(more, [YES], ["ward"])
    assert found[["group", "other"]].values.tolist() == [["A", "B"], ["A", "C"], ["B", "C"]]
    assert found["difference"].tolist() == [30, 80, 50]


def test_waves_without_figures_are_compared_to_nothing(answers):
    none = estimate(answers, [YES], ["ward"]).iloc[:0]
    found = compare_waves(none, none)
    assert found.empty
    assert list(found["indicator"]) == []


def test_waves_are_joined_by_what_they_are_about(answers, frame_of):
    now = estimate(answers, [YES], ["ward"])
    before = estimate(frame_of(ward=["A"] * 4, q=["Yes", "No", "No", "No"]), [YES], ["ward"])
    found = compare_waves(now, before)
    assert found[["dimension", *FIGURES[:3]]].values.tolist() == [
        ["city", "", 38, 4],
        ["ward", "A", 10, 4],
        ["ward", "B", 20, 0],
    ]
    assert found["difference"].tolist()[1] == 55
    assert np.isnan(found["difference"].tolist()[2])


def test_waves_must_be_exact_estimates(answers):
    exact = estimate(answers, [YES], ["ward"])
    with pytest.raises(AnalysisError, match="before hold suppressed figures; compare the exact"):
        compare_waves(exact, protect(exact, "partner"))
    with pytest.raises(AnalysisError, match="now lack the column 'n_effective'"):
        compare_waves(exact.drop(columns="n_effective"), exact)
    with pytest.raises(AnalysisError, match="have a figure twice"):
        compare_waves(exact, pd.concat([exact, exact]))


def test_the_gatekeeper_is_for_one_answer_each(frame_of):
    frame = frame_of(ward=["A", "B"] * 20, why=["x;y", "x"] * 20)
    with pytest.raises(AnalysisError, match="'why' takes several answers"):
        rao_scott(frame, "why", "ward")


def test_the_gatekeeper_without_a_table(frame_of):
    frame = frame_of(ward=["A", "A", ""], q=["Yes", "No", "Don't know"])
    found = rao_scott(frame, "q", ["ward"])
    assert found.loc[0, "n"] == 2
    assert np.isnan(found.loc[0, "p"])
    assert rao_scott(frame_of(ward=[], q=[]), "q", ["ward"]).loc[0, "n"] == 0


def test_the_gatekeeper_without_weights_is_close_to_pearson(frame_of):
    frame = frame_of(ward=["A"] * 100 + ["B"] * 100, q=["Yes"] * 60 + ["No"] * 40 + ["Yes"] * 40 + ["No"] * 60)
    found = rao_scott(frame, "q", "ward").iloc[0]
    assert found["chi_square"] == pytest.approx(8)
    assert found["df1"] == pytest.approx(1)
    assert found["p"] == pytest.approx(0.0047, rel=0.2)
    assert rao_scott(frame, "q", "ward", answers=["Yes"]).loc[0, "n"] == 100


def test_adjusted_values_worked_by_hand():
    p = [0.01, 0.04, np.nan, 0.03]
    assert holm(p) == pytest.approx([0.03, 0.06, np.nan, 0.06], nan_ok=True)
    assert benjamini_hochberg(p) == pytest.approx([0.03, 0.04, np.nan, 0.04], nan_ok=True)
    assert len(holm([])) == 0
    assert holm([0.9, 0.8]).tolist() == [1, 1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), max_size=12))
def test_adjusting_never_makes_smaller_nor_reorders(p):
    for adjusted in (holm(p), benjamini_hochberg(p)):
        assert (adjusted >= np.array(p)).all()
        assert (adjusted <= 1).all()
        assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1), st.floats(0.5, 1e7))
def test_wilson_contains_the_share_and_stays_inside(share, n):
    lower, upper = wilson(share, n)
    assert -1e-15 <= lower <= share + 1e-12
    assert share - 1e-12 <= upper <= 1 + 1e-15


def test_newcombe_is_antisymmetric_and_the_test_agrees_with_it():
    low, high = newcombe(0.3, 100, 0.5, 80)
    other = newcombe(0.5, 80, 0.3, 100)
    assert (low, high) == pytest.approx((-other[1], -other[0]))
    assert high < 0
    assert two_sided_p(pooled_z(0.3, 100, 0.5, 80)) < 0.05
    assert np.isnan(wilson(0.5, 0)).all()
