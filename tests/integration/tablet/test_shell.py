"""What the server gives a tablet: an app that is the same for everybody, a worker that fits it, forms of nobody."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from feedback import create_app
from feedback.config import ROOT, Settings
from feedback.queries.questionnaires import languages_of, latest_questionnaire, surveys
from feedback.templating import manifest
from tests.integration.staff.scenes import signed_in
from tests.pages import check_page

MOST = {"tablet.js": 13_000, "tablet_worker.js": 3_000, "tablet.css": 8_000}  # bytes with brotli
PAGE = """<!DOCTYPE html><html lang="en" dir="ltr"><head><title>Form</title></head><body><main><h1>Form</h1><form>
%s</form></main></body></html>"""


@pytest.fixture
def worker(sqlite_app: Flask) -> dict[str, object]:
    """What the worker says of itself."""
    script = sqlite_app.test_client().get("/tablet/worker.js").get_data(as_text=True)
    told: dict[str, object] = json.loads(script.split("\n")[0].removeprefix("self.SHELL = ").removesuffix(";"))
    return told


def test_the_app_is_the_same_for_everybody_and_names_nobody(sqlite_app: Flask) -> None:
    stranger = sqlite_app.test_client().get("/tablet/")
    officer = signed_in(sqlite_app, "officer").get("/tablet/")
    assert stranger.data == officer.data
    assert b"officer@example.com" not in stranger.data
    assert "Set-Cookie" not in stranger.headers
    assert "csrf" not in stranger.get_data(as_text=True).lower()
    assert stranger.headers["Cache-Control"] == "no-cache"


def test_the_worker_keeps_files_that_exist_and_fit_the_page(sqlite_app: Flask, worker: dict[str, object]) -> None:
    client = sqlite_app.test_client()
    page = client.page(f"/tablet/?v={worker['version']}")
    assert page.select_one("meta[name=app-version]")["content"] == worker["version"]  # type: ignore[index]
    needed = {
        tag.get("href") or tag.get("src")
        for tag in page.select("link[rel=stylesheet], link[rel=manifest], script[src]")
    }
    assert needed <= set(worker["files"])  # type: ignore[call-overload]
    for path in worker["files"]:  # type: ignore[attr-defined]
        with client.get(path) as answer:
            assert answer.status_code == 200, path


def test_a_worker_of_another_version_gets_nothing_to_keep(sqlite_app: Flask) -> None:
    sqlite_app.test_client().page("/tablet/?v=000000000000", status=404)


def test_the_version_changes_with_the_page(worker: dict[str, object]) -> None:
    other = create_app(Settings(mode="demo", database_url="sqlite://").completed()).test_client()
    assert str(worker["version"]) not in other.get("/tablet/worker.js").get_data(as_text=True).split("\n")[0]


def test_it_can_be_installed(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    answer = client.get("/tablet/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    told = json.loads(answer.data)
    assert told["start_url"] == told["scope"] == "/tablet/"
    assert {icon["sizes"] for icon in told["icons"]} == {"any", "192x192", "512x512"}
    for icon in told["icons"]:
        with client.get(icon["src"]) as content:
            assert content.mimetype == icon["type"]
            if icon["type"] == "image/png":
                assert content.data[:8] == b"\x89PNG\r\n\x1a\n"
                width, height = (int.from_bytes(content.data[at : at + 4], "big") for at in (16, 20))
                assert f"{width}x{height}" == icon["sizes"]


def test_the_app_is_light(sqlite_app: Flask) -> None:
    folder = Path(str(sqlite_app.static_folder))
    sizes = {name: (folder / f"{manifest(str(folder))[name]}.br").stat().st_size for name in MOST}
    assert all(sizes[name] <= most for name, most in MOST.items()), sizes


def test_the_app_may_only_talk_to_its_own_server(sqlite_app: Flask) -> None:
    policy = sqlite_app.test_client().get("/tablet/").headers["Content-Security-Policy"]
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy


def test_every_survey_comes_whole_in_every_language_it_is_offered_in(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    with sqlite_app.app_context():
        rows = [latest_questionnaire(survey) for survey in surveys()]
        wanted = [(row.digest, one) for row in rows for one in languages_of(row)]
    assert len(wanted) >= 4
    for digest, language in wanted:
        told = client.get(f"/tablet/form/{digest}/{language.code}").get_json()
        assert told["language"] == {"code": language.code, "tag": language.tag, "direction": language.direction}
        names = {name.partition(".")[0] for name in re.findall(r' name="([^"]+)"', told["html"])}
        assert names == {question["id"] for page in told["pages"] for question in page.get("questions", ())}
        assert "<a " not in told["html"], "nothing leads away"
        ids = re.findall(r' id="([^"]+)"', told["html"])
        assert len(ids) == len(set(ids))
        assert all(told["words"].values())


def test_a_form_is_as_sound_as_a_page(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        digest = latest_questionnaire("fast-feedback").digest
    check_page(PAGE % sqlite_app.test_client().get(f"/tablet/form/{digest}/en").get_json()["html"])


def test_a_form_that_did_not_change_is_not_sent_again(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    with sqlite_app.app_context():
        digest = latest_questionnaire("fast-feedback").digest
    first = client.get(f"/tablet/form/{digest}/en")
    assert client.get(f"/tablet/form/{digest}/en", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", ["0" * 64 + "/en", "no-digest/en", "{digest}/xx", "{digest}/%3Cscript%3E"])
def test_what_is_no_form_is_not_found(path: str, sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        digest = latest_questionnaire("fast-feedback").digest
    sqlite_app.test_client().page(f"/tablet/form/{path.format(digest=digest)}", status=404)


def test_a_kiosk_link_leads_to_the_app_without_telling_a_server_again(sqlite_app: Flask) -> None:
    answer = sqlite_app.test_client().get("/k/some.signed-token")
    assert (answer.status_code, answer.location) == (303, "/tablet/#kiosk=some.signed-token")


def test_nothing_clears_the_storage_of_the_whole_origin(sqlite_app: Flask) -> None:
    """A header or a script that did would take queued answers, keys and ledger with it."""
    client = sqlite_app.test_client()
    clearing = re.compile(r"clear-site-data|deleteDatabase|objectStore\([^)]*\)\.clear|at\([^)]*\)\.clear", re.I)
    sources = [*ROOT.glob("feedback/**/*.py"), *ROOT.glob("feedback/assets/**/*.js"), *ROOT.glob("templates/**/*.html")]
    assert [path for path in sources if clearing.search(path.read_text())] == []
    for path in ("/exit", "/sign-out", "/tablet/"):
        assert "Clear-Site-Data" not in client.get(path).headers
    assert "Clear-Site-Data" not in client.post("/sign-out").headers


def test_the_worker_lets_every_post_pass(worker: dict[str, object]) -> None:
    source = (ROOT / "feedback" / "assets" / "tablet" / "worker.js").read_text()
    (handler,) = re.findall(r"addEventListener\('fetch'.*?\n}\)", source, re.S)
    assert handler.index("method !== 'GET'") < handler.index("respondWith")
