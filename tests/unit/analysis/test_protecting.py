"""What each audience sees, and that nothing hidden can be formatted as a number."""

from __future__ import annotations

import json
import pickle

import pandas as pd
import pytest

from analysis import (
    AnalysisError,
    Dimension,
    Indicator,
    Suppressed,
    compare_waves,
    compare_with_rest,
    estimate,
    follow,
)
from analysis import protect as protect_of

FIGURES = ["n", "yes", "percent_unweighted", "percent", "std_error", "design_effect", "n_effective", "lower", "upper"]
ORDINARY = [Dimension(name=name, special_category=False) for name in ("ward", "channel")]


def protect(estimates: pd.DataFrame, audience: str, **more) -> pd.DataFrame:
    """Wards and channels are known to be no special-category data."""
    return protect_of(estimates, audience, **{"dimensions": ORDINARY, **more})


def table(cells: dict[tuple[str, str], tuple[int, int]], indicator: str = "safe") -> pd.DataFrame:
    """Estimates, unweighted, from {(dimension, group): (n, yes)}."""
    rows = [(indicator, dimension, group, n, yes) for (dimension, group), (n, yes) in cells.items()]
    frame = pd.DataFrame(rows, columns=["indicator", "dimension", "group", "n", "yes"])
    percent = 100 * frame["yes"] / frame["n"].where(frame["n"] > 0)
    figures = {"percent_unweighted": percent, "percent": percent, "std_error": 1.5, "design_effect": 1.0}
    return frame.assign(**figures, n_effective=frame["n"].astype(float), lower=percent - 5, upper=percent + 5)


def ward_table(*cells: tuple[int, int], dimension: str = "ward") -> pd.DataFrame:
    groups = {(dimension, f"G{number}"): cell for number, cell in enumerate(cells)}
    total = (sum(n for n, _ in cells), sum(yes for _, yes in cells))
    return table({("city", ""): total, **groups})


def hidden(frame: pd.DataFrame) -> list[str]:
    return frame.loc[frame["hidden_because"] != "", "group"].tolist()


@pytest.mark.parametrize("attempt", [float, int, round, abs, lambda s: s + 1, lambda s: s < 5, lambda s: f"{s:.1f}"])
def test_a_suppressed_figure_is_no_number(attempt):
    with pytest.raises(TypeError):
        attempt(Suppressed())


def test_a_suppressed_figure_shows_its_mark():
    assert f"{Suppressed()} {Suppressed('x')!r}" == "[c] [x]"
    assert pickle.loads(pickle.dumps(Suppressed())) == Suppressed() != Suppressed("x")
    with pytest.raises(TypeError):
        json.dumps(Suppressed())
    with pytest.raises(TypeError):
        "%d" % Suppressed()  # noqa: UP031
    with pytest.raises(TypeError):
        pd.Series([1.0, Suppressed()]).sum()


def test_the_analyst_sees_everything_with_flags():
    exact = ward_table((200, 90), (9, 4), (25, 10), (40, 3))
    seen = protect(exact, "analyst")
    pd.testing.assert_frame_equal(seen[exact.columns], exact)
    assert seen["flags"].tolist() == ["", "", "[u]", "[u]", ""]
    assert not hidden(seen)


def test_wide_intervals_on_middling_bases_are_flagged():
    exact = ward_table((200, 90), (40, 20), (49, 20), (50, 20)).assign(lower=20.0, upper=41.0)
    assert protect(exact, "analyst")["flags"].tolist() == ["", "", "[u]", "[u]", ""]


def test_partners_do_not_see_bases_under_ten_nor_what_gives_them_away():
    seen = protect(ward_table((200, 90), (9, 4), (60, 30), (29, 15)), "partner")
    assert seen["hidden_because"].tolist() == ["", "", "base too small", "", "protects another figure"]
    assert seen["flags"].tolist() == ["", "", "[c]", "", "[c]"]
    assert all(seen.loc[row, column] == Suppressed() for row in (2, 4) for column in FIGURES)
    assert seen.loc[1, "n"] == 200


def test_small_bases_that_are_shown_are_flagged():
    assert protect(ward_table((200, 90), (29, 14), (60, 30)), "partner")["flags"].tolist() == ["", "", "[u]", ""]


def test_several_small_bases_need_a_sum_of_ten():
    assert hidden(protect(ward_table((200, 90), (2, 1), (3, 2), (60, 30)), "partner")) == ["G1", "G2", "G3"]


def test_the_public_sees_rounded_bases_from_thirty():
    seen = protect(ward_table((203, 90), (29, 14), (62, 31), (98, 33)), "public")
    assert seen["n"].map(str).tolist() == ["390", "205", "[c]", "[c]", "100"]
    assert seen["percent"].map(str).tolist() == ["42.9", "44.3", "[c]", "[c]", "34.0"]
    assert set(seen["yes"].map(str)) == set(seen["design_effect"].map(str)) == {"[x]", "[c]"}


def test_small_counts_matter_in_sensitive_items_in_either_direction():
    exact = ward_table((200, 90), (60, 4), (80, 78), (70, 30), (90, 0))
    assert hidden(protect(exact, "partner")) == []
    seen = protect(exact, "partner", sensitive=["safe"])
    assert hidden(seen) == ["G1", "G2", "G4"]
    assert set(seen.loc[seen["group"] == "G1", "hidden_because"]) == {"count too small in a sensitive item"}
    assert seen.loc[seen["group"] == "G1", "n"].tolist() == [60]
    assert seen.loc[seen["group"] == "G1", "percent"].tolist() == [Suppressed()]


