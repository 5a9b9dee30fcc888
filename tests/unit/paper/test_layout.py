"""A questionnaire on paper: numbers, boxes, and where routing sends a pen."""

from __future__ import annotations

import pytest

from forms import QUESTION_TYPES, parse_questionnaire, questionnaire_files
from forms.paper import END, paper_form
from tests.unit.forms.samples import definition, ours, page, question_data, questionnaire

NAMES = [path.stem for path in questionnaire_files()]
RED = [{"question": "first", "any_of": ["red"]}]


def routed(**more):
    """Question 1 (one colour), 2 and 3 for those who said red, 4 for everybody."""
    return parse_questionnaire(
        definition(
            page(question_data("single_choice", id="first")),
            page(
                question_data("several_choices", id="second"),
                question_data(
                    "short_text", id="third", show_if=[{"question": "second", "none_of": ["none"]}], label="Which?"
                ),
                id="about_red",
                show_if=RED,
            ),
            page(question_data("whole_number", id="fourth"), id="last"),
            **more,
        )
    )


def asked(form):
    return {one.question.id: one for part in form.parts for one in part.questions}


@pytest.mark.parametrize("name", NAMES)
def test_every_questionnaire_is_numbered_in_the_order_of_asking(name) -> None:
    form = paper_form(ours(name))
    numbers = [one.number for one in asked(form).values()]
    assert numbers == list(range(1, len(form.questionnaire.questions) + 1))
    assert len({field.id for field in form.fields}) == len(form.fields) >= len(numbers)
    for part in form.parts:
        for gate in [*part.gates, *(gate for one in part.questions for gate in one.gates)]:
            assert 0 < gate.number <= len(numbers)
            assert gate.labels


@pytest.mark.parametrize("type_", QUESTION_TYPES)
def test_every_type_can_be_keyed(type_) -> None:
    form = paper_form(questionnaire(question_data(type_)))
    (one,) = asked(form).values()
    assert one.boxes or one.paper.lines or one.paper.boxes
    assert [field.question.id for field in form.fields] == ["q"] * max(1, len(one.paper.rows))


def test_who_ticks_another_answer_is_sent_past_the_questions_in_between() -> None:
    boxes = asked(paper_form(routed()))["first"].boxes
    assert [(box.key, box.option.code, box.go_to) for box in boxes] == [
        (1, "red", None),
        (2, "green", 4),
        (3, "blue", 4),
        (4, "none", 4),
    ]


def test_an_exclusive_answer_sends_on_and_one_of_several_does_not() -> None:
    boxes = asked(paper_form(routed()))["second"].boxes
    assert [box.go_to for box in boxes] == [None, None, None, 4]


def test_a_question_that_depends_on_a_skipped_one_is_skipped_too() -> None:
    chain = parse_questionnaire(
        definition(
            page(
                question_data("single_choice", id="first"),
                question_data("single_choice", id="second", show_if=RED),
                question_data("short_text", id="third", show_if=[{"question": "second", "any_of": ["blue"]}]),
            )
        )
    )
    assert [box.go_to for box in asked(paper_form(chain))["first"].boxes] == [None, END, END, END]


def test_a_part_says_who_answers_it_and_where_the_others_go() -> None:
    form = paper_form(routed())
    part = form.parts[1]
    assert [(gate.number, gate.labels, gate.ticked, gate.row) for gate in part.gates] == [(1, ("Red",), True, "")]
    assert part.otherwise == 4
    (gate,) = asked(form)["third"].gates
    assert (gate.number, gate.labels, gate.ticked) == (2, ("None of these",), False)


def test_a_condition_on_a_row_names_the_statement_and_many_answers_are_named_by_their_numbers() -> None:
    grid = parse_questionnaire(
        definition(
            page(question_data("grid", id="first")),
            page(
                question_data("short_text", id="second"),
                id="sky",
                show_if=[{"question": "first", "row": "sky", "any_of": ["red", "green", "none"]}],
            ),
        )
    )
    (gate,) = paper_form(grid).parts[1].gates
    assert (gate.row, gate.few, gate.spans) == ("Sky", False, [(1, 2), (4, 4)])


def test_a_condition_that_another_one_brings_with_it_is_not_repeated() -> None:
    form = paper_form(ours("community_safety"))
    last = form.parts[-1]
    assert [form.questionnaire.questions[gate.number - 1].id for gate in last.gates] == ["long_term_condition"]


def test_words_of_the_screen_about_how_many_give_way_to_those_of_the_pen() -> None:
    question = question_data("several_choices", hint="Select all that apply")
    assert asked(paper_form(questionnaire(question)))["q"].hint == ""
    translated = {**question, "hint": "Zaznacz wszystkie"}
    form = paper_form(questionnaire(translated), questionnaire(question))
    assert asked(form)["q"].hint == ""
    kept = question_data("several_choices", hint="Think of last week")
    assert asked(paper_form(questionnaire(kept)))["q"].hint == "Think of last week"


def test_statements_have_letters() -> None:
    fields = paper_form(questionnaire(question_data("grid"))).fields
    assert [(field.id, field.number, field.label) for field in fields] == [
        ("q.sky", "1a", "Sky"),
        ("q.sea", "1b", "Sea"),
    ]
    assert fields[0].labels() == {1: "Red", 2: "Green", 3: "Blue", 4: "None of these"}
