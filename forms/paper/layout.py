"""What stands on the sheet: numbered questions and boxes, and in words where to go on, computed from routing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from forms.page import Page
from forms.questionnaire import Questionnaire
from forms.questions import Option, Paper, Question
from forms.routing import Condition

END = 0  # "go to the end", where a number of a question would stand
# Words of the screen about how many to select: the sheet says it in its own words ("Tick up to 3 boxes").
HOW_MANY = re.compile(r"Select (all that apply|up to \d+)\.?")
FEW_WORDS = 2  # labels that a condition names; where there are more it names the numbers of their boxes
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Box:
    """Something to tick, with the small number that is keyed. `go_to`: number of a question, END, or None: go on."""

    key: int
    option: Option
    go_to: int | None = None


@dataclass(frozen=True)
class Gate:
    """A condition in words: boxes `keys` (with `labels`) were ticked at question `number`, or were not (`ticked`).

    `row`: the statement of a grid that it is about, empty for none.
    """

    number: int
    keys: tuple[int, ...]
    labels: tuple[str, ...]
    ticked: bool = True
    row: str = ""

    @property
    def few(self) -> bool:
        """Whether the labels are few enough to be named."""
        return len(self.labels) <= FEW_WORDS

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The numbers of the boxes as spans: 1 to 8, 10 to 10."""
        spans: list[tuple[int, int]] = []
        for key in sorted(self.keys):
            if spans and spans[-1][1] == key - 1:
                spans[-1] = (spans[-1][0], key)
            else:
                spans.append((key, key))
        return spans


@dataclass(frozen=True)
class Field:
    """What is keyed at once: a question, or one statement of a grid. `codes`: what each number on the sheet means."""

    id: str
    number: str
    label: str
    question: Question
    row: str = ""
    codes: Mapping[int, str] = field(default_factory=dict)
    at_most: int = 1
    optional: bool = False
    lines: int = 0

    def value(self, answers: Mapping[str, Any]) -> Any:
        """Return the part of stored answers that is this field's; None where there is none."""
        answer = answers.get(self.question.id)
        return answer.get(self.row) if self.row and isinstance(answer, Mapping) else answer

    def labels(self) -> dict[int, str]:
        """What stands beside each number of a box."""
        known = self.question.codes(self.row)
        return {key: known[code] for key, code in self.codes.items()}


@dataclass(frozen=True)
class PaperQuestion:
    """A question on the sheet. `hint` is without words that only a screen needs."""

    number: int
    question: Question
    paper: Paper
    hint: str
    boxes: tuple[Box, ...]
    gates: tuple[Gate, ...]

    @property
    def rows(self) -> list[tuple[str, Option]]:
        """The statements of a grid, each with its letter."""
        return [(letter_of(place), row) for place, row in enumerate(self.paper.rows)]

    @property
    def takes_all(self) -> bool:
        """Whether every box may be ticked."""
        return len(self.boxes) > 1 and self.paper.at_most >= len(self.boxes)

    @property
    def fields(self) -> Iterator[tuple[str, str, str]]:
        """Number, row code and label of each thing to be keyed."""
        if not self.paper.rows:
            yield str(self.number), "", self.question.label
        for letter, row in self.rows:
            yield f"{self.number}{letter}", row.code, row.label


@dataclass(frozen=True)
class PaperPart:
    """A page of the questionnaire. `otherwise`: where those go on whom its `gates` leave out."""

    page: Page
    questions: tuple[PaperQuestion, ...]
    gates: tuple[Gate, ...]
    otherwise: int


