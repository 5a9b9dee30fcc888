"""Once rewritten, answers of a tablet do not stand in the order in which it took them, nor does what points to them."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from feedback.extensions import db
from feedback.services.at_rest.rewriting import rewrite
from tests.integration.at_rest.chance import is_by_chance
from tests.integration.at_rest.scenes import files, random_ids
from tests.integration.sync.tablets import ANSWERS, Tablet

FORMS, AT_ONCE = 60, 10
ANSWER = {**ANSWERS, "safer_text": "My husband hits me. " + "نور أكثر " * 50}
BY_PLACE = {
    "response": "SELECT id FROM response ORDER BY ctid",
    "arrival": "SELECT item_id FROM arrival ORDER BY ctid",
    "review": "SELECT response_id FROM review ORDER BY ctid",
    "held": "SELECT item_id FROM held ORDER BY ctid",
}


def send_all(tablet: Tablet) -> list[str]:
    """Answers one by one, a few at a time; every form also comes once as one that has to wait."""
    taken, waiting = random_ids(FORMS), random_ids(FORMS, seed=8)
    for start in range(0, FORMS, AT_ONCE):
        numbers = range(start, start + AT_ONCE)
        good = [tablet.seal(id=str(taken[number]), answers=ANSWER) for number in numbers]
        assert tablet.send(*good) == ["stored"] * AT_ONCE
        bad = [tablet.seal(id=str(waiting[number]), answers=ANSWER, version=99) for number in numbers]
        assert tablet.send(*bad) == ["held"] * AT_ONCE
    return [id.hex for id in (*taken, *waiting)]


def ids(query: str) -> list[str]:
    return [found.hex for found in db.session.scalars(text(query)) if isinstance(found, UUID)]


@pytest.fixture
def databases(request: pytest.FixtureRequest):
    return request.getfixturevalue("postgresql_databases")


def test_on_postgresql(tablet: Tablet, field: Flask) -> None:
    order = send_all(tablet)
    with field.app_context():
        assert not is_by_chance(ids(BY_PLACE["response"]), order[:FORMS]), "until then the order of the batches shows"
        rewrite("test")
        for table, query in BY_PLACE.items():
            came = {"response": order[:FORMS], "review": order[:FORMS], "held": order[FORMS:]}.get(table, order)
            assert is_by_chance(ids(query), came), table
            assert db.session.scalar(text(f"SELECT count(DISTINCT xmin::text) FROM {table}")) == 1


def test_on_sqlite(sqlite_app: Flask, sqlite_tablet: Tablet) -> None:
    order = send_all(sqlite_tablet)[:FORMS]
    with sqlite_app.app_context():
        assert not is_by_chance(files().order_in_log(set(order)), order), "until then the order of the batches shows"
        rewrite("test")
        found = files()
        by_place = [cell.id for cell in sorted(found.rows("response"), key=lambda cell: (cell.page, -cell.offset))]
        assert is_by_chance(by_place, order)
        assert found.log == b""


def test_after_sign_off_and_rewriting_no_file_holds_number_and_answer(tablet: Tablet, field: Flask) -> None:
    forms = [tablet.form(id=str(id)) for id in random_ids(40, seed=9)]
    tablet.send(*forms)
    tablet.tell()
    tablet.sign_off()
    with field.app_context():
        rewrite("test")
        assert is_by_chance(ids(BY_PLACE["response"]), [UUID(form["id"]).hex for form in forms])
        assert db.session.scalar(text("SELECT count(*) FROM ledger_entry WHERE item_id IS NOT NULL")) == 0
        db.session.execute(text("CHECKPOINT"))
        for table in ("ledger_entry", "arrival"):
            path = f"pg_relation_filepath('{table}')"
            raw = bytes(db.session.scalar(text(f"SELECT pg_read_binary_file({path})")))
            assert not [form["id"] for form in forms if UUID(form["id"]).bytes in raw], table
