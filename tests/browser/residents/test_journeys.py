"""Residents answer both surveys on a phone, from the start page to the receipt and back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

RECEIPT = re.compile(r"/done/[\w-]+$")
Check = Callable[[Page], None]


def test_the_short_survey_from_start_to_receipt(phone: Page) -> None:
    phone.get_by_role("link", name="How safe do you feel in Southampton?", exact=True).click()
    phone.get_by_role("group", name="during the day").get_by_label("Fairly safe").check()
    phone.get_by_role("group", name="after dark").get_by_label("Very unsafe").check()
    phone.get_by_label("People using or dealing drugs").check()
    phone.get_by_label("What one thing would make you feel safer?").fill("More light in the park 🙂")
    phone.get_by_label("Which part of Southampton do you live in?").select_option("Bargate")
    phone.get_by_role("button", name="Send your answers").click()
    expect(phone).to_have_url(RECEIPT)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you, your answers have arrived")
    receipt = phone.url
    phone.reload()
    expect(phone).to_have_url(receipt)
    assert phone.context.cookies() == []


def test_a_mistake_is_explained_and_put_right(phone: Page, check_accessibility: Check) -> None:
    phone.goto("/s/fast-feedback")
    phone.get_by_role("group", name="How old are you?").get_by_label("25 to 34").check()
    for label in ("People using or dealing drugs", "Domestic abuse", "Hate crime", "Sexual assault"):
        phone.get_by_label(label).check()
    phone.get_by_role("button", name="Send your answers").click()
    expect(phone).to_have_title(re.compile("^Error: How safe do you feel"))
    check_accessibility(phone)
    phone.get_by_role("link", name="Select no more than 3 things").click()
    expect(phone.get_by_label("People using or dealing drugs")).to_be_focused()
    expect(phone.get_by_label("25 to 34")).to_be_checked()
    phone.get_by_label("Hate crime").uncheck()
    phone.get_by_role("button", name="Send your answers").click()
    expect(phone).to_have_url(RECEIPT)


def test_going_back_after_sending_never_counts_twice(phone: Page) -> None:
    phone.goto("/s/fast-feedback")
    phone.get_by_role("group", name="during the day").get_by_label("Very safe").check()
    phone.get_by_role("button", name="Send your answers").click()
    expect(phone).to_have_url(RECEIPT)
    receipt = phone.url
    phone.go_back()
    expect(phone.get_by_role("button", name="Send your answers")).to_be_visible()
    phone.go_forward()
    expect(phone).to_have_url(receipt)


def begin_long(page: Page) -> None:
    page.goto("/s/community-safety")
    page.get_by_role("button", name="Start").or_(page.get_by_role("button", name="Begin again")).click()


def skip_to(page: Page, heading: str) -> None:
    for _ in range(40):
        if page.get_by_role("heading", level=1).inner_text().startswith(heading):
            return
        page.get_by_role("button", name="Continue").click()
    pytest.fail(f"no page {heading!r} within 40 pages")


def test_the_long_survey_from_start_to_receipt(phone: Page, check_accessibility: Check) -> None:
    begin_long(phone)
    phone.get_by_label("I live here").check()
    phone.get_by_label("Which part of Southampton do you live in?").select_option("Bargate")
    check_accessibility(phone)
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_text("Page 2 of about")).to_be_visible()
    skip_to(phone, "Your experience")
    check_accessibility(phone)
    phone.get_by_role("group", name="Hate crime", exact=True).get_by_label("It happened to me").check()
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_label("I did not report it to anybody").check()
    expect(phone.get_by_role("link", name="0800 555 111")).to_be_visible()
    check_accessibility(phone)
    skip_to(phone, "Equality questions")
    phone.get_by_label("Yes, answer the equality questions").check()
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("group", name="ethnic group").get_by_role("radio").first.check()
    skip_to(phone, "Check your answers")
    check_accessibility(phone)
    phone.get_by_role(
        "link", name="Change How safe or unsafe do you feel when you are outside in your local area after"
    ).click()
    phone.get_by_role("group", name="after dark").get_by_label("Very safe").check()
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Check your answers")
    expect(phone.get_by_text("Very safe")).to_be_visible()
    phone.get_by_role("button", name="Send your answers").click()
    expect(phone).to_have_url(RECEIPT)
    check_accessibility(phone)
    receipt = phone.url
    phone.go_back()
    expect(phone).to_have_url(f"{receipt}?again=1")
    phone.goto("/s/community-safety/3")
    expect(phone).to_have_url(f"{receipt}?again=1")


def test_nothing_answered_is_a_friendly_error(phone: Page, check_accessibility: Check) -> None:
    for survey in ("/s/fast-feedback", "/s/community-safety"):
        phone.goto(survey)
        if survey.endswith("safety"):
            begin_long(phone)
            skip_to(phone, "Check your answers")
        phone.get_by_role("button", name="Send your answers").click()
        link = phone.get_by_role("link", name="Answer at least one question before you send.")
        link.click()
        assert phone.evaluate("document.activeElement !== document.body")
        expect(phone).to_have_title(re.compile("^Error: "))
        check_accessibility(phone)


def test_the_back_link_leads_to_the_page_before_with_its_answers(phone: Page) -> None:
    begin_long(phone)
    phone.get_by_label("I study here").check()
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("link", name="Back", exact=True).click()
    expect(phone.get_by_label("I study here")).to_be_checked()


@pytest.mark.parametrize("address", ["/nowhere", "/s/nowhere", "/s/fast-feedback/done/AAAAA-AAAAA"])
def test_a_page_that_is_not_there_helps_on(scripted: Page, check_accessibility: Check, address: str) -> None:
    scripted.set_viewport_size({"width": 320, "height": 640})
    scripted.goto(address)
    check_accessibility(scripted)
    scripted.get_by_role("link", name="See which surveys are open").click()
    expect(scripted.get_by_role("heading", level=1)).to_have_text("Tell us how safe you feel in Southampton")


def test_a_code_that_no_event_has_leads_to_what_is_open(scripted: Page, check_accessibility: Check) -> None:
    scripted.set_viewport_size({"width": 320, "height": 640})
    scripted.goto("/e/zzzzz")
    check_accessibility(scripted)
    scripted.locator("main a[href*='/s/fast-feedback']").click()
    expect(scripted.get_by_role("button", name="Send your answers")).to_be_visible()
