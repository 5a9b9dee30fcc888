"""What a ward said is one sheet of paper, whatever the language and however long the ward's name."""

from __future__ import annotations

from io import BytesIO

from playwright.sync_api import Browser, Page
from pypdf import PdfReader

LANGUAGES = ("en", "pl", "ar", "zh-Hant", "fa", "pa", "es", "en-x-easy")
WARDS = "/results/community-safety-2025/1/wards/safe_local_day"
# The fullest page: four long actions, and the meanings of every mark that a figure can carry.
FILL = """() => {
  const add = (parent, name, words) => {
    const made = parent.appendChild(document.createElement(name))
    made.textContent = words
    return made
  }
  const sheet = document.querySelector('.app-sheet')
  for (let i = 0; i < 4; i++) add(sheet.querySelector('.app-sheet__lists ol'), 'li', 'A walk '.repeat(20))
  const marks = add(sheet, 'dl', '')
  marks.className = 'app-marks'
  for (let i = 0; i < 5; i++) {
    add(marks, 'dt', '[u]')
    add(marks, 'dd', 'Few people answered. '.repeat(5))
  }
}"""


def sheets(page: Page) -> int:
    return len(PdfReader(BytesIO(page.pdf(format="A4"))).pages)


def test_what_a_ward_said_prints_on_one_sheet(browser: Browser, demo_server: str) -> None:
    page = browser.new_page(base_url=demo_server)
    page.goto(WARDS)
    links = page.locator("a[href*='/ward/']").evaluate_all("links => links.map(a => [a.textContent.trim(), a.href])")
    _name, longest = max(links, key=lambda link: len(link[0]))
    page.goto(longest)
    counted = {"fullest": 0, **dict.fromkeys(LANGUAGES, 0)}
    for language in LANGUAGES:
        page.goto(f"{longest}?lang={language}")
        counted[language] = sheets(page)
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        page.emulate_media(media="null")
    page.evaluate(FILL)
    counted["fullest"] = sheets(page)
    page.close()
    assert set(counted.values()) == {1}, counted
