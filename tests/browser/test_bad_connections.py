"""What people do on bad connections, in a real browser against a real server: one response and one receipt, always.

Rows are counted in the database itself. `Lossy` stands between browser and server and swallows answers after the server
has done its work, as a train that enters a tunnel does.

In the default command each kind of fault strikes once, with scripts and mostly in the short form; with `--all` also
without scripts and in the long one.
"""

from __future__ import annotations

import http.client
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from feedback.keys import begin_secret
from feedback.receipt_codes import receipt_hash
from feedback.services.answers.receipts import open_receipt
from tests.browser.conftest import ROOT, free_port, wait_until_up
from tests.conftest import SqliteDatabases, running
from tests.makers import BARGATE, make_wave

FAST, LONG = "/s/fast-feedback", "/s/community-safety"
SEND = "Send your answers"
SECRETS = {"secret_key": "for-browser-tests-only-0123456789abcdef", "password_salt": "for-browser-tests-only"}


@dataclass
class Service:
    """A server of its own on a database of its own, with an open wave of each survey."""

    app: Flask
    database: str
    port: int
    process: subprocess.Popen[bytes] | None = None
    mode: str = "test"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        secrets = {name.upper(): value for name, value in SECRETS.items()}
        environment = {**os.environ, **secrets, "MODE": self.mode, "DATABASE_URL": f"sqlite:///{self.database}"}
        words = ["gunicorn", "wsgi:app", "-w", "2", "-b", f"127.0.0.1:{self.port}", "--log-level", "error"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env=environment, start_new_session=True
        )
        wait_until_up(self.address, self.process)

    def kill(self) -> None:
        """End master and workers at once, as a power cut does."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def run(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(self.database, timeout=30)
        try:
            with connection:
                return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    def rows(self) -> set[str]:
        """The receipts, as the database knows them, of everything that is stored."""
        return {str(receipt) for (receipt,) in self.run("SELECT receipt_hash FROM response")}

    def hash_of(self, code: str) -> str:
        """What the database knows of the receipt that a person was shown."""
        with self.app.app_context():
            return receipt_hash(code)

    def code_in(self, location: str) -> str:
        """The receipt that the page at an address shows."""
        with self.app.app_context():
            return open_receipt(location.rpartition("/")[2])

    def others(self) -> tuple[object, ...]:
        """What stands beside the responses: how many conflicts, and how many the tally counted."""
        return self.run("SELECT (SELECT count(*) FROM conflict), (SELECT coalesce(sum(count), 0) FROM tally)")[0]


@pytest.fixture(scope="module")
def service(sqlite_databases: SqliteDatabases) -> Iterator[Service]:
    with sqlite_databases.fresh() as address, running(address, **SECRETS) as app:
        with app.app_context():
            begin_secret()
            make_wave("fast-feedback")
            make_wave("community-safety")
        started = Service(app, address.removeprefix("sqlite:///"), free_port())
        started.start()
        yield started
        started.kill()


class _Relay(BaseHTTPRequestHandler):
    """Passes requests on; loses the answer to as many posts as it was told to lose."""

    protocol_version = "HTTP/1.1"
    server: Lossy

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.goal, timeout=30)
        upstream.request(self.command, self.path, body or None, dict(self.headers))
        answer = upstream.getresponse()
        content = answer.read()
        upstream.close()
        if self.command == "POST":
            self.server.delivered += 1
            if self.server.to_lose:
                self.server.to_lose -= 1
                self.close_connection = True
                return  # the connection closes and not a byte of the answer was sent
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"connection", "transfer-encoding", "content-length"}:
                self.send_header(name, value.replace(f":{self.server.goal}", f":{self.server.server_port}"))
        self.send_header("Content-Length", str(len(content)))
        if not self.server.keeps_alive:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_PUT = do_GET

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


class Lossy(ThreadingHTTPServer):
    """A proxy that loses answers. With `keeps_alive` browsers send a lost post again by themselves."""

    daemon_threads = True

    def __init__(self, goal: int, *, keeps_alive: bool, lose: int = 1) -> None:
        super().__init__(("127.0.0.1", 0), _Relay)
        self.goal, self.keeps_alive, self.to_lose, self.delivered = goal, keeps_alive, lose, 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def lossy(service: Service) -> Iterator[Callable[..., Lossy]]:
    made: list[Lossy] = []

    def make(**how: bool) -> Lossy:
        made.append(Lossy(service.port, **how))
        return made[-1]

    yield make
    for proxy in made:
        proxy.shutdown()
        proxy.server_close()


@pytest.fixture(params=["scripts", pytest.param("no scripts", marks=pytest.mark.long)])
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """A new browser, as small as a telephone, with scripts and without."""
    opened = browser.new_context(viewport={"width": 360, "height": 780}, java_script_enabled=request.param == "scripts")
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def exactly_one(service: Service) -> Callable[[str], None]:
    """Return a function that is given the receipt code on the screen: it is that of the one new row, and all counts
    agree. Called once in each test."""
    before, (conflicts, tally) = service.rows(), service.others()

    def check(code: str) -> None:
        assert service.rows() - before == {service.hash_of(code)}
        assert service.others() == (conflicts, tally + 1)  # type: ignore[operator]

    return check


def fill_fast(page: Page, address: str) -> None:
    page.goto(address + FAST)
    page.check("#safe_local_day", force=True)
    page.fill("#safer_text", "Better lighting on the way home")
    page.select_option("#ward", BARGATE)


def begin_long(page: Page, address: str) -> None:
    page.goto(f"{address}{LONG}/start")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/1")


def fill_long(page: Page, address: str) -> None:
    """Answer the first page and go to the check of the answers."""
    begin_long(page, address)
    page.select_option("#ward", BARGATE)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/2")
    page.goto(f"{address}{LONG}/check")


long_one = pytest.param(fill_long, id="long", marks=pytest.mark.long)
either = pytest.mark.parametrize("fill", [pytest.param(fill_fast, id="fast"), long_one])


def send(page: Page) -> None:
    page.get_by_role("button", name=SEND).click()


def receipt_on(page: Page) -> str:
    return page.locator(".app-receipt__code").inner_text()


# --- impatience ------------------------------------------------------------------------------------------------------


@either
def test_a_double_click_sends_once(
    service: Service, context: BrowserContext, exactly_one: Callable[[str], None], fill: Callable[[Page, str], None]
) -> None:
    page = context.new_page()
    fill(page, service.address)
    page.get_by_role("button", name=SEND).dblclick()
    exactly_one(receipt_on(page))


@either
def test_reloading_after_sending_sends_nothing(
    service: Service, context: BrowserContext, exactly_one: Callable[[str], None], fill: Callable[[Page, str], None]
) -> None:
    page = context.new_page()
    fill(page, service.address)
    send(page)
    code = receipt_on(page)
    page.reload()
    page.reload()
    assert receipt_on(page) == code
    exactly_one(code)


@either
def test_going_back_and_sending_again_leads_to_the_same_receipt(
    service: Service, context: BrowserContext, exactly_one: Callable[[str], None], fill: Callable[[Page, str], None]
) -> None:
    page = context.new_page()
    fill(page, service.address)
    send(page)
    code = receipt_on(page)
    page.go_back()
    if "/done/" not in page.url:  # the long survey leads back to the receipt by itself
        send(page)
    assert receipt_on(page) == code
    exactly_one(code)


def test_two_tabs_of_one_draft_are_one_response(
    service: Service, context: BrowserContext, exactly_one: Callable[[str], None]
) -> None:
    """What each tab answers is kept, and each may send."""
    first, second = context.new_page(), context.new_page()
    begin_long(first, service.address)
    second.goto(f"{service.address}{LONG}/2")
    second.goto(first.url)
    first.select_option("#ward", BARGATE)
    first.get_by_role("button", name="Continue").click()
    first.wait_for_url("**/2")
    first.check("#safe_local_day", force=True)
    second.goto(f"{service.address}{LONG}/5")
    first.get_by_role("button", name="Continue").click()
    first.wait_for_url("**/3")
    second.check("#crime_change", force=True)
    second.get_by_role("button", name="Continue").click()
    second.wait_for_url("**/6")
    for tab in (first, second):
        tab.goto(f"{service.address}{LONG}/check")
    told = first.inner_text("main")
    assert all(words in told for words in ("Bargate", "Very safe", "It has gone up a lot")), told
    send(first)
    code = receipt_on(first)
    send(second)
    assert receipt_on(second) == code
    exactly_one(code)


# --- the answer is lost ----------------------------------------------------------------------------------------------


@either
@pytest.mark.parametrize("keeps_alive", [True, False], ids=["browser tries again", "person reloads"])
def test_a_lost_answer_and_the_next_try_are_one_response(
    lossy: Callable[..., Lossy],
    context: BrowserContext,
    exactly_one: Callable[[str], None],
    fill: Callable[[Page, str], None],
    keeps_alive: bool,
) -> None:
    proxy, page = lossy(keeps_alive=keeps_alive, lose=0), context.new_page()
    fill(page, proxy.address)
    proxy.delivered, proxy.to_lose = 0, 1 if keeps_alive else 99
    send(page)
    if not keeps_alive:
        page.wait_for_url("chrome-error://**")
        proxy.to_lose = 0
        page.reload()
    code = receipt_on(page)
    assert proxy.delivered >= 2
    exactly_one(code)


@either
def test_a_lost_answer_and_going_back_to_send_again_are_one_response(
    lossy: Callable[..., Lossy],
    context: BrowserContext,
    exactly_one: Callable[[str], None],
    fill: Callable[[Page, str], None],
) -> None:
    proxy, page = lossy(keeps_alive=False, lose=0), context.new_page()
    fill(page, proxy.address)
    proxy.to_lose = 99
    send(page)
    page.wait_for_url("chrome-error://**")
    proxy.to_lose = 0
    page.go_back()
    if "/done/" not in page.url:
        send(page)
    exactly_one(receipt_on(page))


def test_a_lost_answer_between_two_pages_costs_no_answer(
    lossy: Callable[..., Lossy], context: BrowserContext, exactly_one: Callable[[str], None]
) -> None:
    proxy, page = lossy(keeps_alive=True, lose=0), context.new_page()
    begin_long(page, proxy.address)
    page.select_option("#ward", BARGATE)
    proxy.to_lose = 1
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/2")
    page.goto(f"{proxy.address}{LONG}/check")
    assert "Bargate" in page.inner_text("main")
    send(page)
    exactly_one(receipt_on(page))


# --- the server is gone ----------------------------------------------------------------------------------------------


def test_a_draft_outlives_a_server_that_is_killed(
    service: Service, context: BrowserContext, exactly_one: Callable[[str], None]
) -> None:
    page = context.new_page()
    begin_long(page, service.address)
    page.select_option("#ward", BARGATE)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/2")
    page.check("#safe_local_day", force=True)
    service.kill()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("chrome-error://**")
    service.start()
    page.reload()  # sends the page once more
    page.wait_for_url("**/3")
    page.goto(f"{service.address}{LONG}/check")
    told = page.inner_text("main")
    assert "Bargate" in told
    assert "Very safe" in told
    send(page)
    exactly_one(receipt_on(page))


# --- time passes -----------------------------------------------------------------------------------------------------


def test_an_hour_between_two_pages_costs_nothing(
    service: Service, context: BrowserContext, exactly_one: Callable[[str], None]
) -> None:
    page = context.new_page()
    fill_long(page, service.address)
    service.run("UPDATE draft SET expires_at = datetime(expires_at, '-1 hour')")
    send(page)
    exactly_one(receipt_on(page))


def test_a_draft_that_has_expired_is_said_to_be_gone(service: Service, context: BrowserContext) -> None:
    page, before = context.new_page(), service.rows()
    fill_long(page, service.address)
    service.run("UPDATE draft SET expires_at = datetime('now', '-1 minute')")
    send(page)
    page.wait_for_url("**/start?lost=1")
    assert "We cannot find the answers you began with" in page.inner_text("main")
    page.go_back()
    assert page.get_by_role("button", name=SEND).count() == 0
    assert service.rows() == before


@pytest.mark.parametrize("context", ["scripts"], indirect=True)
def test_a_form_from_before_midnight_counts_on_the_last_day(
    service: Service, context: BrowserContext, exactly_one: Callable[[str], None]
) -> None:
    page = context.new_page()
    fill_fast(page, service.address)
    ((closes_on,),) = service.run("SELECT closes_on FROM wave WHERE survey = 'fast-feedback'")
    try:
        ((yesterday,),) = service.run(
            "UPDATE wave SET closes_on = date('now', '-1 day') WHERE survey = 'fast-feedback' RETURNING closes_on"
        )
        page.eval_on_selector("input[name=opened]", "(field, day) => { field.value = day }", yesterday)
        page.get_by_role("button", name=SEND).dblclick()
        exactly_one(receipt_on(page))
        assert page.goto(service.address + FAST).status == 410  # type: ignore[union-attr]
    finally:
        service.run("UPDATE wave SET closes_on = ? WHERE survey = 'fast-feedback'", closes_on)


# --- at once ---------------------------------------------------------------------------------------------------------


def post(service: Service, path: str, form: dict[str, str], cookie: str = "") -> tuple[int, str, str]:
    """Post a form; return the status, where the answer leads, and the cookie it sets."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded", **({"Cookie": cookie} if cookie else {})}
    connection.request("POST", path, urlencode(form), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.getheader("Location", ""), answer.getheader("Set-Cookie", "").partition(";")[0]


def own_fields(survey: str) -> dict[str, str]:
    return {"wave": f"{survey}-test", "version": "1"}


def test_five_equal_posts_at_once_are_one_response(service: Service, exactly_one: Callable[[str], None]) -> None:
    form = {**own_fields("fast-feedback"), "id": str(uuid4()), "safe_local_day": "very_safe"}
    with ThreadPoolExecutor(5) as pool:
        answers = set(pool.map(lambda _: post(service, FAST, form), range(5)))
    ((status, location, _cookie),) = answers
    assert status == 303
    exactly_one(service.code_in(location))


def test_five_sendings_of_one_draft_at_once_are_one_response(
    service: Service, exactly_one: Callable[[str], None]
) -> None:
    _status, _location, cookie = post(service, f"{LONG}/start", own_fields("community-safety"))
    post(service, f"{LONG}/1", {"ward": BARGATE}, cookie)
    with ThreadPoolExecutor(5) as pool:
        answers = set(pool.map(lambda _: post(service, f"{LONG}/check", {}, cookie)[:2], range(5)))
    ((status, location),) = answers
    assert status == 303
    exactly_one(service.code_in(location))


def test_five_different_posts_of_one_form_at_once_keep_the_others_for_review(service: Service) -> None:
    before, (conflicts, tally) = service.rows(), service.others()
    form, days = {**own_fields("fast-feedback"), "id": str(uuid4())}, ("very_safe", "fairly_safe", "neither")
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda day: post(service, FAST, {**form, "safe_local_day": day}), days))
    assert sorted(status for status, _location, _cookie in answers) == [303, 409, 409]
    assert len(service.rows() - before) == 1
    assert service.others() == (conflicts + 2, tally + 1)  # type: ignore[operator]
