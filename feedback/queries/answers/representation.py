"""How many people answered, by every combination of group that the coverage board needs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import select

from feedback.extensions import db
from feedback.models import Event, Response, Wave
from feedback.places import PlacePack
from feedback.queries.questionnaires import answered_questionnaires

if TYPE_CHECKING:  # pandas takes longer to import than the rest of the web app
    from pandas import DataFrame

GROUPS = ("ward", "age_band", "sex", "ethnic_group")
# Mid-2020 ages of wards, in the only bands in which they and our own age bands meet.
PROXY = "age_band_2020"
PROXY_AGES = {
    "16_24": "16_24",
    "25_34": "25_34",
    "35_49": "35_64",
    "50_64": "35_64",
    "65_plus": "65_plus",
}


def people_by_group(wave: Wave, event: Event | None = None) -> DataFrame:
    """Return the people in the base of a wave (of those who answered at `event`, if given): one row a combination.

    Columns: ward, age_band, sex, ethnic_group (group codes, "" where not stated), channel, and `n`.
    """
    import pandas as pd

    questionnaires = answered_questionnaires(wave)
    rows = select(Response.questionnaire_id, Response.channel, Response.answers).where(Response.wave_id == wave.id)
    if event is not None:
        rows = rows.where(Response.event_id == event.id)
    counted: Counter[tuple[str, ...]] = Counter()
    for questionnaire_id, channel, answers in db.session.execute(rows):
        asked = questionnaires[questionnaire_id]
        if not asked.exclusion(answers):
            groups = {known.name: known.group_of(answers) for known in asked.characteristics if known.name in GROUPS}
            counted[(*(groups.get(name, "") for name in GROUPS), channel)] += 1
    return pd.DataFrame([(*key, n) for key, n in counted.items()], columns=[*GROUPS, "channel", "n"])


def population_by_group(place: PlacePack) -> DataFrame:
    """Return `variable, category, population`: the margins of the place, and "ward x age" from the ages of its wards.

    Ages of wards are estimates of another year that stand in for the Census; there are none where a place has none.
    """
    import pandas as pd

    margins = place.margins[["variable", "category", "population"]]
    ages = place.ward_profile[place.ward_profile["variable"] == PROXY]
    ages = ages.assign(age=ages["category"].map(PROXY_AGES)).dropna(subset=["age"])
    cells = ages.groupby(["ward", "age"], as_index=False)["population"].sum()
    cells = cells.assign(variable="ward x age", category=cells["ward"] + " x " + cells["age"])
    both: DataFrame = pd.concat([margins, cells[["variable", "category", "population"]]], ignore_index=True)
    return both
