"""Answers given without a network: every one arrives once, whatever happens to browser, tab, line, server and time.

A real Chromium against a real server that is really killed. Rows are counted in the database, and on the tablet in its
own storage.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.tablet.field import (
    answer_fast,
    everything,
    fill_sign_in,
    next_person,
    read,
    states,
    take_event,
    wait_for_queue,
    write,
)  # fmt: skip
from tests.browser.test_bad_connections import Lossy, Service

Since = Callable[[], list[dict[str, Any]]]
SECRET = "the man in the blue van"

FULL = """() => {
  const put = IDBObjectStore.prototype.put
  self.mend = () => { IDBObjectStore.prototype.put = put }
  IDBObjectStore.prototype.put = function () {
    this.transaction.abort()
    throw new DOMException('full', 'QuotaExceededError')
  }
}"""

# The browser's lock, and every storage, fail once each; the storage cannot be read then either.
UNLOCKABLE = """() => {
  const encrypt = crypto.subtle.encrypt
  crypto.subtle.encrypt = () => {
    crypto.subtle.encrypt = encrypt
    return Promise.reject(new DOMException('no', 'OperationError'))
  }
}"""
UNREADABLE = """() => {
  const get = IDBDatabase.prototype.transaction
  self.mend = () => { IDBDatabase.prototype.transaction = get }
  IDBDatabase.prototype.transaction = () => { throw new DOMException('gone', 'NotFoundError') }
}"""


def start_as_demonstration(service: Service) -> None:
    """Its banner makes another page, and so another version of the app."""
    service.mode = "demo"
    try:
        service.start()
    finally:
        service.mode = "test"


def test_a_shift_without_a_network_and_two_browser_restarts(
    served: Service, restarting: Callable[[], Page], new_responses: Since
) -> None:
    page = restarting()
    take_event(page, served.address, kiosk=True)
    served.kill()
    answer_fast(page, SECRET)
    next_person(page)
    page = restarting()
    page.goto(f"{served.address}/tablet/")
    page.get_by_role("button", name="Polski").click()
    page.locator(".app-choice button").first.click()
    assert page.locator("html").get_attribute("lang") == "pl"
    page.locator("section:not([hidden]) input[type=radio]").first.check()
    page.locator("[data-do=onward]").click()
    page.locator("[data-do=next]").click()
    page = restarting()
    page.goto(f"{served.address}/tablet/")
    answer_fast(page)
    wait_for_queue(page, 3)
    assert states(page) == ["completed"] * 3
    found = everything(page)
    assert SECRET not in found
    assert "fairly_safe" not in json.dumps([read(page, store) for store in ("queue", "ledger", "devices")])
    assert new_responses() == []
    served.start()
    page.goto(f"{served.address}/tablet/")
    wait_for_queue(page, 0)
    assert states(page) == ["sent"] * 3
    arrived = new_responses()
    assert sorted(one["language"] for one in arrived) == ["en", "en", "pl"]
    assert all(one["channel"] == "kiosk" and one["event"] for one in arrived)
    assert {one["answers"].get("safer_text") for one in arrived} == {SECRET, "Better lighting", None}


def test_a_reply_lost_after_the_server_stored_costs_nothing_and_doubles_nothing(
    lossy: Lossy, page: Page, new_responses: Since
) -> None:
    take_event(page, lossy.address, kiosk=True)
    lossy.to_lose = 99
    answer_fast(page)
    while lossy.to_lose == 99:
        page.wait_for_timeout(50)
    assert len(new_responses()) == 1
    assert len(read(page, "queue")) == 1, "what the server has not named stays"
    lossy.to_lose = 0
    next_person(page)
    wait_for_queue(page, 0)
    assert len(new_responses()) == 1
    assert states(page) == ["sent"]


def test_a_pass_that_has_expired_makes_the_queue_wait_for_a_sign_in(
    served: Service, page: Page, new_responses: Since
) -> None:
    take_event(page, served.address)
    page.request.post(f"{served.address}/sign-out")
    page.context.clear_cookies()
    served.run("UPDATE device SET token_expires_at = datetime('now', '-1 minute')")
    page.locator("[data-choices] button").first.click()
    page.get_by_label("Very safe").first.check()
    page.get_by_role("button", name="Send your answers").click()
    page.get_by_role("link", name="Sign in to send 1 answer").click()
    assert new_responses() == []
    fill_sign_in(page)
    wait_for_queue(page, 0)
    assert [one["channel"] for one in new_responses()] == ["officer"]
    expect(page.get_by_role("link", name="Sign in to send")).to_have_count(0)


def test_two_tabs_that_answer_and_send_at_once(served: Service, tablet: BrowserContext, new_responses: Since) -> None:
    first, second = tablet.new_page(), tablet.new_page()
    take_event(first, served.address, kiosk=True)
    second.goto(f"{served.address}/tablet/")
    tablet.set_offline(True)
    for tab, text in ((first, "one"), (second, "two")):
        answer_fast(tab, text, send=False)
    for tab in (first, second):
        tab.reload()  # each finds the other's form open and leaves it alone, and its own discarded
        answer_fast(tab, "sent")
    wait_for_queue(first, 2)
    assert sorted(states(first)) == ["completed", "completed", "discarded", "discarded"]
    assert len({item["number"] for item in read(first, "queue")}) == 2
    tablet.set_offline(False)
    wait_for_queue(second, 0)
    assert len(new_responses()) == 2


def test_one_record_that_the_server_will_not_take_holds_up_no_other(
    served: Service, page: Page, new_responses: Since
) -> None:
    take_event(page, served.address)
    device = read(page, "devices")[0]["device"]
    page.context.set_offline(True)
    for _ in range(2):
        page.locator("[data-choices] button").first.click()
        page.get_by_label("Very safe").first.check()
        page.get_by_role("button", name="Send your answers").click()
        page.locator("[data-do=hand-over]").wait_for()
    broken = {"id": "not-a-number", "key": "", "wrapped": "", "iv": "", "sealed": ""}
    write(page, "queue", "put", {"id": "not-a-number", "device": device, "number": 9, "item": broken})
    page.context.set_offline(False)
    page.get_by_role("button", name="Answers on this tablet").click()
    page.get_by_role("button", name="Send now").click()
    page.get_by_text("The server did not accept form 9").wait_for()
    assert len(new_responses()) == 2
    with page.expect_download() as download:
        page.get_by_role("button", name="Save form 9 to a file").click()
    kept = json.loads(download.value.path().read_text())
    assert [item["id"] for item in kept["items"]] == ["not-a-number"]
    assert kept["format"] == "safe-city-feedback queue 1"
    assert len(read(page, "queue")) == 1, "a file takes nothing away"


def test_a_database_that_the_system_closed_is_opened_again(served: Service, page: Page) -> None:
    page.add_init_script("""
      const open = indexedDB.open.bind(indexedDB); self.handles = []
      indexedDB.open = (...given) => { const request = open(...given)
        request.addEventListener('success', () => handles.push(request.result)); return request }""")
    take_event(page, served.address, kiosk=True)
    page.context.set_offline(True)
    answer_fast(page, send=False)
    page.evaluate("handles.forEach((database) => database.close())")
    page.get_by_role("button", name="Send your answers").click()
    page.get_by_role("heading", name="Thank you for your answers").wait_for()
    assert len(read(page, "queue")) == 1
    # And when it cannot be opened again, the answers stay on the screen with a sentence.
    next_person(page)
    answer_fast(page, "still here", send=False)
    page.evaluate("""() => { IDBDatabase.prototype.transaction = () => {
      throw new DOMException('The database connection is closing', 'InvalidStateError') } }""")
    page.get_by_role("button", name="Send your answers").click()
    page.get_by_text("The browser has closed its storage").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save these answers to a file").click()
    assert "still here" not in download.value.path().read_text()
    assert len(json.loads(download.value.path().read_text())["items"]) == 1


def test_storage_that_is_full_keeps_the_answers_on_the_screen(
    served: Service, page: Page, new_responses: Since
) -> None:
    take_event(page, served.address, kiosk=True)
    answer_fast(page, "do not lose me", send=False)
    page.evaluate(FULL)
    page.get_by_role("button", name="Send your answers").click()
    expect(page.locator("h1")).to_have_text("Your answers are not saved yet")
    page.get_by_text("The storage of this tablet is full").wait_for()
    assert new_responses() == []
    page.evaluate("mend()")
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", name="Thank you for your answers").wait_for()
    wait_for_queue(page, 0)
    assert [one["answers"]["safer_text"] for one in new_responses()] == ["do not lose me"]


@pytest.mark.parametrize("fault", [UNLOCKABLE, UNREADABLE])
def test_answers_that_cannot_be_locked_or_kept_stay_until_they_can(
    served: Service, page: Page, new_responses: Since, fault: str
) -> None:
    take_event(page, served.address, kiosk=True)
    page.get_by_role("button", name="Polski").click()
    page.get_by_role("button", name="Zacznij: ").first.click()
    page.locator("#safe_local_day").check()
    page.locator("#safer_text").fill("do not lose me")
    page.evaluate(fault)
    page.locator("[data-do=onward]").click()
    expect(page.locator("h1")).to_have_text("Odpowiedzi nie są jeszcze zapisane")
    expect(page.locator("[data-word=call_somebody]")).to_contain_text("osobie, która")
    page.get_by_text("so they are not saved. Try again").or_(page.get_by_text("has closed its storage")).wait_for()
    save = page.get_by_role("button", name="Save these answers to a file")
    assert save.is_visible() == (fault is UNREADABLE), "what is not locked goes to no file"
    if fault is UNREADABLE:
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("button", name="Try again")).to_be_enabled()
        page.evaluate("mend()")
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("button", name="Następna osoba").wait_for()
    wait_for_queue(page, 0)
    assert [one["answers"]["safer_text"] for one in new_responses()] == ["do not lose me"]


def test_a_page_closed_in_the_middle_of_keeping_leaves_all_or_nothing(served: Service, tablet: BrowserContext) -> None:
    page = tablet.new_page()
    take_event(page, served.address, kiosk=True)
    page.context.set_offline(True)
    for pause in (0, 2, 6, 15, 40):
        answer_fast(page, send=False)
        page.evaluate("(pause) => { setTimeout(() => location.replace('/tablet/'), pause); "
                      "document.querySelector('[data-do=onward]').click() }", pause)  # fmt: skip
        page.wait_for_timeout(100)
        page.close()
        page = tablet.new_page()
        page.goto(f"{served.address}/tablet/")
        page.locator("[data-do=staff]").wait_for()
        waiting = {item["number"] for item in read(page, "queue")}
        ledger = read(page, "ledger")
        assert {entry["number"] for entry in ledger if entry["state"] == "completed"} == waiting
        assert {entry["state"] for entry in ledger} <= {"completed", "discarded"}


def test_an_update_of_the_app_touches_neither_forms_nor_queue(
    served: Service, page: Page, new_responses: Since
) -> None:
    take_event(page, served.address, kiosk=True)
    old = page.locator("meta[name=app-version]").get_attribute("content")
    served.kill()
    answer_fast(page)
    before = read(page, "queue"), [form["key"] for form in read(page, "forms")]
    served.run("UPDATE device SET token_expires_at = datetime('now', '-1 minute')")  # so that nothing is sent meanwhile
    start_as_demonstration(served)
    try:
        page.goto(f"{served.address}/tablet/")
        expect(page.locator("meta[name=app-version]")).not_to_have_attribute("content", old, timeout=15_000)
        page.locator("[data-do=staff]").wait_for()
        assert page.evaluate("caches.keys()") == [
            f"shell-{page.locator('meta[name=app-version]').get_attribute('content')}"
        ]
        assert (read(page, "queue"), [form["key"] for form in read(page, "forms")]) == before
        served.kill()
        page.clock.set_system_time("2031-05-01T12:00:00Z")
        page.reload()
        answer_fast(page)
        assert len(read(page, "queue")) == 2, "nothing is dropped by its age"
        assert new_responses() == []
    finally:
        served.kill()


def test_a_browser_that_can_sends_when_the_app_is_closed(served: Service, page: Page, new_responses: Since) -> None:
    """Background Sync is a bonus: the worker sends by itself what the page left in the queue."""
    take_event(page, served.address, kiosk=True)
    session = page.context.new_cdp_session(page)
    registered: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registered.extend(one["registrationId"] for one in told["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.context.set_offline(True)
    answer_fast(page)
    page.goto("about:blank")
    page.context.set_offline(False)
    where = {"origin": served.address, "registrationId": registered[0]}
    session.send("ServiceWorker.dispatchSyncEvent", {**where, "tag": "queue", "lastChance": False})
    for _ in range(100):
        if new_responses():
            break
        page.wait_for_timeout(50)
    assert len(new_responses()) == 1
    page.goto(f"{served.address}/tablet/")
    wait_for_queue(page, 0)
    assert states(page) == ["sent"]
