"""Administrators see which languages are on, who checked them, and what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Flask

from feedback.places import current_place
from feedback.queries.languages import language_reports
from tests.integration.staff.scenes import signed_in
from tests.pages import text_of


def test_every_language_is_listed_with_its_state_and_what_it_lacks(sqlite_app: Flask) -> None:
    page = signed_in(sqlite_app, "administrator").page("/admin/languages")
    rows = {text_of(row.th): [text_of(cell) for cell in row.select("td")] for row in page.select("tbody tr")}
    assert rows["Polish Polski"] == ["On", "Draft Nobody has checked it", "10,436 people", "None"]  # nothing missing
    assert rows["Easy Read English Easy Read"][2] == "not counted"
    assert len(rows) == 10
    assert page.find("a", string="العربية") is not None


def test_who_checked_a_language_is_told(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        place = current_place()
        checked = {"state": "checked", "checked_by": "City Interpreters", "checked_on": date(2026, 11, 1)}
        languages = [replace(one, **checked) if one.code == "ro" else one for one in place.languages]
        sqlite_app.extensions["place"] = replace(place, languages=tuple(languages))
    page = signed_in(sqlite_app, "administrator").page("/admin/languages")
    assert "Checked by City Interpreters on 1 November 2026" in text_of(page.table)


def test_a_language_without_translations_lacks_everything(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        place = current_place()
        welsh = replace(place.languages[1], code="cy", name="Welsh", own_name="Cymraeg", state="none")
        sqlite_app.extensions["place"] = replace(place, languages=(*place.languages[:2], welsh))
        polish, missed = language_reports()
        assert (polish.on, polish.lacks["fast-feedback"]) == (True, 0)
        assert (missed.on, missed.lacks["place"] > 40, missed.lacks["fast-feedback"] > 50) == (False, True, True)


def test_only_administrators_see_it(sqlite_app: Flask) -> None:
    signed_in(sqlite_app, "analyst").page("/admin/languages", status=403)
