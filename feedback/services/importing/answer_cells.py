"""From the cells of a row to the answer to one question. What cannot be understood is said, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from feedback.services.importing.checks.damage import ERRORS, made_date
from feedback.services.importing.checks.watches import CodeWatch, TextWatch
from feedback.services.importing.maps import QuestionMap, ResponseMap
from feedback.services.importing.reading.headers import option_of
from forms import Question
from forms.questions.base import MULTI, NUMBER, SINGLE, TEXT

TICKED = ("1", "yes", "y", "true", "x", "ticked", "selected", "checked")
UNTICKED = ("", "0", "no", "n", "false", "unticked", "not selected", "unchecked")
QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "\u00a0": " "})
LONGEST_REMEMBERED = 200  # characters: the words of coded answers come again and again, free text does not

WHOLE = re.compile(r"-?(?:\d{1,19}|\d{1,3}(?:,\d{3}){1,6})(?:\.0+)?", re.ASCII)
AS_DATE = ". A spreadsheet makes dates of texts like 1-2: export the file again with this column as text"

Cells = Sequence[str]
Position = Callable[[str], int]
ReadAnswer = Callable[[Cells], Any]
Watch = CodeWatch | TextWatch


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
    """The words of a column and the codes they stand for; None for a word that means no answer.

    `labels`: the codes of the question and their wording, of which the codes alone are understood without `codes`.
    """

    def __init__(
        self,
        codes: Mapping[str, str],
        labels: Mapping[str, str],
        otherwise: str = "",
        nothing: Iterable[str] = (),
    ) -> None:
        answers = {normalise_cell(word) for pair in labels.items() for word in pair}
        nothing = {normalise_cell(word) for word in nothing}
        self._codes: dict[str, str | None] = {normalise_cell(code): code for code in labels}
        self._codes |= dict.fromkeys(("", *nothing))
        self._codes |= {normalise_cell(word): code for word, code in codes.items()}
        self._odd = {word for word in nothing & answers if self._codes[word] is None and word}
        self._otherwise = otherwise
        self.watch = CodeWatch()

    def __contains__(self, word: str) -> bool:
        return normalise_cell(word) in self._codes

    def code(self, column: str, word: str) -> str | None:
        plain = normalise_cell(word)
        if plain in self._codes:
            return self._known(plain)
        dated = made_date(word)
        if self._otherwise and not dated and not ERRORS.fullmatch(word.strip()):
            self.watch.fall_back(plain)
            return self._otherwise
        self.watch.note_unknown(plain)
        raise CellFault(column, word, f"The map gives no code for this text{AS_DATE if dated else ''}")

    def _known(self, plain: str) -> str | None:
        code = self._codes[plain]
        if code is not None:
            self.watch.matched += 1
        elif plain in self._odd:
            self.watch.odd[plain] += 1
        return code


def reader_of(
    question: Question, entry: QuestionMap, given: ResponseMap, position: Position
) -> tuple[ReadAnswer, Watch | None]:
    """Return the function that reads the answer to `question` out of a row, None where there is none, and its watch.

    `position` gives the place of a column.
    """
    unanswered = given.not_answered if entry.not_answered is None else entry.not_answered
    words = CodedWords(entry.codes, question.codes(), entry.otherwise, unanswered)
    kind = KINDS[question.columns[0].kind]
    if entry.fixed:
        fixed = kind.fixed(entry.fixed)
        return lambda _cells: fixed, None
    if entry.rows:
        return partial(_rows, {row: (name, position(name)) for row, name in entry.rows.items()}, words), words.watch
    if entry.columns:
        return _ticks_reader(question, entry, given, position), None
    return kind.reader(entry, position(entry.column), words, unanswered)


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


def _ticks_reader(question: Question, entry: QuestionMap, given: ResponseMap, position: Position) -> ReadAnswer:
    """One column an option. The text of the option itself also says that it was chosen."""
    labels = question.codes()
    nothing = given.not_answered if entry.not_answered is None else entry.not_answered
    no = {normalise_cell(text) for text in (*(entry.unticked or given.unticked or UNTICKED), *nothing, "")}
    ticked = entry.ticked or given.ticked or TICKED
    plans = [
        (
            name,
            position(name),
            code,
            {normalise_cell(text) for text in (*ticked, labels[code], code, name, option_of(name))} - no,
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
    if not WHOLE.fullmatch(text):
        raise CellFault(column, text, f"This is not a whole number{AS_DATE if made_date(text) else ''}")
    return int(text.partition(".")[0].replace(",", ""))


class OneCode:
    """A column with one code of each person: how its cells are read, and what one answer for all rows stands for."""

    def reader(
        self, entry: QuestionMap, place: int, words: CodedWords, nothing: Sequence[str]
    ) -> tuple[ReadAnswer, Watch | None]:
        return lambda cells: words.code(entry.column, cells[place]), words.watch

    def fixed(self, text: str) -> Any:
        return text


class SeveralCodes(OneCode):
    def reader(
        self, entry: QuestionMap, place: int, words: CodedWords, nothing: Sequence[str]
    ) -> tuple[ReadAnswer, Watch | None]:
        return partial(_several, entry.column, place, words, entry.separator or ";"), words.watch

    def fixed(self, text: str) -> Any:
        return [text]


class WholeNumbers(OneCode):
    def reader(
        self, entry: QuestionMap, place: int, words: CodedWords, nothing: Sequence[str]
    ) -> tuple[ReadAnswer, Watch | None]:
        return partial(_number, entry.column, place, CodedWords({}, {}, nothing=nothing)), None

    def fixed(self, text: str) -> Any:
        return int(text) if text.isdecimal() else text


class OwnWords(OneCode):
    def reader(
        self, entry: QuestionMap, place: int, words: CodedWords, nothing: Sequence[str]
    ) -> tuple[ReadAnswer, Watch | None]:
        blank, watch = CodedWords({}, {}, nothing=entry.not_answered or ()), TextWatch()

        def read(cells: Cells) -> str | None:
            text = cells[place]
            if text in blank:
                return None
            watch.see(text)
            return text

        return read, watch


KINDS = {SINGLE: OneCode(), MULTI: SeveralCodes(), NUMBER: WholeNumbers(), TEXT: OwnWords()}
