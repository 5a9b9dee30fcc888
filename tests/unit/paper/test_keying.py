"""What is keyed from a sheet: numbers of boxes, keys for what went wrong, and what two keyings differ in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import parse_questionnaire
from forms.paper import Keyed, compare, in_words, paper_form, read_keyed, read_one, settled
from tests.unit.forms.samples import definition, ours, page, question_data, questionnaire

MANY = [{"code": f"c{number}", "label": f"Answer {number}"} for number in range(1, 13)]


def form_of(type_, **more):
    return paper_form(questionnaire(question_data(type_, **more)))


def keyed(type_, text, **more):
    return read_one(form_of(type_, **more).fields[0], text)


@pytest.mark.parametrize(
    ("type_", "text", "answer"),
    [
        ("single_choice", "2", "green"),
        ("single_choice", " 2 2 ", "green"),
        ("several_choices", "31", ["red", "blue"]),
        ("several_choices", "3, 1", ["red", "blue"]),
        ("choose_up_to", "1+2", ["red", "green"]),
        ("grid", "3", {"sky": "blue"}),
        ("short_text", " the  park ", "the park"),
        ("long_text", "one\r\ntwo", "one\ntwo"),
        ("whole_number", "07", 7),
        ("place", "2", "outside"),
    ],
)
def test_numbers_become_answers(type_, text, answer) -> None:
    read = keyed(type_, text)
    assert read.errors == {}
    assert read.answers == {"q": answer}


@pytest.mark.parametrize(("text", "mark"), [("b", "blank"), ("I", "illegible"), (" m ", "multiple")])
def test_what_went_wrong_on_the_sheet_has_keys(text, mark) -> None:
    read = keyed("single_choice", text)
    assert (read.answers, read.marks, read.errors) == ({}, {"q": mark}, {})


@pytest.mark.parametrize(
    ("type_", "text", "sentence"),
    [
        ("single_choice", "", "Question 1: type what the sheet says, or b if it was left blank."),
        ("single_choice", "5", "Question 1 has boxes 1 to 4. There is no box 5."),
        ("single_choice", "0", "Question 1 has boxes 1 to 4. There is no box 0."),
        ("single_choice", "1 2", "Question 1 takes one tick. Type m if more than one box is ticked."),
        ("single_choice", "x", "Question 1: type the number of the ticked box, or b, i or m."),
        ("single_choice", "9" * 5000, "Question 1 has boxes 1 to 4. There is no box 999999999."),
        ("choose_up_to", "123", "Question 1: Select no more than 2 colours. If the sheet says so, type m."),
        ("several_choices", "14", "Question 1: Select colours, or select none. If the sheet says so, type m."),
        ("whole_number", "99", "Question 1: Enter a number from 0 to 20. If the sheet says otherwise, type i."),
        ("whole_number", "ten", "Question 1: type a whole number, or i if it cannot be read."),
        ("whole_number", "m", "Question 1 has no boxes, so m means nothing there. Type b if it was left blank."),
        ("long_text", "x" * 41, "Question 1: Enter 40 characters or fewer. If the sheet says otherwise, type i."),
    ],
)
def test_what_cannot_stand_on_the_sheet_is_asked_again(type_, text, sentence) -> None:
    read = keyed(type_, text)
    assert read.errors == {"q": sentence}
    assert read.answers == {}


def test_where_numbers_have_two_digits_ticks_need_a_space() -> None:
    assert keyed("several_choices", "1 12", options=MANY).answers == {"q": ["c1", "c12"]}
    assert keyed("several_choices", "112", options=MANY).errors


def test_hostile_text_is_kept_as_text() -> None:
    read = keyed("short_text", "<script>\x00\u202e=1", max_length=100)
    assert read.answers == {"q": "<script>=1"}


def routed():
    return paper_form(
        parse_questionnaire(
            definition(
                page(question_data("single_choice", id="a")),
                page(question_data("short_text", id="b", show_if=[{"question": "a", "any_of": ["red"]}]), id="second"),
            )
        )
    )


def test_answers_that_routing_leads_past_are_dropped_and_named() -> None:
    read = read_keyed(routed(), {"a": "2", "b": "the park"})
    assert read.answers == {"a": "green"}
    assert [field.number for field in read.dropped] == ["2"]
    assert read_keyed(routed(), {"a": "1", "b": "the park"}).dropped == ()


def test_a_question_that_may_be_skipped_may_stay_empty_and_others_may_not() -> None:
    assert read_keyed(routed(), {"a": "2"}).errors == {}
    assert set(read_keyed(routed(), {}).errors) == {"a"}


def test_two_keyings_are_compared_field_by_field() -> None:
    form = paper_form(ours("fast_feedback"))
    typed = {field.id: "b" for field in form.fields} | {"safe_local_day": "1", "safer_text": "More lights!"}
    first = read_keyed(form, typed)
    assert compare(form, first, read_keyed(form, typed)).differing == ()
    second = read_keyed(form, {**typed, "safe_local_day": "2", "safer_text": "more  LIGHTS", "sex": "i"})
    comparison = compare(form, first, second)
    assert [field.id for field in comparison.differing] == ["safe_local_day", "sex"]
    assert comparison.compared == len(form.fields)


def test_left_blank_is_nothing_where_a_field_may_be_empty_and_routing_decides_what_is_compared() -> None:
    form = routed()
    assert compare(form, read_keyed(form, {"a": "1", "b": "b"}), read_keyed(form, {"a": "1"})).differing == ()
    both = compare(form, read_keyed(form, {"a": "2"}), read_keyed(form, {"a": "2"}))
    assert both.compared == 1


def test_settled_answers_take_each_field_from_the_keying_that_is_right() -> None:
    form = paper_form(ours("fast_feedback"))
    blank = {field.id: "b" for field in form.fields}
    first = read_keyed(form, {**blank, "sex": "1", "age_band": "3", "crime_change": "1"})
    second = read_keyed(form, {**blank, "sex": "2", "age_band": "4", "crime_change": "1"})
    typed = read_one(form.field("age_band"), "5")
    result = settled(form, (first, second), {"sex": second, "age_band": typed})
    assert result.answers == {"crime_change": "up_a_lot", "age_band": "35_44", "sex": "male"}


def test_a_field_is_said_in_words() -> None:
    form = form_of("several_choices")
    assert in_words(form.fields[0], read_keyed(form, {"q": "12"})) == "1 Red; 2 Green"
    assert in_words(form.fields[0], read_keyed(form, {"q": "m"})) == "More ticks than allowed"
    assert in_words(form.fields[0], Keyed({}, {})) == ""


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_typed_is_read_or_refused_and_never_breaks(data) -> None:
    form = paper_form(ours("community_safety"))
    some = data.draw(st.lists(st.sampled_from(form.fields), max_size=8))
    typed = {field.id: data.draw(st.one_of(st.text(max_size=20), st.from_regex(r"[0-9 bim]{1,6}"))) for field in some}
    read = read_keyed(form, typed)
    assert read.answers == form.questionnaire.clean(read.answers, strict=True)
    assert all(sentence.startswith("Question ") and sentence.endswith(".") for sentence in read.errors.values())
