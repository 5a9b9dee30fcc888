"""The demonstration in phone-sized windows, with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

PHONE = {"width": 360, "height": 740}


@pytest.fixture(params=["scripts", "no scripts"])
def phone(request: pytest.FixtureRequest, browser: Browser, demo_server: str) -> Iterator[Page]:
    """A page of a phone, opened at the start page; each test runs with scripts and without."""
    context = browser.new_context(viewport=PHONE, base_url=demo_server, java_script_enabled=request.param == "scripts")
    page = context.new_page()
    page.goto("/")
    yield page
    context.close()


@pytest.fixture
def scripted(browser: Browser, demo_server: str) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, base_url=demo_server)
    yield context.new_page()
    context.close()
