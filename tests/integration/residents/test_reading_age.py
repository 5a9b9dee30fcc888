"""Eleven-year-olds can read every English page of residents with ease; docs/reading-age.md has the measures."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from feedback.config import ROOT
from tests.makers import make_wave
from tests.pages import PageClient
from tests.reading_age import reading_age

OLDEST = 11.0
SURVEYS = ("fast-feedback", "community-safety", "young-people", "strategy-consultation")
PAGES = (
    *("/", "/s/fast-feedback", "/s/community-safety/start", "/s/community-safety/1", "/s/community-safety/later"),
    *("/s/community-safety/resume", "/s/young-people/start", "/s/strategy-consultation/start", "/help", "/safety"),
    *("/privacy", "/cookies", "/accessibility", "/withdraw", "/you-said", "/results"),
)
# Pages that need an older reader, each with the age it is allowed and the reason.
EXCEPTIONS: dict[str, tuple[float, str]] = {}


@pytest.fixture
def ages(sqlite_app: Flask) -> dict[str, float]:
    """The reading age of every page, in years."""
    with sqlite_app.app_context():
        for survey in SURVEYS:
            make_wave(survey=survey)
    client = sqlite_app.test_client()
    assert isinstance(client, PageClient)
    client.submit("/s/community-safety/start", {})
    found = {}
    for address in PAGES:
        main = client.page(address).main
        assert main is not None, address
        found[address] = round(reading_age(main), 1)
    return found


def test_eleven_year_olds_can_read_every_page(ages: dict[str, float]) -> None:
    allowed = {address: EXCEPTIONS.get(address, (OLDEST, ""))[0] for address in ages}
    assert {address: age for address, age in ages.items() if age > allowed[address]} == {}


def test_the_table_in_the_documentation_is_about_these_pages(ages: dict[str, float]) -> None:
    rows = re.findall(r"^\| `([^`]+)` \| ([\d.]+) \|", (ROOT / "docs" / "reading-age.md").read_text(), re.MULTILINE)
    written = {address: float(age) for address, age in rows}
    assert set(written) == set(ages)
    assert {page: ages[page] for page in ages if abs(written[page] - ages[page]) > 0.5} == {}, "measure again"
