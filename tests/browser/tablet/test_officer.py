"""The tablet in an officer's hands: reading aloud, checking before leaving, practising, and proving at the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.tablet.field import CODE, read, sign_in, states, take_event, wait_for_queue, write
from tests.browser.test_bad_connections import Service

Since = Callable[[], list[dict[str, Any]]]


def interview(page: Page, survey: str = "How safe do you feel") -> None:
    page.get_by_role("button", name=survey).click()
    page.get_by_label("Very safe").first.check()
    page.get_by_role("button", name="Send your answers").click()
    page.locator("[data-do=hand-over]").wait_for()


def test_reading_aloud_with_cards_and_somebody_else_present(served: Service, page: Page, new_responses: Since) -> None:
    take_event(page, served.address)
    page.get_by_label("Someone else is present").check()
    page.get_by_role("button", name="Community safety survey").click()
    page.locator("[data-do=onward]").click()
    page.get_by_text("Question 3").wait_for()
    page.get_by_role("button", name="Show card 3").click()
    card = page.get_by_role("dialog", name="Show card 3")
    expect(card.locator("li").nth(1)).to_have_text("B Fairly safe")
    page.get_by_role("button", name="Hide the card").click()
    page.get_by_label("B Fairly safe").first.check()
    headings = []
    while page.locator("[data-do=onward]").inner_text() == "Continue":
        page.locator("[data-do=onward]").click()
        headings.append(page.inner_text("h1"))
    assert headings[-1] == "About you", "the private pages are not asked"
    page.locator("[data-do=onward]").click()
    wait_for_queue(page, 0)
    assert [(one["channel"], one["answers"]) for one in new_responses()] == [
        ("officer", {"safe_local_day": "fairly_safe"})
    ]


def test_practice_is_said_everywhere_and_stored_nowhere(served: Service, page: Page, new_responses: Since) -> None:
    take_event(page, served.address)
    page.get_by_label("Practise").check()
    label = page.locator("#practice")
    expect(label).to_have_text("Practice: answers given here are not counted")
    page.get_by_role("button", name="How safe do you feel").click()
    expect(label).to_be_visible()
    page.get_by_label("Very safe").first.check()
    page.get_by_role("button", name="Send your answers").click()
    wait_for_queue(page, 0)
    assert new_responses() == []
    assert [(entry["state"], entry["practice"]) for entry in read(page, "ledger")] == [("sent", True)]
    page.reload()
    expect(label).to_be_visible()


def marks(page: Page) -> dict[str, str]:
    page.locator(".app-check").first.wait_for()
    rows = page.eval_on_selector_all(
        ".app-check", "rows => rows.map((row) => [row.querySelector('b').textContent, row.className.split('--')[1]])"
    )
    return dict(rows)


def promise_storage(page: Page) -> None:
    """What a browser does on its own for a site that was put on the home screen."""
    session = page.context.new_cdp_session(page)
    context = session.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
    session.send("Browser.grantPermissions", {"permissions": ["durableStorage"], "browserContextId": context})


def test_the_check_list_says_what_is_not_ready_and_what_to_do(served: Service, page: Page) -> None:
    take_event(page, served.address)
    page.get_by_role("button", name="Check this tablet").click()
    found = marks(page)
    assert found["Forms"] == found["Opens without a connection"] == found["Answers can be locked"] == "ready"
    assert found["Free space"] == found["Clock"] == found["Waiting"] == found["Version"] == "ready"
    assert found["Storage"] == "look", "a fresh profile has promised nothing"
    promise_storage(page)
    page.get_by_role("button", name="Ask again to keep stored data").click()
    expect(page.locator(".app-check", has_text="The browser has promised to keep")).to_be_visible()
    device = read(page, "devices")[0]
    write(page, "forms", "delete", read(page, "forms")[0]["key"])
    write(page, "devices", "put", {**device, "expires_at": "2020-01-01T00:00:00+00:00"})
    page.clock.set_system_time("2031-05-01T12:00:00Z")
    page.get_by_role("button", name="Check again").click()
    expect(page.locator(".app-check--stop", has_text="Missing:")).to_be_visible()
    expect(page.locator(".app-check--look", has_text="Set the tablet's clock from the network")).to_be_visible()
    expect(page.locator(".app-check--look", has_text="before the event does")).to_be_visible()
    page.get_by_role("button", name="Get the forms again").click()
    expect(page.locator(".app-check--ready", has_text="All 4 forms are on this tablet")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Check again").click()
    expect(page.locator(".app-check--look", has_text="Connect to see whether it is the newest")).to_be_visible()


def test_sign_off_names_what_is_missing_and_parts_numbers_from_answers(
    served: Service, page: Page, new_responses: Since
) -> None:
    take_event(page, served.address)
    interview(page)
    page.context.set_offline(True)
    interview(page)
    lost = read(page, "queue")[0]
    write(page, "queue", "delete", lost["id"])  # as a system does that clears storage
    page.get_by_role("button", name="How safe do you feel").click()
    page.get_by_role("button", name="Stop and remove my answers").click()
    page.context.set_offline(False)
    page.get_by_role("button", name="sign off").click()
    page.get_by_role("button", name="Count and sign off").click()
    page.get_by_text("The counts do not agree: 2 finished on this tablet, 1 on the server.").wait_for()
    page.get_by_text("Missing on the server: form 2.").wait_for()
    assert any(entry["id"] for entry in read(page, "ledger"))
    write(page, "queue", "put", lost)
    page.get_by_role("button", name="Count and sign off").click()
    page.get_by_text("All counts agree: 2 finished on this tablet, 2 on the server.").wait_for()
    page.get_by_text("Signed off.").wait_for()
    assert states(page) == ["sent", "sent", "discarded"]
    assert [entry["id"] for entry in read(page, "ledger")] == [None] * 3
    assert len(new_responses()) == 2
    page.get_by_role("link", name="Printable receipt").click()
    page.wait_for_url("**/receipt")
    assert page.locator("h1").count() == 1


def test_a_queue_saved_to_a_file_is_brought_in_by_staff_and_counted_once(
    served: Service, page: Page, browser: Browser, new_responses: Since, tmp_path: Path
) -> None:
    take_event(page, served.address)
    page.context.set_offline(True)
    interview(page)
    interview(page)
    page.get_by_role("button", name="Answers on this tablet").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the queue to a file").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert "very_safe" not in path.read_text()
    assert len(read(page, "queue")) == 2, "a file takes nothing away"
    desk = browser.new_page()
    sign_in(desk, served.address)
    desk.goto(f"{served.address}/officer/queue-file")
    desk.set_input_files("input[type=file]", path)
    desk.get_by_role("button", name="Upload").click()
    desk.get_by_text("2 answers in the file. 2 stored.").wait_for()
    desk.close()
    page.context.set_offline(False)
    wait_for_queue(page, 0)
    assert len(new_responses()) == 2, "what came by file is known when the tablet sends it too"


def test_officers_screens_are_accessible(
    served: Service, tablet: BrowserContext, look_closely: Callable[[Page], None]
) -> None:
    page = tablet.new_page()
    page.goto(f"{served.address}/tablet/")
    page.get_by_label("Event code").wait_for()
    look_closely(page)
    take_event(page, served.address)
    look_closely(page)
    for door in ("Check this tablet", "Show cards", "Answers on this tablet", "sign off", "Hand the tablet over"):
        page.get_by_role("button", name=door).click()
        page.locator("#screen [data-do=home]").wait_for()
        page.wait_for_timeout(100)
        look_closely(page)
        page.locator("#screen [data-do=home]").click()
        page.locator("[data-do=hand-over]").wait_for()
    page.get_by_role("button", name="How safe do you feel").click()
    look_closely(page)
    page.get_by_role("button", name="Show card 1", exact=True).click()
    look_closely(page)


def sign_off(page: Page) -> None:
    page.get_by_role("button", name="End of the shift").click()
    page.get_by_role("button", name="Count and sign off").click()
    page.get_by_text("Signed off.").wait_for()


def test_an_event_that_is_done_with_can_be_removed_and_nothing_else_goes(
    served: Service, page: Page, new_responses: Since
) -> None:
    remove = page.get_by_role("button", name="Remove this event from this tablet")
    take_event(page, served.address)
    page.get_by_role("button", name="End of the shift").click()
    expect(remove).to_be_hidden()
    page.get_by_role("button", name="Back").click()
    sign_off(page)
    expect(remove).to_be_visible()
    page.get_by_role("button", name="Back").click()
    page.context.set_offline(True)
    interview(page)
    page.get_by_role("button", name="End of the shift").click()
    expect(remove).to_be_hidden()  # an answer that came after sign-off waits
    page.get_by_role("button", name="Back").click()
    page.context.set_offline(False)
    sign_off(page)
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Load another event").click()  # the same once more counts as another
    page.get_by_label("Event code").fill(CODE)
    page.get_by_label("Name of this tablet").fill("Tablet 4")
    page.get_by_role("button", name="Load this event").click()
    expect(page.locator("[data-events] button")).to_have_count(1)
    page.context.set_offline(True)
    interview(page)
    waiting, ledger, forms = read(page, "queue"), read(page, "ledger"), read(page, "forms")
    page.locator("[data-events]").get_by_role("button").click()
    page.get_by_role("button", name="End of the shift").click()
    remove.click()
    expect(page.get_by_role("heading", name="from this tablet?")).to_be_focused()
    page.get_by_role("button", name="Keep it").click()
    assert len(read(page, "devices")) == 2
    page.get_by_role("button", name="End of the shift").click()
    remove.click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator("[data-events]")).to_be_empty()
    assert [one["device"] for one in read(page, "devices")] == [waiting[0]["device"]]
    assert (read(page, "queue"), read(page, "ledger"), read(page, "forms")) == (waiting, ledger, forms)
    page.context.set_offline(False)
    sign_off(page)
    remove.click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("heading", name="Load an event")).to_be_visible()
    assert (read(page, "devices"), read(page, "forms"), len(read(page, "ledger"))) == ([], [], len(ledger))
    assert len(new_responses()) == 2
