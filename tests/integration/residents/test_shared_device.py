"""Where others use the device too: sensitive questions come last, and no answer to them is stored before sending."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.extensions import db
from feedback.models import Draft
from feedback.services.answers.drafts import find_draft
from tests.integration.residents.test_paged import COOKIE_PATH, Rows, begin, heading, skip_to
from tests.makers import BARGATE, make_wave
from tests.pages import PageClient, text_of

HARM = {"experience.domestic_abuse": "victim"}
EARLY = {"safe_local_day": "very_safe"}
PERSON = {"link": ["live"], "ward": BARGATE}


def begin_shared(client: PageClient, survey: str) -> str:
    return str(client.submit(f"{survey}/start", {"shared": "1"}).location)


def hidden_fields(page: Any) -> dict[str, str]:
    return {field["name"]: field["value"] for field in page.select("main form input[type=hidden]")}


def drafted(app: Flask, client: PageClient) -> str:
    """All that the draft holds, opened with the key of the cookie."""
    cookie = client.get_cookie("draft", path=COOKIE_PATH)
    with app.app_context():
        assert len(list(db.session.scalars(select(Draft)))) == 1
        return json.dumps(find_draft(cookie.value).content)


def to_the_last(client: PageClient, long: str) -> Any:
    """Answer the first page, pass by the others, and open the first of the last pages."""
    second = client.submit(begin_shared(client, long), EARLY).location
    check = skip_to(client, second, "Check your answers")
    link = client.page(check).find("a", string="Continue")["href"]
    assert heading(client.page(client.get(link).location)) == "Before you go on"
    assert client.post(f"{long}/before").location == link
    return client.page(link)


def test_sensitive_answers_are_in_no_table_before_they_are_sent(
    app: Flask, client: PageClient, long: str, stored: Rows
) -> None:
    page = to_the_last(client, long)
    assert heading(page) == "You and Southampton"
    page = posted(client, page, PERSON)
    assert heading(page) == "Your experience, page 2"
    page = posted(client, page, HARM)
    assert "domestic abuse" in text_of(page)
    page = posted(client, page, {"reported_domestic_abuse": "not_reported", "barriers_domestic_abuse": "no_trust"})
    assert heading(page) == "About you"
    page = posted(client, page, {"age_band": "35_44", "sex": "female"})
    assert heading(page) == "Now send your answers"
    assert "domestic" not in text_of(page.main).casefold().partition("people who can help")[0]
    held = drafted(app, client)
    assert "very_safe" in held
    for told in ("link", BARGATE, "experience", "domestic", "no_trust", "not_reported", "age_band", "35_44", "sex"):
        assert f'"{told}' not in held, told
    for told in ("victim", "female"):
        assert told not in held, told
    assert stored() == []
    answer = client.post(f"{long}/last", data=hidden_fields(page))
    assert answer.status_code == 303
    (row,) = stored()
    assert row.answers == {
        **EARLY,
        **PERSON,
        "experience": {"domestic_abuse": "victim"},
        "reported_domestic_abuse": ["not_reported"],
        "barriers_domestic_abuse": ["no_trust"],
        "age_band": "35_44",
        "sex": "female",
    }
    assert client.get_cookie("draft", path=COOKIE_PATH) is None
    assert client.get(f"{long}/1").location == f"{long}/start?lost=1"


def posted(client: PageClient, page: Any, answers: dict[str, str], status: int = 200) -> Any:
    from bs4 import BeautifulSoup

    answer = client.post(page.select_one("main form")["action"], data={**hidden_fields(page), **answers})
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    return BeautifulSoup(answer.get_data(as_text=True), "html5lib")


def test_equality_questions_come_last_too(app: Flask, client: PageClient, long: str, stored: Rows) -> None:
    address = skip_to(client, begin_shared(client, long), "Equality questions")
    check = client.submit(address, {"equality_gate": "yes"}).location
    link = client.page(check).find("a", string="Continue")["href"]
    client.post(f"{long}/before", data={"skip": "1"})
    page = posted(client, posted(client, client.page(link), {}), {})
    assert heading(page) == "Equality questions about you"
    page = posted(client, page, {"ethnic_group": "asian", "long_term_condition": "yes"})
    assert heading(page) == "Your day to day activities"
    page = posted(client, page, {"limits_activities": "a_lot"})
    assert "asian" not in drafted(app, client)
    client.post(f"{long}/last", data=hidden_fields(page))
    assert stored()[0].answers["ethnic_group"] == "asian"
    assert stored()[0].answers["limits_activities"] == "a_lot"


def test_a_sensitive_page_cannot_be_drafted_by_its_address(app: Flask, client: PageClient, long: str) -> None:
    begin_shared(client, long)
    assert client.get(f"{long}/8").status_code == 303
    client.post(f"{long}/8", data=HARM)
    assert "domestic" not in drafted(app, client)


@pytest.mark.parametrize(
    "so_far",
    [
        "",
        "null",
        "[]",
        "{",
        '{"answers": [], "passed": {}}',
        '{"answers": {"experience": {"domestic_abuse": "<script>"}, "nothing": 1}, "passed": ["x", 1]}',
        '{"answers": {"safe_local_day": "very_unsafe"}, "passed": []}',
        "[" * 40_000,
        "x" * 60_000,
    ],
)
def test_what_the_form_carries_is_checked_like_any_answer(
    client: PageClient, long: str, stored: Rows, so_far: str
) -> None:
    to_the_last(client, long)
    assert client.post(f"{long}/last", data={"so_far": so_far}).status_code == 303
    assert stored()[0].answers == EARLY


def test_a_mistake_on_the_last_pages_keeps_what_was_answered(client: PageClient, long: str) -> None:
    page = posted(client, posted(client, to_the_last(client, long), {}), HARM)
    page = posted(client, page, {"reported_domestic_abuse": ["not_reported", "council"]}, status=422)
    assert "Select who you reported the domestic abuse to, or select" in text_of(page)
    assert '"domestic_abuse":"victim"' in hidden_fields(page)["so_far"]


def test_nothing_at_all_is_still_no_answer(client: PageClient, long: str, stored: Rows) -> None:
    check = skip_to(client, begin_shared(client, long), "Check your answers")
    client.post(f"{long}/before", data={"skip": "1"})
    link = client.page(check).find("a", string="Continue")["href"]
    page = client.page(link)
    while heading(page) != "Now send your answers":
        page = posted(client, page, {})
    answer = client.post(f"{long}/last", data=hidden_fields(page))
    assert answer.status_code == 422
    assert "Answer at least one question before you send." in answer.text
    assert stored() == []


def test_the_check_of_a_shared_device_sends_nothing(client: PageClient, long: str, stored: Rows) -> None:
    client.submit(begin_shared(client, long), EARLY)
    assert client.post(f"{long}/check").location == f"{long}/last"
    assert stored() == []


def test_on_a_device_of_ones_own_there_are_no_last_pages(client: PageClient, long: str) -> None:
    begin(client, long)
    assert client.get(f"{long}/last").location == f"{long}/check"


def test_before_the_first_page_about_harm_the_way_out_is_explained_once(client: PageClient, long: str) -> None:
    address = skip_to(client, begin(client, long), "Before you go on")
    assert address == f"{long}/before"
    page = client.page(address)
    assert page.select_one("a.app-exit")
    assert "Shift three times" in text_of(page)
    first = client.post(address).location
    assert heading(client.page(first)) == "Your experience, page 8"
    assert client.submit(f"{long}/7", {}).location == first


def test_all_questions_about_harm_can_be_skipped_together(client: PageClient, long: str, stored: Rows) -> None:
    address = skip_to(client, begin(client, long), "Before you go on")
    address = client.post(address, data={"skip": "1"}).location
    assert heading(client.page(address)) == "The police, the council and your local area"


LAST = {
    "community-safety": ["link", "experience", "about_you", "equality", "daily_activities"],
    "young-people": ["about_you", "telling"],
    "strategy-consultation": ["answering_as", "about_you", "equality_gate", "equality", "daily_activities"],
}


@pytest.mark.parametrize("survey", LAST)
def test_every_survey_knows_what_comes_last(app: Flask, survey: str) -> None:
    from feedback.queries.questionnaires import questionnaire_of

    with app.app_context():
        paged = questionnaire_of(make_wave(survey).questionnaire)
    early = [page for page in paged.pages if page not in paged.only_sent]
    after = {page.id for page in paged.pages if page.id.startswith("about_") and page.harm}
    assert [page.id for page in paged.only_sent if page.id not in after] == LAST[survey]
    assert after <= {page.id for page in paged.only_sent}
    assert not any(page.harm or page.sensitive for page in early)
    assert set(paged.for_last) <= set(paged.only_sent)
    who = {"ward", "age_band", "young_age", "sex", "ethnic_group", "long_term_condition", "limits_activities"}
    assert not [question.id for page in early for question in page.questions if question.id in who]
