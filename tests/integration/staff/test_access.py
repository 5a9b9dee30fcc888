"""Everything is closed unless it says otherwise: every address of the app, asked by everybody."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from feedback.models.staff import ROLES
from feedback.staff.access import EVERYONE, access_of, staff
from tests.integration.staff.scenes import add_staff, add_wave, add_workbook, email_of, sign_in

ARGUMENTS = {"int": "999999", "uuid": str(uuid.UUID(int=7)), "string": "no-such-thing", "path": "no-such-thing"}


def addresses(app: Flask) -> list[tuple[Rule, str]]:
    """Every rule with an address that names nothing that exists."""
    found = []
    for rule in app.url_map.iter_rules():
        kinds = {name: type(converter).__name__ for name, converter in rule._converters.items()}
        filled = rule.rule
        for name, kind in kinds.items():
            code = {"IntegerConverter": "int", "UUIDConverter": "uuid", "PathConverter": "path"}.get(kind, "string")
            filled = re.sub(rf"<[^<>]*\b{name}>", ARGUMENTS[code], filled)
        assert "<" not in filled, rule
        found.append((rule, filled))
    return found


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


@pytest.fixture
def office(sqlite_app: Flask) -> Flask:
    return staffed(sqlite_app)


def staffed(app: Flask) -> Flask:
    app.config["WTF_CSRF_ENABLED"] = False  # the question here is the role; the token has tests of its own
    with app.app_context():
        for role in ROLES:
            add_staff(role)
    return app


def client_of(app: Flask, who: str) -> FlaskClient:
    client = app.test_client()
    if who != "anonymous":
        answer = client.post("/sign-in", data={"email": email_of(who), "password": "plenty of random words"})
        assert answer.status_code == 302
    return client


def test_every_view_says_who_may_open_it(sqlite_app: Flask) -> None:
    silent = [rule.endpoint for rule in sqlite_app.url_map.iter_rules() if not access_of(sqlite_app, rule.endpoint)]
    assert not silent, f"decorate with @everyone or @staff(...): {silent}"


@pytest.mark.parametrize("who", ["anonymous", *ROLES])
def test_every_address_answers_as_declared(office: Flask, who: str) -> None:
    wrong = []
    for rule, address in addresses(office):
        allowed = access_of(office, rule.endpoint)
        for method in methods(rule):
            client = client_of(office, who)  # a new one each time: some addresses sign out
            answer = client.open(address, method=method)
            to_sign_in = answer.status_code == 303 and "/sign-in" in (answer.location or "")
            if address.startswith("/api/") and allowed != EVERYONE:
                to_sign_in = answer.status_code == 401  # said in JSON: a client cannot be led to a page
            if allowed == EVERYONE:
                fits = answer.status_code != 403 and answer.status_code < 500 and not to_sign_in
            elif who == "anonymous":
                fits = to_sign_in
            elif who in allowed:
                fits = answer.status_code not in {403, 500} and not to_sign_in
            else:
                fits = answer.status_code == 403
            if not fits:
                wrong.append(f"{method} {address} as {who}: {answer.status}")
    assert not wrong, "\n".join(wrong)


def test_a_view_that_says_nothing_is_closed_to_everybody(own_app: Flask) -> None:
    own_app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    office = staffed(own_app)
    for who in ("anonymous", *ROLES):
        assert client_of(office, who).get("/forgotten").status_code == 403, who


@pytest.mark.parametrize("roles", [(), ("manager",), ("analyst", "everyone")])
def test_a_view_cannot_name_a_role_that_does_not_exist(roles: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="a staff page names"):
        staff(*roles)


def test_who_may_not_see_a_thing_cannot_learn_whether_it_exists(app: Flask) -> None:
    with app.app_context():
        add_staff("officer")
        wave = add_wave("here")
        here = str(add_workbook(wave, b"bytes").id)
    client = sign_in(app.test_client(), "officer")
    missing = str(uuid.uuid4())
    for known, unknown in (
        ("/analyst/waves/here", "/analyst/waves/not-here"),
        (f"/analyst/jobs/{here}", f"/analyst/jobs/{missing}"),
        (f"/analyst/workbooks/{here}/file", f"/analyst/workbooks/{missing}/file"),
        ("/admin/people/1", "/admin/people/99"),
        ("/admin/waves/here/delete", "/admin/waves/not-here/delete"),
        ("/admin/help-lines/police", "/admin/help-lines/none"),
    ):
        first, second = client.get(known), client.get(unknown)
        assert (first.status_code, without_token(first)) == (403, without_token(second)), known


def without_token(answer: Any) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", answer.get_data(as_text=True))


def test_a_file_cannot_be_fetched_without_signing_in_by_who_has_its_address(app: Flask) -> None:
    with app.app_context():
        add_staff("analyst")
        address = f"/analyst/workbooks/{add_workbook(add_wave(), b'bytes').id}/file"
    assert sign_in(app.test_client(), "analyst").get(address).data == b"bytes"
    answer = app.test_client().get(address)
    assert (answer.status_code, b"bytes" in answer.data) == (303, False)


def test_someone_with_an_old_password_can_only_change_it(app: Flask) -> None:
    from feedback.services.staff.accounts import add_person

    with app.app_context():
        _user, once = add_person(email="new@example.com", name="New", roles=ROLES, actor="test")
    client = app.test_client()
    answer = client.submit("/sign-in", {"email": "new@example.com", "password": once}, status=302)
    assert answer.location == "/staff"
    for address in ("/staff", "/admin/", "/analyst/", "/officer/", "/admin/people"):
        assert client.get(address).location == "/change-password", address
    page = client.page("/change-password")
    assert page.h1.text == "Choose your own password"
    assert not page.select(".govuk-service-navigation")
