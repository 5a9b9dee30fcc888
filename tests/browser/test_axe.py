"""Axe is spared what it has judged, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import Axe
from tests.browser.conftest import AXE

PAGE = """<html lang="en"><title>Survey</title><main><h1>Survey</h1><input type="hidden" name="id" value="{id}">
<label for="a">Name</label><input id="a"><p style="color: {ink}; background: #fff">Words</p></main>"""


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What axe looked at itself."""
    looked: list[str] = []
    look = Axe._look

    def note(self: Axe, page: Page, how: dict[str, Any]) -> list[str]:
        looked.append(page.content())
        return look(self, page, how)

    monkeypatch.setattr(Axe, "_look", note)
    return looked


def test_equal_markup_is_judged_once_and_what_differs_again(browser: Browser, looked: list[str]) -> None:
    page, axe = browser.new_page(viewport={"width": 320, "height": 640}), Axe(AXE)
    for secret in ("first", "second"):  # hidden fields alone differ
        page.set_content(PAGE.format(id=secret, ink="#000"))
        assert not axe.faults(page)
    assert len(looked) == 1
    page.set_viewport_size({"width": 1024, "height": 640})
    assert not axe.faults(page)
    page.emulate_media(forced_colors="active")
    assert not axe.faults(page)
    page.set_content(PAGE.format(id="first", ink="#111"))
    assert not axe.faults(page)
    assert len(looked) == 4
    page.close()


def test_a_fault_is_found_as_often_as_it_is_there(browser: Browser) -> None:
    page, axe = browser.new_page(), Axe(AXE)
    page.set_content(PAGE.format(id="x", ink="#ccc"))
    first, again = axe.faults(page), axe.faults(page)
    assert first == again
    assert [fault.partition(":")[0] for fault in first] == ["color-contrast"]
    page.close()
