"""A year's programme of events as a CSV file: checked as a whole, then added as a whole, and never twice."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID, uuid5

from feedback.clock import today
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Wave
from feedback.places import current_place
from feedback.queries.events import known_ids
from feedback.services.audit import record
from feedback.services.events.creation import add_event
from feedback.services.events.details import EventDetails, faults_of
from feedback.services.events.programme_rows import COLUMNS, FIELD_COLUMNS, NEEDED, ProgrammeCells, ProgrammeRowFault

NAMESPACE = UUID("0f7a8f5e-6a35-5b0c-9a54-5afec17f0a2d")  # of events from a programme
LONGEST_FILE = 400_000  # characters
MOST_ROWS = 1_000
DELIMITERS = (",", ";", "\t")
EXAMPLE = (
    *("Patch chat", "", "10:00", "12:00", "Outside the library", "", "Police"),
    *("", "en;pl", "30", "Patch chat at the library"),
)


class ProgrammeFault(NamedTuple):
    """What is wrong in one cell, and what to do. `column` is empty where it is not one column."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class AnnualProgramme:
    """What a file holds: `new` events with the ids they will have, how many are `known` already, and the faults."""

    new: dict[UUID, EventDetails]
    known: int
    faults: list[ProgrammeFault]


def read_programme(text: str, waves: Sequence[Wave]) -> AnnualProgramme:
    """Check a programme and write nothing. `waves` are those that events can be made for, newest first.

    Raises:
        Refusal: this is not a programme at all; the sentence says what to do.

    """
    rows = _rows(text)
    names = _header(rows[0])
    cells, faults = ProgrammeCells(waves, current_place()), list[ProgrammeFault]()
    found: dict[UUID, EventDetails] = {}
    lines: dict[UUID, int] = {}
    for line, row in _numbered(rows[1:]):
        details, wrong = _details(cells, names, row)
        if details and (first := lines.setdefault(_id(details), line)) != line:
            wrong = {"": f"This is the same event as in line {first}. Leave one of them out."}
        elif details:
            found[_id(details)] = details
        faults += [ProgrammeFault(line, column, reason) for column, reason in wrong.items()]
    known = known_ids(list(found))
    return AnnualProgramme({id: details for id, details in found.items() if id not in known}, len(known), faults)


def add_programme(programme: AnnualProgramme, *, actor: str) -> int:
    """Add the new events of a programme, and commit: all of them or, when anything is wrong, none. Return how many.

    Raises:
        Refusal: the programme has faults.

    """
    if programme.faults:
        raise Refusal("Nothing was added, because some rows have errors. Correct them and try again.")
    here = known_ids(list(programme.new))
    for id, details in programme.new.items():
        if id not in here:
            add_event(details, actor=actor, id=id)
    count = len(programme.new) - len(here)
    if count:
        record(actor, "programme imported", "events", events=count)
    db.session.commit()
    return count


def programme_template(waves: Sequence[Wave]) -> str:
    """Return a CSV to start from: the header and one row as an example, at a wave that events can be made for."""
    out = io.StringIO()
    filled = {"ward": current_place().wards()[0].name, "surveys": "fast-feedback", "date": f"{today()}"}
    if waves:
        filled |= {"surveys": waves[0].slug, "date": f"{max(today(), waves[0].opens_on)}"}
    example = [cell or filled[name] for name, cell in zip(COLUMNS, EXAMPLE, strict=True)]
    csv.writer(out, lineterminator="\r\n").writerows([list(COLUMNS), example])
    return out.getvalue()


def _rows(text: str) -> list[list[str]]:
    if len(text) > LONGEST_FILE:
        raise Refusal(f"The file is too long: a programme has {LONGEST_FILE:,} characters at most. Split it by month.")
    first = next((line for line in text.lstrip("\ufeff").splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Refusal(f"This is not a CSV file that can be read ({error}). Save the sheet as CSV (UTF-8).") from error
    if not any(any(cell.strip() for cell in row) for row in rows):
        raise Refusal("The file is empty. Start from the template.")
    if len(rows) - 1 > MOST_ROWS:
        raise Refusal(f"The file has {len(rows) - 1:,} rows. Add at most {MOST_ROWS:,} events at a time.")
    return rows


def _header(cells: Iterable[str]) -> list[str]:
    names = [cell.strip().casefold().replace(" ", "_") for cell in cells]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        wanted = ", ".join(missing)
        raise Refusal(f"The first line has no column {wanted}. Start from the template: it has {', '.join(COLUMNS)}.")
    unknown = [name for name in names if name and name not in COLUMNS]
    if unknown:
        raise Refusal(f"No column is called {unknown[0][:40]!r}. Use only {', '.join(COLUMNS)}, or leave it out.")
    if len(set(names)) < len(names):
        raise Refusal("Two columns have the same name. Leave one of them out.")
    return names


def _numbered(rows: Iterable[list[str]]) -> Iterable[tuple[int, list[str]]]:
    return ((line, row) for line, row in enumerate(rows, 2) if any(cell.strip() for cell in row))


def _details(
    cells: ProgrammeCells, names: Sequence[str], row: Sequence[str]
) -> tuple[EventDetails | None, dict[str, str]]:
    """The event of one row or, when it cannot be one, None and why, by column."""
    if any(cell.strip() for cell in row[len(names) :]):
        return None, {
            "": f"The row has more cells than the first line has names. Quote cells that hold a {DELIMITERS[0]}"
        }
    try:
        details = cells.read(dict(zip(names, row, strict=False)))
    except ProgrammeRowFault as fault:
        return None, fault.reasons
    wrong = {FIELD_COLUMNS.get(name, name): f"{sentence}." for name, sentence in faults_of(details).items()}
    return (None if wrong else details), wrong


def _id(details: EventDetails) -> UUID:
    """The same row is the same event, however often it is brought: by its time, place and title."""
    key = "|".join((details.starts_at.isoformat(), details.place.casefold(), details.called.casefold()))
    return uuid5(NAMESPACE, key)
