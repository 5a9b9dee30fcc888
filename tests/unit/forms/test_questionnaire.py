"""The validator of every door, routing, columns and the definition, on small questionnaires."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

import forms
from forms import AnswerError, Questionnaire, UnknownQuestion, parse_questionnaire
from tests.unit.forms.markup import ROOT
from tests.unit.forms.samples import QUESTIONS, definition, ours, page, question_data, questionnaire


def routed() -> Questionnaire:
    """First page: met, then why (if red), on the same page. Second page, if red: more. Third: text if more is blue."""
    met = question_data("single_choice", id="met")
    why = question_data("several_choices", id="why", show_if=[{"question": "met", "any_of": ["red"]}])
    more = question_data("single_choice", id="more")
    text = question_data("short_text", id="text", show_if=[{"question": "more", "none_of": ["green"]}])
    return parse_questionnaire(
        definition(
            page(met, why, id="one"),
            page(more, id="two", show_if=[{"question": "met", "any_of": ["red"], "none_of": ["none"]}]),
            page(text, id="three", show_if=[{"question": "more", "any_of": ["blue", "green"]}]),
        )
    )


ALL = {"met": "red", "why": ["blue"], "more": "blue", "text": "hello"}


@pytest.mark.parametrize(
    ("answers", "kept", "pages"),
    [
        ({}, {}, ["one"]),
        (ALL, ALL, ["one", "two", "three"]),
        ({**ALL, "met": "green"}, {"met": "green"}, ["one"]),
        ({**ALL, "more": "green"}, {"met": "red", "why": ["blue"], "more": "green"}, ["one", "two"]),
        ({k: v for k, v in ALL.items() if k != "met"}, {}, ["one"]),
        ({"met": "red", "text": "hello"}, {"met": "red"}, ["one", "two"]),
    ],
)
def test_routing_drops_what_was_not_asked(answers: dict[str, Any], kept: dict[str, Any], pages: list[str]) -> None:
    asked = routed()
    assert asked.clean(answers, strict=True) == kept
    assert [page.id for page in asked.route(answers)] == pages


def test_a_fault_in_what_was_not_asked_is_no_fault() -> None:
    assert routed().clean({"met": "green", "why": "nonsense"}, strict=True) == {"met": "green"}


def test_not_strict_keeps_what_can_be_kept() -> None:
    asked = questionnaire(question_data("single_choice"), question_data("grid", id="g"), question_data("place", id="w"))
    answers = {"q": "purple", "g": {"sky": "red", "sea": "purple"}, "w": "outside", "odd": 1}
    assert asked.clean(answers, strict=False) == {"g": {"sky": "red"}, "w": "outside"}
    with pytest.raises(AnswerError) as error:
        asked.clean(answers, strict=True)
    assert set(error.value.errors) == {"q", "g", "odd"}


@pytest.mark.parametrize("answers", [None, [], "red", 7])
def test_what_are_no_answers_is_refused(answers: Any) -> None:
    with pytest.raises(AnswerError, match="Answers must be given"):
        questionnaire(question_data("single_choice")).clean(answers, strict=True)


def test_cleaning_leaves_what_it_was_given_alone() -> None:
    given = {"q": ["blue", "red"]}
    assert questionnaire(question_data("several_choices")).clean(given, strict=True) == {"q": ["red", "blue"]}
    assert given == {"q": ["blue", "red"]}


def test_shown_before_answering_and_asked_after() -> None:
    one = routed().page("one")
    assert [question.id for question in one.shown({})] == ["met", "why"]
    assert [question.id for question in one.asked({})] == ["met"]
    assert [question.id for question in one.asked({"met": "red"})] == ["met", "why"]


def test_cells_are_a_whole_row() -> None:
    asked = questionnaire(*(question_data(type_, id=type_) for type_ in QUESTIONS))
    answers = {
        "single_choice": "red",
        "several_choices": ["red", "blue"],
        "grid": {"sea": "green"},
        "whole_number": 3,
        "long_text": "=cmd()",
    }
    assert asked.cells(answers) == {
        "single_choice": "red",
        "several_choices": "red;blue",
        "choose_up_to": "",
        "grid.sky": "",
        "grid.sea": "green",
        "grid": "green",
        "grid.overall": "green",
        "short_text": "",
        "long_text": "=cmd()",
        "whole_number": "3",
        "place": "",
    }
    assert list(asked.cells({})) == [column.name for column in asked.columns]
    assert set(asked.cells({}).values()) == {""}


def test_absence_raises() -> None:
    for find in (routed().question, routed().page):
        with pytest.raises(UnknownQuestion, match="'nothing'"):
            find("nothing")


@pytest.mark.parametrize("name", ["fast_feedback", "community_safety"])
def test_a_definition_goes_through_json_and_back(name: str) -> None:
    asked = ours(name)
    stored = json.loads(json.dumps(asked.definition()))
    assert parse_questionnaire(stored) == asked
    assert parse_questionnaire(stored).digest() == asked.digest()
    shuffled = json.loads(json.dumps(asked.definition(), sort_keys=True))
    assert parse_questionnaire(shuffled).digest() == asked.digest()


def test_changing_a_definition_that_was_handed_out_changes_nothing() -> None:
    asked = routed()
    asked.definition()["pages"].clear()
    assert len(asked.definition()["pages"]) == 3


def test_a_digest_never_changes() -> None:
    """Published rows hold it: if this fails, every published questionnaire would seem to have changed."""
    assert routed().digest() == "0bd20a07d89027236e2ec108a37d3e639d4d8957e24a385751215f14a82bf56a"
    assert questionnaire(question_data("single_choice")).digest() != questionnaire(question_data("grid")).digest()


def test_importing_is_light() -> None:
    heavy = "pandas numpy flask sqlalchemy jinja2 analysis feedback"
    code = f"import sys, forms; print([m for m in {heavy.split()!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class TestTranslation:
    def test_all_wording_can_be_replaced_and_codes_stay(self) -> None:
        asked = ours("community_safety")
        backwards = {text: text[::-1] for text in forms.texts(asked).values()}
        turned = forms.translated(asked, forms.Catalogue("xx", backwards))
        assert forms.texts(turned) == {address: text[::-1] for address, text in forms.texts(asked).items()}
        assert turned.language == "xx"
        assert turned.title == asked.title[::-1]
        assert [(c.name, list(c.codes)) for c in turned.columns] == [(c.name, list(c.codes)) for c in asked.columns]
        assert turned.indicators == asked.indicators

    def test_every_sentence_a_resident_can_meet_has_an_address(self) -> None:
        asked = questionnaire(*(question_data(type_, id=type_) for type_ in QUESTIONS))
        texts = forms.texts(asked)
        assert texts["pages.first.questions.grid.rows.sky.label"] == "Sky"
        assert texts["pages.first.questions.choose_up_to.options.none.divider"] == "or"
        ends = {address.rpartition(".")[2] for address in texts}
        errors = {"error", "error_many", "error_exclusive", "error_long", "error_range", "lookup_error"}
        assert ends == {"title", "label", "divider", "prompt", "note", "lookup_label"} | errors

    def test_what_is_missing_stays_english_and_is_counted(self) -> None:
        asked, catalogue = questionnaire(question_data("single_choice")), forms.Catalogue("pl", {"What?": "Co?"})
        turned = forms.translated(asked, catalogue)
        assert turned.question("q").label == "Co?"
        assert turned.question("q").error == "Answer this"
        assert forms.missing(asked, catalogue)["pages.first.questions.q.error"] == "Answer this"
        assert "pages.first.questions.q.label" not in forms.missing(asked, catalogue)

    @pytest.mark.parametrize(
        ("english", "polish"),
        [
            ("Ward 1", "Ward 1"),  # a word of the place
            ("Do you live in Exampleton?", "Mieszkasz tu: Przykładowo?"),
            ("Select up to 3", "Wybierz do 3"),  # a number
            ("About the theft", "O tym: kradzież"),  # a word that is a text itself
            ("The theft and the theft", "kradzież, kradzież"),
            ("The theft and the fire", None),  # a word that stands twice must be the same
            ("About the fire", None),  # a word that nobody has translated
            ("About {what}", None),
            ("", None),
        ],
    )
    def test_words_in_braces_are_found_again(self, english: str, polish: str | None) -> None:
        texts = {
            "Do you live in {place}?": "Mieszkasz tu: {place}?",
            "Select up to {limit}": "Wybierz do {limit}",
            "About {what}": "O tym: {what}",
            "The {what} and the {what}": "{what}, {what}",
            "the theft": "kradzież",
            "theft": "kradzież",
        }
        catalogue = forms.Catalogue("pl", texts, {"Exampleton": "Przykładowo", "Ward 1": "Ward 1"})
        assert catalogue.translation(english) == polish


def told(**more: Any) -> forms.Questionnaire:
    """A questionnaire with a characteristic that says of itself what is given."""
    known = {"name": "tint", "label": "Tint", "question": "q", "groups": [{"code": "red", "label": "Red"}], **more}
    return questionnaire(question_data("single_choice"), characteristics=[known])


def test_what_nobody_said_of_a_characteristic_counts_as_sensitive_and_is_weighted_as_before() -> None:
    (silent,) = told().characteristics
    assert (silent.sensitive, silent.is_weighted) == (True, True)
    (ordinary,) = told(special_category=False).characteristics
    assert (ordinary.sensitive, ordinary.is_weighted) == (False, False)


def test_a_version_stays_the_version_it_was_when_more_is_said_of_its_characteristics() -> None:
    assert told().digest() == told(special_category=True, weighted=True, about="Tints").digest()
    assert told().digest() != told(label="Tone").digest()


def test_what_was_not_said_is_read_from_the_reviewed_questionnaire_and_what_was_said_stays() -> None:
    reviewed = told(special_category=False, weighted=True)
    assert told().completed_from(reviewed) == reviewed
    assert told(special_category=True).completed_from(reviewed) == told(special_category=True)


def test_the_questions_of_a_special_category_come_last_on_a_shared_device() -> None:
    assert [page.id for page in told(special_category=True).for_last] == ["first"]
    assert not told(special_category=False).for_last