@dataclass(frozen=True)
class PaperForm:
    questionnaire: Questionnaire
    parts: tuple[PaperPart, ...]

    @property
    def asks_about_harm(self) -> bool:
        return any(part.page.harm for part in self.parts)

    @property
    def is_sensitive(self) -> bool:
        return any(part.page.sensitive or any(a.question.sensitive for a in part.questions) for part in self.parts)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Everything that is keyed, in the order of the sheet."""
        return tuple(found for part in self.parts for asked in part.questions for found in _fields(part, asked))

    def field(self, field_id: str) -> Field:
        """Raises StopIteration where the sheet has no such field."""
        return next(found for found in self.fields if found.id == field_id)


def paper_form(questionnaire: Questionnaire, original: Questionnaire | None = None) -> PaperForm:
    """Lay out a questionnaire. `original` is the same in English, where `questionnaire` is a translation of it."""
    return _Layout(questionnaire, original or questionnaire).form()


def letter_of(place: int) -> str:
    """The letter of a statement: a to z, then aa, ab ..."""
    head, tail = divmod(place, len(LETTERS))
    return (LETTERS[head - 1] if head else "") + LETTERS[tail]


def _fields(part: PaperPart, asked: PaperQuestion) -> Iterator[Field]:
    for number, row, label in asked.fields:
        yield Field(
            id=f"{asked.question.id}.{row}" if row else asked.question.id,
            number=number,
            label=label,
            question=asked.question,
            row=row,
            codes={box.key: box.option.code for box in asked.boxes},
            at_most=asked.paper.at_most,
            optional=bool(part.gates or asked.gates),
            lines=asked.paper.lines,
        )


class _Layout:
    """Numbers the questions of one questionnaire and finds what its routing means for a pen."""

    def __init__(self, questionnaire: Questionnaire, original: Questionnaire) -> None:
        self.questionnaire, self.original = questionnaire, original
        self.order = questionnaire.questions
        self.numbers = {question.id: number for number, question in enumerate(self.order, start=1)}
        pages = [(page, question) for page in questionnaire.pages for question in page.questions]
        self.conditions = {question.id: (*page.show_if, *question.show_if) for page, question in pages}

    def form(self) -> PaperForm:
        return PaperForm(self.questionnaire, tuple(self._part(page) for page in self.questionnaire.pages))

    def _part(self, page: Page) -> PaperPart:
        questions = tuple(self._asked(question) for question in page.questions)
        after = questions[-1].number + 1 if questions else 1
        return PaperPart(page, questions, self._gates(page.show_if), after if after <= len(self.order) else END)

    def _asked(self, question: Question) -> PaperQuestion:
        paper = question.paper
        boxes = tuple(
            Box(key, option, self._go_to(question, paper, option)) for key, option in enumerate(paper.marks, start=1)
        )
        gates = self._gates(question.show_if)
        return PaperQuestion(self.numbers[question.id], question, paper, self._hint(question), boxes, gates)

    def _hint(self, question: Question) -> str:
        several = question.paper.at_most > 1
        return "" if several and HOW_MANY.fullmatch(self.original.question(question.id).hint) else question.hint

    def _go_to(self, question: Question, paper: Paper, option: Option) -> int | None:
        """Where somebody goes on who ticked this box alone; None where it is the next question, or others may count."""
        if paper.rows or not (paper.at_most == 1 or option.exclusive):
            return None
        here = self.numbers[question.id]
        target = next((n for n, later in self._after(here) if self._may_be_asked(later, here, option)), END)
        goes_on = target == here + 1 or here == len(self.order)
        return None if goes_on else target

    def _after(self, number: int) -> Iterable[tuple[int, Question]]:
        return enumerate(self.order[number:], start=number + 1)

    def _may_be_asked(self, later: Question, here: int, option: Option) -> bool:
        """False where its conditions cannot hold once `option` alone was given at `here` and the rest skipped."""
        for condition in self.conditions[later.id]:
            asked_at = self.numbers[condition.question]
            if asked_at == here and not condition.holds({condition.question: option.code}):
                return False
            if asked_at > here and condition.any_of:
                return False  # it depends on a question that is skipped itself
        return True

    def _gates(self, conditions: Iterable[Condition]) -> tuple[Gate, ...]:
        conditions = tuple(conditions)
        implied = {c for other in conditions if other.any_of for c in self.conditions[other.question]}
        return tuple(gate for c in conditions if c not in implied for gate in self._gate(c))

    def _gate(self, condition: Condition) -> Iterator[Gate]:
        question = self.questionnaire.question(condition.question)
        keys = {option.code: key for key, option in enumerate(question.paper.marks, start=1)}
        rows = {row.code: row.label for row in question.paper.rows}
        labels = question.codes(condition.row)
        for codes, ticked in ((condition.any_of, True), (condition.none_of, False)):
            if codes:
                yield Gate(
                    number=self.numbers[question.id],
                    keys=tuple(keys[code] for code in codes),
                    labels=tuple(labels[code] for code in codes),
                    ticked=ticked,
                    row=rows.get(condition.row, ""),
                )
