"""Migrations go up and down on both engines, equal the models, and lose no rows."""

from __future__ import annotations

import json
import re
import shutil
import textwrap
from typing import Any
from uuid import uuid4

import pytest
from alembic.script import ScriptDirectory
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import CheckConstraint, Uuid, inspect, select, sql, text, update

from feedback.config import ROOT
from feedback.extensions import db
from feedback.models import (
    AlikeCount,
    Event,
    HelpLine,
    HourlyCount,
    Job,
    KeptPack,
    QuarantinedForm,
    Release,
    RespondentDownload,
    Response,
    Review,
)
from feedback.models.types import UtcDateTime, utc_now
from feedback.services.answers.drafts import open_draft
from feedback.services.answers.submission import submit_response
from feedback.services.at_rest.tables import rewritten_tables
from feedback.services.safeguarding.quarantined_forms import flag_all_unseen
from feedback.services.safeguarding.queue import Decision, decide
from tests.conftest import running
from tests.integration.paper.scenes import batch_of, key, serials
from tests.makers import make_wave, submission

pytestmark = pytest.mark.both_engines
AS_JSON = {"sqlite": ":said", "postgresql": "CAST(:said AS JSON)"}


@pytest.fixture
def empty_app(databases):
    with databases.empty() as address, running(address) as app, app.app_context():
        yield app


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_up_and_down_and_up_again(empty_app) -> None:
    upgrade()
    made = tables()
    assert made == set(db.metadata.tables)
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert tables() == made
    check()


def test_every_check_of_the_models_is_in_the_database(session) -> None:
    for table in db.metadata.tables.values():
        declared = {c.name for c in table.constraints if isinstance(c, CheckConstraint)}
        found = {c["name"] for c in inspect(db.engine).get_check_constraints(table.name)}
        assert found == declared, table.name


def test_responses_have_no_hidden_row_number_on_sqlite(sqlite_app) -> None:
    with sqlite_app.app_context():
        for table in (table.name for table in rewritten_tables()):
            made = db.session.scalar(text("select sql from sqlite_master where name = :name"), {"name": table})
            assert re.search(r"WITHOUT ROWID\s*$", made), table


def test_downgrading_a_database_in_use_asks_for_nothing_and_leaves_nothing(app) -> None:
    with app.app_context():
        submit_response(submission(make_wave()))
        db.session.remove()
        downgrade(revision="base")
        assert tables() == set()


HITS = {"answers": {"safer_text": "My husband hits me"}}


def fill_reviews() -> None:
    """A text that waits, one with an outcome, and a form that could not be stored."""
    wave = make_wave()
    for _ in range(2):
        submit_response(submission(wave, **HITS))
    first = db.session.scalars(select(Review.id)).first()
    decide(first, Decision(outcome="kept_out", note="Names a person"), "reviewer@example.com")
    event = Event(code="ABCD", kind="stall", title="Fair", starts_at=utc_now(), ends_at=utc_now())
    db.session.add(event)
    db.session.flush()
    why = {"reason": "version", "sentence": "An unknown version.", "fingerprint": "f"}
    db.session.add(QuarantinedForm(event_id=event.id, sealed=False, content=HITS, **why))
    db.session.commit()


def all_rows() -> dict[str, list[Any]]:
    found = {}
    for table in db.metadata.sorted_tables:
        rows = [dict(row) for row in db.session.execute(table.select()).mappings()]
        found[table.name] = sorted(rows, key=str)
    db.session.remove()
    return found


def insert_rows(rows: dict[str, list[Any]]) -> None:
    """Insert what of these rows the database as it is has columns for, and commit."""
    made = inspect(db.session.connection())
    for table in db.metadata.sorted_tables:
        if table.name in made.get_table_names() and rows[table.name]:
            known = {column["name"] for column in made.get_columns(table.name)}
            db.session.execute(table.insert(), [{n: row[n] for n in row if n in known} for row in rows[table.name]])
    db.session.commit()


