"""How many answers came in: exact counts for staff. Who shows them hides the small ones where that is needed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from feedback.extensions import db
from feedback.models import Conflict, Response, Tally, Wave
from feedback.places import current_place
from feedback.queries.answers.snapshots import counted_rows
from feedback.queries.questionnaires import answered_questionnaires


@dataclass(frozen=True)
class Totals:
    """`counted` for figures = `in_base` + the sum of `excluded`, which maps a reason's label to its count."""

    counted: int
    in_base: int
    excluded: dict[str, int]


def totals(wave: Wave) -> Totals:
    """Count whom figures of a wave are drawn from, and why some are apart from the base. Raises as `counted_rows`."""
    questionnaires, labels = answered_questionnaires(wave), Counter[str]()
    for row in counted_rows(wave, Response.questionnaire_id, Response.answers):
        questionnaire = questionnaires[row.questionnaire_id]
        reason = questionnaire.exclusion(row.answers)
        labels[questionnaire.exclusions[reason] if reason else ""] += 1
    in_base = labels.pop("", 0)
    return Totals(in_base + labels.total(), in_base, dict(sorted(labels.items())))


def conflicts(wave: Wave) -> int:
    """Count what came again with other answers and waits to be decided."""
    of_wave = select(func.count(Conflict.id)).join(Response, Conflict.response_id == Response.id)
    return db.session.scalar(of_wave.where(Response.wave_id == wave.id)) or 0


def received(wave: Wave) -> int:
    """Count the responses of a wave, without reading them."""
    return db.session.scalar(select(func.count(Response.id)).where(Response.wave_id == wave.id)) or 0


def by_day(wave: Wave) -> dict[date, dict[str, int]]:
    """Count by day and channel, in order of day, from a tally that no response is linked to."""
    days: dict[date, dict[str, int]] = {}
    tallies = select(Tally).where(Tally.wave_id == wave.id, Tally.count > 0).order_by(Tally.day, Tally.channel)
    for tally in db.session.scalars(tallies):
        days.setdefault(tally.day, {})[tally.channel] = tally.count
    return days


def by_channel(wave: Wave) -> dict[str, int]:
    """Count by channel, most first."""
    counted = select(Response.channel, func.count()).where(Response.wave_id == wave.id).group_by(Response.channel)
    found = [(channel, count) for channel, count in db.session.execute(counted)]
    return dict(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def by_ward(wave: Wave) -> dict[str, int]:
    """Count whom figures are drawn from by ward code: every ward of today, also with 0, by name; then others, then "".

    Others are wards of other vintages; "" is none. Raises as `counted_rows`.
    """
    found = Counter(row.ward_code or "" for row in counted_rows(wave, Response.ward_code))
    counts = {ward.code: found.pop(ward.code, 0) for ward in current_place().wards()}
    unknown = found.pop("", 0)
    return {**counts, **dict(sorted(found.items())), "": unknown}
