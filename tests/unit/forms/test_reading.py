"""A posted page becomes answers and sentences, whatever was posted."""

from __future__ import annotations

from forms import Reading, parse_questionnaire
from tests.unit.forms.samples import QUESTIONS, definition, ours, page, posted, question_data, questionnaire


def everything() -> object:
    return questionnaire(*(question_data(type_, id=type_) for type_ in QUESTIONS)).pages[0]


def test_a_whole_page_is_read() -> None:
    form = posted(
        single_choice="red",
        several_choices=["blue", "red"],
        choose_up_to=["none"],
        grid__sky="green",
        grid__moon="red",
        short_text="  by the sea ",
        long_text="more\r\nlight",
        whole_number="12",
        place="E05990001",
        csrf_token="x",
        something="else",
    )
    answers = {
        "single_choice": "red",
        "several_choices": ["red", "blue"],
        "choose_up_to": ["none"],
        "grid": {"sky": "green"},
        "short_text": "by the sea",
        "long_text": "more\nlight",
        "whole_number": 12,
        "place": "E05990001",
    }
    reading = everything().read(form, {})
    assert reading == Reading(answers, {**reading.raw}, {}, {})
    assert reading.raw["several_choices"] == ["blue", "red"]
    assert reading.raw["long_text"] == "more\nlight"


def test_every_fault_has_a_sentence_at_its_control_and_what_was_typed_is_kept() -> None:
    form = posted(
        single_choice="purple",
        several_choices=["none", "red"],
        choose_up_to=["red", "green", "blue"],
        grid__sky="green",
        grid__sea="purple",
        short_text="x" * 21,
        long_text="x" * 100_000,
        whole_number="two",
        place="E06000045",
    )
    reading = everything().read(form, {})
    assert reading.answers == {}
    assert reading.errors == {
        "single_choice": "Answer this",
        "several_choices": "Select colours, or select none",
        "choose_up_to": "Select no more than 2 colours",
        "grid.sea": "Answer this",
        "short_text": "Enter 20 characters or fewer",
        "long_text": "Enter 40 characters or fewer",
        "whole_number": "Answer this",
        "place": "Answer this",
    }
    assert reading.raw["long_text"] == "x" * 100_000
    assert reading.raw["grid"] == {"sky": "green", "sea": "purple"}


def test_a_postcode_is_read_apart() -> None:
    asked = questionnaire(question_data("place", required=True)).pages[0]
    reading = asked.read(posted(q="", q__postcode=" so14 7ly"), {})
    assert reading == Reading({}, {}, {}, {"q": "so14 7ly"})
    assert asked.read(posted(), {}).errors == {"q": "Answer this"}
    both = asked.read(posted(q="outside", q__postcode="SO14 7LY"), {})
    assert (both.answers, both.lookups) == ({"q": "outside"}, {"q": "SO14 7LY"})


def dependent() -> object:
    first = question_data("single_choice", id="before")
    met = question_data("single_choice", id="met")
    why = question_data("single_choice", id="why", show_if=[{"question": "met", "any_of": ["red"]}])
    hidden = question_data("single_choice", id="hidden", show_if=[{"question": "before", "any_of": ["red"]}])
    return parse_questionnaire(definition(page(first), page(met, why, hidden, id="second"))).pages[1]


def test_what_depends_on_the_same_page_is_read_with_it() -> None:
    assert dependent().read(posted(met="red", why="blue"), {}).answers == {"met": "red", "why": "blue"}
    assert dependent().read(posted(met="green", why="blue"), {}).answers == {"met": "green"}
    assert dependent().read(posted(met="green", why="purple"), {}).errors == {}
    assert dependent().read(posted(why="blue"), {"met": "red"}).answers == {}, "an old answer counts no longer"


def test_what_depends_on_an_earlier_page_is_read_only_when_asked() -> None:
    assert dependent().read(posted(hidden="blue"), {}).answers == {}
    assert dependent().read(posted(hidden="blue"), {"before": "red"}).answers == {"hidden": "blue"}


def test_an_empty_form_is_no_answer_and_no_fault() -> None:
    for name in ("fast_feedback", "community_safety"):
        for asked in ours(name).pages:
            assert asked.read(posted(), {}) == Reading({}, {}, {}, {})
