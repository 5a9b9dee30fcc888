"""Over https a form of staff is taken from a page of this service alone, whatever the browser hides."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import running
from tests.databases import SqliteDatabases
from tests.integration.staff.scenes import PASSWORD, add_staff, email_of

HOST, SITE = "safecity.example", "https://safecity.example"
BEHIND = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": HOST}


@pytest.fixture
def app(sqlite_databases: SqliteDatabases) -> Iterator[Flask]:
    """The service behind a proxy that ends https."""
    with sqlite_databases.fresh() as address, running(address, site_url=SITE, proxy_hops="1") as app:
        with app.app_context():
            add_staff("analyst")
        yield app


def sign_in(client: FlaskClient, headers: dict[str, str], **sent: str) -> tuple[int, str]:
    page = client.get("/sign-in", headers=BEHIND).text
    field = BeautifulSoup(page, "html5lib").select_one("input[name=csrf_token]")
    assert field
    form = {"csrf_token": field["value"], "email": email_of("analyst"), "password": PASSWORD, **sent}
    answer = client.post("/sign-in", data=form, headers={**BEHIND, **headers})
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Referer": f"{SITE}/sign-in"},
        {"Origin": SITE},
        {"Origin": f"{SITE}:443"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},  # a page whose referrer is hidden altogether
        {"Sec-Fetch-Site": "none", "Origin": SITE},
        {"Sec-Fetch-Site": "same-origin", "Origin": SITE, "Referer": f"{SITE}/sign-in"},
    ],
)
def test_one_header_that_says_it_is_ours_is_enough(app: Flask, headers: dict[str, str]) -> None:
    assert sign_in(app.test_client(), headers)[0] == 302


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://hostile.example"},
        {"Origin": f"{SITE}.hostile.example"},
        {"Origin": "http://safecity.example"},
        {"Origin": f"{SITE}:8443"},
        {"Origin": "https://[broken"},
        {"Referer": "https://hostile.example/safecity.example/"},
        {"Referer": "http://safecity.example/sign-in"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://hostile.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": SITE, "Referer": SITE},
        {"Origin": SITE, "Referer": "https://hostile.example/"},
    ],
)
def test_one_that_says_it_is_another_site_is_too_much(app: Flask, headers: dict[str, str]) -> None:
    status, page = sign_in(app.test_client(), headers)
    assert status == 400
    assert "from a page of another website" in page


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Sec-Fetch-Site": "none"}])
def test_a_browser_that_says_nothing_is_told_why_it_is_refused(app: Flask, headers: dict[str, str]) -> None:
    status, page = sign_in(app.test_client(), headers)
    assert status == 400
    assert "did not say which website" in page
    assert "open for too long" not in page


def test_the_token_is_asked_for_all_the_same(app: Flask) -> None:
    for token in ("", "x"):
        status, page = sign_in(app.test_client(), {"Origin": SITE, "Sec-Fetch-Site": "same-origin"}, csrf_token=token)
        assert status == 400
        assert "open for too long" in page


def test_a_machine_is_told_the_same(app: Flask) -> None:
    client = app.test_client()
    assert sign_in(client, {"Origin": SITE})[0] == 302
    token = client.get("/api/v1/csrf", headers=BEHIND).json["csrf"]
    asked = {**BEHIND, "X-CSRFToken": token}
    answer = client.post("/api/v1/devices", json={}, headers={**asked, "Origin": "https://hostile.example"})
    assert answer.status_code in {400, 401, 403}
