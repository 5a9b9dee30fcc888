"""Leaving a page that touches harm, at once and without a trace that the service could avoid."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect

from tests.browser.residents.test_journeys import begin_long, skip_to

Check = Callable[[Page], None]
AWAY = "https://www.bbc.co.uk/weather"
LANDING = "/accessibility"  # where the tests land instead, so that none of them leaves this machine


@pytest.fixture
def left_for(phone: Page) -> list[str]:
    """Where the way out wanted to lead, each time it was taken."""
    wanted: list[str] = []

    def stay_here(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        wanted.append(answer.headers["location"])
        route.fulfill(response=answer, headers={**answer.headers, "location": LANDING})

    phone.context.route(re.compile(r"/exit$"), stay_here)
    return wanted


@pytest.fixture
def harm(phone: Page, left_for: list[str]) -> Page:
    """A page that touches harm, with an answer."""
    begin_long(phone)
    phone.get_by_label("I live here").check()
    phone.get_by_role("button", name="Continue").click()
    phone.goto("/s/community-safety/7")
    skip_to(phone, "Your experience")
    phone.get_by_role("group", name="Domestic abuse", exact=True).get_by_label("It happened to me").check()
    return phone


def has_left(page: Page, left_for: list[str]) -> None:
    expect(page).to_have_url(re.compile(f"{LANDING}$"))
    assert left_for == [AWAY]
    assert page.context.cookies() == []


def test_one_tap_leads_away_and_forgets_everything(harm: Page, left_for: list[str]) -> None:
    assert [cookie["name"] for cookie in harm.context.cookies()] == ["draft"]
    harm.get_by_role("button", name="Exit this page").click()
    has_left(harm, left_for)
    harm.go_back()
    expect(harm.get_by_role("heading", level=1)).not_to_contain_text("Your experience")
    assert "It happened to me" not in harm.content()


def test_the_second_skip_link_leads_away_too(harm: Page, left_for: list[str]) -> None:
    link = harm.locator("a.app-exit-skip")
    link.focus()
    link.press("Enter")
    has_left(harm, left_for)


def test_shift_three_times_leads_away(harm: Page, left_for: list[str], request: pytest.FixtureRequest) -> None:
    harm.keyboard.press("Shift")
    harm.keyboard.type("Aa")
    harm.keyboard.press("Shift")
    harm.keyboard.press("Shift")
    assert left_for == [], "only three presses in a row may lead away"
    harm.keyboard.press("Shift")
    if "no scripts" in request.node.name:
        assert left_for == []  # without scripts nobody listens; the link is there
    else:
        has_left(harm, left_for)


def test_the_way_out_stays_in_sight_and_hides_no_focus(harm: Page) -> None:
    way_out = harm.get_by_role("button", name="Exit this page")
    harm.get_by_role("button", name="Continue").scroll_into_view_if_needed()
    expect(way_out).to_be_in_viewport()
    bottom = way_out.bounding_box()["height"]  # type: ignore[index]
    harm.get_by_role("button", name="Continue").focus()
    for _ in range(25):
        harm.keyboard.press("Shift+Tab")
        box = harm.evaluate("""() => { const e = document.activeElement, b = e.getBoundingClientRect()
            return [b.top, b.bottom, e.className] }""")
        if "app-exit" not in box[2]:
            assert box[1] > bottom, f"the focus hides behind the way out: {box}"


def test_titles_in_the_history_tell_nothing(harm: Page) -> None:
    harm.get_by_role("button", name="Continue").click()
    expect(harm).to_have_title("Your experience, page 9 – Southampton Safe City Partnership")
    expect(harm).to_have_url(re.compile(r"/s/community-safety/\d+$"))


def test_the_way_out_is_explained_before_it_is_needed_and_works_there(
    phone: Page, left_for: list[str], check_accessibility: Check
) -> None:
    begin_long(phone)
    skip_to(phone, "Before you go on")
    check_accessibility(phone)
    phone.get_by_role("button", name="Exit this page").click()
    has_left(phone, left_for)


@pytest.mark.parametrize("address", ["/help", "/safety", "/s/fast-feedback"])
def test_pages_about_help_and_abuse_can_be_left_at_once(phone: Page, left_for: list[str], address: str) -> None:
    phone.goto(address)
    phone.get_by_role("button", name="Exit this page").click()
    has_left(phone, left_for)


def test_on_a_shared_device_nothing_is_left_behind(phone: Page, check_accessibility: Check) -> None:
    phone.goto("/s/community-safety/start")
    phone.get_by_label("Other people use this phone or computer too").check()
    phone.get_by_role("button", name="Start").click()
    skip_to(phone, "Check your answers")
    phone.locator("a", has_text="Continue").click()
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_label("I live here").check()
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your experience, page 2")
    phone.get_by_role("group", name="Domestic abuse", exact=True).get_by_label("It happened to me").check()
    check_accessibility(phone)
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_text("Who did you report the domestic abuse to?")).to_be_visible()
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("About you")
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Now send your answers")
    check_accessibility(phone)
    phone.get_by_role("button", name="Send your answers").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you, your answers have arrived")
    assert phone.context.cookies() == []
    code = phone.locator(".app-receipt__code").inner_text()
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        phone.go_back()  # the browser has kept nothing of the last pages
    phone.wait_for_url("chrome-error://**")
    phone.goto("/withdraw")
    phone.get_by_label("Your receipt code").fill(code)
    phone.get_by_role("button", name="Continue").click()
    check_accessibility(phone)
    phone.get_by_role("button", name="Remove my answers").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your answers are removed")
    check_accessibility(phone)


@pytest.mark.parametrize("address", ["/", "/s/community-safety/start", "/privacy"])
def test_pages_that_touch_no_harm_have_no_exit(scripted: Page, browser: Browser, address: str) -> None:
    scripted.goto(address)
    assert scripted.locator(".app-exit").count() == 0


def test_the_exit_of_other_pages_leads_away_too(phone: Page, left_for: list[str]) -> None:
    begin_long(phone)
    phone.goto("/exit")
    has_left(phone, left_for)
