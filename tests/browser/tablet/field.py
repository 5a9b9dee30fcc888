"""An event, a server that can be stopped and started, and tablets: what the tests of the app do over and over."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from playwright.sync_api import Error, Page

from feedback.extensions import db
from feedback.models import Event
from feedback.services.staff.accounts import add_person
from tests.browser.test_bad_connections import Service
from tests.makers import make_wave

CODE = "FIE7D2"
OFFICER, PASSWORD = "officer@example.com", "plenty of random words"
DATABASE = "safe-city-feedback"

# Everything that a script could find on this tablet, as one text: whoever finds the tablet finds no more.
EVERYTHING = """async () => {
  const found = [document.cookie, JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage})]
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) found.push(await (await cache.match(request)).text())
  }
  for (const store of ['settings', 'devices', 'forms', 'ledger', 'queue']) found.push(JSON.stringify(await READ(store)))
  return found.join('\\n')
}"""
OPENED = """const database = await new Promise((done) => {
    const request = indexedDB.open('safe-city-feedback')
    request.onsuccess = () => done(request.result)
  })"""
READ = f"""async (store) => {{
  {OPENED}
  const found = await new Promise((done) => {{
    const request = database.transaction(store).objectStore(store).getAll()
    request.onsuccess = () => done(request.result)
  }})
  database.close()
  return found
}}"""
WRITE = f"""async ([store, method, value]) => {{
  {OPENED}
  const transaction = database.transaction(store, 'readwrite')
  transaction.objectStore(store)[method](value)
  await new Promise((done) => {{ transaction.oncomplete = done }})
  database.close()
}}"""


def prepare(app: Flask) -> None:
    """An event of today with both surveys in English and Polish, and an officer."""
    with app.app_context():
        waves = [make_wave("fast-feedback"), make_wave("community-safety")]
        now = datetime.now(UTC)
        event = Event(
            code=CODE, kind="library", title="Library drop-in", place="Central Library", waves=waves, ward_code=None,
            starts_at=now - timedelta(hours=2), ends_at=now + timedelta(hours=6), languages=["en", "pl"],
        )  # fmt: skip
        db.session.add(event)
        db.session.commit()
        add_person(email=OFFICER, name="Test officer", roles=["officer"], actor="test", password=PASSWORD)


def sign_in(page: Page, address: str, next: str = "") -> None:
    page.goto(f"{address}/sign-in{next}")
    fill_sign_in(page)


def fill_sign_in(page: Page) -> None:
    page.get_by_label("Email address").fill(OFFICER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


def take_event(page: Page, address: str, *, kiosk: bool = False) -> None:
    """Sign in and take the event along; the app then shows its home, or the kiosk's first screen."""
    sign_in(page, address, f"?next=/tablet/?take={CODE}")
    page.get_by_label("Name of this tablet").fill("Tablet 3")
    if kiosk:
        page.get_by_label("The person answering").check()
    page.get_by_role("button", name="Load this event").click()
    page.locator("[data-do=staff]" if kiosk else "[data-do=hand-over]").wait_for()
    wait_until(page, "navigator.serviceWorker.controller !== null")


def wait_until(page: Page, expression: str, *, seconds: float = 15) -> None:
    """Ask the page until `expression` holds. Its own policy lets no text be run from inside, so ask from here."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"not within {seconds} s: {expression}"
        page.wait_for_timeout(50)


def answer_fast(page: Page, text: str = "Better lighting", *, send: bool = True) -> None:
    """Answer the short form in a kiosk, to the thanks."""
    page.get_by_role("button", name="Start: How safe").click()
    page.get_by_label("Fairly safe").first.check()
    page.get_by_label("What one thing").fill(text)
    if send:
        page.get_by_role("button", name="Send your answers").click()
        page.get_by_role("heading", name="Thank you for your answers").wait_for()


def next_person(page: Page) -> None:
    page.get_by_role("button", name="Next person").click()
    page.locator("[data-do=staff]").wait_for()


def read(page: Page, store: str) -> list[dict[str, Any]]:
    """Return all of a store; where the app goes to a new page at that very moment, ask the new page."""
    for _ in range(10):
        try:
            found: list[dict[str, Any]] = page.evaluate(READ, store)
            return found
        except Error as fault:
            if "Execution context was destroyed" not in fault.message:
                raise
    raise AssertionError("The app goes from page to page and never rests.")


def write(page: Page, store: str, method: str, value: Any) -> None:
    page.evaluate(WRITE, [store, method, value])


def everything(page: Page) -> str:
    return str(page.evaluate(f"async () => {{ const READ = {READ}; return await ({EVERYTHING})() }}"))


def states(page: Page) -> list[str]:
    return [entry["state"] for entry in read(page, "ledger")]


def wait_for_queue(page: Page, length: int) -> None:
    for _ in range(200):
        if len(read(page, "queue")) == length:
            return
        page.wait_for_timeout(75)
    raise AssertionError(f"{len(read(page, 'queue'))} answers wait, not {length}: {page.inner_text('body')[:500]}")


def stored(service: Service) -> list[dict[str, Any]]:
    """The responses that the server has, without their ids."""
    rows = service.run("SELECT answers, channel, language, event_id FROM response ORDER BY id")
    return [
        {"answers": json.loads(str(answers)), "channel": channel, "language": language, "event": event is not None}
        for answers, channel, language, event in rows
    ]
