"""What partners and the public may not see is nowhere: no table, no sentence, no workbook, no CSV."""

import math
import re
from dataclasses import replace
from io import BytesIO

import pandas as pd
import pytest
from openpyxl import load_workbook

from analysis.counts.substantive import NOT_STATED
from analysis.report import make_book
from analysis.study import Dimension, EarlierWave
from analysis.summary.model import KEY
from analysis.summary.summarise import summarise
from analysis.suppressed import Suppressed
from analysis.workbook import workbook_bytes
from tests.unit.summary.studies import MEASURES, SIX, facts, measure, people, study, weighted

FIGURES = ["n", "n_effective", "percent", "lower", "upper"]
ROW = ["indicator", "dimension", "group", "baseline_year"]


def keys(frame):
    return pd.MultiIndex.from_frame(frame[ROW])


@pytest.fixture(scope="module")
def given():
    return weighted(n=300, seed=7)


@pytest.fixture(scope="module")
def seen(given):
    return {audience: summarise(replace(given, audience=audience)) for audience in ("analyst", "partner", "public")}


def hidden(summary):
    return summary.figures["percent"].map(lambda percent: isinstance(percent, Suppressed))


def test_analysts_see_everything(seen):
    assert not hidden(seen["analyst"]).any()
    small = seen["analyst"].current
    assert set(small[(small["n"] > 0) & (small["n"] < 30)]["flags"]) == {"[u]"}


@pytest.mark.parametrize(("audience", "least"), [("partner", 10), ("public", 30)])
def test_small_bases_are_hidden_with_all_that_belongs_to_them(seen, audience, least):
    exact, shown = seen["analyst"].figures, seen[audience].figures
    assert keys(shown).isin(keys(exact)).all()
    exact = exact[keys(exact).isin(keys(shown))]
    assert hidden(seen[audience]).sum() > 10
    for before, after in zip(exact.itertuples(), shown.itertuples(), strict=True):
        if 0 < before.n < least or (before.kind == "wave" and 0 < before.baseline_n < least):
            assert isinstance(after.percent, Suppressed)
        if isinstance(after.percent, Suppressed):
            rest = (after.n, after.n_effective, after.lower, after.upper, after.difference, after.baseline_n, after.p)
            assert {str(value) for value in rest} <= {"[c]", "[z]"}
            assert after.flags == "[c]"
            assert not re.search(r"\d", after.sentence)


def test_sensitive_counts_are_hidden_in_both_directions(seen):
    figures = seen["partner"].current
    exact = seen["analyst"].current.set_index(list(KEY))
    victims = figures[figures["indicator"] == "victim_any"].set_index(list(KEY))
    for key, row in victims.iterrows():
        yes = exact.loc[key, "percent"]
        if exact.loc[key, "n"] and yes in (0.0, 100.0):
            assert isinstance(row["percent"], Suppressed)


def test_public_bases_are_rounded_everywhere(seen):
    public = seen["public"]
    shown = [n for n in public.figures["n"] if not isinstance(n, Suppressed)]
    shown += [n for n in public.profile["respondents"] if not isinstance(n, Suppressed)]
    shown += [n for n in public.figures["baseline_n"] if not isinstance(n, Suppressed) and not math.isnan(n)]
    shown += [public.in_base, *(one.in_base for one in public.earlier)]
    assert str(public.received) == "[c]"  # few were counted apart
    assert all(n % 5 == 0 for n in shown if n != 2551)


def digits(value):
    return f"{value:.12g}"


def numbers_of(content):
    book = load_workbook(BytesIO(content))
    return {
        digits(cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, float)
    }


@pytest.mark.parametrize("seed", range(4))
def test_no_hidden_figure_stands_anywhere_as_a_number(seed):
    given = weighted(n=200 + 60 * seed, seed=seed)
    exact, partner = summarise(given), summarise(replace(given, audience="partner"))
    open_to_all = keys(exact.figures).isin(keys(partner.figures[~hidden(partner).to_numpy()]))
    secret, shown = exact.figures[~open_to_all], exact.figures[open_to_all]
    kept = {digits(value) for column in [*FIGURES[1:], "difference"] for value in shown[column]}
    told = {digits(value) for column in FIGURES[1:] for value in secret[column]} - kept - {"0", "100", "nan"}
    assert len(told) > 20
    assert not told & numbers_of(workbook_bytes(make_book(partner)))
    table = pd.read_csv(BytesIO(partner.estimates.to_csv(index=False).encode()), dtype=str, keep_default_na=False)
    cells = {digits(float(cell)) for column in FIGURES for cell in table[column] if cell not in ("", "[c]")}
    assert len(cells) > 20
    assert not told & cells


