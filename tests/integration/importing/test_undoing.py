"""An import is undone as a whole while its wave is not frozen, and what ties answers to it tells no order."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from feedback.errors import NotFound, Refusal
from feedback.extensions import db
from feedback.models import AnswerImport, AuditEntry, Conflict, ImportedResponse, Response, Review, Wave
from feedback.models.types import utc_now
from feedback.queries.answers.counts import by_channel, by_day
from feedback.services.answers.submission import submit_responses
from feedback.services.importing.remembering import undo_import
from feedback.services.releases import ReleaseRequest, publish_wave
from feedback.services.waves.freezing import Frozen, forget_imports
from tests.integration.importing.files import WAVE, bring, csv_file, map_file, row
from tests.makers import make_wave, submission

pytestmark = pytest.mark.both_engines


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def imported(folder: Path, people: int = 30):
    rows = [row(number, date=f"2026-03-{number % 28 + 1:02d}") for number in range(people)]
    rows[0] = row(0, words="He is going to kill me")
    return bring(csv_file(folder, rows), map_file(folder), apply=True)[0]


def test_an_import_is_undone_whole_and_can_come_again(session, tmp_path: Path) -> None:
    wave = make_wave(**WAVE)
    mine = [submission(wave, counted_on=date(2026, 3, 7), channel="paper") for _ in range(3)]
    submit_responses(mine)
    before = by_day(wave)
    report = imported(tmp_path)
    assert (count(Response), count(ImportedResponse), count(Review)) == (33, 30, 1)
    assert by_channel(wave) == {"online": 30, "paper": 3}
    assert undo_import(report.import_id, "a test") == 30
    assert {row.id for row in db.session.scalars(select(Response))} == {one.id for one in mine}
    assert (count(ImportedResponse), count(Review), by_channel(wave)) == (0, 0, {"paper": 3})
    assert {day: kinds for day, kinds in by_day(wave).items() if any(kinds.values())} == before
    with pytest.raises(Refusal, match="was undone on"):
        undo_import(report.import_id, "a test")
    assert imported(tmp_path).written == {"stored": 30}
    actions = [entry.action for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert actions[-3:] == ["answers imported", "import of answers undone", "answers imported"]


def test_only_what_came_with_the_import_goes(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    first = imported(tmp_path, 5)
    more = bring(csv_file(tmp_path, [row(4, date="2026-03-05"), row(70)]), map_file(tmp_path), apply=True)[0]
    assert (more.here_already, more.written) == (1, {"stored": 1})
    assert undo_import(more.import_id, "a test") == 1
    assert count(Response) == 5
    changed = bring(csv_file(tmp_path, [row(1, words="Else")]), map_file(tmp_path), apply=True, accept_good=True)[0]
    assert (changed.written, changed.import_id, count(Conflict)) == ({"conflict": 1}, None, 1)
    undo_import(first.import_id, "a test")
    assert (count(Response), count(Conflict)) == (0, 0)


def test_a_frozen_wave_keeps_its_answers_and_forgets_where_they_came_from(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    report = imported(tmp_path)
    wave = db.session.scalar(select(Wave).filter_by(slug="imported"))
    wave.frozen_at = utc_now()
    forget_imports(wave)
    db.session.commit()
    with pytest.raises(Frozen):
        undo_import(report.import_id, "a test")
    db.session.rollback()
    assert (count(Response), count(ImportedResponse), count(AnswerImport)) == (30, 0, 1)


def test_publishing_erases_which_answers_came_with_a_file(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    report = imported(tmp_path, 150)
    for review in db.session.scalars(select(Review)):
        db.session.delete(review)
    db.session.commit()
    publish_wave(db.session.scalar(select(Wave).filter_by(slug="imported")), "a test", ReleaseRequest())
    assert (count(Response), count(ImportedResponse)) == (150, 0)
    with pytest.raises(Frozen):
        undo_import(report.import_id, "a test")


def test_what_ties_an_answer_to_its_import_tells_neither_order_nor_day(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    imported(tmp_path, 200)
    table = ImportedResponse.__table__
    assert [column.name for column in table.primary_key] == ["import_id", "response_id"]
    order = "ctid" if db.session.get_bind().dialect.name == "postgresql" else "response_id"
    stored = list(db.session.scalars(text(f"select response_id from imported_response order by {order}")))
    assert stored == sorted(stored)
    (known,) = db.session.scalars(select(AnswerImport))
    assert known.tallies == [["2026-03-01", "online", 200]]
    assert (known.file, len(known.digest), known.counts["stored"]) == ("answers.csv", 64, 200)


def test_an_unknown_import_is_a_sentence(session) -> None:
    with pytest.raises(NotFound, match="There is no import with this number"):
        undo_import(uuid4(), "a test")


def test_the_commands_list_and_undo(app, tmp_path: Path) -> None:
    with app.app_context():
        make_wave(**WAVE)
        number = str(imported(tmp_path, 3).import_id)
    run = app.test_cli_runner().invoke
    listed = run(args=["responses", "imports"])
    assert f"{number}  " in listed.output
    assert "answers.csv: 3 responses to imported" in listed.output
    assert run(args=["responses", "undo-import", number], input="n\n").exit_code == 1
    done = run(args=["responses", "undo-import", number, "--yes"])
    assert (done.exit_code, "Removed 3 responses." in done.output) == (0, True)
    assert "; undone on " in run(args=["responses", "imports"]).output
    assert run(args=["responses", "undo-import", str(uuid4()), "--yes"]).exit_code == 1
    assert run(args=["responses", "undo-import", "x", "--yes"]).exit_code == 2
