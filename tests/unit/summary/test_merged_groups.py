"""A small group of an ordered characteristic is published with its neighbour, everywhere in the same way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import Suppressed
from analysis.merged_groups import joined_label, merge_small, merged_publications, with_merged_groups
from analysis.study import Dimension, EarlierWave
from analysis.summary.summarise import summarise
from tests.unit.summary.studies import DIMENSIONS, MEASURES, facts, people, study

AGES = {"16_17": "16 to 17", "18_24": "18 to 24", "25_64": "25 to 64", "65_74": "65 to 74", "75_plus": "75 and over"}
AGE = Dimension(name="age_band", label="Age band", groups=AGES, special_category=False)
YOUNG = "16_17+18_24"
COUNTS = {"16_17": 14, "18_24": 164, "25_64": 300, "65_74": 200, "75_plus": 130}
PROFILE = pd.DataFrame({"variable": "age_band", "category": list(AGES), "population": [2.0, 14.0, 60.0, 14.0, 10.0]})


def aged(audience: str, counts=COUNTS, **changes):
    ages = np.repeat(list(counts), list(counts.values()))
    frame = people(len(ages), 3).assign(age_band=ages, exclusion="").astype("str")
    return study(frame, audience=audience, dimensions=(*DIMENSIONS, AGE), profile=PROFILE, **changes)


@pytest.mark.parametrize(
    ("people", "fewest", "blocks"),
    [
        ({"a": 40, "b": 50}, 30, ["a", "b"]),
        ({"a": 12, "b": 50, "c": 40}, 30, ["ab", "c"]),
        ({"a": 50, "b": 12, "c": 40}, 30, ["a", "bc"]),
        ({"a": 50, "b": 40, "c": 12}, 30, ["a", "bc"]),
        ({"a": 9, "b": 9, "c": 9, "d": 50}, 30, ["abcd"]),
        ({"a": 9, "b": 25, "c": 40, "d": 9}, 30, ["ab", "cd"]),
        ({"a": 0, "b": 50}, 30, ["a", "b"]),
        ({"a": 5}, 30, ["a"]),
        ({}, 30, []),
    ],
)
def test_the_smallest_goes_to_its_smaller_neighbour(people, fewest, blocks):
    assert ["".join(block) for block in merge_small(people, fewest)] == blocks


def test_what_was_joined_stays_joined_with_all_that_lies_between():
    many = {"a": 90, "b": 90, "c": 90, "d": 90}
    assert merge_small(many, 30, [["b", "c"]]) == [("a",), ("b", "c"), ("d",)]
    assert merge_small(many, 30, [["a", "b"], ["b", "c"]]) == [("a", "b", "c"), ("d",)]
    assert merge_small(many, 30, [["a", "c"]]) == [("a", "b", "c"), ("d",)]


@pytest.mark.parametrize(
    ("labels", "label"),
    [
        (["16 to 17", "18 to 24"], "16 to 24"),
        (["16 to 17", "18 to 24", "25 to 34"], "16 to 34"),
        (["65 to 74", "75 and over"], "65 and over"),
        (["11", "12"], "11 to 12"),
        (["Under 16", "16 to 17"], "Under 16, 16 to 17"),
        (["75 and over"], "75 and over"),
    ],
)
def test_the_label_is_made_from_both(labels, label):
    assert joined_label(labels) == label


@pytest.mark.parametrize(("audience", "joined"), [("analyst", False), ("partner", False), ("public", True)])
def test_nobody_else_is_hidden_for_a_few_young_people(audience, joined):
    """14 of 16 to 17 are under the public's threshold, over that of partners; analysts see everything."""
    summary = summarise(aged(audience))
    rows = summary.current[(summary.current["dimension"] == "age_band") & (summary.current["indicator"] == "day")]
    assert (YOUNG in set(rows["group"])) == joined
    shown = {row.group for row in rows.itertuples() if not isinstance(row.percent, Suppressed)}
    assert {"25_64", "65_74", "75_plus"} <= shown
    if joined:
        assert shown == {YOUNG, "25_64", "65_74", "75_plus"}
        assert summary.study.dimension("age_band").groups[YOUNG] == "16 to 24"
        profile = summary.profile[summary.profile["group"] == YOUNG].iloc[0]
        assert (profile["respondents"], profile["population_percent"]) == (180, 16.0)


def test_earlier_waves_are_shown_in_the_same_bands():
    before = aged("public", {"16_17": 60, "18_24": 90, "25_64": 300, "65_74": 100, "75_plus": 90})
    wave = EarlierWave(facts=facts(2025), frame=before.frame, measures=MEASURES, dimensions=(*DIMENSIONS, AGE))
    figures = summarise(aged("public", earlier=(wave,))).figures
    rows = figures[(figures["dimension"] == "age_band") & (figures["indicator"] == "day")]
    young = rows[(rows["group"] == YOUNG) & (rows["baseline_year"] == "2025")]
    assert young["baseline_n"].notna().all()
    assert len(young) == 1
    assert not {"16_17", "18_24"} & set(rows["group"])


def test_bands_that_were_published_joined_are_never_published_apart():
    first = summarise(aged("public"))
    more = COUNTS | {"16_17": 60}
    for audience in ("public", "partner"):
        again = with_merged_groups(aged(audience, more, published=(first.disclosed,)))
        assert list(again.dimension("age_band").groups) == [YOUNG, "25_64", "65_74", "75_plus"]
    assert list(with_merged_groups(aged("public", more)).dimension("age_band").groups) == list(AGES)
    assert with_merged_groups(aged("analyst", published=(first.disclosed,))).merged == {}


def test_what_was_told_of_the_parts_is_told_of_the_whole():
    nothing = float("nan")
    columns = ["indicator", "dimension", "group", "n", "yes", "audience", "hidden_n", "hidden_yes"]
    frame = pd.DataFrame(
        [
            ("a", "age_band", "16_17", 14, 5, "partner", nothing, nothing),
            ("a", "age_band", "18_24", 160, 50, "partner", nothing, nothing),
            ("b", "age_band", "16_17", nothing, nothing, "partner", 8, 2),
            ("b", "age_band", "18_24", 160, 50, "partner", nothing, nothing),
            ("b", "ward", "w1", 90, 40, "partner", nothing, nothing),
        ],
        columns=columns,
    )
    (told,) = merged_publications((frame,), {"age_band": {"16_17": YOUNG, "18_24": YOUNG}})
    rows = {(row.indicator, row.group): (row.n, row.yes, row.hidden_n, row.hidden_yes) for row in told.itertuples()}
    assert rows["a", YOUNG][:2] == (174, 55)
    assert np.isnan(rows["b", YOUNG][0])
    assert rows["b", YOUNG][2:] == (168, 52)
    assert rows["b", "w1"][:2] == (90, 40)
    (kept,) = merged_publications((frame.drop(columns=["hidden_n", "hidden_yes"]),), {"age_band": {"16_17": YOUNG}})
    assert kept.loc[kept["group"] == YOUNG, "hidden_n"].isin([np.inf]).any()  # nobody knows: it stays hidden


@pytest.mark.parametrize("audience", ["partner", "public"])
def test_effective_responses_have_no_more_digits_than_the_base(audience):
    summary = summarise(aged(audience))
    for frame, column in ((summary.current, "n_effective"), (summary.priorities, "n_effective")):
        numbers = [value for value in frame[column] if not isinstance(value, Suppressed) and value == value]
        assert numbers
        assert all(float(value).is_integer() for value in numbers)
