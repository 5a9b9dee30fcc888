"""Questions as markup: sound on every page of our questionnaires, and what a browser sends back is what was stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from bs4 import BeautifulSoup
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from forms import Page, Questionnaire
from tests.pages import check_page
from tests.unit.forms.markup import macro
from tests.unit.forms.samples import QUESTIONS, ours, posted, question_data, questionnaire

HOSTILE = '"><script>alert(1)</script>\u202e{{ 7*7 }}'
SHOWN = HOSTILE.replace("\u202e", "")  # a mark that turns text round is never shown again


def rendered(
    page: Page, raw: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None, lookup: bool = False
) -> BeautifulSoup:
    """The questions of a page in a bare frame, checked as every page is."""
    question, summary = macro("question", "question"), macro("error_summary", "error_summary")
    body = Markup("").join(question(q, (raw or {}).get(q.id), errors or {}, lookup=lookup) for q in page.questions)
    title = escape(page.title)
    return check_page(
        f'<!DOCTYPE html><html lang="en" dir="ltr"><head><title>{"Error: " if errors else ""}{title}</title></head>'
        f"<body>{summary(errors or {})}<h1>{title}</h1><form>{body}</form></body></html>"
    )


def sent(soup: BeautifulSoup) -> MultiDict[str, str]:
    """What a browser would send."""
    form: MultiDict[str, str] = MultiDict()
    for control in soup.select("input, textarea, select"):
        chosen = control.name != "input" or control["type"] not in ("radio", "checkbox") or control.has_attr("checked")
        if control.name == "select":
            option = control.select_one("option[selected]") or control.select_one("option")
            form.add(control["name"], option["value"])
        elif control.name == "textarea":
            form.add(control["name"], control.get_text())
        elif chosen:
            form.add(control["name"], control.get("value", ""))
    return form


def all_types() -> Questionnaire:
    return questionnaire(*(question_data(type_, id=type_, hint=f"About {type_}") for type_ in QUESTIONS))


ANSWERS = {
    "single_choice": "red",
    "several_choices": ["red", "blue"],
    "choose_up_to": ["none"],
    "grid": {"sky": "green", "sea": "none"},
    "short_text": 'a "quoted" <b>',
    "long_text": "two\nlines & more",
    "whole_number": 0,
    "place": "not_sure",
}


def first_answers(page: Page) -> dict[str, Any]:
    """An answer to each question that has options: the first one."""
    answers: dict[str, Any] = {}
    for question in page.questions:
        codes, rows = list(question.codes()), list(getattr(question, "row_labels", ()))
        if codes:
            answers[question.id] = dict.fromkeys(rows, codes[0]) if rows else codes[0]
            if hasattr(question, "exclusive"):
                answers[question.id] = codes[:1]
    return answers


@pytest.mark.parametrize("lookup", [False, True])
@pytest.mark.parametrize("name", ["fast_feedback", "community_safety"])
def test_every_page_is_sound(name: str, lookup: bool) -> None:
    for page in ours(name).pages:
        rendered(page, lookup=lookup)
        answers = first_answers(page)
        read = page.read(sent(rendered(page, answers, lookup=lookup)), {}).raw
        assert {key: read[key] for key in answers} == answers


def test_what_is_stored_comes_back_from_the_browser() -> None:
    page = all_types().pages[0]
    assert page.read(sent(rendered(page, ANSWERS)), {}).answers == ANSWERS
    assert page.read(sent(rendered(page)), {}).answers == {}


def test_what_was_typed_wrongly_is_shown_again_with_its_sentence() -> None:
    page = all_types().pages[0]
    form = posted(
        single_choice=HOSTILE,
        several_choices=["none", "red"],
        choose_up_to=["red", "green", "blue"],
        grid__sky="green",
        grid__sea=HOSTILE,
        short_text=HOSTILE * 9,
        long_text="\n" + HOSTILE * 9,
        whole_number=HOSTILE,
        place=HOSTILE,
    )
    reading = page.read(form, {})
    soup = rendered(page, reading.raw, reading.errors)
    assert len(soup.select(".govuk-error-summary a")) == len(soup.select("p.govuk-error-message")) == len(QUESTIONS)
    assert soup.select_one("script") is None
    again = sent(soup)
    assert again["short_text"] == SHOWN * 9
    assert again["long_text"] == "\n" + SHOWN * 9
    assert again.getlist("several_choices") == ["red", "none"]
    assert again["grid.sky"] == "green"
    assert again["whole_number"] == SHOWN


def test_a_grid_is_a_legend_for_each_statement_and_no_table() -> None:
    soup = rendered(questionnaire(question_data("grid")).pages[0])
    assert soup.select_one("table") is None
    assert [legend.get_text(strip=True) for legend in soup.select("fieldset fieldset > legend")] == ["Sky", "Sea"]
    assert [field["id"] for field in soup.select("input")] == [
        *("q.sky", "q.sky-2", "q.sky-3", "q.sky-4"),
        *("q.sea", "q.sea-2", "q.sea-3", "q.sea-4"),
    ]
    assert {field["name"] for field in soup.select("input")} == {"q.sky", "q.sea"}


def test_a_place_offers_a_postcode_only_where_it_can_be_looked_up() -> None:
    page = questionnaire(question_data("place", hint="Where you live")).pages[0]
    assert [tag["name"] for tag in rendered(page).select("input, select")] == ["q"]
    soup = rendered(page, lookup=True, errors={"q.postcode": "Check the postcode"})
    assert [tag["name"] for tag in soup.select("input, select")] == ["q.postcode", "q"]
    assert soup.select_one("input")["aria-describedby"].split()[-1] == "q.postcode-error"
    assert soup.select_one("fieldset > legend").get_text(strip=True) == "What?"


def test_a_limit_is_told_without_a_script() -> None:
    soup = rendered(questionnaire(question_data("long_text", hint="Name nobody")).pages[0])
    assert soup.select_one("textarea")["aria-describedby"] == "q-info q-hint"
    assert soup.select_one("#q-info").get_text(strip=True) == "Up to 40 characters"


def test_words_of_a_questionnaire_are_only_text() -> None:
    asked = questionnaire(*(question_data(type_, id=type_, label=HOSTILE, hint=HOSTILE) for type_ in QUESTIONS))
    soup = rendered(asked.pages[0], lookup=True)
    assert soup.select_one("script") is None
    assert HOSTILE in soup.get_text()
