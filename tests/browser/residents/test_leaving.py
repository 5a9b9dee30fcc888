"""Leaving a page that touches harm, at once and without a trace that the service could avoid."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.residents.test_journeys import begin_long, skip_to

pytestmark = pytest.mark.xdist_group("browser")
AWAY = "https://www.bbc.co.uk/weather"


@pytest.fixture
def harm(phone: Page) -> Page:
    """A page that touches harm; the place to go to answers from here, so that no test leaves this machine."""

    def answer(route: Route) -> None:
        route.fulfill(body="<title>Weather</title><h1>Sun</h1>", content_type="text/html")

    phone.context.route(AWAY, answer)
    begin_long(phone)
    phone.get_by_label("I live here").check()
    phone.get_by_role("button", name="Continue").click()
    skip_to(phone, "Your experience")
    phone.get_by_role("group", name="Domestic abuse", exact=True).get_by_label("It happened to me").check()
    return phone


def test_one_tap_leads_away_and_forgets_everything(harm: Page) -> None:
    assert [cookie["name"] for cookie in harm.context.cookies()] == ["draft"]
    harm.get_by_role("button", name="Exit this page").click()
    expect(harm).to_have_url(AWAY)
    assert harm.context.cookies() == []
    harm.go_back()
    expect(harm.get_by_role("heading", level=1)).not_to_contain_text("Your experience")
    assert "It happened to me" not in harm.content()


def test_the_second_skip_link_leads_away_too(harm: Page) -> None:
    link = harm.locator("a.app-exit-skip")
    link.focus()
    link.press("Enter")
    expect(harm).to_have_url(AWAY)


def test_shift_three_times_leads_away(harm: Page, request: pytest.FixtureRequest) -> None:
    if harm.evaluate("navigator.userAgent") and "no scripts" in request.node.name:
        for _ in range(3):
            harm.keyboard.press("Shift")
        assert "/s/community-safety" in harm.url
        return
    harm.keyboard.press("Shift")
    harm.keyboard.type("Aa")
    harm.keyboard.press("Shift")
    harm.keyboard.press("Shift")
    assert "/s/community-safety" in harm.url, "only three presses in a row may lead away"
    harm.keyboard.press("Shift")
    expect(harm).to_have_url(AWAY)
    assert harm.context.cookies() == []


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


@pytest.mark.parametrize("address", ["/", "/s/fast-feedback", "/privacy"])
def test_pages_that_touch_no_harm_have_no_exit(scripted: Page, browser: Browser, address: str) -> None:
    scripted.goto(address)
    assert scripted.locator(".app-exit").count() == 0


def test_the_exit_of_other_pages_leads_away_too(phone: Page) -> None:
    phone.context.route(AWAY, lambda route: route.fulfill(body="<title>Weather</title>", content_type="text/html"))
    begin_long(phone)
    phone.goto("/exit")
    expect(phone).to_have_url(AWAY)
    assert phone.context.cookies() == []
