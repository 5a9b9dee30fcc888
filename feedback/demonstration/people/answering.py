"""Stored answers of an invented person to any questionnaire, by asking the questionnaire what it asks."""

from __future__ import annotations

from functools import singledispatch
from math import exp
from typing import Any

from feedback.demonstration.people.comments import compose, pick_phrase
from feedback.demonstration.people.habits import Habit, Teller, habit_of, ward_taste
from forms import Questionnaire
from forms.questions import Question
from forms.questions.choices import OneOf, SomeOf
from forms.questions.choose_up_to import ChooseUpTo
from forms.questions.grid import Grid
from forms.questions.whole_number import WholeNumber
from forms.questions.written import Written


def answer_all(questionnaire: Questionnaire, teller: Teller) -> dict[str, Any]:
    """Stored answers (question id to answer) to all that `questionnaire` asks this person, in the order of asking."""
    answers: dict[str, Any] = {}
    for page in questionnaire.pages:
        if not page.reached(answers):
            continue
        for question in page.questions:
            if question.asked(answers) and (answer := give(question, teller)) is not None:
                answers[question.id] = answer
    return answers


@singledispatch
def give(question: Question, teller: Teller) -> Any:
    """One person's answer to a question in its stored form, or None for no answer; one way for each type."""
    raise NotImplementedError(f"The demonstration cannot answer a {question.type} question. Add its way here.")


@give.register
def _one(question: OneOf, teller: Teller) -> str | None:
    return teller.pick(habit_of(question.id), list(question.labels), question.id)


@give.register
def _several(question: SomeOf, teller: Teller) -> list[str] | None:
    habit, random = habit_of(question.id), teller.chance(question.id)
    if random.random() < habit.skip:
        return None
    for code in question.exclusive:
        if random.random() < habit.apart.get(code, 0.02):
            return [code]
    chances = habit.shares_of(teller.person)
    return [code for code in _open_codes(question) if random.random() < chances.get(code, 0.08)] or None


@give.register
def _up_to(question: ChooseUpTo, teller: Teller) -> list[str] | None:
    habit, random = habit_of(question.id), teller.chance(question.id)
    if random.random() < habit.skip:
        return None
    for code in question.exclusive:
        if random.random() < habit.apart.get(code, 0.02):
            return [code]
    many = random.choices(range(1, question.limit + 1), range(1, 2 * question.limit, 2))[0]
    keys = {code: random.random() ** (1 / _weight(habit, code, teller)) for code in _open_codes(question)}
    chosen = sorted(keys, key=lambda code: -keys[code])[:many]
    return [code for code in question.labels if code in chosen]


def _open_codes(question: SomeOf) -> list[str]:
    return [code for code in question.labels if code not in question.exclusive]


def _weight(habit: Habit, code: str, teller: Teller) -> float:
    taste = ward_taste(teller.person.ward, code, habit.differ)
    return float(habit.shares.get(code, 1.0)) * exp(taste + habit.moves.get(f"{teller.wave}.{code}", 0.0))


@give.register
def _rows(question: Grid, teller: Teller) -> dict[str, str] | None:
    habit = habit_of(question.id)
    if teller.chance(question.id).random() < habit.skip:
        return None
    if habit.harm:
        return _met(question, habit, teller)
    ids = {row: f"{question.id}.{row}" for row in question.row_labels}
    given = {row: teller.pick(habit_of(part), list(question.labels), part) for row, part in ids.items()}
    return {row: code for row, code in given.items() if code} or None


def _met(question: Grid, habit: Habit, teller: Teller) -> dict[str, str] | None:
    """Which crimes a person met. `shares` weighs the crimes of victims, `seen` is the chance of witnessing each."""
    random, rows = teller.chance(f"{question.id}/met"), list(question.row_labels)
    suffered: set[str] = set()
    if teller.person.victim:
        weights = [habit.shares.get(row, 1.0) for row in rows]
        suffered = set(random.choices(rows, weights, k=random.choices((1, 2, 3), (70, 22, 8))[0]))
    nearby = 1.25 ** (teller.person.worry + teller.shift(habit))
    answers = {}
    for row in rows:
        saw = random.random() < habit.seen.get(row, 0.05) * nearby
        code = habit.harm["victim"] if row in suffered else habit.harm["witnessed" if saw else "neither"]
        if random.random() >= 0.01 and code in question.labels:
            answers[row] = code
    return answers or None


@give.register
def _number(question: WholeNumber, teller: Teller) -> int | None:
    random = teller.chance(question.id)
    if random.random() < habit_of(question.id).skip:
        return None
    return random.randint(question.minimum, question.maximum)


@give.register
def _text(question: Written, teller: Teller) -> str | None:
    random = teller.chance(question.id)
    habit = habit_of(question.id)
    if random.random() < habit.skip:
        return None
    text = pick_phrase(habit.phrases, random) if habit.phrases else compose(teller.person, random)
    return text[: question.max_length]
