"""How many people answered, by every combination of group that the coverage board needs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from feedback.models import Event, Response, Wave
from feedback.places import PlacePack
from feedback.queries.answers.snapshots import counted_rows
from feedback.queries.questionnaires import answered_questionnaires

if TYPE_CHECKING:  # pandas takes longer to import than the rest of the web app
    from pandas import DataFrame


def people_by_group(wave: Wave, event: Event | None = None) -> DataFrame:
    """Return the people in the base of a wave (of those who answered at `event`, if given): one row a combination.

    They are those that count for figures. Columns: every characteristic that they were asked about (group codes, ""
    where not stated), channel, and `n`. Raises what `counted_rows` raises.
    """
    import pandas as pd

    questionnaires = answered_questionnaires(wave)
    columns = (Response.questionnaire_id, Response.channel, Response.answers)
    names = list(dict.fromkeys(known.name for one in questionnaires.values() for known in one.characteristics))
    counted: Counter[tuple[str, ...]] = Counter()
    for row in counted_rows(wave, *columns, by_event=event is not None):
        asked = questionnaires[row.questionnaire_id]
        if (event is None or row.event_id == event.id) and not asked.exclusion(row.answers):
            groups = {known.name: known.group_of(row.answers) for known in asked.characteristics}
            counted[(*(groups.get(name, "") for name in names), row.channel)] += 1
    return pd.DataFrame([(*key, n) for key, n in counted.items()], columns=[*names, "channel", "n"])


def population_by_group(place: PlacePack) -> DataFrame:
    """Return `variable, category, population`: the margins of the place, and what it knows ward by ward (GRID).

    That are estimates of another year that stand in for the Census; there are none where a place has none.
    """
    import pandas as pd

    from analysis.profile.representation import GRID

    margins = place.margins[["variable", "category", "population"]]
    known = place.ward_estimates
    wider = {category: one.code for one in known.groups for category in one.estimated}
    people = place.ward_profile[place.ward_profile["variable"] == known.variable]
    people = people.assign(wider=people["category"].map(wider)).dropna(subset=["wider"])
    cells = people.groupby(["ward", "wider"], as_index=False)["population"].sum()
    cells = cells.assign(variable=GRID, category=cells["ward"] + " x " + cells["wider"])
    both: DataFrame = pd.concat([margins, cells[["variable", "category", "population"]]], ignore_index=True)
    return both
