"""Each table that holds an answer or points to one is rewritten in random order, and its key says nothing of order."""

from __future__ import annotations

import pytest
from sqlalchemy import JSON, LargeBinary, Table, Text, Uuid

import feedback.models  # noqa: F401 - fills the metadata
from feedback.extensions import db
from feedback.services.at_rest.tables import HOLD_ANSWERS, LEFT_ALONE, compacted_tables, rewritten_tables

TABLES = db.metadata.tables
# What can hold an answer or the id of one, in tables that are not rewritten, and why it holds neither.
REVIEWED = {
    "alike.sealed": "ids of equal answers, sealed under the service's key; deleted when the hour is over, then wiped",
    "answer_import.counts": "how many rows had which outcome",
    "answer_import.id": "random, of a file",
    "answer_import.tallies": "counts by month and channel",
    "audit_entry.detail": "counts and names of things; who writes an entry sees to it",
    "device.id": "random, of a tablet",
    "disclosure.content": "counts behind figures that were shared",
    "disclosure.id": "random, of a file that was shared",
    "event_note.text": "of an officer, about an event",
    "job.id": "random, of work that somebody asked for",
    "job.wanted": "what was asked for",
    "job.result": "counts",
    "job.content": "a file for analysts, its rows in the order of the random ids; erased, and then wiped",
    "snapshot.current": "fingerprints of answers that only the service can make, sorted",
    "snapshot.former": "the same of earlier snapshots, sorted",
    "snapshot.keying": "how well paper was keyed, in counts",
    "paper_batch.key": "sealed, and erased when the batch is signed off",
}
# Keys of rewritten tables that are no UUID, and why they say nothing of the order in which answers came.
KEYS = {
    "suspicion.kind": "one of a few words",
    "draft.id": "a hash of the key in the cookie",
    "ledger_entry.number": "of forms as the tablet numbered them; the id of the form is erased at sign-off",
    "paper_sheet.serial": "printed before anybody answers",
    "paper_keying.serial": "printed before anybody answers",
    "paper_keying.turn": "the first or the second keying",
}


def names(tables: list[Table]) -> set[str]:
    return {table.name for table in tables}


def test_every_table_is_rewritten_compacted_or_left_alone_with_a_reason() -> None:
    assert names(rewritten_tables()).isdisjoint(LEFT_ALONE)
    assert names(rewritten_tables()) | names(compacted_tables()) | LEFT_ALONE.keys() == set(TABLES)
    assert HOLD_ANSWERS.keys() <= set(TABLES)


def test_what_points_to_an_answer_is_rewritten_with_it() -> None:
    assert names(rewritten_tables()) >= {"response", "conflict", "suspicion", "review", "held", "arrival"}
    for table in TABLES.values():
        points = {key.column.table.name for key in table.foreign_keys}
        assert table.name in names(rewritten_tables()) or not points & names(rewritten_tables()), table.name


def test_no_other_column_can_hold_an_answer_or_the_id_of_one() -> None:
    found = {
        f"{table.name}.{column.name}"
        for table in compacted_tables()
        for column in table.columns
        if isinstance(column.type, JSON | LargeBinary | Text | Uuid) and not column.foreign_keys
    }
    assert found == REVIEWED.keys()


@pytest.mark.parametrize("table", rewritten_tables(), ids=str)
def test_keys_are_random_and_there_is_no_hidden_row_number(table: Table) -> None:
    assert table.dialect_options["sqlite"]["with_rowid"] is False
    assert table.primary_key.name
    for column in table.primary_key.columns:
        name = f"{table.name}.{column.name}"
        assert name in KEYS or isinstance(column.type, Uuid), f"{name} follows the order in which rows are made"
        assert column.autoincrement is not True
