"""Forms on paper as Chromium prints them, and keying with the keyboard alone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.pictures import sign_in
from tests.qr_reading import codes_in

Check = Callable[[Page], None]
A4 = (595.28, 841.89)  # points


def signed_in(browser: Browser, server: str, role: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1100, "height": 900}, base_url=server)
    page = context.new_page()
    sign_in(page, server, role)
    yield page
    context.close()


@pytest.fixture
def officer(browser: Browser, demo_server: str) -> Iterator[Page]:
    yield from signed_in(browser, demo_server, "officer")


@pytest.fixture
def administrator(browser: Browser, demo_server: str) -> Iterator[Page]:
    yield from signed_in(browser, demo_server, "administrator")


def make(page: Page, server: str, wave: str, *, sheets: int, size: str = "ordinary", language: str = "en") -> str:
    """Make a batch on the form, of which every sheet is keyed twice; return its code."""
    page.goto(f"{server}/officer/paper/make")
    for name, value in (("wave", wave), ("size", size), ("language", language)):
        page.locator(f"input[name={name}][value={value}]").check()
    page.get_by_label("How many sheets?").fill(str(sheets))
    page.get_by_label("What percentage").fill("100")
    page.get_by_role("button", name="Make the batch").click()
    return page.url.rsplit("/", 1)[1]


def preview(page: Page, server: str, code: str, sides: int = 2) -> None:
    page.goto(f"{server}/officer/paper/{code}/print?sides={sides}")
    page.wait_for_selector("[data-ready]")


@pytest.mark.parametrize(
    ("wave", "size", "most"),
    [
        ("fast-feedback-2026", "ordinary", 2),
        ("fast-feedback-2026", "large", 6),
        ("community-safety-2026", "ordinary", 20),
        ("community-safety-2026", "large", 42),
    ],
)
def test_every_sheet_prints_whole_with_its_serial_on_every_page(
    officer: Page, demo_server: str, wave: str, size: str, most: int
) -> None:
    code = make(officer, demo_server, wave, sheets=2, size=size)
    preview(officer, demo_server, code)
    reader = PdfReader(io.BytesIO(officer.pdf(prefer_css_page_size=True)))
    texts = [page.extract_text() for page in reader.pages]
    each, rest = divmod(len(texts), 2)
    assert rest == 0
    assert each % 2 == 0, "each form starts on the front"
    assert each <= most
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in reader.pages} == {(595, 842)}
    serials = [found[0] for text in texts if (found := re.findall(rf"{code}-\w{{4}}", text))]
    assert len(serials) == len(texts)
    assert [serials.count(serial) for serial in dict.fromkeys(serials)] == [each, each]
    for number, text in enumerate(texts[:each], start=1):
        assert f"Page {number} of {each}" in text
    whole = re.sub(r"\s+", " ", " ".join(texts[:each]))
    assert "Cut here and keep this part" in whole
    assert whole.count("Tick one box") >= 7


def test_no_question_is_torn_and_nothing_is_cut_off(officer: Page, demo_server: str) -> None:
    code = make(officer, demo_server, "community-safety-2026", sheets=1)
    officer.goto(f"{demo_server}/officer/paper/{code}/key")
    preview(officer, demo_server, code)
    too_long = officer.evaluate(
        "[...document.querySelectorAll('.paper-page__body')].filter(b => b.scrollHeight > b.clientHeight + 1).length"
    )
    assert too_long == 0
    numbers = officer.locator(".paper-number").all_text_contents()
    assert numbers == [str(number) for number in range(1, 55)], "every question stands on one page, in order"


def test_large_print_has_no_small_letter(officer: Page, demo_server: str) -> None:
    code = make(officer, demo_server, "community-safety-2026", sheets=1, size="large")
    preview(officer, demo_server, code)
    smallest = officer.evaluate(
        """() => {
            const texts = document.createTreeWalker(document.querySelector('.paper-sheet'), NodeFilter.SHOW_TEXT)
            let least = 1000
            while (texts.nextNode()) {
                const holder = texts.currentNode.parentElement
                if (texts.currentNode.data.trim() && !holder.closest('title'))
                    least = Math.min(least, parseFloat(getComputedStyle(holder).fontSize))
            }
            return least
        }"""
    )
    assert smallest >= 24, "18 point is 24 pixels"


def test_the_code_of_a_sheet_holds_its_serial_and_nothing_else(officer: Page, demo_server: str) -> None:
    code = make(officer, demo_server, "fast-feedback-2026", sheets=1)
    preview(officer, demo_server, code, sides=1)
    officer.emulate_media(media="print")
    serial = officer.locator(".paper-serial").first.inner_text()
    assert codes_in(officer.locator(".paper-page").first.screenshot()) == [serial]


def test_a_form_that_is_read_from_the_right_is_mirrored(officer: Page, demo_server: str) -> None:
    officer.goto(f"{demo_server}/officer/paper/make")
    languages = officer.locator("input[name=language]").evaluate_all("boxes => boxes.map(box => box.value)")
    language = next((code for code in languages if code in {"ar", "fa"}), "")
    assert language, "no language of the demonstration is read from the right"
    preview(officer, demo_server, make(officer, demo_server, "fast-feedback-2026", sheets=1, language=language))
    sheet = officer.locator("article").first
    expect(sheet).to_have_attribute("dir", "rtl")
    box, label = (
        sheet.locator(f".paper-option {part}").first.bounding_box() for part in (".paper-box", ".paper-label")
    )
    assert box
    assert label
    assert box["x"] > label["x"]
    serial = sheet.locator(".paper-head__serial").first.bounding_box()
    words = sheet.locator(".paper-head__words").first.bounding_box()
    assert serial
    assert words
    assert serial["x"] < words["x"]


def test_sheets_are_keyed_and_checked_with_the_keyboard_alone(
    officer: Page, administrator: Page, demo_server: str, check_accessibility: Check
) -> None:
    code = make(officer, demo_server, "fast-feedback-2026", sheets=2)
    serial = officer.locator("th code").first.inner_text()
    for page, path, sex in ((officer, "key", "2"), (administrator, "again", "1")):
        page.goto(f"{demo_server}/officer/paper/{code}/{path}")
        keys = page.keyboard
        keys.type(serial.lower())
        keys.press("Enter")
        page.wait_for_selector("[data-paper-keying]")
        for one in ("2", "b", "m", "7"):
            keys.type(one)
        expect(page.get_by_label("5 What should we deal with first")).to_be_focused()
        keys.type("1 12")
        keys.press("Enter")
        keys.type("More lights")
        keys.press("Enter")
        keys.type("19")
        keys.type("3")
        check_accessibility(page)
        keys.type(sex)
        expect(page.locator("output").last).to_have_text({"1": "Female", "2": "Male"}[sex])
        keys.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Check sheet {serial}")
        check_accessibility(page)
        keys.press("Enter")
        expect(page.get_by_text(f"Sheet {serial} has been saved.")).to_be_visible()
    expect(administrator.get_by_text("1 of 9 fields differ from the first keying.")).to_be_visible()
    officer.set_viewport_size({"width": 320, "height": 800})
    officer.goto(f"{demo_server}/officer/paper/{code}/settle/{serial.replace('-', '')}")
    check_accessibility(officer)
    officer.get_by_role("button", name="Settle this sheet").click()
    expect(officer).to_have_title(re.compile("^Error: "))
    check_accessibility(officer)
    officer.get_by_role("link", name="Choose what the sheet says at question 9.").click()
    officer.keyboard.press("Space")
    officer.get_by_role("button", name="Settle this sheet").focus()
    officer.keyboard.press("Enter")
    expect(officer.get_by_text(f"Sheet {serial} has been settled.")).to_be_visible()
