"""How invented people tend to answer: chances by question, moved by who they are and how worried they feel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from functools import cache
from math import exp, sqrt
from random import Random
from statistics import NormalDist
from typing import Any

from feedback.demonstration.content import read_content
from feedback.demonstration.people.population import TRAITS, Person

NORMAL = NormalDist()
AVERAGE_WORRY = 0.25  # those who answer are a little more worried than everybody
OF_THE_PERSON, OF_THE_TOPIC = 0.5, 0.5  # how much of the chance in an answer all answers on a topic share


@dataclass(frozen=True)
class Habit:
    """How a question, or a row of a grid, tends to be answered.

    `shares`: code to weight (one answer, in order from least to most worried) or to chance (several answers).
    `apart`: code to chance of answers that stand beside the scale, such as don't know. `skip`: chance of no answer.
    `worry`: correlation of the answer with worry, -1 to 1. `moves`: `trait.value` or a wave's slug to standard
    deviations. `differ`: how far wards differ in what they choose. `trait`: the answer is this trait of the person.
    `topic`: answers on one topic lean the same way.
    """

    question: str = "*"
    shares: Mapping[str, float] = field(default_factory=dict)
    apart: Mapping[str, float] = field(default_factory=dict)
    skip: float = 0.03
    worry: float = 0.0
    moves: Mapping[str, float] = field(default_factory=dict)
    differ: float = 0.0
    trait: str = ""
    topic: str = ""
    harm: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, float] = field(default_factory=dict)
    given: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    phrases: str = ""

    def shares_of(self, person: Person) -> Mapping[str, float]:
        fitting = (shares for key, shares in self.given.items() if key in keys_of(person))
        return next(fitting, self.shares)


@dataclass(frozen=True)
class Teller:
    """One person answering one survey. All chance comes from the seed, the person's number and the question's id, so
    that a question added or taken away changes no other answer.
    """

    person: Person
    wave: str
    key: str

    def chance(self, about: str) -> Random:
        return Random(f"{self.key}/{about}")  # noqa: S311 - invented answers, no secret

    def leaning(self, habit: Habit, about: str) -> float:
        """Where the person stands on the habit's scale: standard normal for the average person, higher is worse."""
        noise = self.chance(about).gauss(0, 1)
        if habit.topic:
            noise = sqrt(OF_THE_PERSON) * noise + sqrt(OF_THE_TOPIC) * self.chance(habit.topic).gauss(0, 1)
        worried = self.person.worry - AVERAGE_WORRY
        return habit.worry * worried + sqrt(1 - habit.worry**2) * noise + self.shift(habit)

    def shift(self, habit: Habit) -> float:
        """Standard deviations by which the person's groups and the wave move the answer."""
        return sum(habit.moves.get(key, 0.0) for key in (self.wave, *keys_of(self.person)))

    def pick(self, habit: Habit, codes: Sequence[str], about: str) -> str | None:
        """One of `codes`, or None for no answer."""
        random = self.chance(f"{about}/pick")
        if habit.trait:
            return self._trait(habit, codes, random)
        if random.random() < habit.skip:
            return None
        point = random.random()
        for code, chance in habit.apart.items():
            if code in codes and (point := point - chance) < 0:
                return code
        return self._on_scale(habit, codes, about)

    def _trait(self, habit: Habit, codes: Sequence[str], random: Random) -> str | None:
        value = str(getattr(self.person, habit.trait))
        point = random.random() - habit.skip
        if point < 0:
            return None
        for code, chance in habit.apart.items():
            if code in codes and (point := point - chance) < 0:
                return code
        return value if value in codes else None

    def _on_scale(self, habit: Habit, codes: Sequence[str], about: str) -> str | None:
        shares = {code: share for code, share in habit.shares_of(self.person).items() if code in codes}
        if not shares:
            shares = dict.fromkeys((code for code in codes if code not in habit.apart), 1.0)
        if habit.differ:
            shares = {
                code: share * exp(ward_taste(self.person.ward, code, habit.differ)) for code, share in shares.items()
            }
        point = NORMAL.cdf(self.leaning(habit, about)) * sum(shares.values())
        for code, share in shares.items():
            if (point := point - share) < 0:
                return code
        return next(reversed(shares), None)


def keys_of(person: Person) -> tuple[str, ...]:
    """The person's groups as the files of this folder name them, such as `sex.female`."""
    return tuple(f"{trait}.{getattr(person, trait)}" for trait in TRAITS)


@cache
def ward_taste(ward: str, code: str, spread: float) -> float:
    """How much more (above 0) or less a ward chooses a code, the same in every wave; normal with this spread."""
    return Random(f"{ward}/{code}").gauss(0, spread)  # noqa: S311 - invented answers, no secret


@cache
def habit_of(question_id: str) -> Habit:
    """Return the first habit whose pattern fits the id of a question, or of a grid's row (`grid.row`)."""
    return next((habit for habit in _habits() if fnmatchcase(question_id, habit.question)), Habit())


@cache
def _habits() -> tuple[Habit, ...]:
    known = {item.name for item in fields(Habit)}
    entries: list[dict[str, Any]] = read_content("habits.yaml")["habits"]
    unknown = sorted({key for entry in entries for key in entry} - known)
    if unknown:
        raise ValueError(f"habits.yaml: {unknown[0]!r} is not a known key. Use: {', '.join(sorted(known))}.")
    return tuple(Habit(**entry) for entry in entries)
