"""Each type owns everything about itself; the registry is walked so that no type lacks a face."""

from __future__ import annotations

import re
from typing import Any

import pytest

from forms import QUESTION_TYPES, AnswerError, Question
from forms.errors import AnswerFault
from tests.unit.forms.markup import ENVIRONMENT, ROOT
from tests.unit.forms.samples import QUESTIONS, posted, question, question_data, questionnaire

FACES = ("read", "clean", "display", "cells", "columns", "paper")

# type -> (stored answer, words, cells)
ANSWERS: dict[str, tuple[Any, list[str], dict[str, str]]] = {
    "single_choice": ("red", ["Red"], {"q": "red"}),
    "several_choices": (["red", "blue"], ["Red", "Blue"], {"q": "red;blue"}),
    "choose_up_to": (["green"], ["Green"], {"q": "green"}),
    "grid": (
        {"sky": "green", "sea": "red"},
        ["Sky: Green", "Sea: Red"],
        {"q.sky": "green", "q.sea": "red", "q": "red;green", "q.overall": "green"},
    ),
    "short_text": ("by the sea", ["by the sea"], {"q": "by the sea"}),
    "long_text": ("more\nlight", ["more", "light"], {"q": "more\nlight"}),
    "whole_number": (0, ["0"], {"q": "0"}),
    "place": ("outside", ["Outside"], {"q": "outside"}),
}


@pytest.mark.parametrize("type_", sorted(QUESTION_TYPES))
def test_every_type_has_every_face(type_: str) -> None:
    kind = QUESTION_TYPES[type_]
    assert kind.type == type_
    for face in FACES:
        owners = [base for base in kind.__mro__ if face in vars(base)]
        assert owners[0] is not Question, f"{type_} does not say how to {face}"
    drawn_by = ENVIRONMENT.get_template("components/question.html").module.drawn_by
    assert kind.template in drawn_by


def test_every_type_is_sampled_here() -> None:
    assert set(QUESTIONS) == set(ANSWERS) == set(QUESTION_TYPES)


@pytest.mark.parametrize("type_", sorted(QUESTION_TYPES))
def test_an_answer_has_one_stored_form_words_and_cells(type_: str) -> None:
    asked, (stored, words, cells) = question(type_), ANSWERS[type_]
    assert asked.clean(stored) == stored
    assert asked.display(stored) == words
    assert asked.cells(stored) == cells
    assert set(cells) == {column.name for column in asked.columns}


@pytest.mark.parametrize("type_", sorted(QUESTION_TYPES))
def test_no_answer_is_none_everywhere(type_: str) -> None:
    asked = question(type_)
    assert asked.read(posted()) is None
    assert asked.clean(None) is None
    assert asked.display(None) == []
    assert set(asked.cells(None).values()) == {""}


@pytest.mark.parametrize("type_", sorted(QUESTION_TYPES))
def test_an_empty_form_field_is_no_answer(type_: str) -> None:
    asked = question(type_)
    assert asked.clean(asked.read(posted(q="", q__sky="", q__sea=""))) is None


@pytest.mark.parametrize("type_", sorted(QUESTION_TYPES))
@pytest.mark.parametrize(
    "answer", [True, 1.5, b"red", object(), {"a": []}, {"sky": {}}, [[]], [None], {1: 2}, [{}], ("red", 3)]
)
def test_what_is_no_answer_is_refused_with_a_sentence(type_: str, answer: Any) -> None:
    with pytest.raises(AnswerFault, match=r"^[A-Z].+"):
        question(type_).clean(answer)
    assert question(type_).salvage(answer) is None


@pytest.mark.parametrize("type_", ["single_choice", "several_choices", "choose_up_to", "place"])
@pytest.mark.parametrize("code", ["purple", "RED", " red", "red\0", "<script>", "=cmd()", "\u202ered", "x" * 100_000])
def test_a_code_that_is_no_option_is_refused(type_: str, code: str) -> None:
    asked = question(type_)
    with pytest.raises(AnswerFault, match="^Answer this$"):
        asked.clean(asked.read(posted(q=[code])))


@pytest.mark.parametrize("type_", ["several_choices", "choose_up_to"])
class TestSeveralChoices:
    def test_order_and_repeats_do_not_matter(self, type_: str) -> None:
        assert question(type_).clean(["blue", "red", "blue"]) == ["red", "blue"]

    def test_exclusive_alone_is_kept(self, type_: str) -> None:
        assert question(type_).clean(["none"]) == ["none"]

    def test_exclusive_with_another_is_refused(self, type_: str) -> None:
        with pytest.raises(AnswerFault, match="^Select colours, or select none$"):
            question(type_).clean(["none", "red"])


def test_more_than_the_limit_is_refused() -> None:
    assert question("choose_up_to").clean(["red", "green"]) == ["red", "green"]
    with pytest.raises(AnswerFault, match="^Select no more than 2 colours$"):
        question("choose_up_to").clean(["red", "green", "blue"])


def test_a_grid_says_which_row_is_wrong() -> None:
    asked = question("grid")
    with pytest.raises(AnswerFault) as fault:
        asked.clean({"sky": "red", "sea": "purple"})
    assert asked.html_id(fault.value.part) == "q.sea"
    assert asked.salvage({"sky": "red", "sea": "purple", "moon": "red"}) == {"sky": "red"}
    with pytest.raises(AnswerFault):
        asked.clean({"moon": "red"})


