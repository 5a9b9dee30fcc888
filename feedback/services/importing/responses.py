"""Bringing in answers that were collected elsewhere: read and checked first, then written all at once or not at all."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

from feedback.errors import Refusal
from feedback.extensions import only_reading
from feedback.models import QuestionnaireVersion, Wave
from feedback.queries.answers.responses import payload_hashes, stored_among
from feedback.queries.questionnaires import questionnaire_of, questionnaire_version
from feedback.queries.waves import wave_by_slug
from feedback.services.answers.submission import store_checked
from feedback.services.answers.validation import CheckedSubmission
from feedback.services.audit import file_name, record
from feedback.services.importing.binding import Binding, bind, columns_used
from feedback.services.importing.checks.claims import (
    Doubt,
    doubts_about_columns,
    doubts_about_map,
    doubts_about_new,
    doubts_about_rows,
    unchecked,
)
from feedback.services.importing.checks.ids import doubts_about_ids, says_twice, spellings
from feedback.services.importing.checks.losses import UnusedColumns, check_given_up
from feedback.services.importing.csv_files import CsvRecord, Progress, size_of
from feedback.services.importing.envelope import Envelope
from feedback.services.importing.maps import ResponseMap
from feedback.services.importing.presets import presets, recognised
from feedback.services.importing.reading.tables import Table, TableShape, open_table
from feedback.services.importing.remembering import StoredRows, remember_import
from feedback.services.importing.reports import ImportReport
from feedback.services.importing.rows import Rejection, RowReader, RowRefused
from forms import Questionnaire

CHUNK = 500
CHANGED = "This response is stored already, with different answers; it is not changed"

OnRejection = Callable[[Rejection], object]
Bar = Callable[[int, str], AbstractContextManager[Progress]]


@dataclass(frozen=True, kw_only=True)
class Import:
    """A file to bring into a wave. `apply`: write; `accept_good`: even when some rows are refused.

    `without`: columns whose answers may be lost, beside those that the map ignores. `sheet`: of a workbook, where the
    map does not name it. `on_rejection` is called with every rejection. `actor` is who brings it in, as the audit list
    names people.
    """

    path: Path
    slug: str
    map: ResponseMap
    actor: str
    apply: bool = False
    accept_good: bool = False
    without: tuple[str, ...] = ()
    sheet: str = ""
    on_rejection: OnRejection = lambda rejection: None


@contextmanager
def no_bar(length: int, label: str) -> Iterator[Progress]:
    """Show nothing."""
    yield lambda count: None


def import_responses(wanted: Import, bar: Bar = no_bar) -> ImportReport:
    """Check a whole file; write it when that is wanted and it is good. A second time adds nothing.

    The file is read to its end before anything is written, so that the database is busy only while it writes. `bar`
    makes a progress bar of so many bytes (reading) or rows (writing).

    Raises:
        Refusal: the file, the map or the wave cannot be used; single rows that cannot are in the report.

    """
    size = size_of(wanted.path)
    with TemporaryFile() as kept:
        with bar(size, f"Reading {wanted.path.name}") as move, only_reading():
            report = _check_file(wanted, kept, move)
        if wanted.apply and not report.asks and (wanted.accept_good or not report.refused):
            kept.seek(0)
            stored = StoredRows()
            with bar(report.new, "Writing") as move:
                report.written = store_checked(
                    _kept_rows(kept), move, partial(_record, wanted, report, stored), stored.see
                )
    return report


def _record(wanted: Import, report: ImportReport, stored: StoredRows, written: Counter[str]) -> None:
    counts = {"stored": written["stored"], "kept_apart": written["conflict"], "here_already": report.here_already}
    counts["refused"] = report.refused
    if written["stored"]:
        report.import_id = remember_import(wanted.path, wanted.slug, wanted.actor, counts, stored)
    record(wanted.actor, "answers imported", wanted.slug, file=file_name(wanted.path), **counts)


def _check_file(wanted: Import, kept: IO[bytes], progress: Progress) -> ImportReport:
    report, seen = ImportReport(), dict[UUID, tuple[int, str]]()
    wave = wave_by_slug(wanted.slug)
    version = _version(wave, wanted.map)
    questionnaire = questionnaire_of(version)
    with _opened(wanted, progress) as table:
        binding = bind(wanted.map, table.header, questionnaire)
        check_given_up(wanted.without, binding)
        reader = RowReader(wave, version, wanted.map, binding)
        unused = UnusedColumns(binding, (*wanted.map.ignored, *wanted.without))
        while rows := list(islice(table.rows, CHUNK)):
            report.rows += len(rows)
            unused.see(rows)
            good = _readable(rows, reader, wanted.on_rejection, report)
            for checked in _sort_out(good, seen, wanted.on_rejection, report):
                report.held += bool(checked.concerns)
                pickle.dump(checked, kept)
    if not report.rows:
        raise Refusal(f"{wanted.path.name} has a header and no rows.")
    report.ignored, report.left_out = binding.ignored, reader.left_out
    report.personal, report.lost = unused.personal, unused.lost
    report.notes = [*table.notes, *_preset_note(wanted.map, binding), *_alike_note(reader.envelope)]
    report.doubts = unchecked(
        chain(_doubts(wanted.map, binding, questionnaire, reader.envelope, report), unused.doubts()), wanted.map
    )
    return report


def _preset_note(given: ResponseMap, binding: Binding) -> Iterator[str]:
    tool = recognised(binding.header)
    if tool and given.preset != tool:
        yield f"The file looks like an export of {presets().tools[tool].name}: `preset: {tool}` in the map knows it."


def _alike_note(envelope: Envelope) -> Iterator[str]:
    if envelope.alike:
        yield (
            f"{envelope.alike:,} rows are exactly like an earlier one. Without an id column they count as other people."
        )


def _doubts(
    given: ResponseMap, binding: Binding, questionnaire: Questionnaire, envelope: Envelope, report: ImportReport
) -> Iterator[Doubt]:
    yield from doubts_about_map(given, binding, questionnaire)
    yield from doubts_about_columns(given, binding, questionnaire)
    yield from doubts_about_rows(report.rows, given)
    yield from doubts_about_new(len(report.told), len(stored_among(envelope.wave_id, report.told)))
    if not isinstance(given.id, str):
        stored = _stored_otherwise(envelope)
        for reason in doubts_about_ids(report, stored):
            yield Doubt(given.id.column, reason)
    yield from (Doubt(given.date.column, reason) for reason in envelope.days.doubts())
    if given.date.column and envelope.no_days == report.rows > 1:
        yield Doubt(given.date.column, "no cell of it is a date. Name the column with the dates, or its `format`")


def _stored_otherwise(envelope: Envelope) -> list[str]:
    """Ids of the beginning of the file that are not stored, while they are in another spelling."""
    stored = payload_hashes(list(envelope.ids.beginning))
    others = {
        envelope.id_of(other): text
        for key, text in envelope.ids.beginning.items()
        if key not in stored
        for other in spellings(text)
    }
    keys = list(others)
    pieces = (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
    return [others[key] for key in chain.from_iterable(payload_hashes(piece) for piece in pieces)]


def _version(wave: Wave, given: ResponseMap) -> QuestionnaireVersion:
    return questionnaire_version(wave.survey, given.version) if given.version else wave.questionnaire


def _opened(wanted: Import, progress: Progress) -> AbstractContextManager[Table]:
    given = wanted.map
    delimiter = "\t" if given.delimiter == "tab" else given.delimiter
    sheet = wanted.sheet or given.sheet
    names = tuple(name for _, name in columns_used(given))
    shape = TableShape(encoding=given.encoding, delimiter=delimiter, sheet=sheet, header=given.header, expected=names)
    return open_table(wanted.path, shape, progress)


def _readable(
    rows: Iterable[CsvRecord], reader: RowReader, on_rejection: OnRejection, report: ImportReport
) -> list[tuple[int, CheckedSubmission]]:
    """The rows that can become responses, with their lines; the others are told and counted."""
    good = []
    for row in rows:
        try:
            good.append((row.line, reader.read(row)))
        except RowRefused as refused:
            report.refused += 1
            for rejection in refused.rejections(row.line):
                on_rejection(rejection)
    return good


def _sort_out(
    good: list[tuple[int, CheckedSubmission]],
    seen: dict[UUID, tuple[int, str]],
    on_rejection: OnRejection,
    report: ImportReport,
) -> Iterator[CheckedSubmission]:
    """Yield what is to be written: what is new, and what differs from an earlier response and is kept for review."""
    stored = payload_hashes([checked.row["id"] for _, checked in good])
    for line, checked in good:
        key, told = checked.row["id"], checked.row["payload_hash"]
        first, before = seen.setdefault(key, (line, told))
        if first != line:
            report.twice += 1
            report.refused += 1
            on_rejection(Rejection(line, "", "", says_twice(first, line, alike=before == told)))
            if before != told:
                yield checked
        elif key not in stored:
            report.new += 1
            report.see_new(checked.row["answers"], told)
            yield checked
        elif stored[key] == told:
            report.here_already += 1
        else:
            report.changed += 1
            report.refused += 1
            on_rejection(Rejection(line, "", "", CHANGED))
            yield checked


def _kept_rows(kept: IO[bytes]) -> Iterator[CheckedSubmission]:
    while True:
        try:
            yield pickle.load(kept)  # noqa: S301 - written by this process into a file without a name
        except EOFError:
            return
