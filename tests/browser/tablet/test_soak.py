"""The short version of `python3 run.py soak`: two tablets, a server that is killed, a bad line, a browser that dies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType

from tests.conftest import prepare
from tests.soak.day import work

pytestmark = pytest.mark.xdist_group("browser")


def test_a_bad_day_loses_doubles_and_changes_nothing(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> None:
    database = str(tmp_path / "soak.sqlite3")
    prepare(f"sqlite:///{database}")
    account = work(
        browser_type, browser_type_launch_args, tmp_path, database, answers=30, tablets=2, seconds=180, seed=7
    )
    assert account.is_exact, account
    assert account.given >= 30
    assert account.stored >= account.given
    assert account.kills >= 1
    assert sum(account.faults.values()) >= 1
