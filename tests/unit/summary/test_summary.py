"""From answers to figures: six people counted by hand, then some hundreds by rule."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.study import EarlierWave, StudyError
from analysis.summary.model import KEY, TIDY
from analysis.summary.summarise import summarise
from analysis.trend.earlier_waves import explain_wave
from tests.unit.summary.studies import BASELINE, DIMENSIONS, MEASURES, SIX, facts, measure, people, study, weighted

COLUMNS = ["n", "percent"]


def row(summary, *key):
    found = summary.figures.set_index(list(KEY)).loc[key]
    assert isinstance(found, pd.Series)
    return found


def test_six_people_by_hand():
    summary = summarise(study())
    assert (summary.received, summary.in_base, summary.excluded) == (6, 4, {"under_16": 1, "outside": 1})
    current = summary.current
    city = current[current["dimension"] == "city"].set_index("indicator")[COLUMNS]
    assert city.loc["day"].tolist() == [4, 50.0]
    assert city.loc["dark"].tolist() == [3, pytest.approx(100 / 3)]
    assert city.loc["victim_any"].tolist() == [3, pytest.approx(100 / 3)]
    assert city.loc["priority.drugs"].tolist() == [3, pytest.approx(200 / 3)]
    assert row(summary, "day", "ward", "w1", "")[COLUMNS].tolist() == [2, 100.0]
    assert row(summary, "day", "ward", "w6", "")["n"] == 0
    assert row(summary, "day", "ethnic_group", "not_stated", "")[COLUMNS].tolist() == [1, 0.0]


def test_table_has_exactly_the_agreed_columns_and_unique_keys():
    estimates = summarise(weighted()).estimates
    assert tuple(estimates.columns) == TIDY
    assert not estimates.duplicated(list(KEY)).any()


@pytest.mark.parametrize("seed", range(5))
def test_base_and_excluded_add_up_and_every_group_adds_to_the_city(seed):
    summary = summarise(weighted(seed=seed))
    assert summary.in_base + sum(summary.excluded.values()) == summary.received
    current = summary.current
    n = current.groupby(["indicator", "dimension"])["n"].sum().unstack()
    for dimension in DIMENSIONS:
        assert (n[dimension.name] == n["city"]).all()


def test_order_of_rows_changes_nothing():
    given = weighted()
    turned = replace(given, frame=given.frame.iloc[::-1].reset_index(drop=True))
    first, second = (summarise(one).estimates for one in (given, turned))
    numbers = ["n", "n_effective", "percent", "lower", "upper", "baseline_percent", "difference"]
    np.testing.assert_allclose(first[numbers].astype(float), second[numbers].astype(float), rtol=1e-9)
    assert first["flags"].equals(second["flags"])


def test_given_frames_are_left_as_they_were():
    given = weighted()
    before = given.frame.copy()
    summarise(given)
    pd.testing.assert_frame_equal(given.frame, before)


class TestEarlierWave:
    def test_same_question_and_method_is_tested(self):
        found = row(summarise(weighted()), "dark", "city", "", "2025")
        assert found["comparability"] == "tested"
        assert found["difference"] == pytest.approx(found["percent"] - found["baseline_percent"])
        assert found["difference_lower"] < found["difference"] < found["difference_upper"]
        assert found["flags"] == "[ss]"
        assert "Rose since 2025" in found["sentence"]

    def test_other_words_break_the_series(self):
        worded = tuple(replace(one, wording="asked otherwise") if one.name == "dark" else one for one in MEASURES)
        given = weighted()
        summary = summarise(replace(given, earlier=(replace(given.earlier[0], measures=worded),)))
        found = row(summary, "dark", "city", "", "2025")
        assert (found["comparability"], found["flags"]) == ("break in series", "[b]")
        assert np.isnan(found["p_adjusted"])
        assert found["difference"] == pytest.approx(found["percent"] - found["baseline_percent"])
        assert row(summary, "day", "city", "", "2025")["comparability"] == "tested"

    def test_other_method_breaks_the_series(self):
        given = weighted()
        summary = summarise(replace(given, earlier=(replace(given.earlier[0], facts=facts(2025, method="sample")),)))
        classes = summary.figures[summary.figures["baseline_year"] == "2025"]["comparability"]
        assert set(classes) == {"break in series"}

    def test_what_was_not_asked_has_no_row(self):
        given = weighted()
        fewer = replace(given.earlier[0], measures=MEASURES[:1])
        summary = summarise(replace(given, earlier=(fewer,)))
        compared = summary.figures[summary.figures["baseline_year"] == "2025"]
        assert set(compared["indicator"]) == {"day"}

    def test_small_groups_are_not_tested(self):
        figures = summarise(weighted()).figures
        waves = figures[(figures["kind"] == "wave") & ((figures["n"] < 30) | (figures["baseline_n"] < 30))]
        assert len(waves) > 0
        assert set(waves["comparability"]) == {"not testable"}
        assert waves["p_adjusted"].isna().all()

    def test_groups_are_matched_by_code(self):
        given = weighted()
        old = tuple(replace(one, groups={"old1": "Ward 1"}) if one.name == "ward" else one for one in given.dimensions)
        then = replace(given.earlier[0], frame=given.earlier[0].frame.assign(ward="old1"), dimensions=old)
        figures = summarise(replace(given, earlier=(then,))).figures
        wards = figures[(figures["dimension"] == "ward") & (figures["kind"] == "wave")]
        assert wards.empty
        assert not figures[(figures["dimension"] == "sex") & (figures["kind"] == "wave")].empty

    def test_an_empty_earlier_wave_is_said(self):
        given = weighted()
        empty = replace(given.earlier[0], frame=given.frame.iloc[:0])
        found = row(summarise(replace(given, earlier=(empty,))), "dark", "city", "", "2025")
        assert found["comparability"] == "not testable"
        assert found["baseline_n"] == 0

    def test_city_family_is_the_topic(self):
        summary = summarise(weighted())
        rows = summary.figures[(summary.figures["baseline_year"] == "2025") & (summary.figures["dimension"] == "city")]
        safety = rows[rows["indicator"].isin(["day", "dark"])]
        smallest = safety["p"].min()
        assert safety["p_adjusted"].min() == pytest.approx(min(2 * smallest, safety["p"].max()))
        alone = rows[rows["indicator"] == "victim_any"]
        assert alone["p_adjusted"].iloc[0] == pytest.approx(alone["p"].iloc[0])


@pytest.mark.parametrize(
    ("p", "lower", "upper", "said"),
    [(0.3, -1.0, 3.0, "no larger than chance"), (0.01, 0.5, 6.0, "on its own"), (0.051, 0.1, 6.0, "on its own")],
)
def test_a_difference_lost_to_the_other_comparisons_is_not_called_chance_by_itself(p, lower, upper, said):
    row = SimpleNamespace(
        comparability="tested",
        p=p,
        p_adjusted=0.2,
        difference_lower=lower,
        difference_upper=upper,
        baseline_year="2025",
    )
    assert said in explain_wave(row)
    assert explain_wave(row).startswith("No clear change since 2025")


class TestPublished:
    def figures(self, *changes, **study_changes):
        baselines = pd.DataFrame([BASELINE | change for change in changes])
        return summarise(weighted(baselines=baselines, **study_changes))

    def test_with_n_it_is_tested(self):
        found = row(self.figures({"percent": 90.0}), "dark", "city", "", "2021")
        assert (found["comparability"], found["baseline_n"]) == ("tested", 2551)
        assert found["flags"] == "[sss]"

    @pytest.mark.parametrize(
        ("change", "comparability", "flags"),
        [
            ({"n": float("nan"), "n_is": "none"}, "not testable", ""),
            ({"comparability": "break"}, "break in series", "[b]"),
            ({"comparability": "not_comparable"}, "not comparable", ""),
        ],
    )
    def test_classes(self, change, comparability, flags):
        found = row(self.figures(change), "dark", "city", "", "2021")
        assert (found["comparability"], found["flags"]) == (comparability, flags)
        assert np.isnan(found["p_adjusted"])
        assert np.isnan(found["difference"]) == (comparability == "not comparable")
        assert found["sentence"]

    def test_rounding_may_decide(self):
        now = row(self.figures({}), "dark", "city", "", "")["percent"]
        classes = {
            row(self.figures({"percent": float(round(now) + step)}), "dark", "city", "", "2021")["comparability"]
            for step in (3, 9, 12)
        }
        assert classes == {"tested", "not clear"}

    def test_one_year_keeps_one_plain_row(self):
        summary = self.figures({"comparability": "not_comparable", "id": "2021-lga"}, {})
        years = summary.figures[summary.figures["kind"] == "published"]["baseline_year"]
        assert sorted(years) == ["2021", "2021 (Earlier survey)"]
        assert row(summary, "dark", "city", "", "2021")["comparability"] != "not comparable"

    def test_a_wave_of_that_year_goes_first(self):
        summary = self.figures({"year": "2025", "id": "2025-paper"})
        assert row(summary, "dark", "city", "", "2025")["kind"] == "wave"
        assert row(summary, "dark", "city", "", "2025 (Earlier survey)")["kind"] == "published"

    def test_two_more_figures_of_one_survey_and_year_fall_back_to_the_id(self):
        worse = {"comparability": "not_comparable"}
        years = self.figures({}, {**worse, "id": "b"}, {**worse, "id": "c"}).figures["baseline_year"]
        assert {"2021", "2021 (Earlier survey)", "c"} <= set(years)

    def test_another_survey_breaks_the_series(self):
        found = row(self.figures({}, baseline_survey="annual"), "dark", "city", "", "2021")
        assert found["comparability"] == "break in series"
        assert "another survey" in found["reason"]

    def test_a_sample_is_not_compared_with_an_open_survey(self):
        found = row(self.figures({}, facts=facts(method="sample")), "dark", "city", "", "2021")
        assert found["comparability"] == "break in series"

    def test_figures_of_other_questions_and_context_are_listed_but_not_used(self):
        other = {"concept": "something", "id": "a"}
        summary = self.figures(other, {"comparability": "context", "id": "b"})
        assert len(summary.published) == 2
        assert not summary.published["used"].any()
        assert not (summary.figures["kind"] == "published").any()


@pytest.mark.parametrize(
    "frame",
    [
        SIX.iloc[:0],
        SIX.iloc[:1],
        SIX.assign(exclusion="outside"),
        SIX.assign(**dict.fromkeys(SIX.columns[:-2], ""), comment=""),
    ],
    ids=["nobody", "one person", "everybody excluded", "nothing answered"],
)
@pytest.mark.parametrize("audience", ["analyst", "partner", "public"])
def test_waves_that_say_nothing_are_summarised_honestly(frame, audience):
    summary = summarise(replace(weighted(), frame=frame, audience=audience))
    assert summary.weighting.how == "unweighted"
    assert summary.weighting.notes
    assert not summary.estimates.duplicated(list(KEY)).any()


@pytest.mark.parametrize(("audience", "least"), [("partner", 10), ("public", 30)])
def test_a_few_people_are_not_nobody(audience, least):
    """Rounded to 5, one answer would read like none."""

    def in_base(frame):
        return summarise(replace(weighted(), frame=frame, audience=audience)).in_base

    assert str(in_base(SIX.iloc[:1])) == str(in_base(people(least - 1, 1).assign(exclusion=""))) == "[c]"
    assert in_base(people(least, 1).assign(exclusion="")) == least
    assert in_base(SIX.iloc[:0]) == 0


def test_who_stated_nothing_is_in_no_comparison():
    given = weighted()
    silent = {"prefer_not_to_say": "Prefer not to say", "unknown": "Unknown"}
    dimensions = tuple(
        replace(one, groups={**one.groups, **silent}) if one.name == "sex" else one for one in given.dimensions
    )
    frame = given.frame.assign(sex=given.frame["sex"].where(given.frame["ward"] != "w2", "prefer_not_to_say"))
    wave = replace(given.earlier[0], dimensions=dimensions)
    summary = summarise(replace(given, frame=frame, dimensions=dimensions, earlier=(wave,)))
    figures = summary.figures
    assert {"not_stated", "prefer_not_to_say", "unknown"} <= set(figures["group"])
    for compared in (summary.rest, figures[figures["kind"] == "wave"]):
        assert not {"not_stated", "prefer_not_to_say", "unknown"} & set(compared["group"])


def test_progress_is_told():
    told = []
    summarise(study(), lambda *step: told.append(step))
    assert [done for _, done, _ in told] == list(range(8))
    assert {total for _, _, total in told} == {7}


class TestFaults:
    def test_a_question_that_was_not_asked(self):
        with pytest.raises(StudyError, match="no column cycling"):
            study(measures=(*MEASURES, measure("cycling", "cycling", ("yes",))))

    def test_a_measure_described_twice(self):
        with pytest.raises(StudyError, match="described twice: day"):
            study(measures=(*MEASURES, MEASURES[0]))

    def test_an_unknown_audience(self):
        with pytest.raises(StudyError, match="analyst, partner, public"):
            study(audience="everyone")

    def test_an_unexplained_exclusion(self):
        with pytest.raises(StudyError, match="martian"):
            study(SIX.assign(exclusion="martian"))

    def test_two_waves_of_one_name(self):
        wave = EarlierWave(facts=facts(2026), frame=people(5, 1), measures=MEASURES, dimensions=DIMENSIONS)
        with pytest.raises(StudyError, match="called 2026"):
            study(earlier=(wave,))
