"""A map laid on a file's header and a questionnaire: every column and code it names must exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from feedback.models.responses import CHANNELS
from feedback.services.importing.answer_cells import ReadAnswer, reader_of
from feedback.services.importing.maps import MapFault, QuestionMap, ResponseMap
from forms import Question, Questionnaire, UnknownQuestion


@dataclass(frozen=True)
class BoundQuestion:
    """`column` is the one that a fault of the whole answer is reported under."""

    id: str
    column: str
    fixed: bool
    read: ReadAnswer


@dataclass(frozen=True)
class Binding:
    """`ignored`: columns of the file that the map does not use."""

    questions: tuple[BoundQuestion, ...]
    ignored: tuple[str, ...]
    header: tuple[str, ...]

    def position(self, column: str) -> int:
        return self.header.index(column)


def bind(given: ResponseMap, header: list[str], questionnaire: Questionnaire) -> Binding:
    """Check the whole map, then bind it.

    Raises:
        MapFault: with every fault found, one a line.

    """
    used = list(_columns_used(given))
    faults = [*_column_faults(given, header, used), *_code_faults(given, questionnaire)]
    if faults:
        raise MapFault("\n".join(f"{given.name}: {fault}" for fault in faults))
    bound = [
        BoundQuestion(
            key,
            next(iter(_columns_of(entry)), ""),
            bool(entry.fixed),
            reader_of(questionnaire.question(key), entry, given.not_answered, header.index),
        )
        for key, entry in given.questions.items()
    ]
    names = {name for _, name in used}
    return Binding(tuple(bound), tuple(name for name in header if name not in names), tuple(header))


def _columns_used(given: ResponseMap) -> Iterator[tuple[str, str]]:
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


def _column_faults(given: ResponseMap, header: list[str], used: list[tuple[str, str]]) -> Iterator[str]:
    for key, name in used:
        count = header.count(name)
        if count == 0:
            near = get_close_matches(name, header, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            yield f"{key}: the file has no column {name!r}.{hint}"
        elif count > 1:
            yield f"{key}: the file has {count} columns {name!r}. Give each its own name in the file."


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
