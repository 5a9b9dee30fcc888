"""Accounts made from the command line."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.extensions import db
from feedback.models import AuditEntry
from feedback.queries.staff import people, roles_of
from tests.integration.staff.scenes import add_staff


def run(app: Flask, *words: str, given: str = "") -> Any:
    return app.test_cli_runner().invoke(args=["people", *words], input=given)


def known(app: Flask) -> list[tuple[str, str, list[str], bool]]:
    with app.app_context():
        return [(user.email, user.name, roles_of(user), user.must_change_password) for user in people()]


def test_a_person_is_added_by_options_alone(app: Flask) -> None:
    words = ["add", "--email", "A@Example.com", "--name", "A", "--role", "administrator", "--role", "analyst"]
    done = run(app, *words, "--password-stdin", given="three random words\n")
    assert (done.exit_code, done.output) == (0, "Added a@example.com as administrator, analyst.\n")
    assert known(app) == [("a@example.com", "A", ["administrator", "analyst"], False)]
    with app.app_context():
        (entry,) = db.session.scalars(select(AuditEntry))
        assert (entry.actor, entry.action, entry.subject) == ("command line", "person added", "a@example.com")
    client = app.test_client()
    client.submit("/sign-in", {"email": "a@example.com", "password": "three random words"}, status=302)


def test_a_person_is_added_by_answering(app: Flask) -> None:
    given = "a@example.com\nA\nofficer\nshort\nshort\nthree random words\nthree random words\n"
    done = run(app, "add", given=given)
    assert done.exit_code == 0
    assert "must have at least 12 characters" in done.output
    assert "three random words\n" not in done.output
    assert known(app) == [("a@example.com", "A", ["officer"], False)]


def test_a_wrong_address_is_asked_for_again_at_once(app: Flask) -> None:
    given = "nobody\n@\na@example.com\nA\nthree random words\nthree random words\n"
    with patch("feedback.cli.people.at_terminal", return_value=True):
        done = run(app, "first-administrator", given=given)
    assert done.exit_code == 0, done.output
    first, _, rest = done.output.partition("Enter an email address in the correct format")
    assert "Name:" not in first
    assert rest.count("Enter an email address in the correct format") == 1
    assert known(app) == [("a@example.com", "A", ["administrator"], False)]


def test_a_one_time_password_is_printed(app: Flask) -> None:
    done = run(app, "add", "--email", "a@example.com", "--name", "A", "--role", "officer", "--one-time")
    password = done.output.split()[-1]
    assert known(app)[0][3] is True
    app.test_client().submit("/sign-in", {"email": "a@example.com", "password": password}, status=302)


@pytest.mark.parametrize(
    ("words", "given", "sentence"),
    [
        (["--email", "nobody", "--name", "A"], "", "Enter an email address in the correct format"),
        (["--email", "a@example.com", "--name", "A", "--password-stdin"], "short\n", "at least 12 characters"),
        (["--email", "a@example.com", "--name", "A", "--password-stdin"], "", "at least 12 characters"),
        (["--email", "officer@example.com", "--name", "A", "--one-time"], "", "Somebody has an account"),
    ],
)
def test_what_cannot_be_added_is_said_in_a_sentence(app: Flask, words: list[str], given: str, sentence: str) -> None:
    with app.app_context():
        add_staff("officer")
    done = run(app, "add", "--role", "officer", *words, given=given)
    assert done.exit_code == 1
    assert sentence in done.output
    assert "Traceback" not in done.output
    assert len(known(app)) == 1


def test_the_first_administrator_is_asked_for_once(app: Flask) -> None:
    without_terminal = run(app, "first-administrator")
    assert without_terminal.exit_code == 1
    assert "There is no administrator yet. Run `python3 run.py flask people add" in without_terminal.output
    with patch("feedback.cli.people.at_terminal", return_value=True):
        given = "a@example.com\nA\nthree random words\nthree random words\n"
        assert run(app, "first-administrator", given=given).exit_code == 0
    assert known(app) == [("a@example.com", "A", ["administrator"], False)]
    again = run(app, "first-administrator")
    assert (again.exit_code, again.output) == (0, "")
