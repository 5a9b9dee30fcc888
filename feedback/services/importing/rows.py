"""From a row of somebody's file to a checked submission, or to the reasons why it cannot be one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from feedback.errors import Closed, Refusal
from feedback.models import QuestionnaireVersion, Wave
from feedback.services.answers.validation import AnswerRefused, CheckedSubmission, Submission, check_submission
from feedback.services.importing.answer_cells import CellFault, Cells, normalise_cell
from feedback.services.importing.binding import Binding
from feedback.services.importing.checks.damage import damaged_text, suspicious
from feedback.services.importing.csv_files import CsvRecord
from feedback.services.importing.envelope import Envelope
from feedback.services.importing.maps import ResponseMap
from feedback.typed_text import is_seen

LONGEST_SHOWN = 60  # characters of a cell that a report repeats


class Rejection(NamedTuple):
    """Why a row was not taken. `column` is empty where the reason is not in one column."""

    line: int
    column: str
    value: str
    reason: str


class RowRefused(Exception):
    """A row cannot become a response."""

    def __init__(self, faults: list[CellFault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults

    def rejections(self, line: int) -> list[Rejection]:
        return [Rejection(line, f.column, shown(f.value), f.reason.rstrip(".")) for f in self.faults]


class RowReader:
    """Reads the rows of one file into one wave. `left_out` counts answers that the questionnaire does not ask."""

    def __init__(self, wave: Wave, version: QuestionnaireVersion, given: ResponseMap, binding: Binding) -> None:
        self._wave, self._version, self._date_column = wave, version, given.date.column
        self._binding, self.envelope = binding, Envelope(wave, given, binding)
        checked = {binding.places.get(name) for name in given.checked}
        own = {binding.position(given.id.column)} if not isinstance(given.id, str) else set()
        self._looked_at = tuple(place for place in binding.used if place not in checked | own)
        self._nothing = {normalise_cell(word) for word in _words_for_nothing(given)}
        self.left_out: Counter[str] = Counter()

    def read(self, row: CsvRecord) -> CheckedSubmission:
        """Return the checked submission of a row.

        Raises:
            RowRefused: with every reason found.

        """
        cells, faults = self._whole(row.cells), list[CellFault]()
        if suspicious(cells):
            faults += self._damaged(cells)
            if faults:
                raise RowRefused(faults)
        envelope = self.envelope
        parts = {
            "id": _attempt(envelope.id, cells, faults),
            "counted_on": _attempt(envelope.day, cells, faults),
            "channel": _attempt(envelope.channel, cells, faults),
            "language": _attempt(envelope.language, cells, faults),
            "event": _attempt(envelope.event, cells, faults),
        }
        answers = self._answers(cells, faults)
        if faults:
            raise RowRefused(faults)
        given = Submission(wave=self._wave, questionnaire=self._version, answers=answers, **parts)
        try:
            checked = check_submission(given)
        except Refusal as refusal:
            raise RowRefused(self._reasons(refusal, cells)) from refusal
        self.left_out.update(answers.keys() - checked.row["answers"].keys() - self._fixed)
        return checked

    def _whole(self, cells: Cells) -> Cells:
        """Empty cells behind the last column are a habit of spreadsheets; anything else is not guessed at."""
        width = len(self._binding.header)
        if len(cells) != width and (len(cells) < width or any(cells[width:])):
            raise RowRefused([CellFault("", "", f"The row has {len(cells)} cells and the header has {width}")])
        return cells[:width]

    def _damaged(self, cells: Cells) -> Iterator[CellFault]:
        for place in self._looked_at:
            text = cells[place]
            if (reason := damaged_text(text)) and normalise_cell(text) not in self._nothing:
                yield CellFault(self._binding.header[place], text, reason)

    def _answers(self, cells: Cells, faults: list[CellFault]) -> dict[str, Any]:
        read = {question.id: _attempt(question.read, cells, faults) for question in self._binding.questions}
        answers = {key: answer for key, answer in read.items() if answer not in (None, "")}
        if not faults and not answers.keys() - self._fixed:
            faults.append(CellFault("", "", "No question is answered"))
        return answers

    @property
    def _fixed(self) -> set[str]:
        return {question.id for question in self._binding.questions if question.fixed}

    def _reasons(self, refusal: Refusal, cells: Cells) -> list[CellFault]:
        if isinstance(refusal, AnswerRefused):
            columns = {question.id: question.column for question in self._binding.questions}
            return [self._fault(columns.get(key, ""), cells, reason) for key, reason in refusal.errors.items()]
        return [self._fault(self._date_column if isinstance(refusal, Closed) else "", cells, str(refusal))]

    def _fault(self, column: str, cells: Cells, reason: str) -> CellFault:
        return CellFault(column, cells[self._binding.position(column)] if column else "", reason)


def _words_for_nothing(given: ResponseMap) -> Iterator[str]:
    yield from given.not_answered
    for entry in given.questions.values():
        yield from entry.not_answered or ()


def shown(text: str) -> str:
    """A cell as a report repeats it: one line, nothing that moves a cursor or turns text round, not too long."""
    plain = "".join(sign if is_seen(sign) else "\N{REPLACEMENT CHARACTER}" for sign in text[: LONGEST_SHOWN + 1])
    return plain if len(plain) <= LONGEST_SHOWN else plain[: LONGEST_SHOWN - 1] + "…"


def _attempt(read: Callable[[Cells], Any], cells: Cells, faults: list[CellFault]) -> Any:
    try:
        return read(cells)
    except CellFault as fault:
        faults.append(fault)
        return None
