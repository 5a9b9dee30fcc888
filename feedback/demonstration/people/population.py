"""Invented people: drawn from the known population, then by how readily each kind of person answers a survey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback.demonstration.content import read_content
from feedback.places import PlacePack, PopulationMargin

Draw = NDArray[Any]
POOL = 8  # people drawn for each one who answers
TRAITS = ("ward", "age_band", "sex", "ethnic_group", "disability")
NEAREST_ESTIMATE = {  # Census age bands of adults, and the bands of the estimates by ward
    "16_17": "16_24",
    "18_24": "16_24",
    "25_34": "25_34",
    "35_44": "35_49",
    "45_54": "35_49",
    "55_64": "50_64",
    "65_74": "65_plus",
    "75_plus": "65_plus",
}


@dataclass(frozen=True)
class Person:
    """One invented respondent.

    `worry` is in standard deviations above the average person; `victim`: of anything in twelve months. `ward` may be
    `outside` or `not_sure`, `age_band` may be `under_16`.
    """

    ward: str
    age_band: str
    sex: str
    ethnic_group: str
    disability: str
    victim: bool
    worry: float


def draw_people(place: PlacePack, count: int, seed: int) -> list[Person]:
    """`count` people of `place` who chose to answer; the same seed gives the same people."""
    random = np.random.default_rng(seed)
    traits = _population(place, count * POOL, random)
    chosen = _who_answers(traits, count, random)
    people = {name: values[chosen] for name, values in traits.items()}
    _some_from_elsewhere(people, random)
    return [Person(**dict(zip(people, row, strict=True))) for row in _plain_rows(people)]


def _population(place: PlacePack, count: int, random: np.random.Generator) -> dict[str, Draw]:
    content = read_content("people.yaml")
    ward = _draw(_shares(place.margin_rows, "ward"), count, random)
    age = _by_ward(ward, {code: _ages_of(place, code) for code in np.unique(ward)}, random)
    ethnic = _by_ward(ward, {code: _ethnic_groups_of(place, code) for code in np.unique(ward)}, random)
    sex = _draw(_shares(place.margin_rows, "sex"), count, random)
    disabled = random.random(count) < _lookup(content["disabled"], age, 0.18)
    traits = {"ward": ward, "age_band": age, "sex": sex, "ethnic_group": ethnic}
    traits["disability"] = np.where(disabled, "disabled", "not_disabled")
    chance = _lookup(content["victim"]["age_band"], age, 0.2) * np.exp(0.5 * _lookup(content["worry"]["ward"], ward, 0))
    traits["victim"] = random.random(count) < chance * np.where(disabled, 1.25, 1.0)
    traits["worry"] = _worry(traits, content["worry"]) + random.normal(0, 0.9, count)
    return traits


def _worry(traits: Mapping[str, Draw], worry: Mapping[str, Any]) -> Draw:
    parts = [
        _lookup(worry[name], traits[name], 0) for name in ("ward", "age_band", "sex", "ethnic_group", "disability")
    ]
    return np.asarray(np.sum(parts, axis=0) + np.where(traits["victim"], worry["victim"], 0))


def _who_answers(traits: Mapping[str, Draw], count: int, random: np.random.Generator) -> Draw:
    """Rows drawn without replacement, each as readily as its kind answers (Gumbel's trick)."""
    answering = read_content("people.yaml")["answering"]
    ease = np.prod([_lookup(answering[name], traits[name], 1) for name in TRAITS], axis=0)
    ease = ease * np.where(traits["victim"], answering["victim"], 1)
    keys = np.log(ease) + random.gumbel(size=len(ease))
    return np.asarray(np.argsort(-keys, kind="stable")[:count])


def _some_from_elsewhere(people: dict[str, Draw], random: np.random.Generator) -> None:
    content = read_content("people.yaml")
    where = random.random(len(people["ward"]))
    outside, unsure = content["elsewhere"]["outside"], content["elsewhere"]["not_sure"]
    people["ward"] = np.where(where < outside, "outside", people["ward"])
    people["ward"] = np.where((where >= outside) & (where < outside + unsure), "not_sure", people["ward"])
    young = random.random(len(where)) < content["under_16"]
    people["age_band"] = np.where(young, "under_16", people["age_band"])


def _shares(margins: Sequence[PopulationMargin], variable: str) -> dict[str, float]:
    return {row.category: float(row.population) for row in margins if row.variable == variable}


def _ages_of(place: PlacePack, ward: str) -> dict[str, float]:
    """Age bands of the place, tilted by the ward's estimated ages where the place pack has them."""
    ages = _shares(place.margin_rows, "age_band")
    here, everywhere = _counts(place, "age_band_2020", ward), _counts(place, "age_band_2020")
    if not here:
        return ages
    tilt = {band: here[near] / everywhere[near] for band, near in NEAREST_ESTIMATE.items()}
    return {band: people * tilt[band] for band, people in ages.items()}


def _ethnic_groups_of(place: PlacePack, ward: str) -> dict[str, float]:
    return _counts(place, "ethnic_group", ward) or _shares(place.margin_rows, "ethnic_group")


def _counts(place: PlacePack, variable: str, ward: str = "") -> dict[str, float]:
    """Known counts of a variable by category, of one ward or of all together."""
    counts: dict[str, float] = {}
    for row in place.profile_rows:
        if row.variable == variable and row.ward and ward in ("", row.ward):
            counts[row.category] = counts.get(row.category, 0.0) + row.population
    return counts


def _draw(shares: Mapping[str, float], count: int, random: np.random.Generator) -> Draw:
    weights = np.array(list(shares.values()))
    return np.asarray(random.choice(np.array(list(shares)), size=count, p=weights / weights.sum()))


def _by_ward(ward: Draw, shares: Mapping[str, Mapping[str, float]], random: np.random.Generator) -> Draw:
    drawn = np.empty(len(ward), dtype="<U20")
    for code in sorted(shares):
        here = ward == code
        drawn[here] = _draw(shares[code], int(here.sum()), random)
    return drawn


def _lookup(table: Mapping[str, float], codes: Draw, otherwise: float) -> Draw:
    known, inverse = np.unique(codes, return_inverse=True)
    return np.array([table.get(str(code), otherwise) for code in known], dtype=float)[inverse]


def _plain_rows(columns: Mapping[str, Draw]) -> list[tuple[Any, ...]]:
    return list(zip(*(values.tolist() for values in columns.values()), strict=True))
