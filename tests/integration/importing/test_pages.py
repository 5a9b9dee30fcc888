"""Administrators see which files of answers were brought in, and undo one."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from feedback.extensions import db
from feedback.models import AnswerImport, Response, Wave
from feedback.models.types import utc_now
from tests.integration.importing.files import WAVE, bring, csv_file, map_file, row
from tests.integration.staff.scenes import signed_in
from tests.makers import make_wave
from tests.pages import text_of

LIST = "/admin/imports"


def stored(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Response.id))) or 0


def imported(app: Flask, folder: Path) -> str:
    with app.app_context():
        make_wave(**WAVE)
        file = csv_file(folder, [row(1), row(2)]).rename(folder / "<b>March & April.csv")
        return str(bring(file, map_file(folder), apply=True)[0].import_id)


def test_an_administrator_sees_an_import_and_undoes_it(sqlite_app: Flask, tmp_path: Path) -> None:
    client = signed_in(sqlite_app, "administrator")
    assert "No answers have been imported yet." in text_of(client.page(LIST).main)
    number = imported(sqlite_app, tmp_path)
    page = client.page(LIST)
    assert "<b>March & April.csv" in text_of(page.main)
    assert "2 stored" in text_of(page.main)
    undo = f"{LIST}/{number}/undo"
    assert page.select_one(f'main a[href="{undo}"]')
    assert "can be imported again" in text_of(client.page(undo).main)
    assert stored(sqlite_app) == 2
    client.submit(undo, {}, status=303)
    assert stored(sqlite_app) == 0
    page = client.page(LIST)
    assert "2 answers that came with" in text_of(page.main)
    assert "Undone on" in text_of(page.main)
    assert not page.select_one(f'main a[href="{undo}"]')
    assert "was undone on" in client.submit(undo, {}, status=400).text


def test_one_answer_that_was_left_is_said_to_be_one(sqlite_app: Flask, tmp_path: Path) -> None:
    number = imported(sqlite_app, tmp_path)
    with sqlite_app.app_context():
        db.session.delete(db.session.scalars(select(Response)).first())
        db.session.commit()
    client = signed_in(sqlite_app, "administrator")
    client.submit(f"{LIST}/{number}/undo", {}, status=303)
    assert "Removed 1 answer that came with <b>March & April.csv." in text_of(client.page(LIST).main)


def test_a_published_wave_offers_no_undoing(sqlite_app: Flask, tmp_path: Path) -> None:
    client = signed_in(sqlite_app, "administrator")
    number = imported(sqlite_app, tmp_path)
    with sqlite_app.app_context():
        db.session.scalar(select(Wave).filter_by(slug="imported")).frozen_at = utc_now()
        db.session.commit()
    page = client.page(LIST)
    assert "Published" in text_of(page.main)
    assert not page.select_one("main table a")
    client.submit(f"{LIST}/{number}/undo", {}, status=409)
    assert stored(sqlite_app) == 2
    with sqlite_app.app_context():
        assert db.session.scalar(select(AnswerImport)).undone_on is None


def test_others_see_no_imports(sqlite_app: Flask, tmp_path: Path) -> None:
    number = imported(sqlite_app, tmp_path)
    for role in ("analyst", "officer"):
        client = signed_in(sqlite_app, role)
        assert client.get(LIST).status_code == 403
        assert client.get(f"{LIST}/{number}/undo").status_code == 403