def test_a_grid_drops_rows_without_an_answer() -> None:
    assert question("grid").clean({"sky": "", "sea": "red"}) == {"sea": "red"}
    assert question("grid").clean({"sky": None}) is None


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  a\r\nb  ", "a\nb"),
        ("a\rb", "a\nb"),
        ("a\0b\x1b[31mc\x7f", "ab[31mc"),
        ("cafe\u0301", "caf\u00e9"),
        ("\u202eevil\u2066", "evil"),
        ("\ufffe\ufdd0x\ud800", "x"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=cmd()", "=cmd()"),
        ("-5", "-5"),
        (" \u2003\n ", None),
        ("\0", None),
    ],
)
def test_text_is_kept_as_written_without_what_breaks_files(typed: str, stored: str | None) -> None:
    assert question("long_text").clean(typed) == stored


def test_a_short_text_is_one_line() -> None:
    assert question("short_text").clean(" a\tb \r\n c ") == "a b c"


@pytest.mark.parametrize(("type_", "limit"), [("short_text", 20), ("long_text", 40)])
def test_the_limit_of_a_text_is_in_characters_as_stored(type_: str, limit: int) -> None:
    assert question(type_).clean("é" * limit + "\0\r\n") == "é" * limit
    with pytest.raises(AnswerFault, match=f"^Enter {limit} characters or fewer$"):
        question(type_).clean("x" * (limit + 1))
    with pytest.raises(AnswerFault):
        question(type_).clean("x" * 100_000)


@pytest.mark.parametrize(
    ("typed", "stored"), [("7", 7), (" 1 2 ", 12), ("0", 0), ("1,0", 10), ("\u0661\u0662", 12), ("+3", 3)]
)
def test_a_whole_number_is_read_generously(typed: str, stored: int) -> None:
    asked = question("whole_number")
    assert asked.clean(asked.read(posted(q=typed))) == stored


@pytest.mark.parametrize("typed", ["two", "1.5", "1e3", "9" * 5000, "1" + " " * 30 + "9", "=1", "0x1", "½"])
def test_what_is_no_whole_number_is_shown_again_and_refused(typed: str) -> None:
    asked = question("whole_number")
    raw = asked.read(posted(q=typed))
    assert raw == typed
    with pytest.raises(AnswerFault, match="^Answer this$"):
        asked.clean(raw)


@pytest.mark.parametrize("number", [-1, 21, 10**30])
def test_a_number_outside_the_limits_is_refused(number: int) -> None:
    with pytest.raises(AnswerFault, match="^Enter a number from 0 to 20$"):
        question("whole_number").clean(number)


def test_a_postcode_is_never_part_of_the_answer() -> None:
    asked = question("place")
    form = posted(q="", q__postcode="  SO14 7LY ")
    assert asked.read(form) is None
    assert asked.read_lookup(form) == "SO14 7LY"
    assert len(asked.read_lookup(posted(q__postcode="x" * 100_000))) == 40


def test_paper_says_what_can_be_ticked_or_written() -> None:
    papers = {type_: question(type_).paper for type_ in QUESTION_TYPES}
    told = {
        type_: (len(paper.marks), len(paper.rows), paper.at_most, paper.lines, paper.boxes)
        for type_, paper in papers.items()
    }
    assert told == {
        "single_choice": (4, 0, 1, 0, 0),
        "several_choices": (4, 0, 4, 0, 0),
        "choose_up_to": (4, 0, 2, 0, 0),
        "grid": (4, 2, 1, 0, 0),
        "short_text": (0, 0, 0, 1, 0),
        "long_text": (0, 0, 0, 5, 0),
        "whole_number": (0, 0, 0, 0, 2),
        "place": (3, 0, 1, 0, 0),
    }


def test_columns_carry_labels_and_codes() -> None:
    (column,) = question("single_choice").columns
    assert (column.name, column.label, column.kind) == ("q", "What?", "single")
    assert column.codes == {"red": "Red", "green": "Green", "blue": "Blue", "none": "None of these"}
    kinds = {type_: [column.kind for column in question(type_).columns] for type_ in QUESTION_TYPES}
    assert kinds == {
        "single_choice": ["single"],
        "several_choices": ["multi"],
        "choose_up_to": ["multi"],
        "grid": ["single", "single", "multi", "single"],
        "short_text": ["text"],
        "long_text": ["text"],
        "whole_number": ["number"],
        "place": ["single"],
    }


def test_a_question_that_must_be_answered_says_so_on_its_page() -> None:
    for type_ in QUESTION_TYPES:
        asked = questionnaire(question_data(type_, required=True))
        reading = asked.pages[0].read(posted(), {})
        assert list(reading.errors.values()) == ["Answer this"]
        assert list(reading.errors) == [asked.question("q").html_id()]
        assert asked.clean({}, strict=True) == {}, "other doors lose no answer over a question left out"


def test_an_answer_error_carries_every_sentence() -> None:
    asked = questionnaire(question_data("single_choice"), question_data("whole_number", id="age"))
    with pytest.raises(AnswerError) as error:
        asked.clean({"q": "purple", "age": 99, "odd": 1}, strict=True)
    assert error.value.errors == {
        "odd": "There is no question 'odd'.",
        "q": "Answer this",
        "age": "Enter a number from 0 to 20",
    }


def test_no_code_outside_the_types_asks_for_a_type() -> None:
    ladder = re.compile(r"\.type\s*(==|!=|in\b)|\.template\s*(==|!=)")
    files = [*ROOT.glob("forms/**/*.py"), *ROOT.glob("feedback/**/*.py"), *ROOT.glob("templates/**/*.html")]
    assert [path.name for path in files if ladder.search(path.read_text(encoding="utf-8"))] == []
