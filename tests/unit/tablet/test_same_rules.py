"""The tablet decides without the server who is asked what and which answers are allowed: it must decide the same.

Random people fill in every reviewed questionnaire and one with every question type, sensibly, carelessly and with
malice; what the tablet's script makes of each form is set beside what Python makes of it.
"""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from werkzeug.datastructures import MultiDict

from feedback.tablet.order import for_shared_devices, private_pages
from feedback.tablet.packing import packed_pages
from forms import QUESTION_TYPES, Page, Question, Questionnaire, load_questionnaire, parse_questionnaire
from forms import questionnaire_files as files
from tests.unit.forms.samples import PLACE, QUESTIONS, definition, page, question_data
from tests.unit.tablet.node import run_script

CASES = 120  # of each questionnaire
COLLECT = Path(__file__).with_name("collect.mjs")
TEXTS = (
    *("", " ", "Better lighting", "  two\t words \r\n and a line\u2028more ", "\u202eback\u202c", "a\0b\x85c\ufffe"),
    *("\ud800x", "e\u0301 \u00a0\u3000", "\ufeffmark", "😀" * 151, "x" * 501, "x" * 500, "ß" * 150),
    *("<script>alert(1)</script>", "=1+1"),
)
NUMBERS = (
    "7",
    " 1,2 ",
    "+3",
    "-4",
    "1_0",
    "1__0",
    "٣",
    "१२",
    "৯৯",
    "99",
    "seven",
    "1.0",
    "",
    "9" * 21,
    "0x10",
    "\u00a05",
)
STRANGE = ("", "no_such_code", "VERY_SAFE", "<b>")


@cache
def asked(name: str) -> Questionnaire:
    if name == "every type":
        return every_type()
    (path,) = [path for path in files() if path.stem == name]
    return load_questionnaire(path, {"partnership": "The Exampleton partnership", **PLACE})


def every_type() -> Questionnaire:
    """One question of each type; then a page that asks each again where it was not answered; some must be answered."""
    first = [
        question_data(kind, id=f"a_{kind}", required=kind in {"place", "grid", "short_text"}) for kind in QUESTIONS
    ]
    gate = {"question": "a_single_choice", "any_of": ["red", "blue"]}
    row = {"question": "a_grid", "row": "sea", "none_of": ["green"]}
    second = [question_data(kind, id=f"b_{kind}", show_if=[row]) for kind in QUESTIONS]
    same_page = {"question": "b_several_choices", "any_of": ["red"]}
    follow = question_data("long_text", id="b_follow", show_if=[same_page], required=True)
    third = question_data("single_choice", id="secret", sensitive=True)
    last = question_data("single_choice", id="after", show_if=[{"question": "secret", "any_of": ["red"]}])
    pages = [page(*first), page(*second, follow, id="second", show_if=[gate]), page(third, id="third")]
    return parse_questionnaire(definition(*pages, page(last, id="last"), page(question_data("place"), id="end")))


SURVEYS = sorted(path.stem for path in files()) + ["every type"]


def some_form(chance: random.Random, questionnaire: Questionnaire) -> dict[str, list[str]]:
    """What one person posts: names and values, as a browser sends them."""
    eager = chance.choice((0.2, 0.6, 1.0))
    care = chance.choice((0.0, 0.0, 0.15))
    posted: dict[str, list[str]] = {}
    for question in questionnaire.questions:
        for name in _names(question):
            if chance.random() < eager:
                posted[name] = _values(chance, question, care)
    return posted


def _names(question: Question) -> list[str]:
    rows = question.paper.rows
    return [f"{question.id}.{row.code}" for row in rows] if rows else [question.id]


def _values(chance: random.Random, question: Question, care: float) -> list[str]:
    marks = [option.code for option in question.paper.marks]
    if question.paper.lines:
        return [chance.choice(TEXTS)]
    if question.paper.boxes:
        return [chance.choice(NUMBERS)]
    if chance.random() < care:
        return chance.choices((*STRANGE, *marks), k=chance.randint(1, 4))
    most = 1 if question.paper.rows else min(question.paper.at_most, len(marks))
    return chance.sample(marks, k=chance.randint(1, most))


def by_python(questionnaire: Questionnaire, posted: dict[str, list[str]], *, alone: bool) -> dict[str, Any]:
    """The same, page by page, as the residents' pages on the server do it."""
    private, form = private_pages(questionnaire), MultiDict(posted)
    answers: dict[str, Any] = {}
    errors: dict[str, str] = {}
    route: list[Page] = []
    for one in for_shared_devices(questionnaire).pages:
        if (alone or one.id not in private) and one in questionnaire.route(answers):
            reading = one.read(form, answers)
            answers |= reading.answers
            errors |= reading.errors
            route.append(one)
    assert questionnaire.clean(answers, strict=True) == answers, "what one page takes, the whole takes"
    if alone:
        assert {one.id for one in questionnaire.route(answers)} == {one.id for one in route}
    return {"answers": answers, "errors": errors, "route": [one.id for one in route]}


@pytest.mark.parametrize("survey", SURVEYS)
def test_the_tablet_asks_and_takes_what_the_server_does(survey: str) -> None:
    chance = random.Random(survey)
    questionnaire = asked(survey)
    cases = [
        {"form": survey, "posted": some_form(chance, questionnaire), "alone": number % 5 != 0}
        for number in range(CASES)
    ]
    forms = {survey: packed_pages(questionnaire)}
    results = run_script(COLLECT, {"forms": forms, "cases": cases})
    for case, result in zip(cases, results, strict=True):
        assert result == by_python(questionnaire, case["posted"], alone=case["alone"]), case
    assert any(result["errors"] for result in results)
    assert any(len(result["answers"]) > 2 and not result["errors"] for result in results)


def test_every_question_type_is_among_what_is_tried() -> None:
    assert {question.type for question in every_type().questions} == set(QUESTION_TYPES)


def test_private_pages_come_last_and_no_answer_is_lost_by_it() -> None:
    questionnaire = asked("community_safety")
    ordered, private = for_shared_devices(questionnaire), private_pages(questionnaire)
    ids = [one.id for one in ordered.pages]
    assert sorted(ids) == sorted(one.id for one in questionnaire.pages)
    assert [one in private for one in ids] == sorted(one in private for one in ids)
    assert {"experience", "about_drugs", "about_domestic_abuse", "equality_gate", "equality"} <= private
    assert not {"link", "priorities", "about_you"} & private


def test_a_page_that_only_leads_to_private_ones_is_private_too() -> None:
    everything = msgspec.structs.replace(asked("every type"))
    assert private_pages(everything) == {"third", "last"}
