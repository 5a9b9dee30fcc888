"""The two surveys of adults: what other rooms, earlier years and the law rely on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import forms
from forms.questions.grid import Grid
from forms.questions.written import Written
from tests.unit.forms.samples import PLACE, ours

FAST, LONG = ours("fast_feedback"), ours("community_safety")
BOTH = pytest.mark.parametrize("asked", [FAST, LONG], ids=["fast", "long"])

GROUPS = [
    "burglary_robbery_theft",
    "vehicle_crime",
    "vandalism_graffiti",
    "asb",
    "drugs",
    "serious_violence",
    "hate_crime",
    "vawg",
    "sexual_assault",
    "domestic_abuse",
]
SENSITIVE_GROUPS = {"serious_violence", "hate_crime", "vawg", "sexual_assault", "domestic_abuse"}
AGES = ["under_16", "16_17", "18_24", "25_34", "35_44", "45_54", "55_64", "65_74", "75_plus"]
WARDS = [ward["code"] for ward in PLACE["wards"]]


def ids(asked: forms.Questionnaire, prefix: str = "") -> list[str]:
    return [indicator.id for indicator in asked.indicators if indicator.id.startswith(prefix)]


def test_every_file_is_loaded_by_its_survey() -> None:
    files = {path.stem: ours(path.stem).survey for path in forms.questionnaire_files()}
    assert files == {stem: stem.replace("_", "-") for stem in files}
    assert set(files.values()) == {FAST.survey, LONG.survey, "young-people", "strategy-consultation"}


def test_fast_feedback_asks_nine_questions_on_one_page() -> None:
    assert (FAST.survey, FAST.layout, FAST.minutes, len(FAST.pages)) == ("fast-feedback", "one_page", 1, 1)
    assert [question.id for question in FAST.questions] == [
        *("safe_local_day", "safe_local_dark", "crime_change", "asb_change", "priorities", "safer_text"),
        *("ward", "age_band", "sex"),
    ]
    assert FAST.title == "How safe do you feel in Exampleton?"


def test_the_long_survey_is_a_bearable_number_of_pages() -> None:
    assert LONG.layout == "paged"
    assert len(LONG.route({})) == 13
    met_all = {"experience": dict.fromkeys(GROUPS, "victim"), "equality_gate": "yes", "long_term_condition": "yes"}
    assert len(LONG.route(met_all)) == len(LONG.pages) == 13 + len(GROUPS) + 2
    assert [page.id for page in LONG.route({"experience": {"asb": "witnessed", "drugs": "neither"}})][8] == "about_asb"


def test_questions_that_both_ask_are_the_same() -> None:
    shared = {question.id for question in FAST.questions}
    assert shared <= {question.id for question in LONG.questions}
    for id_ in shared:
        assert FAST.question(id_) == LONG.question(id_)
    assert set(ids(FAST)) < set(ids(LONG))


@BOTH
def test_characteristics_have_the_codes_of_the_margins(asked: forms.Questionnaire) -> None:
    groups = {c.name: [group.code for group in c.groups] for c in asked.characteristics}
    assert groups["ward"] == WARDS
    assert groups["age_band"] == AGES
    assert groups["sex"] == ["female", "male"]
    if asked is LONG:
        assert groups["ethnic_group"] == ["white", "mixed", "asian", "black", "other"]
        assert groups["disability"] == ["disabled", "not_disabled"]


@pytest.mark.parametrize(
    ("answers", "groups"),
    [
        ({}, ("", "", "", "", "")),
        ({"ward": WARDS[0], "age_band": "75_plus", "sex": "male"}, (WARDS[0], "75_plus", "male", "", "")),
        ({"ward": "outside", "age_band": "prefer_not_to_say", "sex": "prefer_not_to_say"}, ("", "", "", "", "")),
        ({"ward": "not_sure", "ethnic_group": "prefer_not_to_say"}, ("", "", "", "", "")),
        ({"ethnic_group": "mixed", "long_term_condition": "no"}, ("", "", "", "mixed", "not_disabled")),
        ({"long_term_condition": "yes"}, ("", "", "", "", "")),
        ({"long_term_condition": "yes", "limits_activities": "a_little"}, ("", "", "", "", "disabled")),
        ({"long_term_condition": "yes", "limits_activities": "a_lot"}, ("", "", "", "", "disabled")),
        ({"long_term_condition": "yes", "limits_activities": "not_at_all"}, ("", "", "", "", "not_disabled")),
        ({"long_term_condition": "yes", "limits_activities": "prefer_not_to_say"}, ("", "", "", "", "")),
        ({"long_term_condition": "prefer_not_to_say"}, ("", "", "", "", "")),
    ],
)
def test_who_belongs_to_which_group(answers: dict[str, Any], groups: tuple[str, ...]) -> None:
    assert tuple(characteristic.group_of(answers) for characteristic in LONG.characteristics) == groups


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({}, ""),
        ({"ward": WARDS[0]}, ""),
        ({"ward": "not_sure"}, ""),
        ({"ward": "outside"}, "outside"),
        ({"age_band": "under_16"}, "under_16"),
        ({"age_band": "under_16", "ward": "outside"}, "under_16"),
        ({"age_band": "16_17"}, ""),
        ({"link": ["work", "visit"]}, "outside"),
        ({"link": ["live", "work"]}, ""),
        ({"link": ["work"], "ward": WARDS[0]}, ""),
        ({"link": ["live"], "ward": "outside"}, "outside"),
    ],
)
def test_who_is_counted_apart(answers: dict[str, Any], reason: str) -> None:
    assert LONG.exclusion(answers) == reason
    assert set(LONG.exclusions) == {"under_16", "outside"}
    if "link" not in answers:
        assert FAST.exclusion(answers) == reason


def test_indicators_carry_the_ids_that_other_rooms_know() -> None:
    change = ["crime_up", "crime_up_a_lot", "crime_same", "crime_down", "asb_up", "asb_down"]
    assert ids(FAST)[:8] == ["safe_local_day", "safe_local_dark", *change]
    assert all(id_.startswith("priority.") for id_ in ids(FAST)[8:])
    assert {"safe_centre_day", "safe_centre_dark", "victim_any", "not_victim", "witnessed_any"} < set(ids(LONG))
    assert {"confidence_dealing", "cohesion"} < set(ids(LONG))
    for family in ("experience", "not_reported", "satisfied"):
        assert ids(LONG, f"{family}.") == [f"{family}.{group}" for group in GROUPS]
    assert len(ids(LONG, "barrier.")) == len(GROUPS) * 16
    assert len(ids(LONG, "priority.")) == 16
    rows = {row for question in LONG.questions if isinstance(question, Grid) for row in question.row_labels}
    problems = [id_.partition(".")[2] for id_ in ids(LONG, "problem.")]
    assert len(problems) == 18
    assert set(problems) <= rows
    assert [id_.partition(".")[2] for id_ in ids(LONG, "problem_very.")] == problems
    assert len(ids(LONG, "report_confidence.")) == 7
    topics = {indicator.topic for indicator in LONG.indicators}
    assert topics == {"safety", "change", "priorities", "problems", "experience", "reporting", "barriers", "confidence"}


def test_published_baselines_find_their_concept() -> None:
    for asked in (FAST, LONG):
        assert all(indicator.concept in ("", indicator.id) for indicator in asked.indicators)
    concepts = {indicator.concept for indicator in LONG.indicators}
    assert concepts > {
        *("safe_local_day", "safe_local_dark", "safe_centre_day", "safe_centre_dark"),
        *("crime_up", "crime_up_a_lot", "crime_same", "crime_down", "asb_up"),
        *("problem.begging", "problem.rough_sleeping", "problem.litter", "problem.drugs"),
        *("problem_very.begging", "problem_very.groups_hanging_around"),
        *("victim_any", "not_victim", "confidence_dealing", "cohesion"),
        *("not_reported.sexual_assault", "not_reported.serious_violence"),
        *("not_reported.domestic_abuse", "not_reported.vawg"),
    }


def spec(id_: str) -> forms.IndicatorSpec:
    (found,) = [indicator for indicator in LONG.indicators if indicator.id == id_]
    return found


def test_indicators_say_what_counts_and_who_is_in_the_base() -> None:
    day = spec("safe_local_day")
    assert day.yes == ("very_safe", "fairly_safe")
    assert day.base == ("very_safe", "fairly_safe", "neither", "fairly_unsafe", "very_unsafe")
    assert spec("crime_up").base == ("up_a_lot", "up_a_little", "same", "down_a_little", "down_a_lot")
    assert spec("victim_any").question == "experience.overall"
    assert "prefer_not_to_say" not in spec("not_reported.asb").base
    barrier = spec("barrier.asb.no_difference")
    assert (barrier.kind, barrier.question, barrier.yes) == ("multi", "barriers_asb", ("no_difference",))
    assert barrier.asked == (("reported_asb", ("not_reported",)),)
    marked = {i.id.split(".")[1] for i in LONG.indicators if i.sensitive and "." in i.id}
    assert marked == SENSITIVE_GROUPS


def test_follow_ups_come_only_for_what_was_met_and_reported() -> None:
    given = {
        "experience": {"asb": "victim", "drugs": "neither"},
        "reported_asb": ["not_reported"],
        "barriers_asb": ["no_difference", "no_trust"],
        "satisfied_asb": "very_satisfied",
        "reported_drugs": ["council"],
    }
    kept = LONG.clean(given, strict=True)
    assert kept == {key: given[key] for key in ("experience", "reported_asb", "barriers_asb")}
    told = LONG.clean({**given, "reported_asb": ["police_101", "council"]}, strict=True)
    assert told["satisfied_asb"] == "very_satisfied"
    assert "barriers_asb" not in told
    row = LONG.cells(kept)
    assert {name: row[name] for name in ("experience.asb", "experience", "experience.overall", "barriers_asb")} == {
        "experience.asb": "victim",
        "experience": "victim;neither",
        "experience.overall": "victim",
        "barriers_asb": "no_difference;no_trust",
    }


def test_pages_that_ask_about_harm_are_marked() -> None:
    harm = {page.id for page in LONG.pages if page.harm}
    assert harm == {"experience", *(f"about_{group}" for group in GROUPS)}
    sensitive = {page.id for page in LONG.pages if page.sensitive}
    equality = {"equality", "daily_activities"}
    assert sensitive == {"experience", *(f"about_{group}" for group in SENSITIVE_GROUPS)} | equality
    for page in LONG.pages:
        assert all(question.sensitive == page.sensitive for question in page.questions), page.id
    assert not any(page.harm or page.sensitive for page in FAST.pages)


def test_equality_questions_stand_behind_a_gate_and_can_be_declined() -> None:
    behind = [
        question for page in LONG.pages if page.id in ("equality", "daily_activities") for question in page.questions
    ]
    assert [question.id for question in behind] == ["ethnic_group", "long_term_condition", "limits_activities"]
    for question in [*behind, LONG.question("age_band"), LONG.question("sex")]:
        assert list(question.codes())[-1] == "prefer_not_to_say"
    answers = {
        "equality_gate": "no",
        "ethnic_group": "white",
        "long_term_condition": "yes",
        "limits_activities": "a_lot",
    }
    assert LONG.clean(answers, strict=True) == {"equality_gate": "no"}


def test_questions_that_are_off_are_ready(tmp_path: Path) -> None:
    (path,) = [path for path in forms.questionnaire_files() if path.stem == "community_safety"]
    switched = tmp_path / "community_safety.yaml"
    switched.write_text(path.read_text(encoding="utf-8").replace("on: false", "on: true"), encoding="utf-8")
    asked = forms.load_questionnaire(switched, PLACE)
    more = {question.id for question in asked.questions} - {question.id for question in LONG.questions}
    assert more == {"religion", "sexual_orientation", "gender_same", "gender_identity"}
    assert all(asked.question(id_).sensitive for id_ in more)


@BOTH
def test_nobody_is_forced_to_answer(asked: forms.Questionnaire) -> None:
    assert not any(question.required for question in asked.questions)


@BOTH
def test_free_text_warns_against_names_and_identity(asked: forms.Questionnaire) -> None:
    written = [question for question in asked.questions if isinstance(question, Written)]
    assert written
    assert all("Do not name anyone" in question.hint for question in written)


@BOTH
def test_sentences_say_what_to_do(asked: forms.Questionnaire) -> None:
    for address, text in forms.texts(asked).items():
        assert "{" not in text, address
        assert text == text.strip(), address
        if ".error" in address:
            starts = r"(Select|Enter|Your answer must|The place that you avoid must) "
            assert re.match(starts, text), f"{address}: {text}"
            assert not text.endswith("."), address
        elif re.search(r"\.questions\.\w+\.label$", address):
            assert text.endswith(("?", "(optional)")), address


def test_no_wording_is_in_capitals_or_uses_words_of_the_trade() -> None:
    allowed = {"British", "Asian", "African", "Caribbean", "Black", "White", "Crimestoppers", "Exampleton", "I"}
    for address, text in forms.texts(LONG).items():
        for sentence in re.split(r"(?<=[.?!]) |\"", text):
            later = re.findall(r"(?<=[a-z,] )[A-Z]\w*", sentence)
            assert set(later) <= allowed, f"{address}: {text}"
        assert not re.search(r"\b(ASB|VAWG|perpetrator|incident|respondent|partnership)\b", text), address
