"""Free text for the demonstration, put together from pieces; nobody said any of it."""

from __future__ import annotations

from random import Random
from typing import Any

from feedback.demonstration.content import read_content
from feedback.demonstration.people.population import Person

YOUNG = {"under_16", "16_17", "18_24", "25_34"}
OLDER = {"55_64", "65_74", "75_plus"}
AWKWARD, WHOLE = 0.015, 0.22  # shares of odd texts and of short remarks; the rest ask for something


def compose(person: Person, random: Random) -> str:
    """One plausible remark about safety by `person`."""
    phrases = read_content("phrases.yaml")
    kind = random.random()
    if kind < AWKWARD:
        return str(random.choice(phrases["awkward"]))
    if kind < AWKWARD + WHOLE:
        return str(random.choice(phrases["whole"]))
    return _request(phrases, _theme(phrases["themes"], person, random), random)


def pick_phrase(name: str, random: Random) -> str:
    """One entry of a list of phrases.yaml."""
    return str(random.choice(read_content("phrases.yaml")[name]))


def _theme(themes: list[dict[str, Any]], person: Person, random: Random) -> dict[str, Any]:
    weights = [_weight(theme, person) for theme in themes]
    return random.choices(themes, weights)[0]


def _weight(theme: dict[str, Any], person: Person) -> float:
    weight = float(theme["weight"])
    if person.sex == "female":
        weight *= theme.get("women", 1)
    if person.age_band in YOUNG:
        weight *= theme.get("young", 1)
    if person.age_band in OLDER:
        weight *= theme.get("older", 1)
    return weight


def _request(phrases: dict[str, Any], theme: dict[str, Any], random: Random) -> str:
    asked = random.choice(theme["asks"]).format(where=random.choice(phrases["where"]))
    text = random.choice(phrases["openers"]) + asked
    text = text[0].upper() + text[1:]
    if random.random() < 0.45:
        return f"{text}. {random.choice(theme['because'])}"
    return _as_typed(text, random)


def _as_typed(text: str, random: Random) -> str:
    """People on phones leave out capitals and full stops."""
    return random.choice([text, text + ".", text.lower(), text + "!"])
