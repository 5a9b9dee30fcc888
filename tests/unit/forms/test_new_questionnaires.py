"""The survey of young people and the consultation: who is asked what, and what may not be compared with adults."""

from __future__ import annotations

import re

import pytest

import forms
from forms.questions.written import Written
from tests.unit.forms.samples import PLACE, load, ours

FAST, LONG = ours("fast_feedback"), ours("community_safety")
YOUNG, PLAN = ours("young_people"), ours("strategy_consultation")
NEW = pytest.mark.parametrize("asked", [YOUNG, PLAN], ids=["young", "plan"])
WARD = PLACE["wards"][0]["code"]
EQUALITY = {"equality_gate", "ethnic_group", "long_term_condition", "limits_activities"}


def asked_of(asked: forms.Questionnaire, answers: dict[str, object]) -> set[str]:
    return {question.id for question in asked.asked(answers)}


def test_young_people_are_asked_no_equality_question_and_not_their_sex() -> None:
    assert not asked_of(YOUNG, {}) & (EQUALITY | {"sex", "age_band"})
    assert [characteristic.name for characteristic in YOUNG.characteristics] == ["ward", "young_age"]
    assert [group.code for group in YOUNG.characteristics[1].groups] == ["11_12", "13_15", "16_17"]


def test_young_people_are_told_who_may_answer_and_asked_nothing_that_happened_to_them() -> None:
    assert "do not need to ask a parent" in YOUNG.intro
    assert "11 to 17" in YOUNG.title
    assert "11 to 17" in YOUNG.audience
    assert [page.id for page in YOUNG.pages if page.harm and page.sensitive] == ["telling"]
    assert not {i.topic for i in YOUNG.indicators} & {"experience"}


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({}, ""),
        ({"young_age": "under_11"}, "under_11"),
        ({"young_age": "11_12"}, ""),
        ({"young_age": "16_17", "ward": WARD}, ""),
        ({"young_age": "over_17"}, "over_17"),
        ({"young_age": "13_15", "ward": "outside"}, "outside"),
        ({"young_age": "prefer_not_to_say"}, ""),
    ],
)
def test_who_is_too_young_or_too_old_is_counted_apart(answers: dict[str, object], reason: str) -> None:
    assert YOUNG.exclusion(answers) == reason


@NEW
def test_nothing_new_meets_a_published_figure_or_an_indicator_of_adults(asked: forms.Questionnaire) -> None:
    assert not any(indicator.concept for indicator in asked.indicators)
    adults = {indicator.id for survey in (FAST, LONG) for indicator in survey.indicators}
    assert not adults & {indicator.id for indicator in asked.indicators}
    assert not asked.weighted
    assert LONG.weighted


def test_questions_shared_with_adults_are_the_same() -> None:
    for asked in (YOUNG, PLAN):
        for question in asked.questions:
            if question.id in {known.id for known in LONG.questions}:
                assert question == LONG.question(question.id)


def test_the_consultation_says_what_a_fair_one_must() -> None:
    first = PLAN.pages[0]
    assert [section.id for section in first.sections] == [
        "why_now",
        "can_change",
        "cannot_change",
        "how_used",
        "what_next",
    ]
    assert first.questions == ()
    assert PLAN.route({})[0] is first
    assert "consultation" in PLAN.intro


def test_each_priority_asks_agree_and_why() -> None:
    priorities = [page for page in PLAN.pages if page.id.startswith("plan_") and page.id != "plan_more"]
    assert len(priorities) == 4
    for page in priorities:
        assert page.intro.startswith("Draft. ")
        assert [question.id for question in page.questions] == [
            f"plan_agree_{page.id.removeprefix('plan_')}",
            f"plan_why_{page.id.removeprefix('plan_')}",
        ]


def test_organisations_and_children_are_asked_nothing_about_equality() -> None:
    assert "equality_gate" in asked_of(PLAN, {"answering_as": "resident"})
    assert not asked_of(PLAN, {"answering_as": "organisation"}) & {"ward", "age_band", "sex", "equality_gate"}
    assert "organisation" in asked_of(PLAN, {"answering_as": "organisation"})
    assert "equality_gate" not in asked_of(PLAN, {"answering_as": "resident", "age_band": "under_16"})
    assert PLAN.exclusion({"answering_as": "organisation"}) == "organisation"


@NEW
def test_free_text_warns_and_sentences_say_what_to_do(asked: forms.Questionnaire) -> None:
    written = [question for question in asked.questions if isinstance(question, Written)]
    assert written
    assert all("Do not name anyone" in question.hint for question in written)
    assert not any(question.required for question in asked.questions)
    for address, text in forms.texts(asked).items():
        assert "{" not in text, address
        assert text == text.strip(), address
        if ".error" in address:
            assert re.match(r"(Select|Enter|Your answer must) ", text), f"{address}: {text}"
            assert not text.endswith("."), address


def test_a_page_to_read_is_on_the_route_and_its_words_can_be_translated(tmp_path) -> None:
    asked = load(
        tmp_path,
        """
survey: sample
version: 1
title: Sample
minutes: 1
layout: paged
pages:
  - {id: read, title: Read this, sections: [{id: why, title: Why, intro: Because}]}
  - id: ask
    title: Ask
    questions: [{id: a, type: single_choice, label: A?, options: yes_no, error: Select A}]
""",
    )
    assert [page.id for page in asked.route({})] == ["read", "ask"]
    assert forms.texts(asked)["pages.read.sections.why.intro"] == "Because"
    assert forms.parse_questionnaire(asked.definition()) == asked


def test_a_page_of_nothing_and_a_section_twice_are_faults(tmp_path) -> None:
    with pytest.raises(forms.QuestionnaireError) as error:
        load(
            tmp_path,
            """
survey: sample
version: 1
title: Sample
minutes: 1
layout: paged
pages:
  - {id: nothing, title: Nothing}
  - {id: read, title: Read, sections: [{id: why, title: Why, intro: A}, {id: why, title: Why, intro: B}]}
""",
        )
    assert "page `nothing` has no questions" in str(error.value)
    assert "page `read` has the section `why` more than once" in str(error.value)
