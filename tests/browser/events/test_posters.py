"""A poster is read by a real decoder, from as few dots as a phone two metres away sees of it."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import zxingcpp
from playwright.sync_api import Browser, Page

from tests.pictures import sign_in

Check = Callable[[Page], None]
DOTS_PER_MILLIMETRE = 96 / 25.4
FIELD_OF_VIEW, CAMERA_WIDTH = math.radians(65), 1080  # of an ordinary phone, in dots
SHEETS = {"a4": (210, 297), "a5": (148, 210)}
LOOK = """
async ([picture, width, blur]) => {
  const image = new Image()
  image.src = 'data:image/png;base64,' + picture
  await image.decode()
  const height = Math.round(width * image.height / image.width)
  const canvas = Object.assign(document.createElement('canvas'), {width, height})
  const context = canvas.getContext('2d')
  context.imageSmoothingQuality = 'high'
  context.filter = `blur(${blur}px)`
  context.drawImage(image, 0, 0, width, height)
  const dots = context.getImageData(0, 0, width, height).data
  return [height, Array.from(dots).filter((_, place) => place % 4 === 0)]
}
"""


@pytest.fixture
def officer(browser: Browser, demo_server: str) -> Iterator[Page]:
    context = browser.new_context(base_url=demo_server)
    page = context.new_page()
    sign_in(page, demo_server, "officer")
    yield page
    context.close()


def photograph(page: Page, sheet: str, metres: float) -> np.ndarray:
    """The printed sheet as a phone sees it from `metres` away, slightly out of focus: grey dots."""
    millimetres = SHEETS[sheet]
    width, height = (round(length * DOTS_PER_MILLIMETRE) for length in millimetres)
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(media="print")
    picture = base64.b64encode(page.screenshot()).decode()
    seen = round(millimetres[0] / (2000 * metres * math.tan(FIELD_OF_VIEW / 2)) * CAMERA_WIDTH)
    camera = page.context.browser.new_page()
    rows, dots = camera.evaluate(LOOK, [picture, seen, 0.4])
    camera.close()
    return np.array(dots, dtype=np.uint8).reshape(rows, seen)


@pytest.mark.parametrize(
    ("sheet", "languages", "metres"), [("a4", "", 2), ("a5", "", 1.4), ("a4", "&in=pl&in=ar&in=fa", 1.8)]
)
def test_a_phone_reads_the_poster(
    officer: Page, demo_server: str, check_accessibility: Check, sheet: str, languages: str, metres: float
) -> None:
    officer.goto("/officer/")
    title = officer.locator(".app-card__title a").first
    code = str(title.get_attribute("href")).rpartition("/")[2]
    officer.set_viewport_size({"width": 320, "height": 640})
    officer.goto(f"/officer/events/{code}/poster?size={sheet}&in=en{languages}")
    check_accessibility(officer)
    dots = photograph(officer, sheet, metres)
    (found,) = zxingcpp.read_barcodes(dots)
    assert found.text == f"{demo_server}/e/{code}".upper()
    answer = officer.goto(found.text)
    assert answer is not None
    assert answer.status == 200
    assert f"e={code}" in officer.url or officer.get_by_role("heading", name="Choose a survey").is_visible()


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_poster_is_one_sheet_of_its_size(officer: Page, sheet: str) -> None:
    officer.goto("/officer/")
    officer.locator(".app-card__title a").first.click()
    officer.goto(officer.url + f"/poster?size={sheet}&in=en&in=pl&in=ar&in=fa")
    officer.emulate_media(media="print")
    assert officer.evaluate("(s => s.scrollHeight - s.clientHeight)(document.querySelector('.sheet'))") <= 0
    printed = officer.pdf(prefer_css_page_size=True, print_background=True)
    assert pages_of(printed) == [tuple(round(length / 25.4 * 72) for length in SHEETS[sheet])]


def pages_of(printed: bytes) -> list[tuple[int, int]]:
    """Width and height of each page of a PDF, in points."""
    from io import BytesIO

    from pypdf import PdfReader

    return [(round(page.mediabox.width), round(page.mediabox.height)) for page in PdfReader(BytesIO(printed)).pages]


def test_the_result_of_an_event_prints_on_one_page(officer: Page) -> None:
    officer.goto("/officer/?state=past")
    officer.locator(".app-card__title a").first.click()
    officer.get_by_role("button", name="One-page result").click()
    assert len(pages_of(officer.pdf(format="A4"))) == 1
