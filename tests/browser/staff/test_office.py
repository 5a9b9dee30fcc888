"""Staff at work in a real browser: what the links alone do not lead to, with errors, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from tests.pictures import sign_in

Check = Callable[[Page], None]
WIDTHS = {"phone": 360, "desk": 1280}


@pytest.fixture(params=["phone", "phone without scripts", "desk"])
def page(request: pytest.FixtureRequest, browser: Browser, demo_server: str) -> Iterator[Page]:
    width = WIDTHS[request.param.split()[0]]
    scripts = "without" not in request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800}, base_url=demo_server, java_script_enabled=scripts
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(browser: Browser, demo_server: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=demo_server, accept_downloads=True)
    yield context.new_page()
    context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name).click()


def test_signing_in_with_mistakes(page: Page, check_accessibility: Check) -> None:
    page.goto("/admin/people")
    expect(page).to_have_url(re.compile(r"/sign-in\?next=/admin/people$"))
    check_accessibility(page)
    press(page, "Sign in")
    expect(page).to_have_title(re.compile("^Error: Sign in"))
    check_accessibility(page)
    page.get_by_role("link", name="Enter your email address").click()
    expect(page.get_by_label("Email address")).to_be_focused()
    page.get_by_label("Email address").fill("somebody@demo.example")
    page.get_by_label("Password").fill("not it at all")
    press(page, "Sign in")
    expect(page.get_by_label("Email address")).to_have_value("somebody@demo.example")
    expect(page.get_by_label("Password")).to_have_value("")


def test_a_newcomer_gets_a_password_and_chooses_their_own(
    page: Page, browser: Browser, demo_server: str, check_accessibility: Check, request: pytest.FixtureRequest
) -> None:
    email = f"newcomer{abs(hash(request.node.name))}@demo.example"
    sign_in(page, demo_server, "administrator")
    page.goto("/admin/people/add")
    press(page, "Add")
    expect(page).to_have_title(re.compile("^Error: Add a person"))
    check_accessibility(page)
    page.get_by_label("Name").fill("Newcomer")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Officer").check()
    press(page, "Add")
    check_accessibility(page)
    once = page.locator("#one-time-password").inner_text()
    page.get_by_role("button", name="I have passed it on").click()
    page.go_back()
    assert page.locator("#one-time-password").count() == 0
    other = browser.new_context(base_url=demo_server).new_page()
    other.goto("/sign-in")
    other.get_by_label("Email address").fill(email)
    other.get_by_label("Password").fill(once)
    press(other, "Sign in")
    expect(other.get_by_role("heading", level=1)).to_have_text("Choose your own password")
    check_accessibility(other)
    press(other, "Change password")
    check_accessibility(other)
    for label, words in (
        ("Current password", once),
        ("New password", "lantern bridge saddle"),
        ("New password again", "lantern bridge saddle"),
    ):
        other.get_by_label(label, exact=True).fill(words)
    press(other, "Change password")
    expect(other.get_by_role("heading", level=1)).to_have_text("Events")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Sign in")
    other.context.close()


def test_forms_with_errors(page: Page, demo_server: str, check_accessibility: Check) -> None:
    sign_in(page, demo_server, "administrator")
    for address, button in (
        ("/admin/waves/make", "Make the wave"),
        ("/admin/waves/fast-feedback-2026/extend", "Save the new last day"),
        ("/change-password", "Change password"),
    ):
        page.goto(address)
        press(page, button)
        expect(page).to_have_title(re.compile("^Error: "))
        check_accessibility(page)
    page.goto("/admin/help-lines/police")
    page.get_by_label("Telephone number").fill("call us")
    page.get_by_label("Day").fill("31")
    page.get_by_label("Month").fill("2")
    page.get_by_label("Year").fill("2026")
    press(page, "Save")
    check_accessibility(page)
    page.get_by_role("link", name="must be a real date").click()
    expect(page.get_by_label("Day")).to_be_focused()


def test_a_test_wave_is_made_and_deleted(page: Page, demo_server: str, check_accessibility: Check) -> None:
    sign_in(page, demo_server, "administrator")
    page.goto("/admin/waves/make")
    page.get_by_role("radio", name="How safe do you feel in Southampton?", exact=True).check()
    page.get_by_label("Title").fill("A trial")
    page.get_by_label("Short name").fill("a-trial")
    for group, day in (("First day", "1"), ("Last day", "28")):
        date = page.get_by_role("group", name=group)
        date.get_by_label("Day").fill(day)
        date.get_by_label("Month").fill("2")
        date.get_by_label("Year").fill("2031")
    page.get_by_role("radio", name="A test").check()
    press(page, "Make the wave")
    expect(page.get_by_role("alert")).to_contain_text("A trial has been made.")
    check_accessibility(page)
    page.get_by_role("link", name="Delete this test wave").click()
    check_accessibility(page)
    press(page, "Permanently delete the wave")
    check_accessibility(page)
    page.get_by_label("Short name of the wave").fill("a-trial")
    press(page, "Permanently delete the wave")
    expect(page.get_by_role("alert")).to_contain_text("A trial has been deleted with 0 answers.")


def test_an_account_is_closed_and_opened_again(desk: Page, demo_server: str, check_accessibility: Check) -> None:
    sign_in(desk, demo_server, "administrator")
    desk.goto("/admin/people")
    desk.get_by_role("link", name="Demonstration officer").click()
    desk.get_by_role("link", name="Close the account").click()
    press(desk, "Close the account")
    expect(desk.get_by_role("row", name="Demonstration officer")).to_contain_text("Closed")
    desk.get_by_role("link", name="Demonstration officer").click()
    check_accessibility(desk)
    desk.get_by_role("link", name="Reopen the account").click()
    check_accessibility(desk)
    press(desk, "Reopen the account")
    expect(desk.get_by_role("row", name="Demonstration officer")).to_contain_text("Open")


def test_a_workbook_is_made_while_the_page_waits_without_scripts(
    browser: Browser, demo_server: str, check_accessibility: Check
) -> None:
    context = browser.new_context(base_url=demo_server, java_script_enabled=False, accept_downloads=True)
    page = context.new_page()
    sign_in(page, demo_server, "analyst")
    page.goto("/analyst/waves/fast-feedback-2026")
    page.get_by_label("Partner organisations").check()
    press(page, "Make the workbook")
    expect(page.get_by_role("heading", level=1)).to_have_text("Making the workbook")
    expect(page.get_by_role("heading", level=1)).to_have_text("The workbook is ready", timeout=120_000)
    check_accessibility(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the workbook").click()
    assert download.value.suggested_filename.startswith("fast-feedback-2026-demonstration-partner-")
    book = load_workbook(BytesIO(Path(download.value.path()).read_bytes()), read_only=True)
    assert len(book.sheetnames) > 5
    page.get_by_role("link", name="Back to").click()
    expect(page.get_by_role("link", name="Download the workbook of")).to_be_visible()
    context.close()


def test_a_page_prints_without_what_only_a_screen_needs(desk: Page, demo_server: str) -> None:
    sign_in(desk, demo_server, "analyst")
    desk.goto("/analyst/waves/fast-feedback-2026")
    desk.emulate_media(media="print")
    for hidden in (".app-navigation", ".govuk-breadcrumbs", "main .govuk-button", ".govuk-skip-link"):
        assert not desk.locator(hidden).first.is_visible(), hidden
    for shown in ("h1", ".app-chart", "table >> nth=0"):
        assert desk.locator(shown).first.is_visible(), shown


def test_staff_pages_work_by_keyboard_alone(desk: Page, demo_server: str) -> None:
    desk.goto("/sign-in")
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("link", name="Skip to main content")).to_be_focused()
    sign_in(desk, demo_server, "administrator")
    desk.goto("/admin/people")
    reached = []
    for _ in range(30):
        desk.keyboard.press("Tab")
        reached.append(desk.evaluate("document.activeElement.textContent.trim()"))
    assert {"Results", "Audit", "Change your password", "Sign out", "Add a person"} <= set(reached)
