"""Hostile texts in everything that stands in an address or a header: no fault, nothing alive, no way off the site."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from feedback.services.staff.accounts import add_person
from tests.integration.hostile.conftest import FAST, LONG, Count
from tests.integration.hostile.texts import LONGEST, TEXTS, check_answer, check_body, check_error_page
from tests.integration.staff.scenes import PASSWORD

IN_PATHS = (
    "/{}",
    "/s/{}",
    "/s/{}/start",
    "/s/{}/check",
    "/s/{}/1",
    "/s/fast-feedback/{}",
    "/s/community-safety/{}",
    "/s/fast-feedback/done/{}",
    "/e/{}",
    "/E/{}",
    "/static/{}",
    "/admin/waves/{}",
    "/admin/waves/{}/delete",
    "/admin/help-lines/{}",
    "/admin/people/{}",
    "/analyst/waves/{}",
    "/analyst/workbooks/{}",
    "/analyst/workbooks/{}/file",
)
IN_QUERIES = (
    f"{FAST}?e={{}}",
    f"{FAST}?wave={{}}",
    f"{LONG}?{{}}",
    f"{LONG}?e=HERE&_external=1&_scheme={{}}",
    f"{LONG}/start?e={{}}",
    f"{LONG}/start?lost={{}}",
    "/sign-in?next={}",
    "/admin/audit?page={}",
    "/exit?{}={}",
)
HEADERS = ("User-Agent", "Accept-Language", "Accept-Encoding", "Referer", "X-Forwarded-Host", "If-None-Match")
OUR_OWN_WORDS = ("survey", "endpoint", "_method", "_scheme", "_external", "_anchor", "values", "self", "number", "wave")


def unchecked(app: Flask) -> FlaskClient:
    return FlaskClient(app, app.response_class)


@pytest.fixture
def administrator(scene: Flask) -> FlaskClient:
    """Signed in, so that the pages of staff look at their addresses too."""
    with scene.app_context():
        add_person(
            email="administrator@example.com", name="A", roles=["administrator"], actor="test", password=PASSWORD
        )
    checked = scene.test_client()
    checked.submit("/sign-in", {"email": "administrator@example.com", "password": PASSWORD}, status=302)  # type: ignore[attr-defined]
    client = unchecked(scene)
    cookie = checked.get_cookie("session")
    assert cookie is not None
    client.set_cookie("session", cookie.value)
    return client


SPELLED = [quote(hostile.text[:1500], safe="") for hostile in (*TEXTS, LONGEST)]
TWICE = [quote(text, safe="") for text in SPELLED[::6]]


@pytest.mark.both_engines
@pytest.mark.parametrize("text", ["%00", "9" * 30, quote("💥", safe="")])
def test_what_one_engine_refuses_is_answered_with_a_sentence(administrator: FlaskClient, text: str) -> None:
    for template in (*IN_PATHS, *IN_QUERIES):
        path = template.replace("{}", text)
        assert administrator.get(path).status_code in {200, 302, 303, 308, 400, 404, 405, 410}, path


def test_a_hostile_address_is_answered_with_a_sentence(administrator: FlaskClient, counts: Count) -> None:
    before = counts()
    for template in (*IN_PATHS, *IN_QUERIES):
        kinds = set[tuple[int, int]]()
        for text in (*SPELLED, *TWICE):
            what = template.replace("{}", text)
            answer = administrator.get(what)
            assert answer.status_code in {200, 302, 303, 308, 400, 404}, (what, answer.status)
            if answer.location:
                check_goes_nowhere_else(answer.location)
            else:
                check_body(answer.text, what)
            kind = (answer.status_code, len(answer.text) // 8)
            if not answer.location and kind not in kinds:  # what differs in nothing but some letters is looked at once
                kinds.add(kind)
                page = check_answer(answer.text, what)
                assert answer.status_code == 200 or check_error_page(page, what)
    assert counts() == before


def check_goes_nowhere_else(location: str) -> None:
    to = urlsplit(location)
    assert to.netloc in {"", "localhost", "www.bbc.co.uk"}, location
    assert to.scheme in {"", "http", "https"}, location
    assert not re.search(r"[\s\\<>\"]", location), location


@pytest.mark.parametrize("name", OUR_OWN_WORDS)
def test_a_link_cannot_speak_to_the_service_in_its_own_words(sqlite_scene: Flask, name: str) -> None:
    """What a link carries on to the next page is the event and the wave, whatever else its query says."""
    client = unchecked(sqlite_scene)
    for value in ("javascript", "1", "//hostile.example", "POST"):
        answer = client.get(f"{LONG}?{name}={quote(value)}", headers={"Host": "localhost"})
        if name == "wave":
            assert answer.status_code == 404
        else:
            assert (answer.status_code, answer.location) == (302, f"{LONG}/start"), value
    kept = client.get(f"{LONG}?wave=community-safety-test&{name}=x").location
    assert kept == f"{LONG}/start?wave=community-safety-test"


@pytest.mark.parametrize(
    "back",
    [
        "//hostile.example",
        "https://hostile.example",
        "/\\hostile.example",
        "javascript:alert(1)",
        "/\t/hostile.example",
    ],
)
def test_signing_in_never_leads_away(sqlite_scene: Flask, back: str) -> None:
    with sqlite_scene.app_context():
        add_person(email="officer@example.com", name="O", roles=["officer"], actor="test", password=PASSWORD)
    client = sqlite_scene.test_client()
    page = client.get(f"/sign-in?next={quote(back)}")
    check_answer(page.text)
    answer = client.submit(  # type: ignore[attr-defined]
        "/sign-in", {"email": "officer@example.com", "password": PASSWORD, "next": back}, status=302
    )
    assert re.match(r"/(?![/\\])", answer.location), answer.location


def test_hostile_headers_are_not_believed(sqlite_scene: Flask) -> None:
    client = unchecked(sqlite_scene)
    for hostile in TEXTS[::3]:
        text = "".join(sign for sign in hostile.text if sign.isprintable()).encode().decode("latin-1")
        for name in (
            "User-Agent",
            "Accept-Language",
            "Accept-Encoding",
            "Referer",
            "X-Forwarded-Host",
            "If-None-Match",
        ):
            answer = client.get(FAST, headers={name: text})
            assert answer.status_code == 200, (name, hostile.name)
            assert "xhostile" not in answer.text
    check_answer(answer.text)


def test_the_name_of_the_host_is_text_too(administrator: FlaskClient) -> None:
    """Links of events are made from it when SITE_URL is not set."""
    for host in ('"><xhostile>', "a b", "localhost:99999", "x" * 5000, "[::1", "hostile.example'xhostile='"):
        for address in ("/officer/", "/", FAST, "/s/community-safety"):
            answer = administrator.get(address, headers={"Host": host})
            assert answer.status_code in {200, 302, 303, 400}, (host, answer.status)
            if answer.status_code == 200:
                check_answer(answer.text, host)


def test_nothing_but_built_files_comes_from_the_folder_of_static_files(sqlite_scene: Flask) -> None:
    client = unchecked(sqlite_scene)
    for way in ("..", "%2e%2e", "..%2f", "%252e%252e", "....//", "..%5c", ".%00.", "/", "~root", "\\"):
        for goal in ("config.py", "etc/passwd", "../pyproject.toml", "static/../config.py"):
            answer = client.get(f"/static/{way}/{goal}")
            assert answer.status_code in {404, 308, 400}, (way, goal)
            assert b"import" not in answer.data
            assert b"root:" not in answer.data
