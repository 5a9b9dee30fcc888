"""Every figure that R's survey package gives for the reference answers, within 1e-8."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import (
    compare_groups,
    compare_waves,
    compare_with_published,
    compare_with_rest,
    estimate,
    rake,
    rao_scott,
)

NEWCOMBE = {"difference_lower": ("newcombe_lo", 100), "difference_upper": ("newcombe_hi", 100)}
SCORE = {"z": ("z_pooled_neff", 1), "p": ("p_pooled_neff", 1), **NEWCOMBE}
ADJUSTED = {"p_holm": ("holm_pooled", 1), "p_bh": ("bh_pooled", 1)}
PROPORTIONS = {
    "n": ("n", 1),
    "yes": ("yes", 1),
    "percent_unweighted": ("p_unweighted", 100),
    "percent": ("p_weighted", 100),
    "std_error": ("se_fixed", 100),
    "design_effect": ("deff_kish", 1),
    "n_effective": ("n_eff", 1),
    "lower": ("wilson_neff_lo", 100),
    "upper": ("wilson_neff_hi", 100),
}


def assert_equal(ours: pd.DataFrame, theirs: pd.DataFrame, keys: dict[str, str], columns: dict[str, tuple[str, int]]):
    """Each reference row has one of ours, and the columns agree to 1e-8 relative or 1e-10 absolute."""
    joined = ours.merge(theirs.add_prefix("r_"), left_on=list(keys), right_on=[f"r_{key}" for key in keys.values()])
    assert len(joined) == len(theirs) > 0
    for mine, (name, scale) in columns.items():
        expected = pd.to_numeric(joined[f"r_{name}"], errors="coerce").to_numpy() * scale
        np.testing.assert_allclose(joined[mine].to_numpy(dtype=float), expected, 1e-8, 1e-10 * scale, err_msg=mine)


GROUPED = {"indicator": "indicator", "dimension": "domain_var", "group": "domain_level"}


@pytest.mark.parametrize(("column", "bounds"), [("w_rake_unknown", None), ("w_logit_bounded", (0.3, 4))])
def test_weights(reference, column, bounds):
    expected = reference.read("expected/weights_2026").set_index("respondent_id")[column].astype(float)
    weights = rake(reference.now, reference.margins, bounds)
    pd.testing.assert_series_equal(weights, expected, check_names=False, rtol=1e-8)
    assert weights.sum() == pytest.approx(204_000, rel=1e-12)


def test_weights_of_the_year_before(reference):
    expected = reference.read("expected/weights_2025").set_index("respondent_id")["w_rake_unknown"].astype(float)
    pd.testing.assert_series_equal(reference.weights_before, expected, check_names=False, rtol=1e-8)


def test_a_cap_that_cannot_be_names_the_smallest_that_can(reference):
    with pytest.raises(ValueError, match=r"smallest upper bound that does is 3\.234"):
        rake(reference.now, reference.margins, (0.3, 3))
    assert rake(reference.now, reference.margins, (0.3, 3.234)).max() < 3.234 * 204_000 / len(reference.now)


def test_indicators_place_every_answer(reference):
    expected = reference.read("expected/indicator_matrix_2026").melt("respondent_id", var_name="indicator")
    ours = estimate(reference.now.reset_index(), reference.indicators, ["respondent_id"])
    ours["value"] = ours["yes"].astype(str).where(ours["n"] > 0, "")
    joined = expected.merge(ours, left_on=["indicator", "respondent_id"], right_on=["indicator", "group"])
    assert len(joined) == len(expected)
    assert (joined["value_x"] == joined["value_y"]).all()


def test_proportions(reference):
    ours = estimate(reference.now, reference.indicators, reference.by, reference.weights)
    theirs = reference.read("expected/proportions_2026")
    assert len(ours) == len(theirs)
    assert_equal(ours, theirs, GROUPED, PROPORTIONS)


def test_small_cells(reference):
    theirs = reference.read("expected/proportions_small_cells")
    theirs["domain_level"] = theirs["domain_level"].str.replace(" | ", " x ")
    ours = estimate(reference.now, reference.indicators, [("ward", "ethnicity")], reference.weights)
    assert_equal(ours, theirs, GROUPED, PROPORTIONS)


def test_rest_of_the_city(reference):
    ours = compare_with_rest(reference.now, reference.indicators, reference.by, reference.weights)
    columns = {
        **{"n_in": ("n_in", 1), "n_rest": ("n_rest", 1), "percent_in": ("p_in", 100), "percent_rest": ("p_rest", 100)},
        **{"n_effective_in": ("neff_in", 1), "n_effective_rest": ("neff_rest", 1)},
    }
    assert_equal(ours, reference.read("expected/tests_rest_of_city"), GROUPED, columns | SCORE | ADJUSTED)


def test_pairs_of_age_bands(reference):
    ours = compare_groups(reference.now, reference.indicators, ["age_band"], reference.weights)
    keys = {"indicator": "indicator", "group": "a", "other": "b"}
    columns = {"difference": ("diff", 100), **SCORE, **ADJUSTED}
    assert_equal(ours, reference.read("expected/tests_pairwise_age"), keys, columns)


def test_the_year_before(reference):
    now = estimate(reference.now, reference.indicators, reference.by, reference.weights)
    before = estimate(reference.before, reference.indicators, reference.by, reference.weights_before)
    ours = compare_waves(now, before)
    columns = {"n_in": ("n_2026", 1), "n_rest": ("n_2025", 1), "difference": ("diff", 100), **SCORE}
    assert_equal(ours, reference.read("expected/tests_previous_year_file"), GROUPED, columns)


def test_published_percentages(reference):
    now = estimate(reference.now, reference.indicators, reference.by, reference.weights)
    ours = compare_with_published(now, reference.read("inputs/baselines"))
    theirs = reference.read("expected/tests_published_baseline")
    columns = {
        "difference": ("diff", 100),
        "z_deff1": ("z_pooled_neff_deff1", 1),
        "p_deff1": ("p_pooled_neff_deff1", 1),
        "z_deff1_5": ("z_pooled_neff_deff1_5", 1),
        "p_deff1_5": ("p_pooled_neff_deff1_5", 1),
        "difference_lower": ("newcombe_lo_deff1", 100),
        "difference_upper": ("newcombe_hi_deff1", 100),
        "difference_lower_deff1_5": ("newcombe_lo_deff1_5", 100),
        "difference_upper_deff1_5": ("newcombe_hi_deff1_5", 100),
        "inside_interval": ("baseline_inside_wilson_neff", 1),
    }
    assert_equal(ours, theirs, {**GROUPED, "year": "year"}, columns)


def test_chi_square(reference):
    theirs = reference.read("expected/tests_chisq")
    questions = theirs["question"].unique()
    ours = pd.concat([rao_scott(reference.now, name, reference.by, reference.weights) for name in questions])
    keys = {"question": "question", "dimension": "by"}
    columns = {name: (name, 1) for name in ("n", "statistic", "df1", "df2", "p")}
    assert_equal(ours, theirs[theirs["type"] == "F"], keys, columns)
    first_order = {"chi_square": ("statistic", 1), "chi_square_df": ("df1", 1), "chi_square_p": ("p", 1)}
    assert_equal(ours, theirs[theirs["type"] == "Chisq"], keys, first_order)
