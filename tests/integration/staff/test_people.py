"""Administrators look after accounts, and cannot lose the last one who can."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.administrators import audit
from feedback.administrators.audit import WHAT
from feedback.errors import NotFound, Refusal
from feedback.extensions import db
from feedback.models import AuditEntry, User
from feedback.queries.staff import active_administrators, audit_page, person, roles_of
from feedback.services.audit import record
from feedback.services.staff.accounts import (
    EmailTaken,
    LastAdministrator,
    OwnAccount,
    add_person,
    change_person,
    deactivate,
    one_time_password,
    reset_password,
)
from tests.integration.staff.scenes import HOSTILE, PASSWORD, add_staff, email_of, sign_in, signed_in
from tests.pages import text_of


def people(session: Session) -> list[tuple[str, str, list[str], bool]]:
    session.expire_all()
    found = session.scalars(select(User).order_by(User.id))
    return [(user.email, user.name, roles_of(user), user.active) for user in found]


def actions(session: Session) -> list[tuple[str, str, str]]:
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.actor, entry.action, entry.subject) for entry in entries]


def test_a_person_is_added_with_a_password_that_is_shown_once(app: Flask) -> None:
    client = signed_in(app, "administrator")
    answer = client.submit(
        "/admin/people/add", {"name": " Jo  Day ", "email": "Jo@Example.com", "roles": ["analyst", "officer"]}
    )
    page = client.page(answer.location)
    once = page.select_one("#one-time-password").text
    assert page.h1.text == "One-time password for Jo Day"
    assert len(once) == 19
    again = client.get(answer.location)
    assert (again.status_code, again.location) == (302, "/admin/people/2")
    assert once not in client.get("/admin/people").text
    newcomer = app.test_client()
    newcomer.submit("/sign-in", {"email": "jo@example.com", "password": once}, status=302)
    new = "my own three words"
    newcomer.submit(
        "/change-password", {"password": once, "new_password": new, "new_password_confirm": new}, status=302
    )
    assert newcomer.page("/analyst/").h1.text == "Results"
    with app.app_context():
        assert people(db.session)[1] == ("jo@example.com", "Jo Day", ["analyst", "officer"], True)
        entries = db.session.scalars(select(AuditEntry)).all()
        assert all(once not in str(entry.detail) for entry in entries)


@pytest.mark.parametrize(
    ("changed", "sentences"),
    [
        ({"name": ""}, ["Enter the person's name"]),
        ({"name": " \u202e\0 "}, ["Enter the person's name"]),
        ({"name": "x" * 101}, ["The name must be 100 characters or fewer"]),
        ({"email": ""}, ["Enter the person's email address"]),
        ({"email": "nobody"}, ["Enter an email address in the correct format, like name@example.com."]),
        ({"email": "a b@example.com"}, ["Enter an email address in the correct format, like name@example.com."]),
        ({"email": "ADMINISTRATOR@example.com"}, ["Somebody has an account with this email address already."]),
        ({"roles": []}, ["Select at least one role"]),
        ({"roles": ["owner"]}, ["Select at least one role"]),
    ],
)
def test_a_person_who_cannot_be_added(
    sqlite_app: Flask, changed: dict[str, str | list[str]], sentences: list[str]
) -> None:
    client = signed_in(sqlite_app, "administrator")
    form = {"name": "Jo", "email": "jo@example.com", "roles": ["officer"], **changed}
    page = client.submit("/admin/people/add", form, status=200)
    soup = BeautifulSoup(page.text, "html5lib")
    assert [text_of(link) for link in soup.select(".govuk-error-summary a")] == sentences
    if changed.get("email"):
        assert soup.select_one("#name")["value"] == "Jo"  # what was typed is kept
    with sqlite_app.app_context():
        assert len(people(db.session)) == 1
        assert len(actions(db.session)) == 1


def test_fields_that_are_not_on_the_form_are_ignored(app: Flask) -> None:
    client = signed_in(app, "administrator")
    with app.app_context():
        add_staff("officer")
    extra = {"active": "", "password": "x", "fs_uniquifier": "x", "id": "1", "must_change_password": "y"}
    client.submit("/admin/people/2", {"name": "Jo", "roles": ["officer"], "email": "new@example.com", **extra})
    with app.app_context():
        assert people(db.session)[1] == ("officer@example.com", "Jo", ["officer"], True)
    sign_in(app.test_client(), "officer")


def test_roles_change_at_once(app: Flask) -> None:
    client = signed_in(app, "administrator")
    officer = signed_in(app, "officer")
    assert officer.get("/analyst/").status_code == 403
    answer = client.submit("/admin/people/2", {"name": "Jo", "roles": ["analyst"]})
    assert "Jo has been changed." in text_of(client.page(answer.location).select_one(".govuk-notification-banner"))
    assert (officer.get("/analyst/").status_code, officer.get("/officer/").status_code) == (200, 403)


def test_a_password_is_reset_and_an_account_closed_and_opened(app: Flask) -> None:
    client = signed_in(app, "administrator")
    officer = signed_in(app, "officer")
    once = client.page(client.submit("/admin/people/2/reset", {}).location).select_one("#one-time-password").text
    assert officer.get("/officer/").status_code == 303
    app.test_client().submit("/sign-in", {"email": email_of("officer"), "password": PASSWORD}, status=200)
    client.submit("/admin/people/2/deactivate", {})
    page = client.page("/admin/people/2")
    assert "the account is closed" in text_of(page.main)
    assert not page.select("a[href$='/deactivate']")
    app.test_client().submit("/sign-in", {"email": email_of("officer"), "password": once}, status=200)
    client.submit("/admin/people/2/reactivate", {})
    app.test_client().submit("/sign-in", {"email": email_of("officer"), "password": once}, status=302)
    with app.app_context():
        who, whom = email_of("administrator"), email_of("officer")
        assert actions(db.session)[2:] == [
            (who, "password reset", whom),
            (who, "person deactivated", whom),
            (who, "person reactivated", whom),
        ]


def test_opening_a_confirmation_page_changes_nothing(sqlite_app: Flask) -> None:
    client = signed_in(sqlite_app, "administrator")
    officer = signed_in(sqlite_app, "officer")
    for what in ("reset", "deactivate", "reactivate"):
        client.page(f"/admin/people/2/{what}")
    assert officer.get("/officer/").status_code == 200


def test_nobody_takes_their_own_access_away(app: Flask) -> None:
    client = signed_in(app, "administrator")
    with app.app_context():
        add_person(email="second@example.com", name="Second", roles=["administrator"], actor="t", password=PASSWORD)
    page = client.submit("/admin/people/1", {"name": "Me", "roles": ["analyst"]}, status=200)
    assert "You cannot stop being an administrator yourself" in page.text
    for what, sentence in (
        ("deactivate", "You cannot close your own account. Ask another administrator."),
        ("reset", "You cannot reset your own password here."),
    ):
        answer = client.submit(f"/admin/people/1/{what}", {}, status=400)
        assert sentence in answer.text
    assert client.page("/admin/").h1.text == "Administration"


@pytest.mark.both_engines
def test_the_last_administrator_stays(session: Session) -> None:
    first = add_staff("administrator")
    with pytest.raises(LastAdministrator):
        deactivate(first, actor="command line")
    with pytest.raises(LastAdministrator):
        change_person(first, name="X", roles=["analyst"], actor="command line")
    second, _ = add_person(email="b@example.com", name="B", roles=["administrator"], actor="t", password=PASSWORD)
    with pytest.raises(OwnAccount):
        deactivate(second, actor="b@example.com")
    deactivate(second, actor=first.email)
    with pytest.raises(LastAdministrator):
        change_person(first, name="X", roles=["analyst"], actor="command line")
    assert active_administrators() == 1
    change_person(second, name="B", roles=["officer"], actor=first.email)  # a closed account is no administrator
    session.rollback()
    assert people(session) == [
        ("administrator@example.com", "Test administrator", ["administrator"], True),
        ("b@example.com", "B", ["officer"], False),
    ]


@pytest.mark.both_engines
def test_two_administrators_cannot_close_each_other_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        first = add_staff("administrator").id
        second = add_person(email="b@example.com", name="B", roles=["administrator"], actor="t", password=PASSWORD)[
            0
        ].id

    def close(pair: tuple[int, str]) -> str:
        with app.app_context():
            try:
                deactivate(person(pair[0]), actor=pair[1])
            except Refusal as refusal:
                return type(refusal).__name__
            return "closed"

    both_counted = Barrier(2)

    def count_together() -> int:
        """Let each see the count before either acts; with the lock the second never comes this far in time."""
        count = active_administrators()
        with suppress(BrokenBarrierError):
            both_counted.wait(0.5)
        return count

    monkeypatch.setattr("feedback.services.staff.accounts.active_administrators", count_together)
    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(close, [(first, "b@example.com"), (second, "administrator@example.com")]))
    with app.app_context():
        assert active_administrators() == 1
    assert outcomes == ["LastAdministrator", "closed"]


def test_the_service_refuses_what_the_form_would(session: Session) -> None:
    for wrong in (
        {"email": "nobody"},
        {"roles": []},
        {"roles": ["owner"]},
        {"password": "short"},
    ):
        with pytest.raises(Refusal):
            add_person(**{"email": "a@example.com", "name": "A", "roles": ["officer"], "actor": "t", **wrong})
    add_staff("officer")
    with pytest.raises(EmailTaken):
        add_person(email="OFFICER@example.com", name="A", roles=["officer"], actor="t")
    with pytest.raises(OwnAccount):
        reset_password(session.scalars(select(User)).one(), actor="officer@example.com")
    session.rollback()
    assert len(people(session)) == 1


@pytest.mark.parametrize("id", [0, 99, 2**31, 2**70])
def test_a_person_who_does_not_exist(app: Flask, id: int) -> None:
    with app.app_context(), pytest.raises(NotFound):
        person(id)
    assert signed_in(app, "administrator").get(f"/admin/people/{id}").status_code == 404


def test_one_time_passwords_differ_and_can_be_read_aloud() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert not set("".join(made)) & set("ilo01ILO ")


def test_hostile_names_stand_as_text_on_every_page(app: Flask) -> None:
    client = signed_in(app, "administrator")
    client.submit("/admin/people/add", {"name": HOSTILE, "email": "jo@example.com", "roles": ["officer"]})
    for path in ("/admin/people", "/admin/people/2", "/admin/people/2/reset", "/admin/people/2/deactivate"):
        page = client.page(path)
        assert 'alert("x")' in page.main.get_text() or 'alert("x")' in str(page.select_one("#name")), path
        assert not page.main.find_all("script"), path
        assert "\u202e" not in page.get_text(), path
    page = client.submit("/admin/people/add", {"name": HOSTILE, "email": "<b>@x", "roles": []}, status=200)
    assert "<b>@x" not in page.text


@pytest.mark.both_engines
def test_the_audit_list_goes_page_by_page(app: Flask) -> None:
    client = signed_in(app, "administrator")
    with app.app_context():
        for number in range(120):
            record("somebody", "thing done", f"{HOSTILE} {number}", before={"a": None, "b": [True, 1]}, empty="")
        db.session.commit()
        assert (audit_page(0).number, audit_page(99).number, audit_page(2).pages) == (1, 3, 3)
    first = client.page("/admin/audit")
    assert len(first.select("tbody tr")) == 50
    assert "119" in first.select_one("tbody tr").get_text()
    assert "Before: a: none; b: yes, 1" in text_of(first.select_one("tbody tr"))
    last = client.page("/admin/audit?page=3")
    assert len(last.select("tbody tr")) == 21
    assert not last.select("[rel=next]")
    for odd in ("x", "-5", "99999999999999999999"):
        client.page(f"/admin/audit?page={odd}")


def test_the_audit_page_says_tablet_and_concern_where_the_list_keeps_older_words(app: Flask) -> None:
    with app.test_request_context():
        record("Ada", "device signed off", "TH5AHG", device=14, server=14, held=0)
        record("Ada", "held words decided", "a wave")
        db.session.commit()
    said = text_of(signed_in(app, "administrator").page("/admin/audit").main)
    assert "Tablet signed off: TH5AHG Tablet: 14 Received: 14 Waiting for a decision: 0" in said
    assert "Safeguarding concern decided" in said


def test_every_entry_that_the_audit_page_words_anew_is_recorded_somewhere() -> None:
    page = Path(audit.__file__)
    code = "".join(path.read_text() for path in page.parents[1].rglob("*.py") if path != page)
    assert [word for word in WHAT if f'"{word}"' not in code] == []
