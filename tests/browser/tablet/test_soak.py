"""The short version of `python3 run.py soak`: two tablets, a server that is killed, a bad line, a browser that dies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType, Page

from tests.browser.tablet.field import read
from tests.browser.test_bad_connections import Service
from tests.conftest import prepare
from tests.soak.day import work
from tests.soak.shift import Tablet

LEAVE_WHEN_READ = "IDBFactory.prototype.open = () => { location.replace('/tablet/'); return {} }"


@pytest.mark.long
def test_a_bad_day_loses_doubles_and_changes_nothing(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> None:
    database = str(tmp_path / "soak.sqlite3")
    prepare(f"sqlite:///{database}")
    account = work(
        browser_type, browser_type_launch_args, tmp_path, database, answers=30, tablets=2, seconds=600, seed=7
    )
    assert account.is_exact, account
    assert account.given >= 30
    assert account.stored >= account.given
    assert account.kills >= 1
    assert sum(account.faults.values()) >= 1


def test_a_page_that_goes_away_while_it_is_counted_is_counted_again(served: Service, page: Page) -> None:
    page.goto(f"{served.address}/tablet/")
    page.get_by_label("Event code").wait_for()
    page.evaluate(LEAVE_WHEN_READ)
    assert read(page, "queue") == []


def test_the_day_is_not_over_while_somebody_answers() -> None:
    tablet = object.__new__(Tablet)
    tablet.queue = lambda: 0  # type: ignore[method-assign]
    tablet.ledger = lambda: [{"state": "sent"}, {"state": "opened"}]  # type: ignore[method-assign]
    assert tablet.waiting() == 1