def test_forms_that_wait_join_the_queue_and_nothing_in_it_is_lost(app) -> None:
    """From a database that was really made at 0009, up, and down again."""
    with app.app_context():
        fill_reviews()
        for newer in (HourlyCount, AlikeCount, KeptPack):
            db.session.execute(newer.__table__.delete())
        db.session.commit()
        db.session.execute(update(HelpLine).values(from_pack=None))  # no version before 0017 kept it
        before = all_rows()
        db.session.execute(Event.__table__.delete())  # an event without a wave goes down no further than 0003
        db.session.commit()
        downgrade(revision="base")
        upgrade(revision="0009")
        insert_rows(before)
        upgrade(x_arg=["receipts=lose"])  # these were given out at a newer version
        assert {**all_rows(), "service_secret": []} == {**before, "service_secret": []}
        flag_all_unseen()
        (of_form,) = (review for review in db.session.scalars(select(Review)) if review.held_id)
        assert (of_form.reasons, of_form.outcome) == (["partner_or_family"], None)
        db.session.remove()
        downgrade(revision="0009")
        columns = [column for column in Review.__table__.c if column.name != "held_id"]
        kept = [dict(row) for row in db.session.execute(select(*columns)).mappings()]
        assert sorted(({**row, "held_id": None} for row in kept), key=str) == sorted(before["review"], key=str)
        assert db.session.query(QuarantinedForm).count() == 1


ARABIC = {"safer_text": "أضواء أكثر", "half": "\ud83d"}


def test_answers_that_were_escaped_are_kept_in_their_own_letters(app) -> None:
    """From a database at 0012, whose tables have hidden row numbers on SQLite, up; not a row is lost."""
    with app.app_context():
        batch = batch_of(second_share=100)
        key(batch, serials(batch)[0], safer_text="Mehr Licht")
        first = submission(batch.wave, answers=HITS["answers"])
        submit_response(first)
        submit_response(submission(batch.wave, id=first.id))
        open_draft(batch.wave, {})
        for newer in (HourlyCount, AlikeCount, KeptPack):
            db.session.execute(newer.__table__.delete())
        db.session.commit()
        db.session.remove()
        before = {name: len(rows) for name, rows in all_rows().items()}
        downgrade(revision="0012")
        for table in ("response", "conflict", "paper_keying"):
            escaped = {"said": json.dumps(ARABIC)}
            assert "\\u0623" in escaped["said"]
            db.session.execute(text(f"UPDATE {table} SET answers = {AS_JSON[db.engine.dialect.name]}"), escaped)
        db.session.commit()
        upgrade()
        assert {name: len(rows) for name, rows in all_rows().items()} == before
        for table in ("response", "conflict", "paper_keying"):
            kept = db.session.scalars(text(f"SELECT CAST(answers AS TEXT) FROM {table}")).all()
            assert set(kept) == {'{"safer_text": "أضواء أكثر", "half": "\\ud83d"}'}, table
        assert {json.dumps(row) for row in db.session.scalars(select(Response.answers))} == {json.dumps(ARABIC)}


BEFORE = {
    "export": {"audience": "partner", "without_suspected": True},
    "respondent_file": {"kind": "comments", "reason": "To read them all", "row_count": 7},
}
MADE = {"step": "Finished", "done": 2, "total": 2, "content": b"what was made", "fault": None}
JOBS = ScriptDirectory(str(ROOT / "migrations")).get_revision("0012").module
FORMER = {"export": JOBS.EXPORT, "respondent_file": JOBS.FILE}
DOWNLOADS = sql.table(
    "respondent_download", sql.column("file_id", Uuid()), sql.column("taken_by"), sql.column("taken_at", UtcDateTime)
)


def fill_former_jobs(wave_id: int) -> dict[str, Any]:
    """A workbook and a file that were made, both once more unfinished, a download, and two previews, one unfinished."""
    now, ids = utc_now(), {}
    asked = {"wave_id": wave_id, "asked_by": "a@example.com", "asked_at": now}
    for name, own in BEFORE.items():
        for finished_at in (now, None):
            row = {"id": uuid4(), **asked, **own, **MADE, "progress_at": now, "finished_at": finished_at}
            ids.setdefault(name, row["id"])
            db.session.execute(FORMER[name].insert().values(**row))
    taken = {"file_id": ids["respondent_file"], "taken_by": "b@example.com", "taken_at": now}
    db.session.execute(DOWNLOADS.insert().values(**taken))
    for number, finished_at in ((1, now), (2, None)):
        release = {"number": number, "made_on": now.date(), "finished_at": finished_at}
        db.session.execute(Release.__table__.insert().values(**asked, **release))
    db.session.commit()
    return ids


