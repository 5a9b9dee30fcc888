"""The Southampton pack says what its sources say."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import forms
from feedback.places import PlaceError, PlacePack, load_place
from feedback.places.loading import PACKS


@pytest.fixture(scope="module")
def place() -> PlacePack:
    return load_place("southampton")


def test_it_knows_itself(place):
    assert (place.slug, place.name, place.authority_code) == ("southampton", "Southampton", "E06000045")
    assert place.partnership == "Southampton Safe City Partnership"
    assert place.contact == ""  # nobody has given one yet, and none is made up


def test_both_vintages_of_wards(place):
    assert len(place.wards()) == len(place.wards("2023")) == 17
    assert len(place.wards("pre-2023")) == 16
    assert len({ward.code for ward in place.all_wards}) == 33
    assert place.ward_name("E05015490") == "Banister and Polygon"
    assert place.ward("E05015490").ons_name == "Banister & Polygon"
    assert place.vintage_of("E05002455") == "pre-2023"
    assert str(place.ward("E05015505").in_force_from) == "2023-05-04"
    assert str(place.ward("E05002458").in_force_to) == "2023-05-03"


def test_wards_are_known_by_code_alone(place):
    assert place.has_ward("E05015491")
    assert not place.has_ward("E05002455")  # Bargate too, but the old one
    assert place.has_ward("E05002455", "pre-2023")
    with pytest.raises(PlaceError, match="Match wards by code, never by name"):
        place.ward_name("Bargate")
    with pytest.raises(PlaceError, match="no wards of '2031'"):
        place.wards("2031")


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("E05002460", "E05015495", "same"),  # Coxford
        ("E05002467", "E05015502", "same"),  # Shirley
        ("E05002458", "E05015505", "same"),  # Bitterne, now Thornhill
        ("E05002456", "E05015492", "same"),  # Bassett
        ("E05002464", "E05015499", "same"),  # Peartree
        ("E05002468", "E05015503", "same"),  # Sholing
        ("E05002470", "E05015506", "same"),  # Woolston
        ("E05002459", "E05015494", "nearly"),  # Bitterne Park
        ("E05002462", "E05015497", "nearly"),  # Harefield
        ("E05002466", "E05015501", "nearly"),  # Redbridge
        ("E05002465", "E05015500", "nearly"),  # Portswood
        ("E05002469", "E05015504", "nearly"),  # Swaythling
        ("E05002455", "E05015491", "not"),  # Bargate kept its name, not its area
        ("E05002457", "E05015493", "not"),  # Bevois
        ("E05002461", "E05015496", "not"),  # Freemantle
        ("E05002463", "E05015498", "not"),  # Millbrook
        ("E05002455", "E05015490", "not"),  # Banister and Polygon has no past
        ("E05002460", "E05015502", "not"),  # no overlap at all
        ("E05015502", "E05015502", "same"),
    ],
)
def test_which_wards_may_be_compared(place, old, new, verdict):
    assert place.comparable_wards(old, new) == verdict


def test_every_margin_is_the_sixteen_and_over_of_the_census(place):
    totals = place.margins.groupby("variable")["population"].sum()
    assert totals.to_dict() == dict.fromkeys(("ward", "age_band", "sex", "ethnic_group"), 204_371)
    assert place.population.total == 204_371
    assert "shares are scaled" in place.population.note


def test_margins_keep_the_counts_as_published(place):
    margins = {(row.variable, row.category): row for row in place.margin_rows}
    assert margins["age_band", "75_plus"].population == margins["age_band", "75_plus"].count == 15_645
    assert margins["sex", "female"].population == 102_257
    white = margins["ethnic_group", "white"]
    assert (white.count, white.population) == (200_829, round(200_829 / 248_920 * 204_371))
    bevois = margins["ward", "E05015493"]
    assert bevois.count == 16_414
    assert abs(bevois.population - 16_414 / 248_893 * 204_371) < 1


def test_context_is_kept_apart_from_the_margins(place):
    disability = place.profile.query("variable == 'disability'").set_index("category")["population"]
    assert disability.to_dict() == {"disabled": 43_918, "not_disabled": 204_975}
    assert "disability" not in set(place.margins["variable"])
    thornhill = place.ward_profile.query("variable == 'disability' and ward == 'E05015505'").set_index("category")
    assert thornhill.loc["disabled", "population"] == 3_302


def test_every_category_has_somewhere_to_go(place):
    """All but sex, and the white majority, which has no neighbour to be weighted with."""
    mergeable = place.merges[["variable", "category"]].apply(tuple, axis=1)
    margins = place.margins.query("variable != 'sex' and category != 'white'")[["variable", "category"]]
    assert set(mergeable) == set(margins.apply(tuple, axis=1))
    assert place.merges.query("category == '18_24'")["into"].tolist() == ["16_17", "25_34"]


def test_tiles_of_neighbours_stand_close_together(place):
    """The map is useful only when wards that are close on the ground are close on it."""
    at = {tile.code: (tile.column + 0.5 * (tile.row % 2), tile.row * 0.87) for tile in place.tiles}
    assert len(set(at.values())) == len(at) == 17
    wards = place.wards()
    for ward in wards:
        others = [other for other in wards if other is not ward]
        nearest = min(others, key=lambda other: _apart(_ground(ward), _ground(other)))
        assert _apart(at[ward.code], at[nearest.code]) < 1.8, (ward.name, nearest.name)


def _ground(ward):
    return ward.longitude * 0.63, ward.latitude


def _apart(one, other):
    return ((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5


def test_every_published_figure_is_there(place):
    published = [row for row in place.baseline_rows if row.published]
    assert len(published) == 50
    assert Counter(row.year for row in published) == {
        "2009/10": 1, "2010/11": 3, "2014": 7, "2015": 3, "2017": 16, "2019": 2, "2020": 1, "2021": 17,
    }  # fmt: skip
    assert all(len(row.sentence) > 60 and row.sentence.endswith(".") for row in place.baseline_rows)


def test_the_loading_traps_are_heeded(place):
    figures = {row.id: row for row in place.baseline_rows}
    assert {figures[f"{year}-safe-local-dark"].geography for year in ("2015", "2017")} == {"not stated"}
    assert figures["2021-safe-local-dark"].geography == "local area"
    assert '"at night" is not "after dark"' in figures["2014-safe-local-dark"].reason
    assert {row.comparability for row in place.baseline_rows if row.year in {"2009/10", "2010/11", "2014", "2015"}} == {
        "break", "not_comparable", "context",
    }  # fmt: skip
    assert figures["2017-crime-increased-only"].concept == ""  # half of an answer is not an indicator
    assert not figures["2017-crime-up-derived"].published
    assert {row.comparability for row in place.baseline_rows if row.id.startswith("2017-biggest")} == {"not_comparable"}
    assert all("witnessed" in row.base for row in place.baseline_rows if row.concept.startswith("not_reported."))
    assert figures["2014-young-people-safe"].percent is None  # "two thirds" is not 66.7%
    assert figures["2021-confidence"].n_is == "survey_total"
    assert "70% of them from women" in figures["2021-confidence"].sentence
    assert figures["2017-confidence"].percent == 17.4
    assert figures["2017-confidence"].rounding == 0.1
    assert {row.comparability for row in place.baseline_rows if row.geography == "national"} == {"not_comparable"}


def test_every_published_figure_speaks_of_something_that_is_asked(place):
    questionnaires = Path(forms.__file__).parent / "questionnaires"
    asked = forms.load_questionnaire(questionnaires / "community_safety.yaml", place.words)
    concepts = {indicator.concept for indicator in asked.indicators}
    groups = {characteristic.name: {g.code for g in characteristic.groups} for characteristic in asked.characteristics}
    for row in place.baseline_rows:
        assert row.concept in concepts, row.id
        assert row.dimension in ("city", "other") or row.group in groups[row.dimension], row.id


def test_figures_about_another_area_are_compared_with_nothing(place):
    """People are asked about their local area and the city centre; only what happened to them is of the whole city."""
    of_the_city = [row for row in place.baseline_rows if row.geography == "city" and row.concept and row.percent]
    for row in of_the_city:
        personal = row.concept.startswith(("victim_any", "not_victim", "not_reported."))
        assert personal or row.comparability == "not_comparable", row.id


def test_no_comparison_is_claimed_without_a_number_of_answers(place):
    for row in place.baseline_rows:
        if row.comparability == "comparable" and row.n is None:
            assert "cannot be tested" in row.sentence, row.id
        if row.n is not None and row.comparability == "comparable":
            assert "used instead" in row.sentence, row.id


def test_help_lines_say_how_far_they_were_checked(place):
    lines = {line.code: line for line in place.help_lines}
    assert place.help_lines[0].number == "999"
    assert "55" in lines["emergency"].about
    assert lines["pippa"].hours == "Monday to Friday, 9:30am to 4:30pm"
    assert lines["domestic_abuse_helpline"].number == "0808 2000 247"
    assert all(line.checked_on is None for line in place.help_lines)  # nobody has called them
    assert lines["childline"].shown
    assert not lines["samaritans"].shown
    assert [line.code for line in place.help_lines if line.shown != line.verified] == []
    for topic in ("emergency", "crime", "domestic_abuse", "sexual_violence", "hate_crime", "lgbt"):
        assert any(line.shown and topic in line.topics for line in place.help_lines), topic


def test_languages(place):
    languages = {language.code: language for language in place.languages}
    assert [code for code, language in languages.items() if language.direction == "rtl"] == ["fa", "ar"]
    assert languages["pl"].people == 10_436
    assert [code for code, language in languages.items() if language.state == "checked"] == ["en"]


def test_every_row_has_a_source():
    for file in ("wards", "ward_overlap", "margins", "profile", "baselines"):
        with (PACKS / "southampton" / f"{file}.csv").open(encoding="utf-8") as lines:
            assert all(row["source"] for row in csv.DictReader(lines)), file


def test_words_for_questionnaires(place):
    assert place.words["name"] == "Southampton"
    assert place.words["wards"][0] == {"code": "E05015490", "name": "Banister and Polygon"}
    assert len(place.words["wards"]) == 17


def test_pandas_waits_until_a_frame_is_asked_for():
    script = (
        "import sys; from feedback.places import load_place; place = load_place('southampton');"
        "assert 'pandas' not in sys.modules; place.margins; assert 'pandas' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
