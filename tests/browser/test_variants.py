"""Resident pages as different people meet them: axe finds nothing, nor do the checks that axe cannot make."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.residents.test_journeys import begin_long, skip_to

Check = Callable[[Page], None]

FORM, LONG = "/s/fast-feedback", "/s/community-safety"
NARROW, DESK = ViewportSize(width=320, height=640), ViewportSize(width=1024, height=768)
VARIANTS: dict[str, dict[str, Any]] = {
    "empty": {"viewport": DESK},
    "320 px": {"viewport": NARROW},
    "400 % zoom": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
    "right to left": {"viewport": NARROW},
    "forced colours": {"viewport": DESK, "forced_colors": "active"},
    "reduced motion": {"viewport": DESK, "reduced_motion": "reduce"},
    "scripts off": {"viewport": NARROW, "java_script_enabled": False},
    "print": {"viewport": {"width": 720, "height": 1000}},
}
# Where axe too looks in each variant: test_every_page.py takes it to every page, wide, narrow and without scripts.
# With `--every-variant` both look at every page in every variant, which takes a quarter of an hour.
HANDFUL = (FORM, f"{LONG}/4", f"{LONG}/8", f"{LONG}/check", "/help")
REST = (
    *(f"{LONG}/{number}" for number in (2, 3, 5, 6, 7)),
    *("/s/strategy-consultation/start", f"{LONG}/resume", "/withdraw", "/withdraw/done", "/results", "/sign-in"),
    *("/privacy", "/cookies", "/accessibility", "/safety"),
)
OF_A_RELEASE = ("change", "lists", "people", "method", "data", "by/age_band")
WHOLE = ("empty", "400 % zoom", "right to left")  # the variants in which every page here is looked at
CAREFUL_LOOK = (Path(__file__).parent / "careful_look.js").read_text()
TYPED = {
    FORM: {"safer_text": "More light in the park"},
    "/withdraw": {"code": "not a code"},
    f"{LONG}/resume": {"code": "not a code"},
    "/sign-in": {"email": "nobody@nowhere.example"},
}
FAULTY = """<html lang="en"><title>Survey</title><style>
a { transition: all 1s }
header { position: fixed; inset: 0 0 auto; height: 99px }
</style><header>Over all</header><main>
<div class="govuk-error-summary"><a href="#nowhere">Here</a></div>
<input type="radio" name="a"><input type="radio" name="a" aria-describedby="hint"><p id="hint"></p>
<svg role="img"></svg></main>"""
# The words that name what has the focus: those of its label, or its own.
NAME_OF_FOCUS = "() => (document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"


class Journeys(NamedTuple):
    """What two people left behind: the pages to look at, and the cookies that open those of a survey under way."""

    addresses: list[str]
    cookies: Any


@pytest.fixture(scope="module")
def journeys(browser: Browser, demo_server: str, every_variant: bool) -> Journeys:
    context = browser.new_context(viewport=DESK, base_url=demo_server)
    page = context.new_page()
    pages = [
        "/",
        FORM,
        f"{LONG}/start",
        f"{LONG}/1",
        f"{LONG}/4",
        f"{LONG}/8",
        f"{LONG}/check",
        "/s/young-people/start",
    ]
    headline, map_of_wards, ward = results(page)
    addresses = [*pages, "/help", "/you-said", headline, map_of_wards, ward, receipt(page)]
    if every_variant:
        addresses += [*REST, *(f"{headline}/{name}" for name in OF_A_RELEASE)]
    begin_long(page)
    page.get_by_label("I live here").check()
    skip_to(page, "Check your answers")
    cookies = context.storage_state()
    context.close()
    return Journeys(addresses, cookies)


def receipt(page: Page) -> str:
    page.goto(FORM)
    page.get_by_role("group", name="during the day").get_by_label("Fairly safe").check()
    page.get_by_role("button", name="Send your answers").click()
    expect(page).to_have_url(re.compile("/done/"))
    return page.url


def results(page: Page) -> list[str]:
    page.goto("/results")
    page.get_by_role("link", name=re.compile("Community Safety Survey")).first.click()
    expect(page).to_have_url(re.compile("/results/."))
    headline = page.url
    page.goto(f"{headline}/wards")
    page.locator("a[href*='/wards/']").first.click()
    expect(page).to_have_url(re.compile("/wards/"))
    map_of_wards = page.url
    page.locator("a[href*='/ward/']").first.click()
    expect(page).to_have_url(re.compile("/ward/"))
    return [headline, map_of_wards, page.url]


def look_carefully(page: Page, check_accessibility: Check | None) -> list[str]:
    """Return what is wrong with the page that is open."""
    settled = page.evaluate("matchMedia('print').matches")
    found = [f"{page.url}: {fault}" for fault in page.evaluate(f"({CAREFUL_LOOK})({str(settled).lower()})")]
    try:
        if check_accessibility:
            check_accessibility(page)
    except AssertionError as fault:
        found.append(str(fault))
    return found


@pytest.fixture(scope="module")
def every_variant(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--every-variant"))


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_is_wrong(
    variant: str,
    browser: Browser,
    demo_server: str,
    journeys: Journeys,
    check_accessibility: Check,
    every_variant: bool,
) -> None:
    context = browser.new_context(**VARIANTS[variant], base_url=demo_server, storage_state=journeys.cookies)
    page, found = context.new_page(), []
    if variant == "print":
        page.emulate_media(media="print")
    for address in journeys.addresses:
        handful = every_variant or address.endswith(HANDFUL) or "/ward/" in address
        if not handful and variant not in WHOLE:
            continue
        answer = page.goto(address + ("?lang=ar" if variant == "right to left" else ""))
        assert answer is not None, address
        assert answer.status == 200, address
        assert urlsplit(page.url).path == urlsplit(address).path, "the page leads elsewhere"
        mirrored = variant == "right to left" and address != "/sign-in"  # staff work in English
        assert (page.locator("html").get_attribute("dir") == "rtl") == mirrored, address
        page.evaluate("document.getElementById('expiry')?.removeAttribute('hidden')")
        found += look_carefully(page, check_accessibility if handful else None)
    context.close()
    assert not found, "\n".join(found)


def test_nothing_is_wrong_with_errors_and_nothing_is_typed_twice(
    browser: Browser, demo_server: str, check_accessibility: Check
) -> None:
    context = browser.new_context(viewport=NARROW, base_url=demo_server)
    page, found = context.new_page(), []
    for address, typed in TYPED.items():
        page.goto(address)
        for name, words in typed.items():
            page.locator(f"[name={name}]").fill(words)
        for box in page.locator("input[type=checkbox][name=priorities]").all()[:4]:
            box.check()
        page.locator("main form [type=submit]").last.click()
        expect(page, address).to_have_title(re.compile("^Error: "))
        found += look_carefully(page, check_accessibility)
        for name, words in typed.items():
            expect(page.locator(f"[name={name}]")).to_have_value(words)
    context.close()
    assert not found, "\n".join(found)


def test_a_password_can_be_pasted(browser: Browser, demo_server: str) -> None:
    page = browser.new_page(base_url=demo_server)
    page.goto("/sign-in")
    password = page.locator("input[type=password]")
    expect(password).to_have_attribute("autocomplete", "current-password")
    page.locator("[name=email]").fill("copper-lantern-harbour")
    page.locator("[name=email]").press("Control+a")
    page.keyboard.press("Control+c")
    password.focus()
    page.keyboard.press("Control+v")
    expect(password).to_have_value("copper-lantern-harbour")
    page.close()


def test_the_careful_look_sees_faults(browser: Browser) -> None:
    page = browser.new_page(viewport=NARROW, reduced_motion="reduce")
    page.set_content(FAULTY)
    found = "\n".join(page.evaluate(f"({CAREFUL_LOOK})(false)"))
    for words in (
        *("group without a legend", "described by nothing: hint", "says nothing of errors", "takes focus"),
        *("no title", "no table", "crowded", "cannot be seen", "moves"),
    ):
        assert words in found, words
    page.close()


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus is called so."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(f"({NAME_OF_FOCUS})()").startswith(words):
            return
    pytest.fail(f"Tab never reaches {words!r} on {page.url}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_both_surveys_by_keyboard_alone(browser: Browser, demo_server: str) -> None:
    page = browser.new_page(base_url=demo_server)
    page.goto("/?lang=en")
    tab_to(page, "How safe do you feel in Southampton?")
    press(page, "Enter")
    expect(page.get_by_role("button", name="Send your answers")).to_be_visible()
    tab_to(page, "Very safe")
    press(page, "Space", "ArrowDown", "Tab", "Space", "ArrowDown", "ArrowDown")
    expect(page.get_by_role("group", name="during the day").get_by_label("Fairly safe")).to_be_checked()
    tab_to(page, "People using or dealing drugs")
    press(page, "Space")
    tab_to(page, "What one thing would make you feel safer?")
    page.keyboard.type("More light")
    tab_to(page, "Send your answers")
    press(page, "Enter")
    expect(page).to_have_url(re.compile("/done/"))
    page.goto("/")
    tab_to(page, "Community safety survey for Southampton")
    press(page, "Enter")
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    tab_to(page, "Start")
    press(page, "Space")
    expect(page.get_by_text("Page 1 of about")).to_be_visible()
    tab_to(page, "I live here")
    press(page, "Space")
    tab_to(page, "Continue")
    press(page, "Enter")
    expect(page.get_by_text("Page 2 of about")).to_be_visible()
    tab_to(page, "Very safe")
    press(page, "Space", "ArrowDown")
    tab_to(page, "Continue")
    press(page, "Space")
    expect(page.get_by_text("Page 3 of about")).to_be_visible()
    page.close()