def test_work_that_was_asked_for_becomes_jobs_and_goes_back(app) -> None:
    """From a database as it was at 0011, up and down again: nothing that was made is lost."""
    with app.app_context():
        wave_id = make_wave().id
        db.session.remove()
        downgrade(revision="0011")
        ids = fill_former_jobs(wave_id)
        db.session.remove()
        upgrade()
        workbook, file = (db.session.get(Job, ids[name]) for name in BEFORE)
        assert [workbook.content, file.content] == [b"what was made"] * 2
        assert (workbook.kind, workbook.wanted) == ("workbook", BEFORE["export"])
        assert (file.kind, file.wanted["kind"], file.result) == ("respondent_file", "comments", {"rows": 7})
        assert all(job.has_comments and job.is_there for job in (workbook, file))
        others = db.session.scalars(select(Job).where(Job.id.not_in(ids.values()))).all()
        assert [("brought up to date" in job.why_not, job.is_running) for job in others] == [(True, False)] * 2
        (taken,) = db.session.scalars(select(RespondentDownload))
        assert (taken.job_id, taken.taken_by) == (file.id, "b@example.com")
        assert db.session.scalars(select(Release.number)).all() == [1]
        db.session.remove()
        downgrade(revision="0011")
        for name, own in BEFORE.items():
            kept = FORMER[name].select().where(FORMER[name].c.id == ids[name])
            row = db.session.execute(kept).mappings().one()
            assert {key: row[key] for key in own | MADE} == own | MADE
        assert db.session.scalars(select(DOWNLOADS.c.file_id)).all() == [ids["respondent_file"]]


@pytest.fixture
def next_migration(tmp_path):
    """Return a function that adds a migration to a copy of ours and gives the copy's folder."""

    def add(body: str) -> str:
        folder = tmp_path / "migrations"
        shutil.copytree(ROOT / "migrations", folder, ignore=shutil.ignore_patterns("__pycache__"))
        last = ScriptDirectory(str(folder)).get_current_head()
        head = f'import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "next"\ndown_revision = "{last}"\n'
        (folder / "versions" / "next.py").write_text(f"{head}\n\ndef upgrade():\n{textwrap.indent(body, '    ')}\n")
        return str(folder)

    return add


REBUILD = """
with op.batch_alter_table("wave") as wave:
    wave.alter_column("title", existing_type=sa.String(), nullable=True)
"""


def test_rebuilding_a_table_keeps_the_rows_that_point_to_it(app, next_migration) -> None:
    """SQLite alters by making anew: with foreign keys on, the old table's end would delete the wave's answers."""
    with app.app_context():
        submit_response(submission(make_wave()))
        db.session.remove()
        upgrade(directory=next_migration(REBUILD))
        assert db.session.query(Response).count() == 1
        if db.engine.dialect.name == "sqlite":
            assert db.session.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_migration_that_fails_changes_nothing(app, next_migration) -> None:
    with app.app_context():
        before = tables()
        with pytest.raises(ZeroDivisionError):
            upgrade(directory=next_migration('op.create_table("half", sa.Column("id", sa.Integer()))\n1 / 0'))
        assert tables() == before


def test_a_migration_that_leaves_orphans_is_refused_on_sqlite(sqlite_app, next_migration, caplog) -> None:
    with sqlite_app.app_context():
        submit_response(submission(make_wave()))
        db.session.remove()
        with pytest.raises(SystemExit):
            upgrade(directory=next_migration('op.execute("DELETE FROM wave")'))
        assert "would leave rows without their parents" in caplog.text
        assert db.session.query(Response).count() == 1
