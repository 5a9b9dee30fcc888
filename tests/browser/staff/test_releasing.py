"""A correction previewed in a real browser: progress without a script, what is hidden, the question, and back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.pictures import sign_in

RELEASES = "/analyst/waves/community-safety-2025/releases"


def test_a_preview_is_made_read_and_thrown_away(
    browser: Browser, demo_server: str, check_accessibility: Callable[[Page], None]
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 900})
    page = context.new_page()
    sign_in(page, demo_server, "analyst")
    page.goto(demo_server + RELEASES)
    page.get_by_label("What changed since the last release?").fill("Nothing: this is a rehearsal.")
    page.get_by_role("button", name="Make a preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Preview of release 2", timeout=120_000)
    expect(page.get_by_text("No figure that was published before has changed.")).to_be_visible()
    page.get_by_text("Every hidden figure").click()
    expect(page.get_by_role("table", name="Hidden figures")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("button", name="Publish").click()
    check_accessibility(page)
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("link", name="Discard").click()
    check_accessibility(page)
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("The preview has been discarded. Nothing was published.")).to_be_visible()
    context.close()
