"""Public addresses lead on however they are typed, dictated, pasted or printed, and never anywhere else."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.integration.hostile.texts import TEXTS
from tests.integration.staff.scenes import add_event
from tests.makers import make_wave
from tests.pages import PageClient

EVENT = [
    "/e/K7M2H3",
    "/E/k7m2h3",
    "/e/K7M 2H3",
    "/e/k7m-2h3",
    "/e/K7M2H3.",
    "/e/K7M2H3,",
    "/e/K7M2H3)",
    "/e/“K7M2H3”",
    "/e/K7M2H3/",
    "//e//K7M2H3",
    "/e/K7M2H3%20",
    "/e/%20K7M2H3",
    "/e/K7M\u00ad2H3",
    "/e/K7M\u200b2H3",
    "/ｅ/Ｋ７Ｍ２Ｈ３",
    "/e／K7M2H3",
    "/e\\K7M2H3",
    "/e%2FK7M2H3",
    "/e%252FK7M2H3",
    "/e-K7M2H3",
    "/e K7M2H3",
    "/eK7M2H3",
    "/K7M2H3",
    "/k7m 2h3.",
    "/localhost/e/K7M2H3",
    "/www.localhost/e/K7M2H3",
    "/https://localhost/e/K7M2H3",
    "/http:/www.localhost/e/K7M2H3",
    "/e/<K7M2H3>",
    "/e/K7M2H3?utm_source=x",
    "/e/K7MZH3",
    "/e/K7M2H3…",
]
PAGES = {
    "/withdraw": [
        "/Withdraw",
        "/WITHDRAW/",
        "/withdraw.",
        "/with-draw",
        "/w1thdraw",
        "/withdraw)",
        "//withdraw",
        "/ withdraw",
    ],
    "/you-said": ["/you said", "/YOUSAID", "/you–said", "/you_said/", "/y0u-said"],
    "/s/fast-feedback": [
        "/S/Fast-Feedback",
        "/s/fast–feedback",
        "/s/fast feedback",
        "/s/fastfeedback.",
        "/fast-feedback",
        "/s/fast\u00adfeedback",
        "/sfast-feedback",
        "/s/fast-feedback/",
        "/s//fast-feedback",
    ],
    "/privacy": ["/Privacy.", "/PRIVACY/"],
    "/results": ["/Results/", "/resu1ts"],
    "/sign-in": ["/Sign-In", "/signin", "/sign in"],
    "/staff": ["/Staff/"],
}


@pytest.fixture
def there(sqlite_app: Flask) -> Flask:
    with sqlite_app.app_context():
        add_event(make_wave(), "K7M2H3")
        make_wave("community-safety")
    return sqlite_app


def opened(client: FlaskClient, address: str) -> Any:
    """Open an address as a server hands it over: two slashes at its beginning name no host."""
    path, _mark, query = address.partition("?")
    given = {"PATH_INFO": unquote(path).encode().decode("latin-1"), "QUERY_STRING": query}
    return client.get("/", environ_overrides=given)


def followed(app: Flask, address: str) -> tuple[int, str]:
    """The page that an address ends at; every step stays here."""
    client = app.test_client()
    path = address if "%" in address else quote(address, safe="/\\:?=&")
    for _ in range(5):
        answer = opened(client, path)
        if not answer.location:
            return answer.status_code, "/" + path.partition("?")[0].lstrip("/")
        assert urlsplit(answer.location).netloc in {"", "localhost"}, answer.location
        to = urlsplit(answer.location)
        path = f"{to.path}?{to.query}" if to.query else to.path
    raise AssertionError(f"{address} leads round in circles")


@pytest.mark.parametrize("address", EVENT)
def test_an_event_is_found_however_its_link_is_typed(there: Flask, address: str) -> None:
    assert followed(there, address) == (200, "/s/fast-feedback")


@pytest.mark.parametrize(("meant", "typed"), [(meant, typed) for meant, many in PAGES.items() for typed in many])
def test_a_page_is_found_however_its_address_is_typed(there: Flask, meant: str, typed: str) -> None:
    ends = {"/staff": "/sign-in"}.get(meant, meant)
    assert followed(there, typed) == (200, ends)


def test_what_the_address_says_of_event_wave_and_language_goes_on(there: Flask) -> None:
    client = there.test_client()
    for typed in ("/S/Fast-Feedback?e=K7M2H3&lang=pl&next=x", "/s/fast-feedback%3Fe=K7M2H3&lang=pl"):
        assert client.get(typed).location == "/s/fast-feedback?e=K7M2H3&lang=pl"
    assert (
        client.get("/s/fast-feedback?wave=Fast-Feedback-Test.").location == "/s/fast-feedback?wave=fast-feedback-test"
    )
    assert client.get("/e/K7M2H3.").location == "/s/fast-feedback?e=K7M2H3"


@pytest.mark.parametrize(
    "address",
    [
        "/e/NOSUCH",
        "/nothing",
        "/wp-login.php",
        "/results/fast-feedback-test/1?x=1",
        "/s/fast-feedback?wave=nothing",
        "/s/nothing",
        "/admin/nothing",
        "/you-said/E09999999",
        "/e/",
        "/static/nothing.css",
    ],
)
def test_what_means_nothing_is_still_not_found(there: Flask, address: str) -> None:
    assert there.test_client().get(address).status_code in {404, 303}


@pytest.mark.parametrize(
    "host", ["hostile.example", "localhost.hostile.example", "localhost@hostile.example", "hostile.example:80"]
)
@pytest.mark.parametrize(
    "before", ["//", "/\\", "/https://", "/https:/", "/%2F%2F", "/%5C", "/e//", "/s/..//", "/http:%2F%2F"]
)
def test_no_address_leads_away(there: Flask, before: str, host: str) -> None:
    for after in ("", "/", "/e/K7M2H3", "/withdraw", "?e=//hostile.example"):
        answer = opened(there.test_client(), f"{before}{host}{after}")
        assert urlsplit(answer.location or "").netloc in {"", "localhost"}, answer.location
        assert not (answer.location or "").startswith(("//", "/\\"))


def test_nothing_that_is_typed_breaks_it(there: Flask) -> None:
    client = there.test_client()
    for hostile in TEXTS:
        for before in ("/", "/e/", "/s/", "/results/", "/s/fast-feedback/done/"):
            assert client.get(before + quote(hostile.text)).status_code in {200, 302, 303, 308, 404, 400, 410}


def test_a_code_in_full_width_takes_answers_back(client: PageClient) -> None:
    from feedback.receipt_codes import receipt_hash

    with client.application.app_context():
        assert receipt_hash("ＡＢＣＤＥ－２３４５６") == receipt_hash("abcde 23456")
