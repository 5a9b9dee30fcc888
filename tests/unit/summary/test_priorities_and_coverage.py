"""Ranks with honest ties, pooled barriers, and who answered beside who lives here."""

import pandas as pd
import pytest

from analysis.estimation.estimates import estimate
from analysis.profile.response_profile import response_profile
from analysis.study import Dimension
from analysis.summary.barriers import POOLED, pool_barriers
from analysis.summary.priorities import rank_priorities
from tests.unit.summary.studies import MARGINS, measure


def estimates(*rows):
    columns = ["indicator", "dimension", "group", "n", "percent", "lower", "upper"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(n_effective=frame["n"].astype(float))


def test_equal_shares_share_their_rank():
    given = estimates(
        ("a", "city", "", 90, 20.0, 15.0, 25.0),
        ("b", "city", "", 90, 40.0, 36.0, 44.0),
        ("c", "city", "", 90, 20.0, 15.0, 25.0),
        ("d", "city", "", 90, 5.0, 1.0, 9.0),
    )
    ranked = rank_priorities(given, ["a", "b", "c", "d"], ["city"])
    found = ranked[["indicator", "rank", "tied", "rank_from", "rank_to"]].to_numpy().tolist()
    assert found == [["b", 1, False, 1, 1], ["a", 2, True, 2, 3], ["c", 2, True, 2, 3], ["d", 4, False, 4, 4]]


def test_overlapping_intervals_leave_the_order_open():
    given = estimates(("a", "city", "", 9, 20.0, 5.0, 50.0), ("b", "city", "", 9, 30.0, 8.0, 60.0))
    assert rank_priorities(given, ["a", "b"], ["city"])[["rank_from", "rank_to"]].to_numpy().tolist() == [
        [1, 2],
        [1, 2],
    ]


def test_groups_that_chose_nothing_have_no_ranks():
    given = estimates(("a", "ward", "w1", 0, float("nan"), float("nan"), float("nan")))
    assert rank_priorities(given, ["a"], ["ward"]).empty


def test_barriers_are_pooled_over_kinds_of_crime():
    frame = pd.DataFrame(
        {
            "reported_theft": ["not_reported", "not_reported", "police", ""],
            "reported_abuse": ["", "not_reported", "not_reported", ""],
            "barriers_theft": ["no_use;time", "", "", ""],
            "barriers_abuse": ["", "fear;no_use", "", ""],
        },
        dtype="str",
    )
    measures = [
        measure(
            f"barrier.{crime}.{reason}",
            f"barriers_{crime}",
            (reason,),
            kind="multi",
            asked=((f"reported_{crime}", ("not_reported",)),),
            topic="barriers",
            item=reason,
        )
        for crime in ("theft", "abuse")
        for reason in ("no_use", "fear")
    ]
    pooled, added = pool_barriers(frame, measures)
    assert pooled[POOLED].tolist() == ["no_use;time", "fear;no_use", "", ""]
    assert [one.name for one in added][:2] == ["barrier.any.no_use", "barrier.any.fear"]
    asked = added[0].indicator.asked
    assert asked == (("reported_theft", ("not_reported",)), ("reported_abuse", ("not_reported",)))
    assert list(frame.columns) == ["reported_theft", "reported_abuse", "barriers_theft", "barriers_abuse"]


def test_who_only_refused_is_not_in_the_pool():
    frame = pd.DataFrame(
        {
            "reported_theft": ["no", "no", "no"],
            "reported_abuse": ["", "no", "no"],
            "barriers_theft": ["refused", "refused", "fear"],
            "barriers_abuse": ["", "refused", "refused"],
        },
        dtype="str",
    )
    measures = [
        measure(
            f"barrier.{crime}.fear",
            f"barriers_{crime}",
            ("fear",),
            kind="multi",
            asked=((f"reported_{crime}", ("no",)),),
            outside=("refused",),
            topic="barriers",
        )
        for crime in ("theft", "abuse")
    ]
    pooled, added = pool_barriers(frame, measures)
    found = estimate(pooled, [one.indicator for one in added], [])
    assert found[["n", "yes"]].to_numpy().tolist() == [[1, 1], [1, 1], [0, 0]]


def test_one_kind_of_crime_is_not_pooled():
    frame, measures = pd.DataFrame({"b": ["x"]}), (measure("barrier.theft.x", "b", ("x",), topic="barriers"),)
    assert pool_barriers(frame, measures) == (frame, measures)


def test_profile_stands_beside_the_population():
    base = pd.DataFrame({"sex": ["female", "female", "female", "male", ""]}, dtype="str")
    dimension = Dimension(name="sex", label="Sex", groups={"female": "Female", "male": "Male"})
    weights = pd.Series([1.0, 1.0, 1.0, 3.0, 1.0])
    found = response_profile(base, weights, [dimension], MARGINS)
    assert found["group"].tolist() == ["female", "male", "not_stated"]
    assert found["respondents"].tolist() == [3, 1, 1]
    assert found["percent_of_stated"].tolist()[:2] == [75.0, 25.0]
    assert found["population_percent"].tolist()[:2] == pytest.approx([51.0, 49.0])
    assert found["difference"].tolist()[:2] == pytest.approx([24.0, -24.0])
    assert found["weighted_percent"].tolist()[:2] == [50.0, 50.0]
