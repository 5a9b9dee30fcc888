"""An officer with a phone, outdoors: an event made with few taps or the keyboard alone, pages with strong contrast."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import Axe
from tests.pictures import sign_in

Check = Callable[[Page], None]


@pytest.fixture
def phone(browser: Browser, demo_server: str) -> Iterator[Page]:
    context = browser.new_context(base_url=demo_server, viewport={"width": 320, "height": 640})
    page = context.new_page()
    sign_in(page, demo_server, "officer")
    yield page
    context.close()


def test_an_event_is_made_with_four_entries(phone: Page, check_accessibility: Check) -> None:
    phone.goto("/officer/")
    phone.get_by_role("button", name="Make an event").click()
    phone.get_by_role("button", name="Make the event").click()
    expect(phone).to_have_title(re.compile("^Error: Make an event"))
    check_accessibility(phone)
    phone.get_by_role("link", name="Enter the place").click()
    expect(phone.get_by_label("Place", exact=True)).to_be_focused()
    phone.get_by_label("Place", exact=True).fill("Bus stop in Bedford Place")
    phone.get_by_label("What kind of event is it?").select_option("Patch chat")
    phone.get_by_label("Ward it takes place in").select_option("Bargate")
    phone.get_by_role("button", name="Make the event").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Patch chat, Bus stop in Bedford Place")
    check_accessibility(phone)


def test_an_event_is_made_with_the_keyboard_alone(phone: Page) -> None:
    phone.goto("/officer/events/make")
    phone.get_by_label("What kind of event is it?").focus()
    for keys in ("Library", "Tab", "Hall", "Tab", "Bevois"):
        phone.keyboard.press(keys) if keys == "Tab" else phone.keyboard.type(keys)
    phone.keyboard.press("Tab")
    expect(phone.get_by_role("textbox", name="Day", exact=True).first).to_be_focused()
    phone.get_by_label("Title (optional)").focus()
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Library, Hall")


def test_a_note_is_kept_and_answers_are_moved(phone: Page, check_accessibility: Check) -> None:
    phone.goto("/officer/?state=past")
    phone.locator(".app-card__title a").first.click()
    event = phone.url
    phone.get_by_label("Write a note").fill("Rain from eleven")
    phone.get_by_role("button", name="Save note").click()
    phone.get_by_role("link", name="Remove the note").click()
    check_accessibility(phone)
    phone.get_by_role("button", name="Remove the note").click()
    expect(phone.get_by_text("Rain from eleven")).to_have_count(0)
    phone.goto(f"{event}/move")
    phone.get_by_role("button", name="Move the answers").click()
    check_accessibility(phone)
    phone.get_by_label("All of them").check()
    phone.get_by_label("Which event do they belong to?").select_option(index=1)
    phone.get_by_role("button", name="Move the answers").click()
    expect(phone.get_by_role("alert")).to_contain_text("answers have been moved to")


def test_officers_pages_can_be_read_in_sunlight(phone: Page, axe: Axe) -> None:
    """Contrast of 7, which axe calls enhanced, on pages in every state."""
    phone.goto("/officer/?state=past")
    event = str(phone.locator(".app-card__title a").first.get_attribute("href"))
    faint = {}
    for path in ("/officer/", event, f"{event}/result", f"{event}/cancel", "/officer/events/make", "/officer/coverage"):
        phone.goto(path)
        if path.endswith("make"):
            phone.get_by_role("button", name="Make the event").click()
        faint[path] = axe.faults(phone, {"runOnly": ["color-contrast-enhanced"]})
    assert not any(faint.values()), faint
