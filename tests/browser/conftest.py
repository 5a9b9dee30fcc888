"""A real Chromium against a real server on loopback."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.axe import Axe
from tests.databases import made_once

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey that a busy computer was too slow for runs once more; the report names it, a second fault counts."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


def chromium() -> str:
    """Chromium, best without its windows: it opens a page at a third of the cost."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    executable = next((path for name in names if (path := shutil.which(name))), None)
    if not executable:
        pytest.fail("no Chromium: run `apt-get install chromium-headless-shell`, or `python3 run.py test` as root")
    return executable


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": chromium(), "args": FLAGS}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            pytest.fail(f"the server stopped with exit code {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=2)  # noqa: S310
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not answer within 30 seconds")


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served copy of the demonstration, made by the same commands as `python3 run.py`; yields its address."""
    folder = tmp_path_factory.mktemp("demo")
    port = free_port()
    shutil.copyfile(
        made_once(tmp_path_factory.getbasetemp(), "demo.sqlite3", make_demonstration), folder / "demo.sqlite3"
    )
    environment = {**demo_environment(folder / "demo.sqlite3"), "SITE_URL": f"http://127.0.0.1:{port}"}
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "wsgi:app",
        "-w",
        "2",
        "-b",
        f"127.0.0.1:{port}",
        "--log-level",
        "warning",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        wait_until_up(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def make_demonstration(path: Path) -> None:
    for command in (["db", "upgrade"], ["prepare", "--demo"]):
        flask = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
        subprocess.run(flask, cwd=ROOT, env=demo_environment(path), check=True, capture_output=True)
    with contextlib.closing(sqlite3.connect(path)) as database:  # what is copied is the file alone
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def demo_environment(path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "MODE": "demo",
        "DATABASE_URL": f"sqlite:///{path}",
        "SECRET_KEY": "for-browser-tests-only-0123456789abcdef",
        "PASSWORD_SALT": "for-browser-tests-only",
        "PYTHONWARNINGS": "default",
    }


@pytest.fixture(scope="session")
def axe() -> Axe:
    """The one axe of a run."""
    if not AXE.exists():
        pytest.fail("axe-core is not installed: run `python3 run.py test`, which installs it")
    return Axe(AXE)


@pytest.fixture
def check_accessibility(axe: Axe) -> Callable[[Any], None]:
    """Return a function that runs axe on the page that is open, and fails with what it found."""

    def check(page: Any) -> None:
        found = axe.faults(page)
        assert not found, f"{page.url}\n" + "\n".join(found)
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, f"{page.url} scrolls sideways by {width} px"

    return check
