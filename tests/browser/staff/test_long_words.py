"""Whatever people call things: no page of staff is ever wider than the screen."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select, update

from feedback.extensions import db
from feedback.models import (
    Action,
    AnswerImport,
    AuditEntry,
    Conflict,
    Device,
    Event,
    EventNote,
    HelpLine,
    PaperBatch,
    PaperSheet,
    QuarantinedForm,
    Release,
    Review,
    User,
    Wave,
)
from feedback.staff.access import EVERYONE, access_of
from tests.browser.conftest import ROOT, free_port, wait_until_up
from tests.conftest import running
from tests.databases import SqliteDatabases
from tests.integration.staff.one_of_everything import EVERYBODY, furnish
from tests.integration.staff.scenes import PASSWORD, email_of

ADDRESS = "https://www.southampton.example/people-places/community-safety/have-your-say-2026-"
LONG = (ADDRESS + "x" * 120)[:120]
ROOMS = ("officers", "analysts", "administrators", "reviewers", "security", "staff")
WIDTHS = (320, 390, 768)
NOT_PAGES = {  # files, what only prints, and what needs figures or something due
    "administrators.apply_retention",
    "analysts.release",
    "analysts.release_file",
    "analysts.take_respondent_file",
    "analysts.download",
    "analysts.job",
    "analysts.publish_release",
    "administrators.one_time_password",
    "officers.template",
    "officers.poster",
    "officers.result",
    "officers.paper_print",
    "officers.paper_cover",
    "officers.key_sheet_again",
    "officers.settle_paper",
}


def name_everything() -> None:
    """Give everything that has words of people in it the longest that there can be."""
    named: dict[Any, tuple[str, ...]] = {
        Event: ("title", "place", "lead_partner"),
        EventNote: ("text", "author"),
        Wave: ("title",),
        User: ("name",),
        HelpLine: ("name", "url", "about", "hours", "source"),
        Action: ("title", "said", "did", "owner", "evidence"),
        Device: ("name", "issued_by"),
        QuarantinedForm: ("sentence",),
        Release: ("note", "what_changed", "asked_by"),
        PaperBatch: ("made_by",),
        Review: ("raised_by",),
        AuditEntry: ("actor", "subject"),
        AnswerImport: ("file", "imported_by"),
    }
    for model, columns in named.items():
        db.session.execute(update(model).values(dict.fromkeys(columns, LONG)))
    db.session.execute(update(AuditEntry).values(detail={"reason": LONG, "fields": [LONG, LONG]}))
    db.session.execute(update(PaperSheet).where(PaperSheet.state == "void").values(void_reason=LONG))
    others = User.email.like("second-%")
    for number, user in enumerate(db.session.scalars(select(User).where(others))):
        user.email = f"{'a' * 60}{number}@{'b' * 60}.example.com"
    db.session.commit()


@pytest.fixture(scope="module")
def office(sqlite_databases: SqliteDatabases) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """A served office full of long words: its address, and what each role can open there."""
    with sqlite_databases.fresh() as address:
        with running(address) as app, app.app_context():
            furnish()
            name_everything()
            paths = pages(app)
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", "wsgi:app", "-b", f"127.0.0.1:{port}", "--log-level", "warning"]
        environment = {**os.environ, "MODE": "test", "DATABASE_URL": address}
        process = subprocess.Popen(command, cwd=ROOT, env=environment)
        try:
            wait_until_up(f"http://127.0.0.1:{port}/", process)
            yield f"http://127.0.0.1:{port}", paths
        finally:
            process.terminate()
            process.wait(20)


def pages(app: Any) -> dict[str, list[str]]:
    """The addresses of every staff page by the role that opens it, all blanks filled with what there is."""
    found: dict[str, list[str]] = {role: [] for role in EVERYBODY}
    for rule in app.url_map.iter_rules():
        room = rule.endpoint.partition(".")[0]
        if room in ROOMS and "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES:
            allowed = access_of(app, rule.endpoint)
            role = next((role for role in EVERYBODY if allowed != EVERYONE and role in allowed), "")
            if role:
                found[role].append(filled(rule))
    return found


def filled(rule: Any) -> str:
    batch = db.session.scalars(select(PaperBatch)).one()
    ids = {"people": User, "actions": Action, "held": QuarantinedForm, "kept-apart": Conflict, "devices": Device}
    ids["imports"] = AnswerImport
    kind = rule.rule.split("/")[2] if rule.rule.count("/") > 2 else ""
    model = EventNote if "/notes/" in rule.rule else Review if rule.endpoint.startswith("reviewers") else ids.get(kind)
    known = {
        "slug": "closed-wave" if "releases" in rule.rule else "a-test" if "delete" in rule.rule else "safety-now",
        "number": 1,
        "code": "samaritans" if "help-lines" in rule.rule else batch.code if "/paper/<code>" in rule.rule else "HERE",
        "serial": db.session.scalars(select(PaperSheet.serial).where(PaperSheet.state == "printed")).first(),
        "id": db.session.scalars(select(model.id)).first() if model else None,
    }
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda blank: str(known[blank[1]]), rule.rule)


@pytest.mark.parametrize("role", EVERYBODY)
def test_no_page_of_staff_is_wider_than_the_screen(
    role: str, browser: Browser, office: tuple[str, dict[str, list[str]]]
) -> None:
    server, paths = office
    context = browser.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.goto(f"{server}/sign-in")
    page.get_by_label("Email address").fill(email_of(role))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)
    wide, strange = [], []
    for path in paths[role]:
        answer = page.goto(server + path)
        if answer is None or answer.status != 200:
            strange.append((path, answer and answer.status))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found = page.evaluate("document.documentElement.scrollWidth")
            if found > width:
                wide.append((path, width, found))
    context.close()
    assert not strange
    assert not wide, "\n".join(map(str, wide))
