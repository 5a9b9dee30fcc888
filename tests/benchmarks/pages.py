"""What residents' pages weigh and how long they take at a bad connection: `python3 run.py bench pages`.

A real Chromium opens the demonstration over a throttled connection (250 kbit/s both ways, 300 ms of latency, an empty
cache) and prints two tables: bytes and requests as they came over the wire, and the time to the first paint with
content and from pressing the button to the receipt. The time without throttling stands beside it, so that a busy
machine is not mistaken for a heavy page.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright  # noqa: E402

from tests.browser.conftest import FLAGS, ROOT, chromium, demo_environment, free_port, wait_until_up  # noqa: E402

BITS, LATENCY = 250_000, 300  # bits a second each way, milliseconds
FIRST_VIEW, FURTHER, REQUESTS = 8_000, 6_000, 3  # bytes, bytes, requests
PAINT, SEND = 2.0, 3.0  # seconds
REPEATS = 3
SHORT = "/s/fast-feedback"


@contextmanager
def demonstration() -> Iterator[str]:
    """Serve a demonstration of its own for as long as it is needed; yield its address."""
    with tempfile.TemporaryDirectory() as folder:
        environment = demo_environment(Path(folder) / "demo.sqlite3")
        for words in (["db", "upgrade"], ["prepare", "--demo"]):
            flask = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
            subprocess.run(flask, cwd=ROOT, env=environment, check=True, capture_output=True)
        port = free_port()
        words = [sys.executable, "-m", "gunicorn", "wsgi:app", "-w", "2", "-b", f"127.0.0.1:{port}"]
        server = subprocess.Popen([*words, "--log-level", "warning"], cwd=ROOT, env=environment)
        try:
            wait_until_up(f"http://127.0.0.1:{port}/", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


@contextmanager
def phone(browser: Browser, server: str, *, slow: bool) -> Iterator[tuple[Page, CDPSession]]:
    """Open a phone-sized window with an empty cache, throttled or not."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, base_url=server)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    if slow:
        rate = BITS / 8
        conditions = {"offline": False, "latency": LATENCY, "downloadThroughput": rate, "uploadThroughput": rate}
        devtools.send("Network.emulateNetworkConditions", conditions)
    yield page, devtools
    context.close()


def weighed(browser: Browser, server: str, address: str, before: str = "") -> list[int]:
    """Return the bytes of each request of `address`, headers included, after `before` was opened."""
    with phone(browser, server, slow=False) as (page, devtools):
        if before:
            page.goto(before, wait_until="load")
        sizes: list[int] = []
        devtools.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
        page.goto(address, wait_until="load")
        page.wait_for_timeout(300)
    return sizes


def painted(browser: Browser, server: str, *, slow: bool) -> float:
    """Return the seconds until the short survey shows its first content."""
    with phone(browser, server, slow=slow) as (page, _):
        page.goto(SHORT, wait_until="load")
        entry = "performance.getEntriesByName('first-contentful-paint')[0]"
        page.wait_for_function(f"() => {entry} !== undefined")
        return float(page.evaluate(f"{entry}.startTime")) / 1000


def sent(browser: Browser, server: str, *, slow: bool) -> float:
    """Return the seconds from pressing the button to the receipt."""
    with phone(browser, server, slow=slow) as (page, _):
        page.goto(SHORT, wait_until="load")
        page.get_by_label("Fairly safe").first.check()
        began = time.monotonic()
        page.get_by_role("button", name="Send your answers").click()
        page.wait_for_url("**/done**", wait_until="domcontentloaded")
        return time.monotonic() - began


def middle(measure: Callable[[], float]) -> float:
    return sorted(measure() for _ in range(REPEATS))[REPEATS // 2]


def print_weights(browser: Browser, server: str) -> bool:
    """Print the bytes and requests of each page; return whether all keep to their limits.

    The number of requests is limited where nothing is cached yet: each costs a wait of its own.
    """
    print(f"{'page':34}{'requests':>9}{'bytes':>8}{'limit':>8}")
    pages = [(SHORT, "", FIRST_VIEW)] + [
        (address, SHORT, FURTHER)
        for address in ("/", "/s/community-safety/start", "/help", "/privacy", "/safety", "/cookies", "/accessibility")
    ]
    kept = True
    for address, before, limit in pages:
        sizes = weighed(browser, server, address, before)
        fits = sum(sizes) <= limit and (bool(before) or len(sizes) <= REQUESTS)
        kept &= fits
        print(f"{address:34}{len(sizes):>9}{sum(sizes):>8,}{limit:>8,}{'' if fits else '  OVER'}")
    return kept


def print_times(browser: Browser, server: str) -> bool:
    """Print the seconds of the short survey; return whether the throttled ones keep to the limits."""
    print(f"\n{'short survey, seconds':34}{'2G':>9}{'no limit':>10}{'at most':>9}")
    kept = True
    for told, measure, limit in (("first contentful paint", painted, PAINT), ("sent, until the receipt", sent, SEND)):
        slow = middle(lambda measure=measure: measure(browser, server, slow=True))  # type: ignore[misc]
        fast = middle(lambda measure=measure: measure(browser, server, slow=False))  # type: ignore[misc]
        kept &= slow <= limit
        print(f"{told:34}{slow:>9.2f}{fast:>10.2f}{limit:>9.1f}{'' if slow <= limit else '  OVER'}")
    return kept


def main() -> int:
    with demonstration() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        weights = print_weights(browser, server)
        times = print_times(browser, server)
        browser.close()
    print("\nEvery limit is kept." if weights and times else "\nA limit is broken.")
    return 0 if weights and times else 1


if __name__ == "__main__":
    raise SystemExit(main())
