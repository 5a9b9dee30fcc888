"""What every page stands in: headers, compression, static files, error pages."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace

import brotli
import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import NoResultFound

from feedback.errors import Closed, NotFound, Refusal
from feedback.places import current_place
from feedback.staff.access import everyone
from tests.conftest import SqliteDatabases, running
from tests.pages import PageClient, text_of

WORDS = ("/privacy", "/cookies", "/accessibility", "/help", "/safety")


@pytest.fixture
def words(sqlite_app: Flask) -> PageClient:
    client = sqlite_app.test_client()
    assert isinstance(client, PageClient)
    return client


@pytest.mark.parametrize("address", [*WORDS, "/", "/nowhere"])
def test_every_page_is_protected(words: PageClient, address: str) -> None:
    headers = words.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers
    assert "Set-Cookie" not in headers


def test_https_is_remembered_and_the_proxy_believed_as_far_as_told(sqlite_databases: SqliteDatabases) -> None:
    forwarded = {"X-Forwarded-Proto": "https"}
    with sqlite_databases.fresh() as address:
        with running(address, site_url="https://safecity.example", proxy_hops="1") as app:
            answer = app.test_client().get("/cookies", headers=forwarded)
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        with running(address, site_url="https://safecity.example") as app:
            assert "Strict-Transport-Security" not in app.test_client().get("/cookies", headers=forwarded).headers


@pytest.mark.parametrize(("coding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_pages_without_secrets_are_compressed(words: PageClient, coding: str, unpack: object) -> None:
    app = words.application
    plain = words.get("/privacy")
    unchecked = FlaskClient(app, app.response_class)  # the checking client reads text
    small = unchecked.get("/privacy", headers={"Accept-Encoding": coding})
    assert small.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in small.headers["Vary"]
    assert len(small.data) < len(plain.data) / 2
    assert unpack(small.data) == plain.data  # type: ignore[operator]
    assert "Content-Encoding" not in words.get("/privacy", headers={"Accept-Encoding": "zstd"}).headers


def test_pages_with_a_token_are_not_compressed(words: PageClient) -> None:
    answer = words.get("/sign-in", headers={"Accept-Encoding": "br, gzip"})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_assets_are_kept_for_ever_under_a_name_that_changes(words: PageClient) -> None:
    sheet = words.page("/").select_one("link[rel=stylesheet]")["href"]
    answer = words.get(sheet, headers={"Accept-Encoding": "br"}, buffered=True)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert words.get("/static/../config.py").status_code == 404
    assert words.get("/static/%2e%2e/config.py").status_code == 404


@pytest.fixture(scope="module")
def faulty(sqlite_databases: SqliteDatabases) -> Iterator[PageClient]:
    """A client of an app of its own, with a view for each way to fail."""
    with sqlite_databases.fresh() as address, running(address) as own:
        _fail_in_every_way(own)
        yield own.test_client()  # type: ignore[misc]


def _fail_in_every_way(app: Flask) -> None:
    faults = {
        "refused": Refusal("The wave has <b>answers</b>."),
        "missing": NotFound("There is no such wave."),
        "closed": Closed("This survey closed."),
        "absent": NoResultFound("select secret from table"),
        "broken": RuntimeError("password=hunter2"),
    }
    for name, fault in faults.items():

        def view(fault: Exception = fault) -> str:
            raise fault

        app.add_url_rule(f"/{name}", name, everyone(view))
    for status in (400, 403, 405, 410, 413, 418, 503):
        app.add_url_rule(f"/{status}", str(status), everyone(lambda status=status: abort(status)))
    app.config["PROPAGATE_EXCEPTIONS"] = False


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/refused", 400, "The wave has <b>answers</b>."),
        ("/missing", 404, "There is no such wave."),
        ("/closed", 410, "This survey closed."),
        ("/absent", 404, "check that it is correct"),
        ("/broken", 500, "they count once"),
        ("/400", 400, "try again"),
        ("/403", 403, "Ask an administrator"),
        ("/405", 405, "Go back to the start"),
        ("/410", 410, "no longer taking answers"),
        ("/413", 413, "Nothing was saved"),
        ("/418", 418, "try again"),
        ("/503", 503, "Try again in a few minutes"),
    ],
)
def test_each_fault_is_a_page_with_a_sentence_and_its_status(
    faulty: PageClient, address: str, status: int, sentence: str
) -> None:
    page = text_of(faulty.page(address, status=status))
    assert sentence in page
    for secret in ("hunter2", "secret", "Traceback", "RuntimeError"):
        assert secret not in page


def test_a_method_that_a_page_does_not_know_names_those_it_does(words: PageClient) -> None:
    answer = words.post("/exit")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_the_error_page_needs_nothing_that_can_break(faulty: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_words: object) -> str:
        raise OSError("templates are gone")

    monkeypatch.setattr("feedback.errors.render_template", fail)
    answer = faulty.get("/broken")
    assert answer.status_code == 500
    assert answer.mimetype == "text/plain"
    assert "something went wrong" in answer.text


@pytest.mark.parametrize("address", WORDS)
def test_pages_about_the_service_open_and_lead_to_one_another(words: PageClient, address: str) -> None:
    page = words.page(address)
    assert {link["href"] for link in page.select("footer a")} >= {"/privacy", "/cookies", "/accessibility", "/help"}


def test_the_privacy_page_names_every_kind_of_thing_a_response_keeps(words: PageClient) -> None:
    """A new column of the response must be told to residents before this test passes again."""
    from feedback.models import Response

    told = {
        "id": "fingerprint of your receipt code",
        "wave_id": "which survey it was",
        "questionnaire_id": "version of the questions",
        "event_id": "by the link of an event",
        "channel": "how the answers came",
        "ward_code": "the ward you chose",
        "ward_vintage": "the ward you chose",
        "language": "the language",
        "month": "the month, not the day",
        "answers": "the answers you chose",
        "payload_hash": "sent twice with different answers",
        "receipt_hash": "fingerprint of your receipt code",
    }
    assert set(told) == {column.name for column in Response.__table__.columns}
    page = text_of(words.page("/privacy"))
    assert [words_ for words_ in told.values() if words_ not in page] == []


def test_help_lines_that_staff_hide_are_not_shown(sqlite_app: Flask, words: PageClient) -> None:
    from feedback.extensions import db
    from feedback.models import HelpLine

    assert "Crimestoppers" in text_of(words.page("/help"))
    with sqlite_app.app_context():
        db.session.get_one(HelpLine, "crimestoppers").shown = False
        db.session.commit()
    assert "Crimestoppers" not in text_of(words.page("/help"))
    assert "Samaritans" not in text_of(words.page("/help"))  # not verified: off until staff have checked it


@pytest.mark.parametrize("film", ["", "https://films.example/survey"])
def test_the_accessibility_statement_links_the_signed_film_or_says_that_there_is_none(
    app: Flask, client: PageClient, film: str
) -> None:
    with app.app_context():
        app.extensions["place"] = replace(current_place(), bsl_video=film)
    main = client.page("/accessibility")
    links = [link["href"] for link in main.select("a") if "British Sign Language" in text_of(link)]
    assert links == ([film] if film else [])
    assert ("There is no film in British Sign Language yet." in text_of(main)) == (not film)
