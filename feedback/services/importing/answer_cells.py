"""From the cells of a row to the answer to one question. What cannot be understood is said, never guessed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from feedback.services.importing.maps import QuestionMap
from forms import Question
from forms.questions.base import MULTI, NUMBER, SINGLE, TEXT

TICKED = ("1", "yes", "y", "true", "x", "ticked", "selected", "checked")
UNTICKED = ("", "0", "no", "n", "false", "unticked", "not selected", "unchecked")
QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "\u00a0": " "})
LONGEST_REMEMBERED = 200  # characters: the words of coded answers come again and again, free text does not

Cells = Sequence[str]
Position = Callable[[str], int]
ReadAnswer = Callable[[Cells], Any]


class CellFault(Exception):
    """A cell cannot be understood."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


def normalise_cell(text: str) -> str:
    """Text with what people do not see taken out: case, kinds of quotation marks, spaces."""
    return _alike(text) if len(text) <= LONGEST_REMEMBERED else _alike.__wrapped__(text)


@lru_cache(maxsize=4096)
def _alike(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text.translate(QUOTES)).split()).casefold()


class CodedWords:
    """The words of a column and the codes they stand for; None for a word that means no answer."""

    def __init__(
        self, codes: Mapping[str, str], known: Iterable[str], otherwise: str = "", nothing: Iterable[str] = ()
    ) -> None:
        self._codes: dict[str, str | None] = {normalise_cell(code): code for code in known}
        self._codes |= {normalise_cell(word): None for word in ("", *nothing)}
        self._codes |= {normalise_cell(word): code for word, code in codes.items()}
        self._otherwise = otherwise

    def __contains__(self, word: str) -> bool:
        return normalise_cell(word) in self._codes

    def code(self, column: str, word: str) -> str | None:
        plain = normalise_cell(word)
        if plain in self._codes:
            return self._codes[plain]
        if self._otherwise:
            return self._otherwise
        raise CellFault(column, word, "The map gives no code for this text")


def reader_of(question: Question, entry: QuestionMap, nothing: Sequence[str], position: Position) -> ReadAnswer:
    """Return the function that reads the answer to `question` out of a row, None where there is none.

    `nothing` are the texts that mean no answer in coded questions; `position` gives the place of a column.
    """
    unanswered = nothing if entry.not_answered is None else entry.not_answered
    words = CodedWords(entry.codes, question.codes(), entry.otherwise, unanswered)
    if entry.fixed:
        fixed = KINDS[question.columns[0].kind].fixed(entry.fixed)
        return lambda _cells: fixed
    if entry.rows:
        return partial(_rows, {row: (name, position(name)) for row, name in entry.rows.items()}, words)
    if entry.columns:
        return _ticks_reader(question, entry, unanswered, position)
    kind, place = KINDS[question.columns[0].kind], position(entry.column)
    return kind.reader(entry, place, words, unanswered)


def _rows(columns: Mapping[str, tuple[str, int]], words: CodedWords, cells: Cells) -> dict[str, str] | None:
    given = {row: words.code(name, cells[place]) for row, (name, place) in columns.items()}
    return {row: code for row, code in given.items() if code} or None


def _several(column: str, place: int, words: CodedWords, separator: str, cells: Cells) -> list[str] | None:
    """Codes of all answers in a cell; an answer may itself hold the separator, so the longest known text is taken."""
    if cells[place] in words and (code := words.code(column, cells[place])) is None:
        return None
    parts, codes, start = cells[place].split(separator), list[str](), 0
    while start < len(parts):
        ends = range(len(parts), start, -1)
        end = next((end for end in ends if separator.join(parts[start:end]) in words), start + 1)
        code = words.code(column, separator.join(parts[start:end]).strip())
        codes += [code] if code else []
        start = end
    return codes or None


def _ticks_reader(question: Question, entry: QuestionMap, nothing: Iterable[str], position: Position) -> ReadAnswer:
    """One column an option. The text of the option itself also says that it was chosen."""
    labels = question.codes()
    no = {normalise_cell(text) for text in (*(entry.unticked or UNTICKED), *nothing, "")}
    plans = [
        (
            name,
            position(name),
            code,
            {normalise_cell(t) for t in (*(entry.ticked or TICKED), labels[code], code, name)} - no,
        )
        for name, code in entry.columns.items()
    ]

    def read(cells: Cells) -> list[str] | None:
        chosen = []
        for name, place, code, yes in plans:
            said = normalise_cell(cells[place])
            if said in yes:
                chosen.append(code)
            elif said not in no:
                raise CellFault(
                    name, cells[place], "This text says neither that the option was ticked nor that it was not"
                )
        return chosen or None

    return read


def _number(column: str, place: int, nothing: CodedWords, cells: Cells) -> int | None:
    text = cells[place].strip()
    if text in nothing:
        return None
    whole = text.removesuffix(".0").replace(",", "")
    if not (whole.isascii() and whole.lstrip("-").isdecimal() and len(whole) < 20):
        raise CellFault(column, text, "This is not a whole number")
    return int(whole)


class OneCode:
    """A column with one code of each person: how its cells are read, and what one answer for all rows stands for."""

    def reader(self, entry: QuestionMap, place: int, words: CodedWords, nothing: Sequence[str]) -> ReadAnswer:
        return lambda cells: words.code(entry.column, cells[place])

    def fixed(self, text: str) -> Any:
        return text


class SeveralCodes(OneCode):
    def reader(self, entry: QuestionMap, place: int, words: CodedWords, nothing: Sequence[str]) -> ReadAnswer:
        return partial(_several, entry.column, place, words, entry.separator or ";")

    def fixed(self, text: str) -> Any:
        return [text]


class WholeNumbers(OneCode):
    def reader(self, entry: QuestionMap, place: int, words: CodedWords, nothing: Sequence[str]) -> ReadAnswer:
        return partial(_number, entry.column, place, CodedWords({}, (), nothing=nothing))

    def fixed(self, text: str) -> Any:
        return int(text) if text.isdecimal() else text


class OwnWords(OneCode):
    def reader(self, entry: QuestionMap, place: int, words: CodedWords, nothing: Sequence[str]) -> ReadAnswer:
        blank = CodedWords({}, (), nothing=entry.not_answered or ())
        return lambda cells: None if cells[place] in blank else cells[place]


KINDS = {SINGLE: OneCode(), MULTI: SeveralCodes(), NUMBER: WholeNumbers(), TEXT: OwnWords()}
