"""Hostile texts through every form of the staff area, and on every page of it: also those that residents wrote."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from feedback.clock import today
from feedback.extensions import db
from feedback.models import AuditEntry, Event, HelpLine, User, Wave
from feedback.queries.waves import wave_by_slug
from feedback.services.answers.submission import submit_response
from feedback.services.staff.accounts import add_person
from tests.integration.hostile.conftest import FAST
from tests.integration.hostile.texts import LONGEST, TEXTS, check_answer, errors_on, is_sentence
from tests.integration.staff.scenes import PASSWORD, add_event
from tests.makers import make_wave, submission
from tests.pages import text_of

WRITABLE = [hostile for hostile in TEXTS if hostile.kept and len(hostile.kept) <= 100]
FOR_EACH_FIELD = (*TEXTS[::5], LONGEST)  # every text in every field of every form would take minutes


class Administrator:
    """A signed-in administrator who looks closely at what comes back."""

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            add_person(email="boss@example.com", name="Boss", roles=["administrator"], actor="test", password=PASSWORD)
        self.client = FlaskClient(app, app.response_class)
        self.token = self._token("/sign-in")
        answer = self.client.post("/sign-in", data=self._form({"email": "boss@example.com", "password": PASSWORD}))
        assert answer.status_code == 302
        self.token = self._token("/change-password")

    def page(self, address: str, status: int = 200) -> BeautifulSoup:
        answer = self.client.get(address)
        assert answer.status_code == status, f"{address}: {answer.status}"
        return check_answer(answer.text, address)

    def send(self, address: str, **fields: Any) -> BeautifulSoup | None:
        """Send a form; the page that refuses it in sentences, or None when it was taken."""
        answer = self.client.post(address, data=self._form(fields))
        if answer.status_code == 303:
            return None
        assert answer.status_code in {200, 422}, f"{address}: {answer.status}"
        page = check_answer(answer.text, f"{address} {fields!r}"[:200])
        sentences = errors_on(page)
        assert sentences, f"{address} {fields!r}"[:200]
        assert all(map(is_sentence, sentences)), sentences
        return page

    def _form(self, fields: dict[str, Any]) -> dict[str, Any]:
        return {"csrf_token": self.token, **fields}

    def _token(self, address: str) -> str:
        field = BeautifulSoup(self.client.get(address).text, "html5lib").select_one("input[name=csrf_token]")
        assert field is not None
        return str(field["value"])


@pytest.fixture
def boss(attacked: Flask) -> Administrator:
    return Administrator(attacked)


def _number(row: Any) -> int:
    """PostgreSQL moves a row that was changed; without a number, rows stay as they come."""
    return row.id if isinstance(getattr(row, "id", None), int) else 0


def everything(app: Flask, table: Any) -> list[Any]:
    with app.app_context():
        rows = db.session.scalars(select(table)).all()
        return sorted(rows, key=_number)


def shown(text: str) -> str:
    return " ".join(text.split())


def test_hostile_names_are_text_wherever_they_stand(scene: Flask, boss: Administrator) -> None:
    for number, hostile in enumerate(WRITABLE):
        fields = {"name": hostile.text, "email": f"p{number}@example.com", "roles": "officer"}
        assert boss.send("/admin/people/add", **fields) is None, hostile.name
    listed = text_of(boss.page("/admin/people"))
    for person, hostile in zip(everything(scene, User)[1:], WRITABLE, strict=True):
        assert person.name == shown(hostile.kept), hostile.name
        assert shown(hostile.kept) in listed, hostile.name
    for number in range(2, len(WRITABLE) + 2, 7):
        for page in ("", "/reset", "/deactivate"):
            boss.page(f"/admin/people/{number}{page}")
        assert boss.send(f"/admin/people/{number}/deactivate") is None
        assert "is closed" in text_of(boss.page("/admin/people"))
    boss.page("/admin/audit")


def test_hostile_accounts_that_are_refused_change_nothing(sqlite_scene: Flask, boss: Administrator) -> None:
    good = {"name": "Name", "email": "name@example.com", "roles": "officer"}
    for hostile in FOR_EACH_FIELD:
        for fields in (
            {"email": f"{hostile.text}@example.com\n"},
            {"email": f"name@{hostile.text}"},
            {"roles": hostile.text},
            {"name": hostile.text + "x" * 101},
        ):
            page = boss.send("/admin/people/add", **{**good, **fields})
            if page is None:  # some are addresses all the same, such as the one of `NaN`
                (person,) = everything(sqlite_scene, User)[1:]
                kept = shown(hostile.kept).lower()
                assert person.email.split("@") in ([kept, "example.com"], ["name", kept])
                with sqlite_scene.app_context():
                    db.session.delete(db.session.get(User, person.id))
                    db.session.commit()
    assert [person.email for person in everything(sqlite_scene, User)] == ["boss@example.com"]


def new_wave() -> dict[str, Any]:
    days = {"opens_on": today() + timedelta(days=100), "closes_on": today() + timedelta(days=110)}
    parts = ("day", "month", "year")
    typed = {f"{name}-{part}": getattr(day, part) for name, day in days.items() for part in parts}
    return {"survey": "fast-feedback", "method": "self_selected", "purpose": "test", "title": "T", "slug": "t", **typed}


WAVE_FIELDS = ("slug", "target", "survey", "opens_on-day", "closes_on-year", "method", "purpose")


def test_hostile_waves_that_are_refused_change_nothing(sqlite_scene: Flask, boss: Administrator) -> None:
    before = len(everything(sqlite_scene, Wave))
    for hostile in FOR_EACH_FIELD:
        for field in WAVE_FIELDS:
            changed = {**new_wave(), field: f"{hostile.text} X"}
            assert boss.send("/admin/waves/make", **changed), (hostile.name, field)
    assert len(everything(sqlite_scene, Wave)) == before


def test_hostile_titles_are_text_wherever_they_stand(sqlite_scene: Flask, boss: Administrator) -> None:
    for number, hostile in enumerate(WRITABLE[::2]):
        made = {**new_wave(), "title": hostile.text, "slug": f"wave-{number}"}
        assert boss.send("/admin/waves/make", **made) is None, hostile.name
        page = boss.page(f"/admin/waves/wave-{number}")
        assert page.h1 is not None
        assert text_of(page.h1) == shown(hostile.kept), hostile.name
        boss.page(f"/analyst/waves/wave-{number}")
        assert boss.send(f"/admin/waves/wave-{number}/delete", slug=hostile.text), hostile.name
        assert boss.send(f"/admin/waves/wave-{number}/extend", **{"closes_on-day": hostile.text}), hostile.name
    for address in ("/admin/waves", "/analyst/", "/admin/audit", "/admin/audit?page=2", "/admin/"):
        boss.page(address)
    assert shown(WRITABLE[0].kept) in text_of(boss.page("/admin/waves"))
    assert boss.send("/admin/waves/wave-0/delete", slug="wave-0") is None
    assert shown(WRITABLE[0].kept) in text_of(boss.page("/admin/waves"))  # it says what was deleted


def test_hostile_help_lines_are_text_for_residents_too(sqlite_scene: Flask, boss: Administrator) -> None:
    (line, *_others) = everything(sqlite_scene, HelpLine)
    address = f"/admin/help-lines/{line.code}"
    good = {"number": "101", "url": "", "hours": "", "about": "", "shown": "y"}
    for hostile in FOR_EACH_FIELD:
        for field, text in (("url", "https://{}"), ("url", "{} x"), ("number", "{} x"), ("checked_on-day", "{} x")):
            assert boss.send(address, **{**good, field: text.format(hostile.text)}), (hostile.name, field)
    assert everything(sqlite_scene, HelpLine)[0].number == line.number
    for hostile in WRITABLE:
        assert boss.send(address, **{**good, "hours": hostile.text, "about": hostile.text}) is None, hostile.name
        (saved,) = [found for found in everything(sqlite_scene, HelpLine) if found.code == line.code]
        assert saved.hours == saved.about == shown(hostile.kept), hostile.name
        if hostile.name in {"script", "leaves an attribute", "leaves a textarea", "template", "script address"}:
            for public in ("/help", "/safety", "/admin/help-lines", address):
                boss.page(public)
            assert shown(hostile.kept) in text_of(boss.page("/help")), hostile.name
    boss.page("/admin/audit")


def test_hostile_events_are_text_for_officers(scene: Flask, boss: Administrator) -> None:
    with scene.app_context():
        wave = wave_by_slug("fast-feedback-test")
        for number, hostile in enumerate(WRITABLE):
            add_event(wave, f"E{number}", title=hostile.kept)
            event = db.session.scalars(select(Event).filter_by(code=f"E{number}")).one()
            event.place, event.lead_partner = hostile.kept, hostile.kept
        db.session.commit()
    told = text_of(boss.page("/officer/"))
    for hostile in WRITABLE:
        assert shown(hostile.kept) in told, hostile.name
    boss.page(f"{FAST}?e=E1")


def test_what_residents_wrote_is_text_where_it_is_reviewed(scene: Flask, boss: Administrator) -> None:
    """Answers that came twice are the one place where staff read the words of residents on a page."""
    with scene.app_context():
        for survey, question in (("fast-feedback", "safer_text"), ("community-safety", "safer_text")):
            wave = wave_by_slug(f"{survey}-test")
            for hostile in WRITABLE:
                again = uuid4()
                submit_response(submission(wave, id=again, answers={question: hostile.text, "sex": "male"}))
                submit_response(submission(wave, id=again, answers={question: f"{hostile.text}!", "sex": "female"}))
    for survey in ("fast-feedback", "community-safety"):
        pages = boss.page(f"/analyst/waves/{survey}-test/kept-apart")
        told, decided = text_of(pages), [str(a["href"]) for a in pages.select("a[role=button]")]
        seen = [hostile for hostile in WRITABLE if shown(hostile.kept) in told]
        assert len(seen) >= min(10, len(decided) // 2)
        for address in (decided[0], decided[3]):
            boss.page(address)
            assert boss.client.post(address, data={"csrf_token": boss.token}).status_code == 303
        boss.page(f"/analyst/waves/{survey}-test")
    boss.page("/admin/audit")


def test_what_staff_is_told_of_a_person_holds_nothing_a_resident_wrote(
    sqlite_scene: Flask, boss: Administrator
) -> None:
    with sqlite_scene.app_context():
        make_wave("fast-feedback", slug="other", purpose="test")
        submit_response(submission(wave_by_slug("other"), answers={"safer_text": "zqx words of a resident"}))
    for address in ("/analyst/", "/analyst/waves/other", "/admin/waves/other", "/officer/", "/admin/audit"):
        assert "zqx" not in str(boss.page(address))
    assert not [entry for entry in everything(sqlite_scene, AuditEntry) if "zqx" in f"{entry.subject}{entry.detail}"]
