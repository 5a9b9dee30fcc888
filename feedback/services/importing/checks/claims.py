"""What a map claims of a file, held against the questionnaire and the whole file. A doubt stops the writing.

A person who has looked at a column and knows that it is right lists it under `checked` in the map.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from feedback.services.importing.answer_cells import normalise_cell
from feedback.services.importing.binding import Binding, columns_used
from feedback.services.importing.maps import ResponseMap
from forms import Question, Questionnaire

ROWS = "rows"  # what a doubt about the whole file is called under `checked`
FEWEST = 2
ENDS_OF_SHEETS = (65_536, 1_048_576)


class Doubt(NamedTuple):
    """A column, and what is odd about it, as the rest of a sentence."""

    column: str
    reason: str

    def __str__(self) -> str:
        return f"Column {self.column!r}: {self.reason}." if self.column != ROWS else f"{self.reason}."


def doubts_about_map(given: ResponseMap, binding: Binding, questionnaire: Questionnaire) -> Iterator[Doubt]:
    """What can be doubted before a row is read."""
    uses = Counter(binding.position(name) for key, name in columns_used(given) if key.startswith("questions"))
    for place, count in uses.items():
        if count > 1:
            yield Doubt(binding.header[place], f"the map uses it {count} times. Name each column once")
    for key, entry in given.questions.items():
        question = questionnaire.question(key)
        if entry.column:
            yield from _named_like_another(question, entry.column, questionnaire)
        yield from _exchanged_words(question, entry.codes, entry.column or next(iter(entry.rows.values()), ""))


def _named_like_another(question: Question, column: str, questionnaire: Questionnaire) -> Iterator[Doubt]:
    plain = normalise_cell(column)
    if plain in _names(question):
        return
    for other in questionnaire.questions:
        if other.id != question.id and plain in _names(other):
            yield Doubt(column, f"its name is that of {other.id}, and the map takes it for {question.id}")
            return


def _names(question: Question) -> set[str]:
    return {normalise_cell(question.id), normalise_cell(question.label)}


def _exchanged_words(question: Question, codes: Mapping[str, str], column: str) -> Iterator[Doubt]:
    """A word that is the wording of one answer and is said to mean another."""
    labels = {normalise_cell(label): code for code, label in question.codes().items()}
    for word, code in codes.items():
        meant = labels.get(normalise_cell(word), code)
        if meant != code:
            yield Doubt(column, f"{word!r} is the wording of {meant}, and the map gives it the code {code}")


def doubts_about_columns(given: ResponseMap, binding: Binding, questionnaire: Questionnaire) -> Iterator[Doubt]:
    """What the cells of the questions' columns make doubtful, once all were read."""
    others = {
        question.id: {normalise_cell(text) for pair in question.codes().items() for text in pair}
        for question in questionnaire.questions
        if question.codes()
    }
    for bound in binding.questions:
        if bound.watch is None:
            continue
        own = {key: known for key, known in others.items() if key != bound.id}
        yield from (Doubt(bound.column, reason) for reason in bound.watch.doubts(own, others.get(bound.id, ())))


def doubts_about_rows(rows: int, given: ResponseMap) -> Iterator[Doubt]:
    if rows + given.header.rows in ENDS_OF_SHEETS:
        yield Doubt(
            ROWS,
            f"The file ends exactly where a sheet of a spreadsheet does, at {rows + given.header.rows:,} rows: the "
            "rest may be cut off. Take the file as it was exported",
        )


def doubts_about_new(told: int, stored: int) -> Iterator[Doubt]:
    """`told`: new answers with words of people's own; `stored`: how many of these are stored, under other ids."""
    if stored >= FEWEST and stored * 2 >= told:
        yield Doubt(
            ROWS,
            f"The answers of {stored:,} of {told:,} new rows with words of people's own are stored already, under "
            "other ids: the file seems to have been imported before with other columns or another id. Undo that "
            "import first",
        )


def unchecked(doubts: Iterator[Doubt], given: ResponseMap) -> list[str]:
    """The doubts that nobody has looked into yet, as sentences."""
    return [str(doubt) for doubt in doubts if doubt.column not in given.checked]
