from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page

from tests.browser.axe import IN_SUNLIGHT, Axe
from tests.browser.conftest import free_port
from tests.browser.tablet.field import prepare, stored
from tests.browser.test_bad_connections import SECRETS, Lossy, Service
from tests.conftest import SqliteDatabases, running

PATIENCE = 15_000  # milliseconds


@pytest.fixture(scope="session")
def service(sqlite_databases: SqliteDatabases) -> Iterator[Service]:
    """A server of its own with an event; it can be killed and started again."""
    with sqlite_databases.fresh() as address, running(address, **SECRETS) as app:
        prepare(app)
        started = Service(app, address.removeprefix("sqlite:///"), free_port())
        started.start()
        yield started
        if is_up(started):
            started.kill()


@pytest.fixture
def served(service: Service) -> Service:
    """The server, up at the beginning, whatever the last test did to it."""
    if not is_up(service):
        service.start()
    return service


def is_up(service: Service) -> bool:
    return service.process is not None and service.process.poll() is None


@pytest.fixture
def new_responses(served: Service) -> Callable[[], list[dict[str, Any]]]:
    """Return a function that tells what was stored since the test began."""
    before = stored(served)

    def since() -> list[dict[str, Any]]:
        left = stored(served)
        for old in before:
            left.remove(old)
        return left

    return since


@pytest.fixture
def tablet(browser: Browser) -> Iterator[BrowserContext]:
    """A tablet lying on its side."""
    opened = browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True)
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


@pytest.fixture
def page(tablet: BrowserContext) -> Page:
    return tablet.new_page()


@pytest.fixture
def restarting(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[Callable[[], Page]]:
    """Return a function that closes the browser and starts it again on the same disk, and opens a page."""
    running_now: list[BrowserContext] = []

    def start() -> Page:
        if running_now:
            running_now.pop().close()
        running_now.append(browser_type.launch_persistent_context(str(tmp_path / "disk"), **browser_type_launch_args))
        running_now[-1].set_default_timeout(PATIENCE)
        return running_now[-1].pages[0]

    yield start
    for context in running_now:
        context.close()


@pytest.fixture
def lossy(served: Service) -> Iterator[Lossy]:
    """A line that loses the answers to posts when it is told to."""
    proxy = Lossy(served.port, keeps_alive=False, lose=0)
    yield proxy
    proxy.shutdown()
    proxy.server_close()


@pytest.fixture
def look_closely(axe: Axe) -> Callable[[Page], None]:
    """Return a function that runs axe with the contrast of 7 to 1 that sunlight asks for, and looks for overflow."""

    def look(page: Page) -> None:
        told = axe.faults(page, IN_SUNLIGHT)
        assert not told, f"{page.inner_text('h1')}\n" + "\n".join(told)
        for width, height in ((320, 640), (1024, 768)):
            page.set_viewport_size({"width": width, "height": height})
            beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert beyond <= 0, f"{page.inner_text('h1')} is {beyond} px wider than {width} px"

    return look