@pytest.mark.parametrize("dimension", ["shoe_size", "ward x shoe_size"])
@pytest.mark.parametrize("special", [True, False, None])
def test_tables_by_special_category_data_are_sensitive_and_so_is_what_nobody_spoke_of(dimension, special):
    group = "G x " if " x " in dimension else ""
    cells = {(dimension, f"{group}{number}"): cell for number, cell in enumerate([(200, 90), (60, 2), (70, 30)])}
    told = [] if special is None else [Dimension(name="shoe_size", special_category=special)]
    seen = protect(table({("city", ""): (330, 122), **cells}), "partner", dimensions=[*ORDINARY, *told])
    assert bool(hidden(seen)) is (special is not False)


def test_a_sensitive_column_is_respected():
    exact = ward_table((200, 90), (60, 4), (80, 40)).assign(sensitive=True)
    assert hidden(protect(exact, "partner")) == ["G1", "G2"]


def test_indicators_with_one_base_hide_the_same_bases():
    first = ward_table((200, 90), (9, 4), (60, 30), (61, 15))
    second = ward_table((200, 4), (9, 2), (60, 1), (61, 60)).assign(indicator="other")
    seen = protect(pd.concat([first, second], ignore_index=True), "partner", sensitive=["other"])
    bases = seen.assign(seen=seen["n"].map(str)).pivot(index=["dimension", "group"], columns="indicator", values="seen")
    assert (bases["safe"] == bases["other"]).all()


def test_a_group_that_nobody_is_in_hides_nobody_and_protects_nobody():
    used = ward_table((200, 90), (100, 40), (0, 0), (0, 0), dimension="channel")
    assert hidden(protect(used, "public")) == []
    assert protect(used, "public")["n"].tolist() == [300, 200, 100, 0, 0]
    assert hidden(protect(ward_table((200, 90), (8, 4), (0, 0), (60, 30)), "partner")) == ["G1", "G3"]


def test_a_question_that_nobody_answered_has_nothing_to_hide():
    seen = protect(ward_table((0, 0), (0, 0)), "public")
    assert not hidden(seen)
    assert seen["n"].tolist() == [0, 0, 0]


def test_an_empty_frame_and_inputs_stay_as_they_are():
    exact = ward_table((200, 90), (9, 4), (60, 30))
    before = exact.copy()
    protect(exact, "public")
    pd.testing.assert_frame_equal(exact, before)
    assert len(protect(exact.iloc[:0], "public")) == 0


def test_what_cannot_be_protected():
    exact = ward_table((200, 90), (9, 4), (60, 30))
    with pytest.raises(AnalysisError, match="audience 'press'; choose one of 'analyst', 'partner', 'public'"):
        protect(exact, "press")
    with pytest.raises(AnalysisError, match="are protected already"):
        protect(protect(exact, "partner"), "partner")
    with pytest.raises(AnalysisError, match="lack the column 'lower'"):
        protect(exact.drop(columns="lower"), "partner")
    with pytest.raises(AnalysisError, match="have a figure twice"):
        protect(pd.concat([exact, exact]), "partner")
    with pytest.raises(AnalysisError, match=r"None of the sensitive indicators is in the estimates \('victim'\)"):
        protect(exact, "partner", sensitive=["victim"])


YES = Indicator("safe", "q", ("Yes",), ("Yes", "No"))


@pytest.fixture
def answers(frame_of):
    sizes = {"A": 60, "B": 25, "C": 7, "D": 40}
    wards = [ward for ward, size in sizes.items() for _ in range(size)]
    return frame_of(ward=wards, q=["Yes" if number % 3 else "No" for number in range(len(wards))])


def test_comparisons_follow_what_is_hidden(answers):
    exact, rest = estimate(answers, [YES], ["ward"]), compare_with_rest(answers, [YES], ["ward"])
    before = rest.copy()
    seen = follow(rest, "partner", protect(exact, "partner"))
    pd.testing.assert_frame_equal(rest, before)
    assert hidden(protect(exact, "partner")) == ["B", "C"]
    assert all(seen.loc[row, name] == Suppressed() for row in (1, 2) for name in rest.columns[3:])
    assert seen["n_rest"].map(str).tolist() == ["[c]"] * 4
    assert seen["percent_in"].map(str).tolist() == ["66.7", "[c]", "[c]", "67.5"]
    assert follow(rest, "analyst", protect(exact, "analyst"))["p"].equals(rest["p"])


def test_small_bases_are_shown_untested(answers):
    more = answers[answers["ward"] != "C"]
    exact, rest = estimate(more, [YES], ["ward"]), compare_with_rest(more, [YES], ["ward"])
    seen = follow(rest, "partner", protect(exact, "partner"))
    assert seen["p"].map(str).tolist()[1] == "[z]"
    assert seen.loc[1, ["n_in", "n_rest"]].tolist() == [25, 100]


def test_what_either_wave_hides_is_hidden(answers):
    now, before = estimate(answers, [YES], ["ward"]), estimate(answers[answers["ward"] != "D"], [YES], ["ward"])
    change = compare_waves(now, before)
    seen = follow(change, "partner", [protect(now, "partner"), protect(before, "partner")])
    assert seen["difference"].map(lambda value: isinstance(value, Suppressed)).tolist() == [
        False,
        False,
        True,
        True,
        False,
    ]
    assert seen.loc[0, ["n_in", "n_rest"]].tolist() == [132, 92]


def test_a_frame_without_keys_cannot_follow(answers):
    exact = protect(estimate(answers, [YES], ["ward"]), "partner")
    with pytest.raises(AnalysisError, match="lacks the column 'group'"):
        follow(pd.DataFrame({"indicator": [], "dimension": []}), "partner", exact)
