"""Waves beside one another: wards of another vintage, weighted beside not weighted, figures of low reliability."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.summary.summarise import summarise
from analysis.trend.area_matching import AreaMatch, match_wards
from tests.unit.summary.studies import BASELINE, EMPTY_MERGES, WARDS, people, weighted

OLD = {code: code.replace("w", "old") for code in WARDS}
OVERLAP = pd.DataFrame(
    [
        ("old1", "w1", "same", "unchanged"),
        ("old2", "w2", "nearly", "91% of the old ward"),
        ("old3", "w2", "nearly", "a part"),
        ("old4", "w4", "not", "only a part"),
    ],
    columns=["old_code", "new_code", "comparability", "reason"],
)


def of_old_wards(**changes):
    """This wave by the wards of today, the earlier one by those of before."""
    given = weighted(n=900)
    wave = given.earlier[0]
    wards = {OLD[code]: f"Old {label}" for code, label in WARDS.items()}
    dimensions = tuple(replace(one, groups=wards) if one.name == "ward" else one for one in wave.dimensions)
    then = replace(wave, frame=wave.frame.assign(ward=wave.frame["ward"].replace(OLD)), dimensions=dimensions)
    return replace(given, earlier=(then,), overlap=OVERLAP, **changes)


def rows_of(summary, group):
    figures = summary.figures
    return figures[(figures["group"] == group) & (figures["dimension"] == "ward") & (figures["kind"] == "wave")]


def test_each_ward_of_today_is_matched_once_and_the_same_area_first():
    overlap = pd.concat([OVERLAP, OVERLAP.iloc[:1].assign(old_code="old5", comparability="nearly")])
    assert match_wards(overlap, list(OLD.values()), list(WARDS)) == {
        "old1": AreaMatch("w1", False, "unchanged"),
        "old2": AreaMatch("w2", True, "91% of the old ward"),
    }


def test_wards_are_compared_where_the_area_is_the_same_or_nearly():
    summary = summarise(of_old_wards())
    same, nearly = rows_of(summary, "w1"), rows_of(summary, "w2")
    assert "tested" in set(same["comparability"])
    assert not same["flags"].str.contains("[b]", regex=False).any()
    tested = nearly[nearly["comparability"] == "tested"]
    assert tested["flags"].str.contains("[b]", regex=False).all()
    assert (
        tested["reason"].str.contains("boundary of the ward changed a little (91% of the old ward)", regex=False).all()
    )
    assert rows_of(summary, "w3").empty
    assert rows_of(summary, "w4").empty


@pytest.mark.parametrize(
    ("group", "today", "comparability", "said"),
    [
        ("old1", "w1", "tested", ""),
        ("old2", "w2", "break in series", "changed a little (91% of the old ward)"),
        ("old4", "old4", "not comparable", "another area than any ward of today"),
        ("w3", "w3", "tested", ""),
    ],
)
def test_published_wards_are_matched_in_the_same_way(group, today, comparability, said):
    figure = BASELINE | {"dimension": "ward", "group": group, "percent": 95.0}
    published = summarise(weighted(n=3000, baselines=pd.DataFrame([figure]), overlap=OVERLAP)).published.iloc[0]
    assert (published["group"], published["comparability"]) == (today, comparability)
    assert said in published["sentence"]


def test_a_wave_is_not_weighted_to_wards_that_were_not_there():
    earlier = summarise(of_old_wards()).earlier[0]
    assert earlier.weighting.how != "unweighted"
    assert earlier.weighting.variables == ("sex", "ethnic_group")


def test_weighted_beside_not_weighted_breaks_the_series():
    given = weighted(n=900)
    frame = given.earlier[0].frame
    only_women = replace(given.earlier[0], frame=frame[frame["sex"] == "female"])
    figures = summarise(replace(given, earlier=(only_women,), merges=EMPTY_MERGES)).figures
    waves = figures[(figures["kind"] == "wave") & (figures["dimension"] == "city")]
    assert set(waves["comparability"]) == {"break in series"}
    assert waves["reason"].str.startswith("Only one of this survey and that of 2025 is weighted").all()
    assert waves["p_adjusted"].isna().all()


@pytest.mark.parametrize(("audience", "tested"), [("analyst", True), ("partner", False)])
def test_what_others_see_as_unreliable_is_not_tested_for_them(audience, tested):
    """A base of 30 to 49 with an interval wider than 20 points carries "[u]"."""
    random = people(200, 5)
    frame = random.assign(ward=["w1"] * 40 + ["w2"] * 160, dark=["fairly", "unsafe"] * 100, exclusion="")
    given = weighted(n=900)
    study = replace(given, frame=frame, margins=given.margins.iloc[:0], audience=audience)
    study = replace(
        study, earlier=(replace(given.earlier[0], frame=frame.assign(dark=["fairly", *["unsafe"] * 4] * 40)),)
    )
    summary = summarise(study)
    row = rows_of(summary, "w1").set_index("indicator").loc["dark"]
    assert row["flags"].startswith("[u]")
    assert (row["comparability"] == "tested") == tested
    assert isinstance(row["p_adjusted"], float) == tested
    if not tested:
        assert row["sentence"] == "The figure of one of the two years is of low reliability, so it is not tested."
        rest = summary.rest.set_index(["indicator", "group"]).loc[("dark", "w1")]
        assert str(rest["p_adjusted"]) == "[z]"
