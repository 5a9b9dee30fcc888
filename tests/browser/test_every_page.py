"""Every page that a link leads to, opened by every role, at two widths, with scripts off too: axe finds nothing.

A GET route that no walk reaches must be named in `NOT_WALKED` with the reason, so that a new page is covered the day it
is added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from feedback import create_app
from feedback.config import Settings
from tests.pictures import sign_in

NOT_WALKED: dict[str, str] = {
    "residents.later": "needs a survey that was begun: integration/residents/test_resuming.py",
    "residents.kept": "needs a code that was just made: integration/residents/test_resuming.py",
    "public.results_of": "leads on to the newest release: integration/public/test_results.py",
    "officers.paper_cover": "prints with a paper pack: browser/paper/test_paper.py",
    "public.release_file": "a file, not a page: integration/public/test_results.py",
    "public.did_at_event": "a receipt leads to it: integration/staff/test_actions.py",
    "administrators.delete_action": "needs an entry that is not public: integration/staff/test_actions.py",
    "administrators.apply_retention": "needs something due: integration/staff/test_data_protection.py",
    "static": "files of the pages, not pages: integration/residents/test_frame.py",
    "residents.page": "needs a survey that was begun: residents/test_journeys.py",
    "residents.before_harm": "needs a survey that was begun: residents/test_journeys.py",
    "residents.last": "needs a survey begun on a shared device: residents/test_leaving.py",
    "residents.withdrawn": "needs answers to remove: residents/test_leaving.py",
    "residents.check": "needs a survey that was begun: residents/test_journeys.py",
    "residents.done": "needs answers that were sent: residents/test_journeys.py",
    "residents.event": "leads on from a poster: integration/residents/test_links.py",
    "residents.unsent": "leads back to the form",
    "residents.leave": "leads out of the site: residents/test_leaving.py",
    "residents.leave_all": "leads out of the site: residents/test_leaving.py",
    "security.login": "opened before each walk, and with mistakes in staff/test_office.py",
    "staff.sign_out": "for who types the address; its words are checked in integration/staff",
    "administrators.one_time_password": "shown once after a person is added: staff/test_office.py",
    "administrators.reactivate": "needs a closed account: staff/test_office.py",
    "administrators.delete_wave": "needs a test wave: staff/test_office.py",
    "analysts.conflicts_of_wave": "needs answers that came twice: integration/staff/test_conflicts.py",
    "administrators.undo_answer_import": "needs an import: integration/importing/test_pages.py",
    "administrators.keep_first": "needs answers that came twice: integration/staff/test_conflicts.py",
    "administrators.use_instead": "needs answers that came twice: integration/staff/test_conflicts.py",
    "officers.key_paper_again": "needs a sheet that waits for a second keying: paper/test_paper.py",
    "officers.key_sheet_again": "needs a sheet that waits for a second keying: paper/test_paper.py",
    "officers.settle_paper": "needs a sheet that was keyed in two ways: paper/test_paper.py",
    "analysts.job": "needs a workbook that is being made: staff/test_office.py",
    "tablet.worker": "the script that keeps the app: integration/tablet/test_shell.py",
    "tablet.web_manifest": "what a browser needs to install the app: integration/tablet/test_shell.py",
    "tablet.form": "data for the app: integration/tablet/test_shell.py",
    "tablet.kiosk": "makes this browser a kiosk and signs out: tablet/test_kiosk.py",
    "analysts.download": "a file, not a page: staff/test_office.py",
    "analysts.release_file": "a file, not a page: integration/releases/test_release_pages.py",
    "analysts.publish_release": "needs a preview: staff/test_releasing.py",
    "analysts.discard_preview": "needs a preview: staff/test_releasing.py",
    "analysts.take_respondent_file": "a file, not a page: integration/releases/test_respondent_files.py",
    "officers.template": "a file, not a page: integration/events/test_pages.py",
    "officers.poster": "opened by a form with its size and languages: events/test_posters.py",
    "officers.move": "needs an event with answers: events/test_field.py",
    "officers.remove": "needs a note: events/test_field.py",
    "api.csrf": "for clients, not a page: integration/sync/test_passes.py",
    "api.openapi": "for clients, not a page: integration/sync/test_description.py",
}
ROLES = ("resident", "officer", "analyst", "administrator", "reviewer")
OF_EVERYBODY = ("residents", "public")
TWICE = {"administrators.person": 2}  # nobody closes their own account
WIDTHS = (320, 1024)


@pytest.fixture(scope="module")
def endpoint_of() -> Callable[[str], str]:
    adapter = create_app(Settings(mode="test").completed()).url_map.bind("127.0.0.1")
    return lambda path: str(adapter.match(path)[0])


def links_on(page: Page, server: str) -> Iterator[str]:
    links = "a[href]:not(.app-languages a)"  # the same page in another language is not another page
    for href in page.eval_on_selector_all(links, "links => links.map(a => a.getAttribute('href'))"):
        address = urljoin(page.url, href)
        if address.startswith(server) and "#" not in href:
            yield address


def walk(
    page: Page, server: str, endpoint_of: Callable[[str], str], look: Callable[[Page], None], *, each: int = 2
) -> set[str]:
    """Open every page that links lead to, `each` of an endpoint; return the endpoints that were opened.

    Who is signed in walks staff pages alone: residents' pages look the same to everybody.
    """
    seen: dict[str, int] = {}
    first = page.url if page.url.startswith(server) else server + "/"
    waiting, known = [first], set()
    staff = endpoint_of(urlsplit(first).path).split(".")[0] not in OF_EVERYBODY
    while waiting:
        address = waiting.pop(0)
        endpoint = endpoint_of(urlsplit(address).path)
        left_out = endpoint in NOT_WALKED or (staff and endpoint.split(".")[0] in OF_EVERYBODY)
        if address in known or seen.get(endpoint, 0) >= max(each, TWICE.get(endpoint, 0)) or left_out:
            continue
        known.add(address)
        seen[endpoint] = seen.get(endpoint, 0) + 1
        answer = page.goto(address)
        assert answer is not None, address
        assert answer.status == 200, f"{address} answered {answer.status}"
        look(page)
        waiting += [link for link in links_on(page, server) if link not in known]
    return set(seen)


@pytest.fixture(scope="module")
def opened_by() -> dict[str, set[str]]:
    """The endpoints that each role's walk opened."""
    return {}


