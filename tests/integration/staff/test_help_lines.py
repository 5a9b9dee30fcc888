"""Help lines are kept right."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.errors import Refusal
from feedback.models import AuditEntry
from feedback.queries.help_lines import all_help_lines, help_line, needs_check, overdue
from feedback.services.help_lines import change_help_line
from tests.integration.staff.scenes import HOSTILE, signed_in
from tests.pages import text_of

RIGHT = {"number": "0808 2000 247", "url": "", "hours": "24 hours", "about": "Help for anybody.", "shown": "y"}
CHECKED = {"checked_on-day": "1", "checked_on-month": "11", "checked_on-year": "2026"}


def test_a_help_line_is_edited_and_residents_see_it(app: Flask) -> None:
    client = signed_in(app, "administrator")
    answer = client.submit("/admin/help-lines/victim_support", {**RIGHT, **CHECKED})
    page = client.page(answer.location)
    assert "Victim Support has been saved." in text_of(page.select_one(".govuk-notification-banner"))
    row = page.find("a", string="Victim Support").find_parent("tr")
    assert [text_of(cell) for cell in row.find_all("td")] == ["0808 2000 247", "Shown", "1 November 2026"]
    assert "0808 2000 247" in app.test_client().get("/help").text
    client.submit("/admin/help-lines/victim_support", {**RIGHT, "shown": ""})
    assert "Victim Support" not in app.test_client().get("/help").text
    with app.app_context():
        from feedback.extensions import db

        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (entry.actor, entry.action, entry.subject) == (
            "administrator@example.com",
            "help line changed",
            "Victim Support",
        )
        assert entry.detail == {
            "before": {"shown": True, "checked_on": "2026-11-01"},
            "after": {"shown": False, "checked_on": None},
        }


def test_saving_without_a_change_records_nothing(app: Flask) -> None:
    client = signed_in(app, "administrator")
    client.submit("/admin/help-lines/victim_support", {**RIGHT, **CHECKED})
    client.submit("/admin/help-lines/victim_support", {**RIGHT, **CHECKED})
    with app.app_context():
        from feedback.extensions import db

        entries = db.session.scalars(select(AuditEntry).filter_by(action="help line changed")).all()
        assert len(entries) == 1


@pytest.mark.parametrize(
    ("changed", "sentence", "target"),
    [
        ({"number": "call us"}, "Enter a telephone number with figures and spaces only, like 0808 2000 247", "number"),
        (
            {"number": "=cmd()"},
            "Enter a telephone number with figures and spaces only, like 0808 2000 247",
            "number",
        ),
        ({"number": ""}, "Enter a telephone number or a web address, or do not show this help line.", "number"),
        ({"url": "javascript:alert(1)"}, "Enter a web address that begins with https://", "url"),
        ({"url": "https://"}, "Enter a web address that begins with https://", "url"),
        ({"hours": "x" * 101}, "The hours must have at most 100 characters", "hours"),
        ({"about": "x" * 100_000}, "What it is for must have at most 300 characters", "about"),
        ({"checked_on-day": "31", "checked_on-month": "2"}, "must be a real date", "checked_on-day"),
        ({"checked_on-day": ""}, "The day it was last checked must include a day", "checked_on-day"),
        ({"checked_on-year": ""}, "The day it was last checked must include a year", "checked_on-year"),
        ({"checked_on-year": "26"}, "must have 4 numbers", "checked_on-year"),
        ({"checked_on-month": "\u0663"}, "must be a real date", "checked_on-day"),
        ({"checked_on-month": HOSTILE}, "must be a real date", "checked_on-day"),
        ({"checked_on-year": "2099"}, "must be today or in the past", "checked_on-day"),
    ],
)
def test_a_help_line_that_cannot_be_saved(
    sqlite_app: Flask, changed: dict[str, str], sentence: str, target: str
) -> None:
    client = signed_in(sqlite_app, "administrator")
    answer = client.submit("/admin/help-lines/police", {**RIGHT, **CHECKED, **changed}, status=200)
    soup = BeautifulSoup(answer.text, "html5lib")
    (link,) = soup.select(".govuk-error-summary a")
    assert sentence in text_of(link)
    assert link["href"] == f"#{target}"
    with sqlite_app.app_context():
        assert help_line("police").number == "101"


def test_fields_that_are_not_on_the_form_are_ignored(app: Flask) -> None:
    client = signed_in(app, "administrator")
    extra = {"code": "x", "name": "Changed", "position": "-1", "source": "x", "topics": "emergency"}
    client.submit("/admin/help-lines/police", {**RIGHT, **extra})
    with app.app_context():
        line = help_line("police")
        assert (line.name, line.position > 0, line.source) == (
            "Police, when it is not an emergency",
            True,
            "hants.gov.uk",
        )


def test_the_service_changes_only_what_may_be_edited(session: Session) -> None:
    line = help_line("police")
    change_help_line(line, {"name": "X", "code": "Y", "hours": "always"}, actor="t")
    session.expire_all()
    assert (line.name, line.code, line.hours) == ("Police, when it is not an emergency", "police", "always")
    with pytest.raises(Refusal):
        change_help_line(line, {"number": "", "url": ""}, actor="t")


@pytest.mark.parametrize(
    ("checked", "late"),
    [(None, True), (date(2026, 5, 21), True), (date(2026, 5, 23), False), (date(2026, 11, 21), False)],
)
def test_a_line_is_late_after_six_months(session: Session, checked: date | None, late: bool) -> None:
    line = help_line("police")
    line.checked_on = checked
    session.commit()
    assert needs_check(line, date(2026, 11, 21)) is late
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC)):
        assert ("police" in [found.code for found in overdue()]) is late


def test_staff_are_told_until_every_shown_line_is_checked(app: Flask) -> None:
    client = signed_in(app, "administrator")
    assert client.page("/admin/").select(".app-nag")
    with app.app_context():
        from feedback.clock import today
        from feedback.extensions import db

        for line in all_help_lines():
            line.checked_on = today() if line.shown else None
        db.session.commit()
    for path in ("/admin/", "/admin/help-lines"):
        nags = [text_of(nag) for nag in client.page(path).select(".app-nag")]
        assert not [nag for nag in nags if "help line" in nag], path


@pytest.mark.parametrize("code", ["none", "%00", "..%2f", "' or 1=1", "x" * 5000])
def test_a_line_that_does_not_exist(app: Flask, code: str) -> None:
    assert signed_in(app, "administrator").get(f"/admin/help-lines/{code}").status_code == 404


def test_no_help_lines_at_all(sqlite_app: Flask) -> None:
    client = signed_in(sqlite_app, "administrator")
    with sqlite_app.app_context():
        from feedback.extensions import db

        for line in all_help_lines():
            db.session.delete(line)
        db.session.commit()
    assert "There are no help lines yet." in text_of(client.page("/admin/help-lines").main)
