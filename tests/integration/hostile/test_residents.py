"""Hostile texts through every field of both surveys: kept whole or refused in a sentence, shown as text, never run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from feedback.models import Response
from feedback.queries.questionnaires import latest_questionnaire, questionnaire_of
from forms import Page, Question, Questionnaire
from tests.integration.hostile.conftest import FAST, LONG, Count
from tests.integration.hostile.texts import LONGEST, TEXTS, check_answer, check_error_page, errors_on, is_sentence
from tests.makers import BARGATE
from tests.pages import PageClient, text_of

Stored = Callable[[], list[Response]]
GOOD = {"safe_local_day": "very_safe", "priorities": "none", "ward": BARGATE, "age_band": "25_34", "sex": "female"}
ATTACK = "\"><xhostile>' xhostile='1\u202e\x01 {{ 1337 * 7331 }}"


def unchecked(app: Flask) -> FlaskClient:
    """A client that leaves the looking to the test, which looks closer."""
    return FlaskClient(app, app.response_class)


def sending(**given: str) -> dict[str, str]:
    """A whole fast form: what its page fills in, good answers, and `given`."""
    own = {"id": str(uuid4()), "opened": "2026-01-01", "wave": "fast-feedback-test", "version": "1"}
    return {**own, **GOOD, **given}


def questionnaire(app: Flask, survey: str) -> Questionnaire:
    with app.app_context():
        return questionnaire_of(latest_questionnaire(survey))


def controls(question: Question) -> list[str]:
    """The names under which a question that is no text is posted."""
    if is_text(question):
        return []
    rows = [question.html_id(row.code) for row in question.paper.rows]
    lookup = getattr(question, "lookup_id", "")
    return [*(rows or [question.id]), *([lookup] if lookup else [])]


def is_text(question: Question) -> bool:
    return question.columns[0].kind == "text"


def one_line(text: str) -> str:
    return " ".join(text.split())


# --- the fast form ---------------------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_a_hostile_answer_of_the_fast_form_is_kept_as_it_was_written(scene: Flask, stored: Stored) -> None:
    client = unchecked(scene)
    for hostile in TEXTS:
        answer = client.post(FAST, data=sending(safer_text=hostile.text))
        assert answer.status_code == 303, hostile.name
    check_answer(client.get(answer.location).text)
    kept = [row.answers.get("safer_text", "") for row in stored()]
    assert sorted(kept) == sorted(hostile.kept for hostile in TEXTS)


def test_too_much_text_is_refused_in_a_sentence_and_shown_again_as_text(sqlite_scene: Flask, counts: Count) -> None:
    client, before = unchecked(sqlite_scene), counts()
    for hostile in (*TEXTS, LONGEST):
        answer = client.post(FAST, data=sending(safer_text=f"{hostile.text}\n{'y' * 501}"))
        assert answer.status_code == 422, hostile.name
        page = check_answer(answer.text, hostile.name)
        assert errors_on(page) == ["Your answer must be 500 characters or fewer"], hostile.name
        box = page.find(id="safer_text")
        assert box is not None
        wanted = one_line(f"{hostile.kept or hostile.text.strip()}\n{'y' * 501}")
        if hostile.kept:
            assert one_line(box.get_text()) == wanted, hostile.name
        assert page.select_one(f"#ward option[value={BARGATE}][selected]"), hostile.name
        assert page.select_one("input[name=sex][value=female][checked]"), hostile.name
    assert counts() == before


def test_broken_characters_are_read_as_well_as_they_can_be(scene: Flask, stored: Stored) -> None:
    """Half a surrogate pair can only be sent as broken UTF-8, and broken UTF-8 comes in other shapes too."""
    client = unchecked(scene)
    broken = (b"%ED%A0%80", b"%ED%B0%80", b"%FF%FE", b"%C3", b"%F0%9F%98", b"%ZZ", b"%u0041", b"%00")
    for octets in broken:
        form = "&".join(f"{name}={quote(value)}" for name, value in sending().items())
        body = form.encode() + b"&safer_text=a" + octets + b"b"
        answer = client.post(FAST, data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 303, octets
    texts = [row.answers["safer_text"] for row in stored()]
    assert len(texts) == len(broken)
    assert all(text[0] == "a" and text[-1] == "b" and text.encode() for text in texts)


def part(head: bytes, content: bytes) -> bytes:
    return b"--b\r\nContent-Disposition: form-data" + head + b"\r\n\r\n" + content + b"\r\n--b--\r\n"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"safer_text=\xed\xa0\x80", "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
        (b"%" * 1000 + b"&" * 1000 + b"=" * 1000, "application/x-www-form-urlencoded"),
        (b'{"wave": "fast-feedback-test"}', "application/json"),
        (b"<wave/>", "text/xml"),
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary="),
        (part(b"", b"x")[:-7], "multipart/form-data; boundary=b"),
        (part(b'; name="wave"; filename="../a"', b"x"), "multipart/form-data; boundary=b"),
        (part(b'; name="wave"', b"\0"), "multipart/form-data; boundary=b"),
        (b"x", "\xff\xfe"),
    ],
)
def test_a_body_that_is_no_form_of_ours_is_refused(sqlite_scene: Flask, counts: Count, body: bytes, kind: str) -> None:
    before = counts()
    answer = unchecked(sqlite_scene).post(FAST, data=body, content_type=kind)
    check_unknown_form(answer)
    assert counts() == before


def check_unknown_form(answer: Any, about: str = "") -> None:
    """Either the form again with a sentence, so that no answer is lost, or a page that says that this is no form."""
    page = check_answer(answer.text, about)
    if answer.status_code == 422:
        (sentence,) = errors_on(page)
        assert sentence == "We do not know this form. Check your answers, then send them again.", about
        assert page.select_one('form button[type="submit"]'), about
    else:
        assert answer.status_code == 400, about
        check_error_page(page, about)


def test_a_body_that_is_too_large_is_refused_as_a_whole(sqlite_scene: Flask, counts: Count) -> None:
    before = counts()
    answer = unchecked(sqlite_scene).post(FAST, data=sending(safer_text="x" * 3_000_000))
    assert answer.status_code == 413
    assert "Nothing was saved" in check_error_page(check_answer(answer.text))
    assert counts() == before


def test_a_hostile_choice_is_refused_at_its_question_and_changes_nothing(sqlite_scene: Flask, counts: Count) -> None:
    client, before, attacked = unchecked(sqlite_scene), counts(), 0
    for question in questionnaire(sqlite_scene, "fast-feedback").questions:
        for name in controls(question):
            posted = sending(**{name: ATTACK})
            if name != question.id:
                del posted[question.id]
            answer = client.post(FAST, data=posted)
            assert answer.status_code == 422, name
            page = check_answer(answer.text, name)
            (sentence,) = errors_on(page)
            assert is_sentence(sentence), sentence
            assert page.select_one(f'.govuk-error-summary a[href="#{name}"]'), name
            attacked += 1
    assert attacked == 9
    assert counts() == before


@pytest.mark.parametrize("name", ["id", "opened", "wave", "version", "event"])
def test_what_the_page_fills_in_itself_is_not_believed(scene: Flask, stored: Stored, name: str) -> None:
    """The wave, the version and the number must be ours; a strange event or day costs nobody their answers."""
    client, sent = unchecked(scene), 0
    for hostile in (*TEXTS, LONGEST):
        answer = client.post(FAST, data=sending(**{name: hostile.text}))
        if name in {"opened", "event"}:
            assert answer.status_code == 303, hostile.name
            sent += 1
        else:
            check_unknown_form(answer, hostile.name)
    assert len(stored()) == sent
    assert all(row.channel == "online" and row.event_id is None for row in stored())


def test_fields_that_no_page_has_are_left_alone(scene: Flask, stored: Stored) -> None:
    strange = {
        "channel": "paper",
        "counted_on": "2001-01-01",
        "month": "2001-01-01",
        "receipt_hash": "0",
        "purpose": "real",
        "ward_code": "E05015507",
        "language": "xx",
        "answers": '{"sex": "male"}',
        "experience.burglary": "victim",
    }
    client = scene.test_client()
    assert isinstance(client, PageClient)
    client.submit(FAST, {**GOOD, **strange})
    (row,) = stored()
    assert row.answers == {**GOOD, "priorities": ["none"]}
    assert (row.channel, row.ward_code, row.language) == ("online", BARGATE, "en")
    assert row.month.year > 2001


def test_a_hostile_postcode_is_refused_and_never_shown_again(scene: Flask, counts: Count) -> None:
    client, before = unchecked(scene), counts()
    for number, hostile in enumerate((*TEXTS, LONGEST)):
        answer = client.post(FAST, data=sending(ward="", **{"ward.postcode": f"{hostile.text}zq"}))
        assert answer.status_code == 422, hostile.name
        assert "zq" not in answer.text.replace("zqueue", ""), hostile.name
        if number % 6 == 0:
            page = check_answer(answer.text, hostile.name)
            assert errors_on(page) == ["We do not know this postcode. Check it, or select your area from the list"]
    assert counts() == before


# --- the long survey -------------------------------------------------------------------------------------------------


def begun(app: Flask) -> FlaskClient:
    client = unchecked(app)
    client.post(f"{LONG}/start", data={"wave": "community-safety-test", "version": "1"})
    return client


def good_answers(page: Page) -> Iterator[tuple[str, str]]:
    """An answer to every coded question, such that every page of the survey is reached."""
    for question in page.questions:
        codes = question.codes()
        good = next((code for code in ("victim", "yes") if code in codes), next(iter(codes), ""))
        if not is_text(question):
            yield from ((name, good) for name in controls(question) if not name.endswith(".postcode"))


def walk(client: FlaskClient, questionnaire_of: Questionnaire) -> Iterator[tuple[str, Page, dict[str, str]]]:
    """Every page of the long survey as it comes, with good answers, which are posted when the walk goes on."""
    address = f"{LONG}/1"
    while not address.endswith("/check"):
        page = questionnaire_of.pages[int(address.rpartition("/")[2]) - 1]
        good = dict(good_answers(page))
        yield address, page, good
        answer = client.post(address, data=good)
        assert answer.status_code == 303, address
        address = answer.location
        if address.endswith("/before"):  # what is read before the first page about harm
            address = client.post(address).location


def asking(question: Question) -> dict[str, str]:
    """Answers to other questions of the page after which this one is asked."""
    return {condition.question: condition.any_of[0] for condition in question.show_if if condition.any_of}


def test_every_control_of_the_long_survey_refuses_what_is_no_answer(sqlite_scene: Flask, counts: Count) -> None:
    questionnaire_of, client = questionnaire(sqlite_scene, "community-safety"), begun(sqlite_scene)
    pages, attacked = set(), 0
    for address, page, good in walk(client, questionnaire_of):
        pages.add(page.id)
        for question in page.questions:
            for name in controls(question):
                posted: dict[str, Any] = {**good, **asking(question), name: ATTACK}
                if name.endswith(".postcode"):
                    posted.pop(question.id)
                answer = client.post(address, data=posted)
                assert answer.status_code == 422, name
                found = check_answer(answer.text, name)
                assert found.select_one(f'.govuk-error-summary a[href="#{name}"]'), name
                assert all(map(is_sentence, errors_on(found))), errors_on(found)
                attacked += 1
    assert pages == {page.id for page in questionnaire_of.pages}
    assert attacked > 80
    assert counts()["Response"] == 0


def sheets(room: int) -> Iterator[str]:
    """All hostile texts, as many on a sheet as fit."""
    sheet = ""
    for hostile in TEXTS:
        if len(sheet) + len(hostile.text) >= room:
            yield sheet
            sheet = ""
        sheet += hostile.text + "\n"
    yield sheet


def test_hostile_texts_of_the_long_survey_are_shown_again_word_for_word(sqlite_scene: Flask) -> None:
    questionnaire_of, client, boxes = questionnaire(sqlite_scene, "community-safety"), begun(sqlite_scene), 0
    for address, page, good in walk(client, questionnaire_of):
        given = {name: value for name, value in good.items() if name != "avoided"}
        for question in (question for question in page.questions if is_text(question)):
            boxes += 1
            for hostile in (hostile for hostile in TEXTS if len(hostile.text) <= 120):
                answer = client.post(address, data={**given, question.id: hostile.text})
                assert answer.status_code == 303, hostile.name
                box = check_answer(client.get(address).text, hostile.name).find(id=question.id)
                assert box is not None
                shown = box.get_text() if box.name == "textarea" else str(box.get("value", ""))
                assert one_line(shown) == one_line(hostile.kept), hostile.name
    assert boxes == 2


def test_hostile_texts_of_the_long_survey_are_checked_sent_and_kept(scene: Flask, stored: Stored) -> None:
    questionnaire_of = questionnaire(scene, "community-safety")
    place, page = next(
        (n, page) for n, page in enumerate(questionnaire_of.pages, 1) if any(q.is_comment for q in page.questions)
    )
    comment = next(question for question in page.questions if question.is_comment)
    kept = ""
    for sheet in sheets(480):
        client = begun(scene)
        assert client.post(f"{LONG}/{place}", data={comment.id: sheet}).status_code == 303
        checked = check_answer(client.get(f"{LONG}/check").text)
        sent = client.post(f"{LONG}/check")
        assert sent.status_code == 303
        check_answer(client.get(sent.location).text)
        text = next(row.answers[comment.id] for row in stored() if row.answers[comment.id] not in kept)
        assert one_line(text) in text_of(checked)
        kept += text + "\n"
    for hostile in TEXTS:
        assert hostile.kept in kept, hostile.name


def test_a_hostile_cookie_is_no_draft(sqlite_scene: Flask, counts: Count) -> None:
    before, client = counts(), unchecked(sqlite_scene)
    for hostile in (*TEXTS, LONGEST):
        value = quote(hostile.text[:2000])
        for cookie in (f"draft={value}", f'draft="{value}"', f"session={value}; draft=x", f"draft={'A' * 43}; =;;"):
            answer = client.get(f"{LONG}/1", headers={"Cookie": cookie})
            assert (answer.status_code, answer.location) == (303, f"{LONG}/start?lost=1"), hostile.name
            assert client.get(f"{LONG}/exit", headers={"Cookie": cookie}).status_code == 303
        begin = client.get(answer.location, headers={"Cookie": f"draft={value}; session={value}"})
        assert begin.status_code == 200
    check_answer(begin.text)
    assert counts() == before