@pytest.mark.parametrize(("special", "told"), [(False, 3.3), (True, "[c]")])
def test_what_is_special_category_data_now_is_that_in_an_earlier_wave(special, told):
    """2 of 60 women felt safe then, in a wave whose questionnaire did not call sex special-category data."""
    sex = Dimension(name="sex", label="Sex", groups={"female": "Female", "male": "Male"}, special_category=False)
    days = {"now": ["very"] * 30 + ["unsafe"] * 30, "then": ["very"] * 2 + ["unsafe"] * 58}
    both = {name: pd.concat([SIX.iloc[[0]]] * 120, ignore_index=True) for name in days}
    frames = {
        name: frame.assign(sex=["female"] * 60 + ["male"] * 60, day=days[name] + days["now"], victim="")
        for name, frame in both.items()
    }
    earlier = EarlierWave(facts=facts(2025), frame=frames["then"], measures=MEASURES, dimensions=(sex,))
    given = study(
        frames["now"], dimensions=(replace(sex, special_category=special),), earlier=(earlier,), audience="partner"
    )
    figures = summarise(given).figures.set_index(ROW)
    assert str(figures.loc[("day", "sex", "female", "2025"), "baseline_percent"]) == str(told)
    assert figures.loc[("day", "sex", "female", ""), "percent"] == 50


def test_who_did_not_state_a_characteristic_is_no_row_for_outsiders(seen):
    """Such a row would only serve to hide a large group beside it; nobody reads it."""
    for audience, told in (("analyst", True), ("partner", False), ("public", False)):
        assert (seen[audience].figures["group"] == NOT_STATED).any() == told


def test_hidden_groups_have_no_comparison_with_the_rest(seen):
    partner = seen["partner"]
    current = partner.current.set_index(["indicator", "dimension", "group"])
    for row in partner.rest.itertuples():
        if isinstance(current.loc[(row.indicator, row.dimension, row.group), "percent"], Suppressed):
            assert isinstance(row.difference, Suppressed)
            assert isinstance(row.percent_rest, Suppressed)


def test_hidden_groups_have_no_rank(seen):
    partner = seen["partner"].priorities
    small = partner[partner["percent"].map(lambda value: isinstance(value, Suppressed))]
    assert len(small)
    assert small["rank"].map(str).eq("[c]").all()


def test_few_people_counted_apart_are_not_told(given):
    frame = people(200, 3).assign(exclusion="")
    frame.loc[frame.index[:4], "exclusion"] = "under_16"
    study = replace(given, frame=frame, audience="partner")
    summary = summarise(study)
    assert {str(n) for n in summary.excluded.values()} == {"[c]"}
    cover = load_workbook(BytesIO(workbook_bytes(make_book(summary))))["Cover"]
    text = " ".join(str(cell.value) for row in cover.iter_rows() for cell in row)
    assert "200" not in text
    assert "196" in text
    assert summarise(replace(study, audience="analyst")).excluded == {"under_16": 4, "outside": 0}


def test_crime_that_people_met_is_told_by_group_to_analysts_only(given):
    met = measure("experience.theft", "victim", ("yes",), ("yes", "no"), topic="experience", label="Met: theft")
    study = replace(given, measures=(*given.measures, met))
    for audience, dimensions in (("analyst", {"city", "ward", "sex", "ethnic_group"}), ("partner", {"city"})):
        figures = summarise(replace(study, audience=audience)).figures
        assert set(figures[figures["indicator"] == "experience.theft"]["dimension"]) == dimensions


def test_few_comments_are_not_counted_for_others(given):
    frame = given.frame.assign(comment="")
    frame.loc[frame.index[frame["exclusion"] == ""][:3], "comment"] = "Better lights"
    for audience, said in (("analyst", "3 comments"), ("partner", "fewer than 10"), ("public", "fewer than 30")):
        summary = summarise(replace(given, frame=frame, audience=audience))
        sheet = load_workbook(BytesIO(workbook_bytes(make_book(summary))))["Comment themes"]
        above = " ".join(str(row[0].value) for row in sheet.iter_rows(max_row=10))
        assert said in above


def test_themes_have_the_thresholds_of_their_audience(given):
    frame = given.frame.assign(comment="")
    base = frame.index[frame["exclusion"] == ""]
    frame.loc[base[:42], "comment"] = "Better lights"
    frame.loc[base[42:60], "comment"] = "The police never come"
    shown = {}
    for audience in ("analyst", "partner", "public"):
        text = summarise(replace(given, frame=frame, audience=audience)).text[0]
        themes = text.themes.set_index("theme")[["n", "flags"]].astype(str)
        shown[audience] = {str(text.comments), *(f"{n}{flags}" for n, flags in themes.to_numpy() if n != "0")}
    assert shown == {
        "analyst": {"60", "42", "18[u]"},
        "partner": {"60", "42", "18[u]"},
        "public": {"60", "40", "[c][c]"},
    }
