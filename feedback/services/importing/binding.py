"""A map laid on a file's header and a questionnaire: every column and code it names must exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from feedback.models.responses import CHANNELS
from feedback.services.importing.answer_cells import ReadAnswer, Watch, reader_of
from feedback.services.importing.maps import MapFault, QuestionMap, ResponseMap
from feedback.services.importing.presets import columns_without_answers
from feedback.services.importing.reading.headers import (
    MISSING,
    SEVERAL,
    WHOLE_QUESTION,
    Header,
    better_header,
    letters_of,
    named,
    plain_name,
    position_of,
)
from forms import Question, Questionnaire, UnknownQuestion

IMPORT_IDS = '{"ImportId"'  # Qualtrics writes them into a third row
UNNAMED = re.compile(r"\[[A-Z]+\]")


@dataclass(frozen=True)
class BoundQuestion:
    """`column` is the one that a fault of the whole answer is reported under."""

    id: str
    column: str
    fixed: bool
    read: ReadAnswer
    watch: Watch | None


@dataclass(frozen=True)
class Binding:
    """`used`: places of the columns that the map uses; `ignored`: columns of the file that it does not use."""

    questions: tuple[BoundQuestion, ...]
    used: tuple[int, ...]
    ignored: tuple[str, ...]
    header: tuple[str, ...]
    places: Mapping[str, int]

    def position(self, column: str) -> int:
        return self.places[column]


def bind(given: ResponseMap, file: Header, questionnaire: Questionnaire) -> Binding:
    """Check the whole map, then bind it.

    Raises:
        MapFault: with every fault found, one a line.

    """
    header = file.names
    used = list(columns_used(given))
    faults = [*_column_faults(given, file, used), *_personal_faults(used, header), *_code_faults(given, questionnaire)]
    if faults:
        raise MapFault("\n".join(f"{given.name}: {fault}" for fault in faults))
    places = {name: position_of(name, header) for _, name in used}
    bound = []
    for key, entry in given.questions.items():
        read, watch = reader_of(questionnaire.question(key), entry, given, places.__getitem__)
        bound.append(BoundQuestion(key, next(iter(_columns_of(entry)), ""), bool(entry.fixed), read, watch))
    taken = tuple(dict.fromkeys(places.values()))
    ignored = tuple(name for place, name in enumerate(header) if place not in taken)
    return Binding(tuple(bound), taken, ignored, tuple(header), places)


def columns_used(given: ResponseMap) -> Iterator[tuple[str, str]]:
    """Every column that the map names, after the key that names it."""
    if not isinstance(given.id, str):
        yield "id", given.id.column
    for key in ("date", "channel", "language", "event"):
        entry = getattr(given, key)
        if entry is not None and entry.column:
            yield key, entry.column
    for key, question in given.questions.items():
        for name in _columns_of(question):
            yield f"questions: {key}", name


def _columns_of(entry: QuestionMap) -> Iterable[str]:
    return [entry.column] if entry.column else [*entry.columns, *entry.rows.values()]


def _column_faults(given: ResponseMap, file: Header, used: list[tuple[str, str]]) -> Iterator[str]:
    missing = False
    for key, name in used:
        place = position_of(name, file.names)
        if place == MISSING:
            missing = True
            near = get_close_matches(name, file.names, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            yield f"{key}: the file has no column {name!r}.{hint}"
        elif place == SEVERAL:
            count, where = file.names.count(plain_name(name)), ", ".join(letters_of(name, file.names))
            yield (
                f"{key}: the file has {count} columns {name!r}. Give each its own name in the file, "
                f"or say which one by its letters: {where}."
            )
    if missing and (hint := better_header([name for _, name in used], file)):
        yield hint
    if not missing:
        yield from _second_header_row(given, file)


def _personal_faults(used: list[tuple[str, str]], header: list[str]) -> Iterator[str]:
    kinds = columns_without_answers(header)
    for key, name in used:
        place = position_of(name, header)
        if place >= 0 and kinds.get(header[place]) == "personal":
            yield (
                f"{key}: the column {name!r} identifies people, and such columns are never stored. Take it out of the "
                "map; if it holds answers, give it another name in the file."
            )


def _second_header_row(given: ResponseMap, file: Header) -> Iterator[str]:
    """A first row without an id or a date, but with texts, is no person: options stand under their questions there."""
    if not file.ahead:
        return
    first = file.ahead[0]
    if any(IMPORT_IDS in cell for record in file.ahead[:2] for cell in record.cells):
        yield "header: the file has rows under its header that hold no answers. Write `header: {skip: 2}`."
        return
    own = [name for key, name in columns_used(given) if key in ("id", "date")]
    filled = [bool(cell.strip()) for cell in first.cells]
    places = [place for name in own if 0 <= (place := position_of(name, file.names)) < len(filled)]
    unnamed = [place for place, name in enumerate(file.names) if UNNAMED.fullmatch(name) and place < len(filled)]
    options = sum(filled[place] for place in unnamed)
    if any(filled[place] for place in places) or not any(filled) or (not places and not unnamed):
        return
    whole = sum(plain_name(cell).casefold() in WHOLE_QUESTION for cell in first.cells if cell.strip())
    if options or whole:
        names = named([*file.cells, first.cells])
        changed = [after for before, after in zip(file.names, names, strict=False) if before != after][:3]
        yield (
            f"header: row {first.line} looks like a second row of the header. Write `header: {{rows: 2}}`; the columns "
            f"are then called like {', '.join(map(repr, changed))}."
        )


def _code_faults(given: ResponseMap, questionnaire: Questionnaire) -> Iterator[str]:
    for code in (*given.channel.codes.values(), *([given.channel.fixed] if given.channel.fixed else [])):
        if code not in CHANNELS:
            yield f"channel: {code!r} is not a channel. Use one of: {', '.join(CHANNELS)}."
    for key, entry in given.questions.items():
        try:
            question = questionnaire.question(key)
        except UnknownQuestion:
            near = get_close_matches(key, [q.id for q in questionnaire.questions], 1)
            yield f"questions: {key}: there is no such question.{f' Did you mean {near[0]}?' if near else ''}"
            continue
        for fault in _question_faults(question, entry):
            yield f"questions: {key}: {fault}"


def _question_faults(question: Question, entry: QuestionMap) -> Iterator[str]:
    if sum(map(bool, (entry.column, entry.columns, entry.rows, entry.fixed))) != 1:
        yield "name exactly one of `column`, `columns`, `rows` and `fixed`."
    rows = {row.code for row in question.paper.rows}
    several = question.columns[0].several and not rows
    if entry.columns and not several:
        yield "`columns` is for a question with several answers; use `column`."
    if bool(entry.rows) != bool(rows) and not entry.fixed:
        yield "a grid needs `rows`: its rows, each with a column." if rows else "`rows` is for a grid; use `column`."
    if entry.fixed and rows:
        yield "`fixed` cannot be used for a grid."
    for row in entry.rows.keys() - rows:
        yield f"there is no row {row!r}. Use: {', '.join(sorted(rows))}."
    codes = question.codes()
    named = [*entry.codes.values(), *entry.columns.values(), entry.otherwise, entry.fixed if codes else ""]
    for code in sorted({code for code in named if code} - codes.keys()):
        near = get_close_matches(code, codes, 1)
        hint = f"Did you mean {near[0]}?" if near else f"Use: {', '.join(codes)}." if codes else "It has no codes."
        yield f"there is no code {code!r}. {hint}"
