"""What somebody keys from a sheet that came back: the numbers beside the ticked boxes, or a key for what went wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from forms.errors import AnswerFault
from forms.paper.layout import Field, PaperForm
from forms.questions.written import writable

BLANK, ILLEGIBLE, MULTIPLE = "blank", "illegible", "multiple"
KEYS: Mapping[str, str] = {"b": BLANK, "i": ILLEGIBLE, "m": MULTIPLE}  # what is typed -> what it says
LONGEST_TYPED = 20_000  # characters of one field
ALONE = 10  # boxes: where there are fewer, ticks may be typed without a space between them


@dataclass(frozen=True)
class Keyed:
    """One keying. `answers` are in stored form and were asked; `marks`: field id -> blank, illegible or multiple.

    `errors`: field id -> sentence; with errors nothing else may be used. `dropped`: fields that were answered although
    routing led past them. `typed`: field id -> as typed.
    """

    answers: dict[str, Any]
    marks: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    dropped: tuple[Field, ...] = ()
    typed: dict[str, str] = field(default_factory=dict)


def read_keyed(form: PaperForm, typed: Mapping[str, str]) -> Keyed:
    """Read what was typed into each field (field id -> text). Never raises: what is wrong is in `errors`."""
    read = [read_one(found, typed.get(found.id, "")) for found in form.fields]
    answers: dict[str, Any] = {}
    for one in read:
        for key, answer in one.answers.items():
            answers[key] = {**answers[key], **answer} if key in answers else answer
    return _routed(
        form,
        answers,
        marks={key: mark for one in read for key, mark in one.marks.items()},
        errors={key: sentence for one in read for key, sentence in one.errors.items()},
        texts={key: text for one in read for key, text in one.typed.items()},
    )


def read_one(found: Field, typed: str) -> Keyed:
    """Read what was typed into one field, whatever routing says of it. Never raises."""
    text = _text(found, typed)
    try:
        mark = KEYS.get(text.casefold())
        _check_mark(found, mark)
        answers = {} if mark else _cleaned(found, _value(found, text))
    except AnswerFault as fault:
        return Keyed({}, {}, {found.id: str(fault)}, (), {found.id: text})
    return Keyed(answers, {found.id: mark} if mark else {}, {}, (), {found.id: text})


def assembled(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """Put the values of fields together to answers: statements of a grid under their question; None is left out."""
    answers: dict[str, Any] = {}
    for found in fields:
        value = values.get(found.id)
        if value is None:
            continue
        if found.row:
            answers.setdefault(found.question.id, {})[found.row] = value
        else:
            answers[found.question.id] = value
    return answers


def _text(found: Field, typed: str) -> str:
    """What was typed, without what nobody sees; a line break stays only where the sheet has lines."""
    text = writable(typed[:LONGEST_TYPED]).strip()
    return text if found.lines else " ".join(text.split())


def _check_mark(found: Field, mark: str | None) -> None:
    if mark == MULTIPLE and not found.codes:
        raise AnswerFault(
            f"Question {found.number} has no boxes, so m means nothing there. Type b if it was left blank."
        )


def _value(found: Field, text: str) -> Any:
    """The answer that a text stands for; None where an optional field was left empty."""
    if not text:
        if found.optional:
            return None
        raise AnswerFault(f"Question {found.number}: type what the sheet says, or b if it was left blank.")
    if not found.codes:
        return text if found.lines else _number(found, text)
    ticked = _ticks(found, text)
    return ticked if found.at_most > 1 else ticked[0]


def _number(found: Field, text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise AnswerFault(f"Question {found.number}: type a whole number, or i if it cannot be read.")
    return int(text)


def _ticks(found: Field, text: str) -> list[str]:
    """The codes of the boxes that were ticked."""
    numbers = re.findall(r"[0-9]+", text)
    if re.search(r"[^0-9 ,.+;/]", text) or not numbers:
        raise AnswerFault(f"Question {found.number}: type the number of the ticked box, or b, i or m.")
    if found.at_most > 1 and len(found.codes) < ALONE:
        numbers = list("".join(numbers))
    keys = [int(number[:9]) for number in numbers]
    wrong = next((key for key in keys if key not in found.codes), None)
    if wrong is not None:
        raise AnswerFault(f"Question {found.number} has boxes 1 to {len(found.codes)}. There is no box {wrong}.")
    if found.at_most == 1 and len(set(keys)) > 1:
        raise AnswerFault(f"Question {found.number} takes one tick. Type m if more than one box is ticked.")
    return [found.codes[key] for key in sorted(set(keys))]


def _cleaned(found: Field, value: Any) -> dict[str, Any]:
    """The answer of one field in stored form. Raises Fault where the question refuses it: too many ticks, say."""
    answers = assembled((found,), {found.id: value})
    try:
        cleaned = found.question.clean(answers.get(found.question.id))
    except AnswerFault as fault:
        way_out = "If the sheet says so, type m" if found.codes else "If the sheet says otherwise, type i"
        raise AnswerFault(f"Question {found.number}: {str(fault).rstrip('.')}. {way_out}.") from fault
    return {} if cleaned is None else {found.question.id: cleaned}


def _routed(
    form: PaperForm, answers: dict[str, Any], marks: dict[str, str], errors: dict[str, str], texts: dict[str, str]
) -> Keyed:
    """Drop what routing led past, and the marks there, which say nothing."""
    kept = form.questionnaire.clean(answers, strict=False)
    asked = {question.id for question in form.questionnaire.asked(kept)}
    dropped = tuple(f for f in form.fields if f.value(answers) is not None and f.question.id not in asked)
    told = {key: mark for key, mark in marks.items() if form.field(key).question.id in asked}
    return Keyed(kept, told, errors, dropped, texts)


MARK_WORDS = {BLANK: "Left blank", ILLEGIBLE: "Cannot be read", MULTIPLE: "More ticks than allowed"}


def in_words(found: Field, keyed: Keyed) -> str:
    """What one keying says of a field, for the person who keys or settles it; empty where it says nothing."""
    mark = keyed.marks.get(found.id)
    if mark:
        return MARK_WORDS[mark]
    value = found.value(keyed.answers)
    if value is None:
        return ""
    if not found.codes:
        return str(value)
    ticked = value if isinstance(value, list) else [value]
    labels = found.labels()
    return "; ".join(f"{key} {labels[key]}" for key, code in found.codes.items() if code in ticked)
