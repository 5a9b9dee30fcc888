"""Invented people and answers look like those of a real survey, and are the same every time."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import forms
from feedback.demonstration.content import read_content
from feedback.demonstration.people.answering import answer_all, give
from feedback.demonstration.people.habits import Habit, Teller, habit_of
from feedback.demonstration.people.population import Person, draw_people
from feedback.demonstration.people.turns import turns
from feedback.demonstration.plans import short_code, wave_plans
from feedback.places import load_place
from forms.questions import QUESTION_TYPES

QUESTIONNAIRES = Path(forms.__file__).parent / "questionnaires"
FILES = ("community_safety", "fast_feedback", "young_people", "strategy_consultation")
TODAY = date(2026, 11, 21)
WOMAN = Person(
    ward="E05015491",
    age_band="25_34",
    sex="female",
    ethnic_group="white",
    disability="disabled",
    victim=True,
    worry=0.4,
)


@pytest.fixture(scope="module")
def place():
    return load_place("southampton")


@pytest.fixture(scope="module", params=FILES)
def questionnaire(request, place):
    return forms.load_questionnaire(QUESTIONNAIRES / f"{request.param}.yaml", place.words)


@pytest.fixture(scope="module")
def plans(place):
    return {plan.slug: plan for plan in wave_plans(place, TODAY)}


@pytest.fixture(scope="module")
def people(place):
    return draw_people(place, 2400, seed=7)


def share(values, *wanted):
    counts = Counter(values)
    return sum(counts[value] for value in wanted) / sum(counts.values())


def test_waves_of_the_size_promised(plans):
    assert {slug: plan.people for slug, plan in plans.items()} == {
        "community-safety-2026": 2400,
        "community-safety-2025": 1900,
        "fast-feedback-2026": 600,
        "young-people-2026": 160,
        "strategy-consultation-2026": 200,
    }


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 9, 8), TODAY, date(2027, 5, 1), date(2031, 12, 31)])
def test_all_answers_lie_before_the_day_of_loading(place, today):
    for plan in wave_plans(place, today):
        days = [turn.day for turn in turns(plan, place)][:300]
        assert plan.opens_on <= min(days) <= max(days) < today
        assert max(days) <= plan.closes_on or plan.slug == "community-safety-2025"
        still_open = plan.opens_on <= today <= plan.closes_on
        assert still_open != (plan.slug == "community-safety-2025") or today < date(2025, 12, 1)


def test_years_keep_their_names_on_and_after_the_day_they_were_written(place):
    for today in (TODAY, date(2029, 3, 1)):
        years = {plan.slug: plan.opens_on.year for plan in wave_plans(place, today)}
        assert years == {slug: int(slug[-4:]) for slug in years}


def test_the_same_plan_gives_the_same_turns_and_answers(place, plans, questionnaire):
    plan = plans["fast-feedback-2026"]
    first, again = turns(plan, place), turns(plan, place)
    assert first == again
    one, other = (answer_all(questionnaire, Teller(turn.person, plan.slug, turn.key)) for turn in (first[5], again[5]))
    assert one == other


def test_every_turn_has_an_id_of_its_own_that_never_changes(place, plans):
    ids = [turn.id for plan in plans.values() for turn in turns(plan, place)]
    assert len(set(ids)) == len(ids) == 5260
    assert {turn_id.version for turn_id in ids} == {5}


def test_another_seed_gives_other_people(place):
    assert draw_people(place, 50, seed=1) != draw_people(place, 50, seed=2)
    assert draw_people(place, 50, seed=1) == draw_people(place, 50, seed=1)


def test_those_who_answer_are_not_like_the_population(place, people):
    """Self-selection as in 2021: more women, fewer young people, more victims; and enough of everybody to weight."""
    assert 0.56 < share((person.sex for person in people), "female") < 0.68
    assert share((person.age_band for person in people), "16_17", "18_24") < 0.14  # 19.8% in the Census
    assert 0.22 < sum(person.victim for person in people) / len(people) < 0.34
    wards = Counter(person.ward for person in people)
    assert all(wards[ward.code] >= 50 for ward in place.wards())
    assert 0 < wards["outside"] < 120
    assert 0 < wards["not_sure"] < 80
    assert 0 < sum(person.age_band == "under_16" for person in people) < 40


def test_people_are_spread_as_their_ward_is(people):
    """Students live where students live."""
    young = {
        ward: share((p.age_band for p in people if p.ward == ward), "18_24") for ward in ("E05015504", "E05015503")
    }
    assert young["E05015504"] > 2 * young["E05015503"]  # Swaythling and Sholing


def test_every_answer_is_one_the_questionnaire_takes(place, plans, questionnaire):
    plan = plans["community-safety-2026"]
    for turn in turns(plan, place)[:300]:
        answers = answer_all(questionnaire, Teller(turn.person, plan.slug, turn.key))
        assert questionnaire.clean(answers, strict=True) == answers


def test_an_added_question_or_option_changes_no_other_answer(place, questionnaire):
    """New options must not break the demonstration, nor give one response id two contents."""
    definition = questionnaire.definition()
    added = {"type": "whole_number", "id": "years_here", "label": "How long?", "maximum": 90}
    added |= {"error": "Enter years", "error_range": "Enter 0 to 90"}
    pages = [page for page in definition["pages"] if "questions" in page]
    pages[0]["questions"].insert(0, added)
    for page in pages:
        for question in page["questions"]:
            if question["id"] == "crime_change":
                question["options"].insert(2, {"code": "up_and_down", "label": "Both"})
    changed = forms.parse_questionnaire(definition)
    for number in range(40):
        teller = Teller(WOMAN, "community-safety-2026", f"test/{number}")
        before, after = answer_all(questionnaire, teller), answer_all(changed, teller)
        assert 0 <= after.pop("years_here", 0) <= 90
        assert changed.clean(after, strict=True) == after
        assert before == after


def test_there_is_a_way_to_answer_every_question_type():
    undone = [name for name, kind in QUESTION_TYPES.items() if give.dispatch(kind) is give.dispatch(object)]
    assert undone == []


def test_habits_name_only_what_the_questionnaires_ask(place):
    """A question that was renamed must not quietly fall back to chance."""
    known, codes = set(), set()
    for path in FILES:
        for column in forms.load_questionnaire(QUESTIONNAIRES / f"{path}.yaml", place.words).columns:
            known.add(column.name)
            codes |= column.codes.keys()
    crimes = {name.removeprefix("experience.") for name in known if name.startswith("experience.")}
    for entry in read_content("habits.yaml")["habits"]:
        fitting = [name for name in known if habit_of(name) == Habit(**entry)]
        assert fitting, f"no question is answered by {entry['question']}"
        named = {*entry.get("apart", {}), *(c for shares in entry.get("given", {}).values() for c in shares)}
        named |= set(entry.get("shares", {}))
        assert named <= codes | crimes, entry["question"]


def test_no_question_is_answered_by_mere_chance(place):
    for path in FILES:
        for question in forms.load_questionnaire(QUESTIONNAIRES / f"{path}.yaml", place.words).questions:
            columns = [column.name for column in question.columns if not column.name.endswith(".overall")]
            if question.id == "experience":
                columns = ["experience"]
            assert [name for name in columns if habit_of(name) == Habit()] == []


def test_events_are_of_every_kind_and_bring_people_from_their_wards(place, plans):
    plan = plans["fast-feedback-2026"]
    assert len(plan.events) == len({event.code for event in plan.events}) == 20
    assert {event.kind for event in plan.events} == {
        *("patch_chat", "door_knocking", "tower_block", "community_event"),
        *("library", "school", "online_push", "other"),
    }
    met = turns(plan, place)
    assert Counter(turn.event.id for turn in met).keys() == {event.id for event in plan.events}
    assert all(turn.channel in turn.event.channels and turn.day == turn.event.starts_at.date() for turn in met)
    assert 0.5 < sum(turn.person.ward == turn.event.ward for turn in met) / len(met) < 0.85


def test_event_codes_can_be_read_out(plans):
    for event in plans["fast-feedback-2026"].events:
        assert len(event.code) == 6
        assert not set(event.code) & set("01IO")
    assert short_code("a") == short_code("a") != short_code("b")


def test_worry_shows_after_dark_and_among_women(place, plans):
    plan = plans["community-safety-2026"]
    questionnaire = forms.load_questionnaire(QUESTIONNAIRES / "community_safety.yaml", place.words)
    given = [
        (turn.person, answer_all(questionnaire, Teller(turn.person, plan.slug, turn.key)))
        for turn in turns(plan, place)[:1200]
    ]

    def safe(question, people):
        answers = [answer.get(question) for answer in people]
        scale = [code for code in answers if code not in (None, "dont_know", "dont_go_out")]
        return share(scale, "very_safe", "fairly_safe")

    everybody = [answers for _person, answers in given]
    women, men = ([a for person, a in given if person.sex == sex] for sex in ("female", "male"))
    assert 0.74 < safe("safe_local_day", everybody) < 0.88
    assert 0.34 < safe("safe_local_dark", everybody) < 0.52
    assert safe("safe_local_dark", women) + 0.1 < safe("safe_local_dark", men)
    assert safe("safe_centre_dark", everybody) < safe("safe_local_dark", everybody)


def test_free_text_is_varied_sometimes_awkward_and_names_nobody(place, plans):
    plan = plans["fast-feedback-2026"]
    questionnaire = forms.load_questionnaire(QUESTIONNAIRES / "fast_feedback.yaml", place.words)
    texts = [
        text
        for turn in turns(plan, place)
        if (text := answer_all(questionnaire, Teller(turn.person, plan.slug, turn.key)).get("safer_text"))
    ]
    assert 250 < len(texts) < 450
    assert len(set(texts)) > 200
    assert set(texts) & set(read_content("phrases.yaml")["awkward"])
    assert not any("{" in text or "None" in text for text in texts)
