"""Which margins a wave can bear, what is joined, and what is said about it."""

import pandas as pd
import pytest

from analysis.weighting.plan import weight_to_margins
from tests.unit.summary.studies import EMPTY_MERGES

MARGINS = pd.DataFrame(
    [("age", "young", 30.0), ("age", "middle", 30.0), ("age", "old", 40.0), ("sex", "f", 50.0), ("sex", "m", 50.0)],
    columns=["variable", "category", "population"],
)
MERGES = pd.DataFrame(
    [
        ("age", "young", "middle", "neighbour"),
        ("age", "middle", "young", "neighbour"),
        ("age", "old", "middle", "near"),
    ],
    columns=["variable", "category", "into", "reason"],
)


def base(ages, sexes):
    return pd.DataFrame({"age": list(ages), "sex": list(sexes)}, dtype="str")


def totals(weighting, column):
    return weighting.weights.groupby(column).sum().round(6).to_dict()


def test_every_margin_is_met():
    given = base(["young", "young", "middle", "old", "old", "old"], "fmfmfm")
    found = weight_to_margins(given, MARGINS, EMPTY_MERGES)
    assert (found.how, found.variables, found.merges) == ("raked", ("age", "sex"), ())
    assert totals(found, given["age"]) == {"young": 30, "middle": 30, "old": 40}
    assert totals(found, given["sex"]) == {"f": 50, "m": 50}


def test_only_the_questions_that_were_asked_are_weighted_to():
    given = base(["young", "middle", "old"], ["", "", ""])
    assert weight_to_margins(given, MARGINS, EMPTY_MERGES).variables == ("age",)
    assert weight_to_margins(given.drop(columns="sex"), MARGINS, EMPTY_MERGES).variables == ("age",)


def test_unknown_keeps_its_share():
    given = base(["young", "middle", "old", ""] * 2, "ffffmmmm")
    found = weight_to_margins(given, MARGINS, EMPTY_MERGES)
    assert totals(found, given["age"]) == {"young": 22.5, "middle": 22.5, "old": 30, "": 25}


def test_an_empty_category_is_joined_by_the_list_and_told():
    given = base(["middle", "middle", "old", "old"], "fmfm")
    found = weight_to_margins(given, MARGINS, MERGES)
    assert [(merging.categories, merging.reason) for merging in found.merges] == [(("young", "middle"), "neighbour")]
    assert totals(found, given["age"]) == {"middle": 60, "old": 40}


def test_small_categories_are_joined_up_to_the_fewest():
    given = base(["young"] * 2 + ["middle"] * 3 + ["old"] * 5, "fmfmfmfmfm")
    assert weight_to_margins(given, MARGINS, MERGES, minimum_cell=3).merges[0].categories == ("young", "middle")
    whole = weight_to_margins(given, MARGINS, MERGES, minimum_cell=6)
    assert whole.merges[0].categories == ("young", "middle", "old")
    assert whole.variables == ("sex",)


def test_without_a_rule_an_empty_category_costs_its_margin_alone():
    given = base(["young", "middle", "old"], ["f", "f", "f"])
    found = weight_to_margins(given, MARGINS, MERGES)
    assert (found.how, found.variables, list(found.left_out)) == ("raked", ("age",), ["sex"])
    assert totals(found, given["age"]) == {"young": 30, "middle": 30, "old": 40}
    assert "not weighted by sex: nobody answered from m" in found.notes[0]


def test_where_every_margin_is_lost_nothing_is_weighted_and_each_is_told():
    found = weight_to_margins(base(["old", "old"], ["f", "f"]), MARGINS, EMPTY_MERGES)
    assert (found.how, found.variables, list(found.left_out)) == ("unweighted", (), ["age", "sex"])
    assert set(found.weights) == {1.0}
    assert len(found.notes) == 2


def test_margins_that_contradict_one_another_cost_the_last_of_them():
    """All the young are women here, and margins say that there are more young people than women."""
    margins = MARGINS.assign(population=[60.0, 20.0, 20.0, 30.0, 70.0])
    given = base(["young"] * 3 + ["middle", "old"] * 2, ["f"] * 3 + ["m"] * 4)
    found = weight_to_margins(given, margins, EMPTY_MERGES)
    assert (found.how, found.variables, list(found.left_out)) == ("raked", ("age",), ["sex"])
    assert "not weighted by sex: " in found.notes[0]
    assert totals(found, given["age"]) == {"young": 60, "middle": 20, "old": 20}


def test_totals_that_differ_cost_one_margin():
    margins = MARGINS.assign(population=[30.0, 30.0, 40.0, 500.0, 500.0])
    found = weight_to_margins(base(["young", "middle", "old"] * 2, "fmfmfm"), margins, EMPTY_MERGES)
    assert (found.variables, list(found.left_out)) == (("age",), ["sex"])
    assert "The margins do not add up" in found.notes[0]


def test_an_analyst_can_leave_margins_out():
    given = base(["young", "middle", "old"] * 2, "fmfmfm")
    found = weight_to_margins(given, MARGINS, EMPTY_MERGES, without=["age"])
    assert (found.variables, found.notes) == (("sex",), ("The figures are not weighted by age: an analyst chose so.",))
    nothing = weight_to_margins(given, MARGINS, EMPTY_MERGES, without=["age", "sex", "no_such"])
    assert (nothing.how, list(nothing.left_out)) == ("unweighted", ["age", "sex"])


def test_nobody_and_nothing_known():
    nobody = weight_to_margins(base([], []), MARGINS, MERGES)
    assert (nobody.how, nobody.n_effective, nobody.design_effect) == ("unweighted", 0.0, None)
    unknown = weight_to_margins(base(["", "prefer_not_to_say"], ["", ""]), MARGINS, MERGES)
    assert unknown.how == "unweighted"


def test_large_weights_are_bounded_and_said():
    given = base(["young"] * 2 + ["middle"] * 19 + ["old"] * 19, ["f", "m"] * 20)
    found = weight_to_margins(given, MARGINS, EMPTY_MERGES)
    assert found.how == "bounded"
    assert found.largest <= found.cap + 1e-9
    assert totals(found, given["age"]) == pytest.approx({"young": 30, "middle": 30, "old": 40})
    assert "held between 0.2 and" in found.notes[0]


def test_bounds_that_cannot_be_met_leave_the_weights_and_a_warning():
    given = base(["young"] * 2 + ["middle"] * 100 + ["old"] * 100, ["f", "m"] * 101)
    found = weight_to_margins(given, MARGINS, EMPTY_MERGES)
    assert found.how == "raked"
    assert found.largest > 8
    assert "no bound up to 8" in found.notes[0]


def test_nothing_given_is_changed():
    given, margins = base(["middle", "old"], "fm"), MARGINS.copy()
    weight_to_margins(given, margins, MERGES)
    assert given["age"].tolist() == ["middle", "old"]
    pd.testing.assert_frame_equal(margins, MARGINS)
