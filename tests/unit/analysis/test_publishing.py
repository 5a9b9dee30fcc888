"""Decisions about published percentages, each with the sentence that explains it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import (
    AnalysisError,
    Indicator,
    compare_with_published,
    estimate,
    protect,
    wilson,
    with_all_answers,
)
from analysis.estimation.intervals import Z95, pooled_z
from analysis.trend.benchmarks import break_even


def estimates_of(percent: float = 60.0, n: int = 1000, n_effective: float = 600.0) -> pd.DataFrame:
    lower, upper = wilson(percent / 100, n_effective)
    return pd.DataFrame(
        {
            "indicator": ["safe"],
            "dimension": ["city"],
            "group": [""],
            "n": [n],
            "percent": [percent],
            "n_effective": [n_effective],
            "lower": [100 * float(lower)],
            "upper": [100 * float(upper)],
        }
    )


def judged(estimates: pd.DataFrame | None = None, **baseline) -> pd.Series:
    figure = {"year": "2021", "indicator": "safe", "percent": 70, "n": 2000, "label": "Feels safe", **baseline}
    return compare_with_published(estimates_of() if estimates is None else estimates, pd.DataFrame([figure])).iloc[0]


def test_a_clear_difference():
    found = judged()
    assert (found["decision"], found["direction"], found["difference"]) == ("tested", "down", -10)
    assert found["sentence"] == (
        "In 2021 the published figure for Feels safe was 70% (2,000 answers). This time it is 60% (1,000 answers). The "
        "fall of 10 percentage points is more than chance is likely to explain, even if the answers of the earlier "
        "survey counted for a third fewer."
    )


def test_a_rise():
    assert judged(percent=50)["direction"] == "up"


def test_no_difference_to_speak_of():
    found = judged(percent=61)
    assert (found["decision"], found["direction"]) == ("tested", "no clear change")
    assert "no larger than chance may explain, so no change can be claimed" in found["sentence"]


def test_the_design_effect_may_decide():
    found = judged(percent=64.7, n=1500, rounding=0)
    assert found["p_deff1"] < 0.05 < found["p_deff1_5"]
    assert found["decision"] == "not clear"
    assert "It is not clear whether the difference" in found["sentence"]
    assert found["sentence"].endswith("about the earlier figure: the precision of its survey.")
    assert judged(percent=64.7, n=1500, rounding=0, design_effect=1)["decision"] == "tested"


def test_the_rounding_may_decide():
    estimates = estimates_of(n_effective=2000)
    assert judged(estimates, percent=57, n=100_000, rounding=0)["decision"] == "tested"
    assert judged(estimates, percent=57.8, n=100_000, rounding=0.1)["decision"] == "not clear"
    assert judged(estimates, percent=58, n=100_000)["decision"] == "not clear"
    assert judged(estimates, percent=58, n=100_000, design_effect=1)["decision"] == "not clear"
    assert judged(estimates, percent=57, n=100_000)["decision"] == "tested"


def test_without_n_the_break_even_is_said():
    found = judged(n=None)
    assert found["decision"] == "not testable"
    assert np.isnan(found["p_deff1"])
    n = found["break_even_n"]
    z = [abs(float(pooled_z(0.6, 600, 0.7, size))) for size in (n - 1, n)]
    assert z[0] < Z95 <= z[1]
    assert f"would be significant if at least {n:,.0f} people had answered then" in found["sentence"]
    assert "The earlier figure lies outside the interval of this time" in found["sentence"]


def test_no_number_of_answers_would_do():
    found = judged(percent=61, n=None)
    assert np.isnan(found["break_even_n"])
    assert found["inside_interval"] is True
    assert "would not stand out from chance however many people had answered then" in found["sentence"]


@pytest.mark.parametrize("published", [0, 1, 20, 55, 65, 99, 100])
@pytest.mark.parametrize("percent", [0, 3, 60, 100])
@pytest.mark.parametrize("n_effective", [3, 40, 2000])
def test_the_break_even_is_the_smallest(percent, published, n_effective):
    n = break_even(percent, n_effective, published)
    sizes = np.array([n * 0.999, n * 1.001, 1e9]) if not np.isnan(n) else np.array([1e9])
    z = np.abs(pooled_z(percent / 100, n_effective, published / 100, sizes))
    if np.isnan(n):
        assert not z[0] >= Z95 * 1.0001
    else:
        assert z[1] >= Z95
        assert n == 1 or z[0] <= Z95


def test_an_n_that_is_of_nobody_does_not_count():
    assert judged(n=500, n_is="none")["decision"] == "not testable"


def test_the_whole_survey_stands_for_the_question_and_that_is_said():
    found = judged(n_is="survey_total")
    assert found["decision"] == "tested"
    assert "the 2,000 answers to the whole survey are used instead" in found["sentence"]


def test_too_few_answers_are_not_tested():
    small = judged(estimates_of(n=29))
    assert small["decision"] == "not testable"
    assert "Too few people answered this time" in small["sentence"]
    assert judged(estimates_of(n_effective=19))["decision"] == "not testable"
    assert "Too few people answered in 2021" in judged(n=12)["sentence"]


def test_a_break_in_the_series_shows_both_and_no_arrow():
    found = judged(comparability="break", reason="Another method", sentence="In 2021, 70% felt safe.")
    assert (found["decision"], found["direction"], found["flags"]) == ("break in series", "", "[b]")
    assert found["difference"] == -10
    assert found["sentence"].startswith("In 2021, 70% felt safe. This time it is 60%")
    assert "not a measured change" in found["sentence"]


@pytest.mark.parametrize("comparability", ["not_comparable", "context"])
def test_what_cannot_be_compared_has_no_difference(comparability):
    found = judged(comparability=comparability, reason="Another city")
    assert found["decision"] == "not comparable"
    assert np.isnan(found["difference"])
    assert found["sentence"].endswith("Another city. It is not compared with this time's figure.")


def test_what_was_not_asked_or_not_published():
    missing = judged(indicator="other")
    assert missing["decision"] == "not comparable"
    assert "was not asked this time" in missing["sentence"]
    assert "No percentage was published" in judged(percent=None)["sentence"]
    assert "Nobody answered" in judged(estimates_of(percent=float("nan"), n=0, n_effective=0))["sentence"]


def test_one_row_a_figure_in_the_order_and_index_given():
    figures = pd.DataFrame(
        {"year": ["2021", "2020"], "concept": ["safe", "safe"], "percent": ["70", "60"], "n": ["", "900"]}, index=[7, 3]
    )
    found = compare_with_published(estimates_of(), figures)
    assert found.index.tolist() == [7, 3]
    assert found["id"].tolist() == ["2021 safe city", "2020 safe city"]
    assert found["decision"].tolist() == ["not testable", "tested"]


def test_no_published_figures():
    empty = pd.DataFrame({"year": [], "indicator": [], "percent": []})
    assert len(compare_with_published(estimates_of(), empty)) == 0


@pytest.mark.parametrize(
    ("baseline", "sentence"),
    [
        ({"percent": 104}, r"'2021 safe city' \(row 1\) is not between 0 and 100 per cent"),
        ({"percent": "most"}, "has a percent that is not a number"),
        ({"n": 0}, "has an n that is not a number of people"),
        ({"n": 10.5}, "has an n that is not a number of people"),
        ({"design_effect": 0}, "has a design effect that cannot be"),
        ({"rounding": -1}, "has a rounding that cannot be"),
        ({"comparability": "maybe"}, "has a comparability other than 'comparable'"),
        ({"n_is": "guess"}, "has an n_is other than"),
        ({"base_rule": "half"}, "has a base_rule other than 'views', 'all_answers', 'unknown'"),
        ({"weighting": "some"}, "has a weighting other than"),
    ],
)
def test_published_figures_that_cannot_be(baseline, sentence):
    with pytest.raises(AnalysisError, match=sentence):
        judged(**baseline)


def test_estimates_that_cannot_be(frame_of):
    with pytest.raises(AnalysisError, match="lack the column 'percent'"):
        judged(estimates_of().drop(columns="percent"))
    with pytest.raises(AnalysisError, match="have a figure twice"):
        judged(pd.concat([estimates_of()] * 2))
    small = protect(estimate(frame_of(q=["Yes"]), [Indicator("safe", "q", ("Yes",))], []), "public")
    with pytest.raises(AnalysisError, match="hold suppressed figures"):
        judged(small)
    with pytest.raises(AnalysisError, match="lack the column 'year'"):
        compare_with_published(estimates_of(), pd.DataFrame({"indicator": ["safe"], "percent": [1]}))


SCALE = ("safe", "unsafe")


def of_people(safe: int, unsafe: int, silent: int, weights: list[float] | None = None):
    """Estimates of a question with "don't know", and the same with these people in the base."""
    rows = ["safe"] * safe + ["unsafe"] * unsafe + ["dont_know"] * silent
    frame = pd.DataFrame({"q": pd.Series(rows, dtype="str")})
    indicators = [Indicator("safe", "q", ("safe",), SCALE)]
    given = None if weights is None else pd.Series(weights, index=frame.index)
    return [estimate(frame, chosen, [], given) for chosen in (indicators, with_all_answers(indicators))]


def published(**more) -> pd.DataFrame:
    return pd.DataFrame([{"year": "2021", "indicator": "safe", "percent": 27, "n": 2551, "design_effect": 1, **more}])


def test_the_base_rule_may_decide():
    """After dark in the city centre: 29 % of those with a view, 24 % of all; which was published?"""
    views, everybody = of_people(696, 1704, 500)
    for rule in ("unknown", "all_answers"):
        found = compare_with_published(views, published(base_rule=rule, percent=26.2, n=250_000), everybody).iloc[0]
        assert (found["decision"], found["direction"], found["undecided_by"]) == ("not clear", "", "base rule")
        assert (
            "whether people without a view, such as don't know, were counted (with them it is 24% this time)."
            in (found["sentence"])
        )
        assert found["percent_all_answers"] == pytest.approx(24)
    known = compare_with_published(views, published(base_rule="views", percent=26.2, n=250_000), everybody).iloc[0]
    assert (known["decision"], known["direction"]) == ("tested", "up")


def test_a_base_rule_that_changes_nothing_does_not_decide():
    views, everybody = of_people(1200, 1200, 30)
    assert compare_with_published(views, published(base_rule="unknown"), everybody).loc[0, "decision"] == "tested"
    assert compare_with_published(views, published(base_rule="unknown")).loc[0, "decision"] == "not clear"


def test_no_weights_may_decide():
    """Unweighted 35 %, weighted 29 %: a published 29 % of a survey without weights differs or not, as one takes it."""
    views, everybody = of_people(840, 1560, 0, [29 / 35] * 840 + [71 / 65] * 1560)
    assert views.loc[0, ["percent", "percent_unweighted"]].tolist() == pytest.approx([29, 35])
    for weighting, decision in (("unweighted", "not clear"), ("unknown", "not clear"), ("weighted", "tested")):
        found = compare_with_published(views, published(percent=29, weighting=weighting), everybody).iloc[0]
        assert (found["decision"], found["undecided_by"]) == (decision, "weighting" if decision != "tested" else "")
    assert (
        "without weights it is 35% this time"
        in (compare_with_published(views, published(percent=29, weighting="unknown")).loc[0, "sentence"])
    )


def test_without_n_the_other_base_is_told():
    views, everybody = of_people(696, 1704, 500)
    sentence = compare_with_published(views, published(base_rule="unknown", n=None), everybody).loc[0, "sentence"]
    assert sentence.endswith(
        "If it counted people without a view, too, 24% this time is the figure to compare it with."
    )


def test_who_was_asked_is_the_base_already():
    one = Indicator("fear", "why", ("fear",), kind="multi", asked=(("told", ("no",)),), outside=("refused",))
    assert with_all_answers([one]) == [one]