@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_on_any_page(
    role: str,
    browser: Browser,
    demo_server: str,
    endpoint_of: Callable[[str], str],
    check_accessibility: Callable[[Page], None],
    opened_by: dict[str, set[str]],
) -> None:
    known = set[str]().union(*opened_by.values())

    def look(opened: Page) -> None:
        """A page that another role has opened already is looked at on the narrow screen alone."""
        for width in WIDTHS[:1] if endpoint_of(urlsplit(opened.url).path) in known else WIDTHS:
            opened.set_viewport_size({"width": width, "height": 900})
            check_accessibility(opened)

    opened_by[role] = walk_as(role, browser, demo_server, endpoint_of, look)
    assert len(opened_by[role]) >= 4, f"the walk as {role} ended early: {opened_by[role]}"


def walk_as(
    role: str,
    browser: Browser,
    server: str,
    endpoint_of: Callable[[str], str],
    look: Callable[[Page], None] = lambda _page: None,
) -> set[str]:
    context = browser.new_context()
    page = context.new_page()
    if role == "resident":
        page.goto(server + "/")
    else:
        sign_in(page, server, role)
    opened = walk(page, server, endpoint_of, look, each=2 if role == "resident" else 1)
    context.close()
    return opened


def test_residents_pages_need_no_script_and_mirror_wholly(
    browser: Browser, demo_server: str, endpoint_of: Callable[[str], str], check_accessibility: Callable[[Page], None]
) -> None:
    """Without scripts, on a narrow screen, in Arabic: the links of each page keep the language."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 900})
    page = context.new_page()
    page.goto(demo_server + "/?lang=ar")

    def look(opened: Page) -> None:
        html = opened.locator("html")
        if not urlsplit(opened.url).path.startswith("/sign-in"):
            assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("ar", "rtl"), opened.url
        check_accessibility(opened)

    opened = walk(page, demo_server, endpoint_of, look)
    assert "residents.start" in opened or len(opened) >= 4
    context.close()


def test_every_get_route_is_walked_by_somebody(
    browser: Browser, demo_server: str, endpoint_of: Callable[[str], str], opened_by: dict[str, set[str]]
) -> None:
    walked = {role: opened_by.get(role) or walk_as(role, browser, demo_server, endpoint_of) for role in ROLES}
    app = create_app(Settings(mode="test").completed())
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    missed = routes - set().union(*walked.values()) - set(NOT_WALKED)
    assert not missed, f"no link leads to {sorted(missed)}: link to them, or name them in NOT_WALKED with the reason"
