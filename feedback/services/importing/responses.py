"""Bringing in answers that were collected elsewhere: read and checked first, then written all at once or not at all."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

from feedback.errors import Refusal
from feedback.extensions import only_reading
from feedback.models import QuestionnaireVersion, Wave
from feedback.queries.answers.responses import payload_hashes
from feedback.queries.questionnaires import questionnaire_of, questionnaire_version
from feedback.queries.waves import wave_by_slug
from feedback.services.answers.submission import store_checked
from feedback.services.answers.validation import CheckedSubmission
from feedback.services.audit import file_name, record
from feedback.services.importing.binding import bind
from feedback.services.importing.csv_files import CsvFile, CsvRecord, Progress, open_csv, size_of
from feedback.services.importing.maps import ResponseMap
from feedback.services.importing.rows import Rejection, RowReader, RowRefused

CHUNK = 500
TWICE = "The id is in an earlier row, with different answers"
CHANGED = "This response is stored already, with different answers; it is not changed"

OnRejection = Callable[[Rejection], object]
Bar = Callable[[int, str], AbstractContextManager[Progress]]


@dataclass
class ImportReport:
    """What a file holds. `rows` = `new` + `here_already` + `refused`.

    `ignored`: columns that the map does not use. `left_out`: question id -> answers that the questionnaire does not ask
    after the row's other answers. `written` stays None when nothing was written.
    """

    rows: int = 0
    new: int = 0
    here_already: int = 0
    refused: int = 0
    ignored: tuple[str, ...] = ()
    left_out: Counter[str] = field(default_factory=Counter)
    written: Counter[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Import:
    """A file to bring into a wave. `apply`: write; `accept_good`: even when some rows are refused.

    `on_rejection` is called with every rejection. `actor` is who brings it in, as the audit list names people.
    """

    path: Path
    slug: str
    map: ResponseMap
    actor: str
    apply: bool = False
    accept_good: bool = False
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
        if wanted.apply and (wanted.accept_good or not report.refused):
            kept.seek(0)
            with bar(report.new, "Writing") as move:
                report.written = store_checked(_kept_rows(kept), move, partial(_record, wanted, report))
    return report


def _record(wanted: Import, report: ImportReport, written: Counter[str]) -> None:
    counts = {"stored": written["stored"], "kept_apart": written["conflict"], "here_already": report.here_already}
    file = file_name(wanted.path)
    record(wanted.actor, "answers imported", wanted.slug, file=file, **counts, refused=report.refused)


def _check_file(wanted: Import, kept: IO[bytes], progress: Progress) -> ImportReport:
    report, seen = ImportReport(), dict[UUID, str]()
    wave = wave_by_slug(wanted.slug)
    version = _version(wave, wanted.map)
    with _opened(wanted, progress) as file:
        binding = bind(wanted.map, file.header, questionnaire_of(version))
        reader = RowReader(wave, version, wanted.map, binding)
        while rows := list(islice(file.rows, CHUNK)):
            report.rows += len(rows)
            for checked in _sort_out(
                _readable(rows, reader, wanted.on_rejection, report), seen, wanted.on_rejection, report
            ):
                pickle.dump(checked, kept)
    if not report.rows:
        raise Refusal(f"{wanted.path.name} has a header and no rows.")
    report.ignored, report.left_out = binding.ignored, reader.left_out
    return report


def _version(wave: Wave, given: ResponseMap) -> QuestionnaireVersion:
    return questionnaire_version(wave.survey, given.version) if given.version else wave.questionnaire


def _opened(wanted: Import, progress: Progress) -> AbstractContextManager[CsvFile]:
    delimiter = "\t" if wanted.map.delimiter == "tab" else wanted.map.delimiter
    return open_csv(wanted.path, encoding=wanted.map.encoding, delimiter=delimiter, progress=progress)


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
    good: list[tuple[int, CheckedSubmission]], seen: dict[UUID, str], on_rejection: OnRejection, report: ImportReport
) -> Iterator[CheckedSubmission]:
    """Yield what is to be written: what is new, and what differs from a stored response and is kept for review."""
    stored = payload_hashes([checked.row["id"] for _, checked in good])
    for line, checked in good:
        key, told = checked.row["id"], checked.row["payload_hash"]
        known = seen.setdefault(key, stored.get(key, ""))
        if not known:
            seen[key] = told
            report.new += 1
            yield checked
        elif known == told:
            report.here_already += 1
        else:
            report.refused += 1
            on_rejection(Rejection(line, "", "", CHANGED if key in stored else TWICE))
            yield checked


def _kept_rows(kept: IO[bytes]) -> Iterator[CheckedSubmission]:
    while True:
        try:
            yield pickle.load(kept)  # noqa: S301 - written by this process into a file without a name
        except EOFError:
            return
