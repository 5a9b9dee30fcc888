"""Signing in and out, and what happens to those who guess."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models import AuditEntry, SignInFailure, User
from feedback.services.staff.accounts import add_person, deactivate, reactivate, reset_password
from feedback.services.staff.sign_in import TooManyGuesses, WrongPassword, check_password, wait_after
from tests.conftest import running
from tests.integration.staff.scenes import PASSWORD, add_staff, email_of, sign_in
from tests.pages import text_of

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def errors_of(answer: Any) -> list[str]:
    page = BeautifulSoup(answer.get_data(as_text=True), "html5lib")
    return [text_of(link) for link in page.select(".govuk-error-summary a")]


def without_typed(answer: Any) -> str:
    return re.sub(r'value="[^"]*"', "", answer.get_data(as_text=True))


@pytest.fixture
def office(sqlite_app: Flask) -> Flask:
    return with_staff(sqlite_app)


@pytest.fixture
def everywhere(app: Flask) -> Flask:
    """The same on each engine, where it may matter: odd characters, locks, sessions."""
    return with_staff(app)


def with_staff(app: Flask) -> Flask:
    with app.app_context():
        for role in ("administrator", "analyst", "officer"):
            add_staff(role)
    return app


@pytest.mark.parametrize(
    ("role", "home", "heading"),
    [
        ("administrator", "/admin/", "Administration"),
        ("analyst", "/analyst/", "Results"),
        ("officer", "/officer/", "Events"),
    ],
)
def test_each_role_has_its_home(office: Flask, role: str, home: str, heading: str) -> None:
    client = sign_in(office.test_client(), role)
    assert client.get("/staff").location == home
    assert client.page(home).h1.text == heading
    assert client.get("/sign-in").location == "/staff"


def test_the_email_address_may_be_typed_in_any_case(office: Flask) -> None:
    answer = office.test_client().submit(
        "/sign-in", {"email": " Analyst@EXAMPLE.com ", "password": PASSWORD}, status=302
    )
    assert answer.location == "/staff"


def test_missing_entries_are_named(office: Flask) -> None:
    answer = office.test_client().submit("/sign-in", {}, status=200)
    assert errors_of(answer) == ["Enter your email address", "Enter your password"]


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("analyst@example.com", "not the password"),
        ("nobody@example.com", PASSWORD),
        ("officer@example.com", PASSWORD),  # closed below
        ("analyst@example.com\0", PASSWORD),
        ("' or 1=1 --", PASSWORD),
        ("analyst@example.com", "x" * 100_000),
        ("\U0001f600\u202e", "\0"),
    ],
)
def test_every_failure_looks_the_same(everywhere: Flask, email: str, password: str) -> None:
    with everywhere.app_context():
        from feedback.extensions import db

        deactivate(db.session.scalars(select(User).filter_by(email="officer@example.com")).one(), actor="test")
    wrong = everywhere.test_client().submit("/sign-in", {"email": "analyst@example.com", "password": "no"}, status=200)
    answer = everywhere.test_client().submit("/sign-in", {"email": email, "password": password}, status=200)
    assert errors_of(answer) == [
        "The email address or the password is not right, or the account is closed. "
        "If you have forgotten your password, ask an administrator to reset it."
    ]
    assert without_typed(answer) == without_typed(wrong)


def test_an_unknown_account_costs_as_much_as_a_known_one(office: Flask) -> None:
    with office.app_context(), patch("feedback.services.staff.sign_in.hash_password") as hashed:
        for email in ("nobody@example.com", "analyst@example.com"):
            with pytest.raises(WrongPassword):
                check_password(email, "not the password")
    assert hashed.call_count == 1  # the known one pays by verifying


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "http:/evil.example",
        "/\u2044evil.example",
    ],
)
def test_the_way_back_is_on_this_site(office: Flask, elsewhere: str) -> None:
    form = {"email": email_of("analyst"), "password": PASSWORD}
    in_form = office.test_client().submit("/sign-in", {**form, "next": elsewhere}, status=302)
    in_address = office.test_client().submit(f"/sign-in?{urlencode({'next': elsewhere})}", form, status=302)
    for answer in (in_form, in_address):
        as_browsers_read_it = re.sub(r"[\t\r\n]", "", answer.location).replace("\\", "/")
        assert as_browsers_read_it.startswith("/")
        assert not as_browsers_read_it.startswith("//")


def test_the_way_back_leads_to_the_page_that_was_asked_for(office: Flask) -> None:
    client = office.test_client()
    address = client.get("/admin/audit?page=2").location
    assert address == "/sign-in?next=/admin/audit?page%3D2"
    answer = client.submit(address, {"email": email_of("administrator"), "password": PASSWORD}, status=302)
    assert answer.location == "/admin/audit?page=2"
    assert client.get("/sign-out").status_code == 200
    assert client.submit("/sign-out", {}, status=302).location == "/sign-in"
    assert client.get("/admin/").status_code == 303


def test_a_form_sent_after_the_session_ended_asks_to_sign_in_and_does_nothing(office: Flask) -> None:
    client = office.test_client()
    office.config["WTF_CSRF_ENABLED"] = False
    answer = client.post("/admin/people/add", data={"name": "X", "email": "x@example.com", "roles": "officer"})
    assert (answer.status_code, answer.location) == (303, "/sign-in")


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-out", "/change-password", "/admin/people/add", "/admin/waves/make"]
)
def test_a_post_without_its_token_is_a_plain_error(office: Flask, path: str) -> None:
    client = sign_in(office.test_client(), "administrator")
    answer = client.post(path, data={"email": email_of("analyst"), "password": PASSWORD})
    assert answer.status_code == 400
    assert "The form was open for too long" in answer.text
    with office.app_context():
        assert len(users()) == 3


def users() -> list[User]:
    from feedback.extensions import db

    return list(db.session.scalars(select(User).order_by(User.id)))


@pytest.mark.parametrize("body", ['{"email": "a"}', "[1, 2]", "not json", "null"])
@pytest.mark.parametrize("path", ["/sign-in", "/change-password", "/sign-out"])
def test_the_extension_speaks_no_json(office: Flask, path: str, body: str) -> None:
    client = sign_in(office.test_client(), "analyst")
    token = client.page("/change-password").select_one("input[name=csrf_token]")["value"]
    json = {"content_type": "application/json", "headers": {"X-CSRFToken": token, "Accept": "application/json"}}
    answer = client.post(path, data=body, **json)
    assert (answer.status_code, answer.mimetype) == (415, "text/html")
    assert client.get("/change-password", headers={"Accept": "application/json"}).mimetype == "text/html"


def test_no_token_opens_a_page(office: Flask) -> None:
    with office.test_request_context():
        token = users()[0].get_auth_token()
    client = office.test_client()
    for address, headers in (
        (f"/admin/?auth_token={token}", {}),
        ("/admin/", {"Authentication-Token": token}),
        ("/admin/", {"Authorization": "Basic YWRtaW46eA=="}),
    ):
        assert client.get(address, headers=headers).status_code == 303


def test_cookies_are_guarded() -> None:
    with running("sqlite://", site_url="https://safecity.example") as app:
        from feedback.extensions import db

        with app.app_context():
            db.create_all()
            db.session.add_all(_roles())
            db.session.commit()
            add_staff("analyst")
            client = app.test_client()
            shown = client.get("/sign-in", base_url="https://safecity.example")
            token = BeautifulSoup(shown.text, "html5lib").select_one("input[name=csrf_token]")["value"]
            answer = client.post(
                "/sign-in",
                data={"email": email_of("analyst"), "password": PASSWORD, "csrf_token": token},
                base_url="https://safecity.example",
                headers={"Referer": "https://safecity.example/sign-in"},
            )
    cookies = answer.headers.getlist("Set-Cookie")
    assert answer.status_code == 302
    assert [cookie.split("=")[0] for cookie in cookies] == ["session"]
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
        assert "Expires" not in cookie


def _roles() -> list[Any]:
    from feedback.models import Role
    from feedback.models.staff import ROLES

    return [Role(name=name) for name in ROLES]


def test_nothing_of_the_staff_area_is_kept_by_a_browser(office: Flask) -> None:
    client = sign_in(office.test_client(), "administrator")
    for path in ("/sign-in", "/admin/people", "/change-password"):
        assert "no-store" in client.get(path).headers["Cache-Control"]


def test_a_session_ends_with_the_account_the_password_or_the_day(everywhere: Flask) -> None:
    clients = {role: sign_in(everywhere.test_client(), role) for role in ("administrator", "analyst", "officer")}
    second = sign_in(everywhere.test_client(), "analyst")
    with everywhere.app_context():
        administrator, analyst, officer = users()
        reset_password(analyst, actor=administrator.email)
        deactivate(officer, actor=administrator.email)
    assert clients["analyst"].get("/analyst/").location.startswith("/sign-in")
    assert second.get("/analyst/").location.startswith("/sign-in")
    assert clients["officer"].get("/officer/").location.startswith("/sign-in")
    assert clients["administrator"].get("/admin/").status_code == 200
    with everywhere.app_context():
        reactivate(users()[2], actor=email_of("administrator"))
    assert clients["officer"].get("/officer/").location.startswith("/sign-in")  # the old session stays dead
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=13), tick=False):
        assert clients["administrator"].get("/admin/").location.startswith("/sign-in")


def test_changing_the_own_password_ends_the_other_sessions_and_is_recorded(office: Flask) -> None:
    here, there = sign_in(office.test_client(), "analyst"), sign_in(office.test_client(), "analyst")
    new = "another handful of words"
    form = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    answer = here.submit("/change-password", form, status=302)
    assert answer.location == "/staff"
    assert text_of(here.page("/analyst/").select_one(".govuk-notification-banner")) == (
        "Done Your password has been changed."
    )
    assert there.get("/analyst/").status_code == 303
    sign_in(office.test_client(), "analyst", new)
    with office.app_context():
        from feedback.extensions import db

        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (entry.actor, entry.action, entry.detail) == ("analyst@example.com", "own password changed", {})


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"new_password": "short"}, "The new password must have at least 12 characters. Three random words work well."),
        ({"new_password": "x" * 201}, "The new password must have at most 200 characters."),
        ({"new_password": "my analyst password"}, "The new password must not contain your email address."),
        ({"new_password": "aaaaaaaaaaaaaaa"}, "The new password is too easy to guess. Three random words work well."),
        ({"new_password": "Password1234"}, "The new password is too easy to guess. Three random words work well."),
        ({"new_password": "southampton1"}, "The new password is too easy to guess. Three random words work well."),
        ({"new_password": PASSWORD}, "The new password must differ from the current one."),
        ({"new_password_confirm": "other"}, "The two new passwords are not the same. Enter the new one again."),
        ({"password": "wrong one"}, "This is not your current password."),
    ],
)
def test_a_new_password_that_cannot_be_taken(office: Flask, changed: dict[str, str], sentence: str) -> None:
    client = sign_in(office.test_client(), "analyst")
    form = {"password": PASSWORD, "new_password": "another handful of words", **changed}
    form.setdefault("new_password_confirm", form["new_password"])
    answer = client.submit("/change-password", form, status=200)
    assert errors_of(answer) == [sentence]
    sign_in(office.test_client(), "analyst")


@pytest.mark.both_engines
def test_guessing_is_slowed_by_account_and_recovers(everywhere: Flask) -> None:
    wrong = {"email": email_of("analyst"), "password": "a guess"}
    right = {"email": email_of("analyst"), "password": PASSWORD}
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(5):
            answer = everywhere.test_client().submit("/sign-in", wrong, status=200)
        assert "is not right" in errors_of(answer)[0]
        for form in (wrong, right):
            answer = everywhere.test_client().submit("/sign-in", form, status=200)
            assert errors_of(answer) == [
                "There were too many wrong passwords for this account. Wait 1 minute, then try again."
            ]
        everywhere.test_client().submit("/sign-in", {**right, "email": email_of("officer")}, status=302)
        clock.shift(timedelta(seconds=61))
        everywhere.test_client().submit("/sign-in", wrong, status=200)
        answer = everywhere.test_client().submit("/sign-in", right, status=200)
        assert errors_of(answer) == [
            "There were too many wrong passwords for this account. Wait 2 minutes, then try again."
        ]
        clock.shift(timedelta(seconds=121))
        everywhere.test_client().submit("/sign-in", right, status=302)
        everywhere.test_client().submit("/sign-in", wrong, status=200)
        everywhere.test_client().submit("/sign-in", right, status=302)  # the count began anew


def test_an_administrator_ends_the_wait(office: Flask) -> None:
    for _ in range(6):
        office.test_client().submit("/sign-in", {"email": email_of("analyst"), "password": "no"}, status=200)
    with office.app_context():
        password = reset_password(users()[1], actor=email_of("administrator"))
    office.test_client().submit("/sign-in", {"email": email_of("analyst"), "password": password}, status=302)


def test_an_unknown_account_is_slowed_alike(office: Flask) -> None:
    for _ in range(6):
        answer = office.test_client().submit("/sign-in", {"email": "no@example.com", "password": "no"}, status=200)
    assert errors_of(answer)[0].startswith("There were too many wrong passwords")


def test_waiting_costs_no_hash_and_keeps_no_address(office: Flask) -> None:
    with office.app_context():
        from feedback.extensions import db

        for _ in range(5):
            with pytest.raises(WrongPassword):
                check_password("analyst@example.com", "a guess")
        with (
            patch("feedback.services.staff.sign_in.verify_password") as verified,
            pytest.raises(TooManyGuesses),
        ):
            check_password("analyst@example.com", PASSWORD)
        assert not verified.called
        rows = db.session.scalars(select(SignInFailure)).all()
        assert [(row.count, "analyst" in row.account_hash, len(row.account_hash)) for row in rows] == [(5, False, 64)]


@pytest.mark.both_engines
def test_old_failures_are_forgotten(session: Session) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        with pytest.raises(WrongPassword):
            check_password("someone@example.com", "a guess")
        clock.shift(timedelta(days=1, minutes=1))
        with pytest.raises(WrongPassword):
            check_password("another@example.com", "a guess")
        assert len(session.scalars(select(SignInFailure)).all()) == 1


@pytest.mark.both_engines
def test_guesses_at_the_same_moment_are_all_counted(everywhere: Flask) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def guess(_number: int) -> str:
        with everywhere.app_context():
            try:
                check_password("analyst@example.com", "a guess")
            except (WrongPassword, TooManyGuesses) as refusal:
                return type(refusal).__name__
            return "in"

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(guess, range(12)))
    assert outcomes == ["TooManyGuesses"] * 7 + ["WrongPassword"] * 5


@pytest.mark.parametrize(
    ("count", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (50, 15), (10**6, 15)]
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(count: int, minutes: int) -> None:
    assert wait_after(count) == timedelta(minutes=minutes)


def test_a_password_is_the_same_however_its_letters_are_composed(app: Flask) -> None:
    with app.app_context():
        add_person(
            email="c@example.com", name="C", roles=["officer"], actor="t", password="cafe\u0301 tables and chairs"
        )
        assert check_password("c@example.com", "caf\u00e9 tables and chairs").email == "c@example.com"
