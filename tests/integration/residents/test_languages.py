"""Languages: the link decides, then the browser; every link keeps it; answers are the same codes in all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import brotli
import pytest
from bs4 import BeautifulSoup
from flask import Flask, render_template_string

from feedback.extensions import db
from feedback.models import QuestionnaireVersion, Response
from feedback.places import Language, current_place, load_place
from feedback.queries.questionnaires import languages_of, latest_questionnaire, questionnaire_in
from feedback.templating import asset, plain_date
from feedback.translation.languages import language, language_called, speaking
from forms import parse_questionnaire
from tests.conftest import running
from tests.makers import BARGATE, make_wave
from tests.pages import PageClient, text_of

Rows = Callable[[], list[Response]]
CODES = [one.code for one in load_place("southampton").languages]
ANSWERS = {"safe_local_dark": "very_unsafe", "priorities": ["drugs", "vawg"], "ward": BARGATE, "sex": "female"}


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    """One engine is enough: what a language changes is words."""
    return sqlite_app


def spoken(page: BeautifulSoup) -> tuple[str, str]:
    assert page.html is not None
    return str(page.html["lang"]), str(page.html["dir"])


@pytest.mark.parametrize(
    ("query", "header", "expected"),
    [
        ("", "", ("en", "ltr")),
        ("?lang=ar", "", ("ar", "rtl")),
        ("?lang=fa", "pl", ("fa", "rtl")),  # the link counts before the browser
        ("", "pl-PL,pl;q=0.9,en;q=0.8", ("pl", "ltr")),
        ("", "cy, gd;q=0.9, pa-IN;q=0.5, en;q=0.1", ("pa", "ltr")),  # the first that we have
        ("", "zh-TW", ("zh-Hant", "ltr")),
        ("", "zh-Hant-HK", ("zh-Hant", "ltr")),
        ("", "zh-CN", ("zh-Hans", "ltr")),
        ("", "zh", ("zh-Hans", "ltr")),
        ("?lang=PT_br", "", ("pt", "ltr")),  # as people and posters write it
        ("?lang=en-x-easy", "", ("en", "ltr")),
        ("", "*", ("en", "ltr")),
        ("", "xx" + ",xx" * 5000, ("en", "ltr")),
        ("?lang=" + "a-" * 20000, "", ("en", "ltr")),
    ],
)
def test_the_link_decides_then_the_browser(
    sqlite_app: Flask, query: str, header: str, expected: tuple[str, str]
) -> None:
    page = sqlite_app.test_client().page(f"/privacy{query}", headers={"Accept-Language": header} if header else {})
    assert spoken(page) == expected


def test_pages_differ_by_language_for_caches_too(sqlite_app: Flask) -> None:
    assert "Accept-Language" in sqlite_app.test_client().get("/privacy").headers["Vary"]


def test_each_language_is_offered_in_its_own_name_and_keeps_the_rest_of_the_link(client: PageClient, fast: str) -> None:
    links = client.page(f"{fast}?wave=fast-feedback-test&lang=pl").select(".app-languages a")
    assert {(a["lang"], a["dir"], text_of(a)) for a in links} >= {("ar", "rtl", "العربية"), ("pa", "ltr", "ਪੰਜਾਬੀ")}
    assert len(links) == len(CODES) - 1  # all but the one that is being read
    assert all(a["href"].startswith("?wave=fast-feedback-test&lang=") for a in links)


def test_every_link_of_a_page_keeps_the_language_that_its_link_chose(client: PageClient, fast: str) -> None:
    page = client.page(f"{fast}?lang=ro")
    addresses = [a["href"] for a in page.select("main a, header a, footer a") if "app-languages" not in str(a.parent)]
    inside = [a for a in addresses if a.startswith("/") and not a.startswith("/static")]
    assert inside
    assert all("lang=ro" in address for address in inside)
    assert page.select_one("form[method=post]")["action"].endswith("?lang=ro")
    plain = client.page(fast, headers={"Accept-Language": "ro"})
    assert spoken(plain) == ("ro", "ltr")
    assert "lang=" not in str(plain.select_one("form[method=post]")["action"])


def test_a_poster_in_a_language_leads_to_the_survey_in_it(
    client: PageClient, fast: str, add_event: Callable[..., Any]
) -> None:
    add_event("K7M2Q")
    address = client.get("/e/K7M2Q?lang=pl").location
    assert "lang=pl" in address
    assert spoken(client.page(address)) == ("pl", "ltr")


@pytest.mark.parametrize("code", ["en", "ar", "pa", "zh-Hant", "en-x-easy"])
def test_the_same_codes_are_stored_in_every_language_and_the_language_beside_them(
    client: PageClient, fast: str, stored: Rows, code: str
) -> None:
    receipt = client.submit(f"{fast}?lang={code}", ANSWERS).location
    assert "lang=" in receipt
    client.page(receipt)
    (row,) = stored()
    assert row.answers == ANSWERS
    assert row.language == code


def test_a_long_survey_stays_in_its_language_to_the_end(client: PageClient, long: str, stored: Rows) -> None:
    address = client.submit(f"{long}/start?lang=ar", {}).location
    seen = set()
    while "/check" not in address:
        assert address.startswith(long)
        assert "lang=ar" in address
        page = client.page(address)
        assert spoken(page) == ("ar", "rtl")
        fields = {"link": "live", "experience.hate_crime": "victim"}
        names = {str(field.get("name")) for field in page.select("main input")}
        address = client.submit(address, {name: value for name, value in fields.items() if name in names}).location
        seen.add(address)
    client.page(client.submit(address, {}).location)
    (row,) = stored()
    assert (row.language, row.answers) == ("ar", {"link": ["live"], "experience": {"hate_crime": "victim"}})


def test_mistakes_are_told_in_the_language_and_nothing_is_lost(client: PageClient, fast: str) -> None:
    many = {"priorities": ["drugs", "asb", "vawg", "begging"], "safe_local_day": "neither", "safer_text": "światło"}
    answer = client.submit(f"{fast}?lang=pl", many, status=422)
    page = BeautifulSoup(answer.text, "html5lib")
    assert text_of(page.title).startswith("Błąd:")
    assert "nie więcej niż 3" in text_of(page.select_one(".govuk-error-summary"))
    assert text_of(page.select_one("#safer_text")) == "światło"
    assert page.select_one("#safe_local_day-3").has_attr("checked")
    assert page.select_one(".app-languages") is None  # following a link would lose what was filled in


@pytest.mark.parametrize("unknown", ["tlh", "", "../../etc", "<script>", "pl\u202e"])
def test_an_unknown_language_gets_a_sentence_and_the_choices(
    client: PageClient, fast: str, stored: Rows, unknown: str
) -> None:
    page = client.page("/privacy", query_string={"lang": unknown}, headers={"Accept-Language": "es"})
    assert spoken(page) == ("es", "ltr")
    assert "No tenemos ese idioma." in text_of(page.select_one(".app-unchecked:last-of-type"))
    assert len(page.select(".app-languages li")) == len(CODES)
    client.submit(fast, ANSWERS)
    assert client.post(f"{fast}/send?lang={unknown}", data={}).status_code == 422
    assert len(stored()) == 1


def test_answers_posted_with_an_unknown_language_are_kept(client: PageClient, fast: str, stored: Rows) -> None:
    form = client.page(fast).select_one("form[method=post]")
    hidden = {str(t["name"]): str(t.get("value", "")) for t in form.select("input[type=hidden]")}
    assert client.post(f"{fast}/send?lang=klingon", data={**hidden, **ANSWERS}).status_code == 303
    assert stored()[0].answers == ANSWERS


def test_errors_are_told_in_the_language(client: PageClient) -> None:
    page = client.page("/s/nothing?lang=ar", status=404)
    assert spoken(page) == ("ar", "rtl")
    assert text_of(page.h1) == "الصفحة غير موجودة"
    assert spoken(client.page("/no-such-page?lang=fa", status=404)) == ("fa", "rtl")


def test_staff_pages_stay_in_english(client: PageClient) -> None:
    page = client.page("/sign-in?lang=ar", headers={"Accept-Language": "ar"})
    assert spoken(page) == ("en", "ltr")
    assert page.select_one(".app-languages") is None


def test_a_translation_nobody_has_checked_says_so(client: PageClient) -> None:
    words = text_of(client.page("/privacy?lang=pt").select_one(".app-unchecked"))
    assert words == "Esta tradução ainda não foi verificada por uma pessoa."
    assert client.page("/privacy?lang=en").select_one(".app-unchecked") is None


class TestRealUse:
    """In real use a language is on when a person has checked it, and not before."""

    LIVE = {"mode": "live", "secret_key": "s" * 40, "password_salt": "p" * 20, "site_url": "https://safecity.example"}

    @pytest.fixture
    def live(self, sqlite_databases: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
        with sqlite_databases.fresh() as address, running(address, **self.LIVE) as app:
            yield app

    def test_drafts_are_off(self, live: Flask) -> None:
        page = live.test_client().page("/privacy?lang=pl", headers={"Accept-Language": "pl"})
        assert spoken(page) == ("en", "ltr")
        told = text_of(page.select_one(".app-unchecked"))
        assert told == "We do not have that language. This page is in English only."
        words = text_of(live.test_client().page("/accessibility?lang=pl").main)
        assert "These pages are in English only for now." in words
        assert "change the language" not in words
        assert page.select_one(".app-languages") is None  # there is nothing to choose

    def test_checked_ones_are_on_and_say_nothing(self, live: Flask) -> None:
        from dataclasses import replace

        with live.app_context():
            place = current_place()
            checked = {"state": "checked", "checked_by": "a translation service", "checked_on": date(2026, 11, 1)}
            changed = [replace(one, **checked) if one.code == "pl" else one for one in place.languages]
            live.extensions["place"] = replace(place, languages=tuple(changed))
        page = live.test_client().page("/privacy?lang=pl")
        assert spoken(page) == ("pl", "ltr")
        assert page.select_one(".app-unchecked") is None
        assert [a["lang"] for a in page.select(".app-languages a")] == ["en"]


def test_a_survey_that_changed_since_it_was_translated_is_asked_in_english_and_says_so(
    client: PageClient, app: Flask
) -> None:
    with app.app_context():
        published = latest_questionnaire("fast-feedback")
        text = {"version": published.version + 1, "intro": "A new sentence that nobody has translated."}
        asked = parse_questionnaire({**published.definition, **text})
        row = {"survey": asked.survey, "version": asked.version, "definition": asked.definition()}
        db.session.add(QuestionnaireVersion(**row, digest=asked.digest()))
        db.session.commit()
        wave = make_wave()
        assert [one.code for one in languages_of(wave.questionnaire)] == ["en"]
        assert len(languages_of(published)) == len(CODES)  # who was asked the old wording still reads it
    page = client.page("/s/fast-feedback?lang=pl")
    assert spoken(page) == ("en", "ltr")
    assert "Polski" in text_of(page.select_one(".app-unchecked"))


def test_a_staff_member_can_make_a_poster_or_a_sheet_speak(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context("/admin/"):
        assert language().code == "en"
        with speaking("ar") as one:
            assert (one.code, language().code) == ("ar", "ar")
            assert render_template_string("{{ _('Send your answers') }}") == "أرسل إجاباتك"
        with speaking("klingon") as one:
            assert one.code == "en"
        assert render_template_string("{{ _('Send your answers') }}") == "Send your answers"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", "1 May 2027"),
        ("en-x-easy", "1 May 2027"),
        ("pl", "1 maja 2027"),
        ("ro", "1 mai 2027"),
        ("zh-Hans", "2027年5月1日"),
        ("zh-Hant", "2027年5月1日"),
        ("pt", "1 de maio de 2027"),
        ("es", "1 de mayo de 2027"),
        ("pa", "1 ਮਈ 2027"),
        ("fa", "1 مهٔ 2027"),
        ("ar", "1 مايو 2027"),
    ],
)
def test_days_are_written_as_the_language_writes_them(sqlite_app: Flask, code: str, words: str) -> None:
    with sqlite_app.test_request_context("/"), speaking(code):
        assert plain_date(date(2027, 5, 1)) == words


def test_help_lines_are_told_in_the_language_and_their_numbers_run_from_the_left(client: PageClient) -> None:
    lines = client.page("/help?lang=ar").select_one(".app-help")
    assert "الطوارئ" in text_of(lines)
    assert all(a["dir"] == "ltr" for a in lines.select("a"))
    english = [span for span in lines.select("span[lang=en]") if text_of(span)]
    assert {text_of(span) for span in english} >= {"Galop", "Childline"}  # names stay, and say whose they are
    assert all(span["dir"] == "ltr" for span in english)


def test_every_survey_is_whole_in_every_language(app: Flask) -> None:
    with app.app_context():
        for survey in ("fast-feedback", "community-safety", "young-people", "strategy-consultation"):
            row = latest_questionnaire(survey)
            assert [one.code for one in languages_of(row)] == CODES
            columns = {code: [(c.name, [*c.codes]) for c in questionnaire_in(row, code).columns] for code in CODES}
            assert all(found == columns["en"] for found in columns.values())


def test_a_language_is_found_whatever_its_case_and_region(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        found: dict[str, Language | None] = {code: language_called(code) for code in ("AR-eg", "zh_hk", "en-US", "de")}
        assert {code: one and one.code for code, one in found.items()} == {
            "AR-eg": "ar",
            "zh_hk": "zh-Hant",
            "en-US": "en",
            "de": None,
        }


@pytest.mark.parametrize("code", CODES)
def test_the_first_view_is_light_in_every_language(sqlite_app: Flask, code: str) -> None:
    """Bodies of the page, its style sheet and its script; 1,240 bytes of headers come on top of them: 8,000 in all."""
    with sqlite_app.app_context():
        make_wave()
    client = sqlite_app.test_client()
    page = client.get(f"/s/fast-feedback?lang={code}", headers={"Accept-Encoding": "br"}).get_data()
    assert len(brotli.decompress(page)) > len(page)
    with sqlite_app.test_request_context("/"):
        names = [f"{asset(name).rpartition('/')[2]}.br" for name in ("resident.css", "resident.js")]
    weight = len(page) + sum((Path(str(sqlite_app.static_folder)) / name).stat().st_size for name in names)
    assert weight <= 6_760, weight
