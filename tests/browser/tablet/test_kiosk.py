"""The tablet in the hands of whoever answers: the next person finds nothing, and nobody finds the staff's pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from feedback.models import Event
from feedback.services.tablets.kiosk_links import make_kiosk_token
from tests.browser.tablet.field import (
    CODE,
    PASSWORD,
    answer_fast,
    everything,
    fill_sign_in,
    next_person,
    read,
    states,
    take_event,
    wait_for_queue,
    wait_until,
)
from tests.browser.test_bad_connections import Service

Since = Callable[[], list[dict[str, Any]]]
SECRET = "my neighbour at number nine"


def test_the_next_person_finds_nothing_of_the_last(served: Service, page: Page) -> None:
    take_event(page, served.address, kiosk=True)
    page.context.set_offline(True)
    answer_fast(page, SECRET)
    next_person(page)
    answer_fast(page, SECRET, send=False)
    page.get_by_role("button", name="Stop and remove my answers").click()
    page.locator("[data-do=staff]").wait_for()
    page.context.set_offline(False)
    page.go_back()
    assert SECRET not in page.content()
    expect(page).to_have_url(re.compile("/sign-in"))
    page.context.set_offline(True)
    page.goto(f"{served.address}/tablet/")
    page.locator("[data-do=staff]").wait_for()
    assert page.locator("input, textarea").count() == 0, "no field is left to be filled in again"
    assert SECRET not in page.content() + everything(page)
    assert states(page) == ["completed", "discarded"], "what waits and the ledger outlive every reset"
    assert len(read(page, "queue")) == 1


def test_an_idle_screen_counts_down_and_clears_itself(served: Service, page: Page) -> None:
    page.clock.install()
    take_event(page, served.address, kiosk=True)
    page.context.set_offline(True)
    answer_fast(page, SECRET, send=False)
    dialog = page.get_by_role("dialog", name="Are you still there?")
    page.clock.fast_forward(58_000)
    expect(dialog).to_be_hidden()
    page.clock.fast_forward(4_000)
    expect(dialog).to_contain_text("Your answers will be removed in")
    page.get_by_role("button", name="I need more time").click()
    expect(dialog).to_be_hidden()
    assert page.get_by_label("What one thing").input_value() == SECRET
    page.clock.fast_forward(62_000)
    expect(dialog).to_be_visible()
    page.clock.fast_forward(20_000)
    page.locator("[data-do=staff]").wait_for()
    assert SECRET not in page.content()
    assert states(page) == ["discarded"]
    assert read(page, "queue") == []
    answer_fast(page, SECRET)
    page.clock.fast_forward(11_000)
    page.locator("[data-do=staff]").wait_for()
    assert len(read(page, "queue")) == 1


def test_in_full_screen_the_next_person_finds_nothing_either(served: Service, page: Page) -> None:
    """No new page can keep the full screen, so the start comes back in the same one."""
    take_event(page, served.address, kiosk=True)
    page.context.set_offline(True)
    page.get_by_role("button", name="Full screen").click()
    wait_until(page, "document.fullscreenElement !== null")
    answer_fast(page, SECRET)
    next_person(page)
    assert page.evaluate("document.fullscreenElement !== null")
    assert SECRET not in page.content()
    assert page.locator("input, textarea").count() == 0
    answer_fast(page, SECRET, send=False)
    page.get_by_role("button", name="Stop and remove my answers").click()
    page.locator("[data-do=staff]").wait_for()
    assert SECRET not in page.content()
    assert states(page) == ["completed", "discarded"]


def test_no_staff_page_opens_from_a_kiosk_without_signing_in_again(served: Service, page: Page) -> None:
    take_event(page, served.address)
    page.goto(f"{served.address}/tablet/")
    page.get_by_role("button", name="Hand the tablet over").click()
    page.get_by_role("button", name="Hand it over").click()
    page.locator("[data-do=staff]").wait_for()
    for path in ("/officer/", "/staff", f"/officer/events/{CODE}"):
        page.goto(served.address + path)
        expect(page).to_have_url(re.compile("/sign-in"))
    page.goto(f"{served.address}/tablet/?take={CODE}")
    page.locator("[data-do=staff]").click()
    page.wait_for_url("**/sign-in?**")
    fill_sign_in(page)
    page.get_by_role("heading", name="This tablet was handed over").wait_for()
    page.get_by_role("button", name="Sign out and continue").click()
    page.locator("[data-do=staff]").click()
    page.wait_for_url("**/sign-in?**")
    fill_sign_in(page)
    page.get_by_role("button", name="Leave the questions").click()
    page.get_by_role("button", name="Hand the tablet over").wait_for()


def test_handed_over_without_a_network_it_signs_out_as_soon_as_there_is_one(served: Service, page: Page) -> None:
    take_event(page, served.address)
    page.context.set_offline(True)
    page.get_by_role("button", name="Hand the tablet over").click()
    page.get_by_role("button", name="Hand it over").click()
    page.get_by_text("you are still signed in on this tablet").wait_for()
    page.get_by_role("button", name="Hand it over").click()
    page.locator("[data-do=staff]").click()
    page.get_by_text("Leaving needs a connection and a sign-in").wait_for()
    with page.expect_response("**/sign-out"):
        page.context.set_offline(False)
    page.goto(f"{served.address}/officer/")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_a_kiosk_link_needs_no_staff(served: Service, page: Page, new_responses: Since) -> None:
    with served.app.test_request_context():
        token = make_kiosk_token(served.app.extensions["sqlalchemy"].session.query(Event).filter_by(code=CODE).one())
    page.goto(f"{served.address}/k/{token}")
    answer_fast(page)
    wait_for_queue(page, 0)
    assert [one["channel"] for one in new_responses()] == ["kiosk"]
    expect(page).to_have_url(f"{served.address}/tablet/")
    assert PASSWORD not in everything(page)


def test_a_broken_kiosk_link_says_so(served: Service, page: Page) -> None:
    page.goto(f"{served.address}/k/no.such.link")
    page.get_by_text("This kiosk link is not complete").wait_for()
    assert read(page, "devices") == []


def test_pages_about_harm_can_be_left_at_once_and_come_last(served: Service, page: Page) -> None:
    take_event(page, served.address, kiosk=True)
    page.context.set_offline(True)
    page.get_by_role("button", name="Start: Community safety").click()
    headings = []
    while "Your experience" not in page.title():
        headings.append(page.inner_text("h1"))
        page.locator("[data-do=onward]").click()
    assert "About you" in headings, "nothing harmless comes after"
    expect(page.locator("section:not([hidden])")).to_contain_text("In danger now? Call 999.")
    assert page.locator("#screen a[href]").count() == 0, "nothing leads away from here"
    page.locator('[id="experience.domestic_abuse"]').check(force=True)
    page.locator("[data-do=onward]").click()
    assert page.inner_text("h1") == "About the domestic abuse"
    expect(page).to_have_title("Your experience")
    why_not = page.get_by_text("If you did not report the domestic abuse, why not?")
    expect(why_not).to_be_hidden()
    page.locator("#reported_domestic_abuse-10").check(force=True)
    expect(why_not).to_be_visible()
    assert read(page, "queue") == [], "nothing is kept before the end"
    page.get_by_role("button", name="Exit this page").click()
    page.locator("[data-do=staff]").wait_for()
    assert "domestic" not in page.content()
    assert states(page) == ["discarded"]


def test_mistakes_are_shown_as_the_server_shows_them(served: Service, page: Page) -> None:
    take_event(page, served.address, kiosk=True)
    page.context.set_offline(True)
    page.get_by_role("button", name="Start: How safe").click()
    page.get_by_role("button", name="Send your answers").click()
    page.get_by_role("link", name="Answer at least one question before you send.").click()
    assert page.evaluate("document.activeElement.id") == "safe_local_day"
    for label in ("Hate crime", "Sexual assault", "Begging in the street", "People sleeping rough"):
        page.get_by_label(label).check()
    page.get_by_role("button", name="Send your answers").click()
    expect(page).to_have_title(re.compile("^Error: "))
    sentence = "Select no more than 3 things that we should deal with first"
    expect(page.locator("#priorities-error")).to_have_text(f"Error: {sentence}")
    group = page.locator("fieldset", has=page.locator("#priorities"))
    assert group.get_attribute("aria-describedby") == "priorities-hint priorities-error"
    page.get_by_label("None of these").check()
    page.get_by_role("button", name="Send your answers").dblclick()
    page.get_by_role("heading", name="Thank you for your answers").wait_for()
    assert len(read(page, "queue")) == 1, "an impatient finger sends once"


TARGETS = "button, select, input, .govuk-radios__item, .govuk-checkboxes__item, summary"
SMALL = f"""() => [...document.querySelectorAll('{TARGETS}')]
  .filter((place) => place.checkVisibility() && (place.closest('dialog') || !document.querySelector('dialog[open]')))
  .map((place) => [place.className || place.tagName, place.getBoundingClientRect()])
  .filter(([, box]) => box.width < 47.5 || box.height < 47.5)
  .map(([name, box]) => name + ' ' + box.width + ' x ' + box.height)"""


def test_targets_are_large_contrast_is_high_and_axe_finds_nothing(
    served: Service, tablet: BrowserContext, look_closely: Callable[[Page], None]
) -> None:
    page = tablet.new_page()
    page.clock.install()
    take_event(page, served.address, kiosk=True)

    def look() -> None:
        look_closely(page)
        for width, height in ((320, 640), (1280, 800)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(SMALL) == []

    look()
    page.get_by_role("button", name="Start: Community safety").click()
    while page.locator("[data-page=problems_street]").is_hidden():
        page.locator("[data-do=onward]").click()
    look()
    page.reload()
    page.get_by_role("button", name="Start: How safe").click()
    page.get_by_role("button", name="Send your answers").click()
    look()
    page.clock.fast_forward(62_000)
    page.get_by_role("dialog").wait_for()
    look()
    page.get_by_role("button", name="I need more time").click()
    page.get_by_label("Very safe").first.check()
    page.get_by_role("button", name="Send your answers").click()
    page.get_by_role("heading", name="Thank you for your answers").wait_for()
    look()
