"""Which answers may come from a machine, by sign and hour, beside all that arrived."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from feedback.bot_signs import SignChoice, sign_choice
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import HourlyCount, Response, Suspicion, Wave

CROWD = 10  # so many answers share an hour that can be chosen


@dataclass(frozen=True)
class ArrivalHour:
    """What arrived in an hour, by channel, and how much of it is marked: by channel, and by sign.

    Nothing is counted here that fewer than ten answers share: an hour tells of a crowd and of nobody in it.
    """

    hour: int
    arrived: Counter[str] = field(default_factory=Counter)
    marked: Counter[str] = field(default_factory=Counter)
    signs: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.arrived.total()

    @property
    def suspected(self) -> int:
        """Marked answers; never more than arrived (some may have been put right by staff since)."""
        return min(self.marked.total(), self.count)


def suspicions(wave: Wave) -> dict[str, int]:
    """Count by sign the responses that may come from a machine; they are among those received."""
    of_wave = select(Suspicion.kind, func.count()).join(Response, Suspicion.response_id == Response.id)
    counted = db.session.execute(of_wave.where(Response.wave_id == wave.id).group_by(Suspicion.kind))
    return dict(sorted((kind, count) for kind, count in counted))


def count_suspected(wave: Wave) -> int:
    """Count the responses with a sign, each once."""
    return len(suspected_ids(wave))


def suspected_ids(wave: Wave, chosen: Sequence[str] | None = None) -> set[UUID]:
    """Return the ids of the responses of a wave that may come from a machine; of those `chosen`, if given.

    Once figures are published no hour is kept: an hour then stands for what the figures excluded.
    """
    marked = select(Suspicion.response_id).join(Response, Suspicion.response_id == Response.id)
    of_wave = marked.where(Response.wave_id == wave.id)
    if chosen is None:
        return set(db.session.scalars(of_wave))
    some = [_chosen(sign_choice(code), frozen=wave.frozen_at is not None) for code in chosen]
    return set(db.session.scalars(of_wave.where(or_(*some)))) if some else set()


def signs_of(wave: Wave) -> dict[UUID, list[str]]:
    """Return the signs of each response of a wave that has any."""
    marked = select(Suspicion.response_id, Suspicion.kind).join(Response, Suspicion.response_id == Response.id)
    found: dict[UUID, list[str]] = defaultdict(list)
    for id, kind in db.session.execute(marked.where(Response.wave_id == wave.id).order_by(Suspicion.kind)):
        found[id].append(kind)
    return found


def _chosen(choice: SignChoice, *, frozen: bool) -> ColumnElement[bool]:
    if choice.hour is None:
        return Suspicion.kind == choice.kind
    return (
        Suspicion.kind == "excluded" if frozen else and_(Suspicion.kind == choice.kind, Suspicion.hour == choice.hour)
    )


def sign_choices(wave: Wave) -> dict[SignChoice, int]:
    """Return what can be excluded with its count: each sign, and its hours that a crowd shares, the newest first."""
    of_wave = select(Suspicion.kind, Suspicion.hour, func.count()).join(Response, Suspicion.response_id == Response.id)
    grouped = of_wave.where(Response.wave_id == wave.id).group_by(Suspicion.kind, Suspicion.hour)
    found: Counter[SignChoice] = Counter()
    for kind, hour, count in db.session.execute(grouped):
        found[SignChoice(kind)] += count
        if hour is not None and count >= CROWD:
            found[SignChoice(kind, hour)] = count
    return dict(sorted(found.items(), key=lambda pair: (pair[0].kind, -(pair[0].hour or 10**9))))


def checked_choices(wave: Wave, codes: Iterable[str]) -> list[str]:
    """Return the codes of what is to be excluded, each once, in order.

    Raises:
        Refusal: one chooses nothing that can be excluded.

    """
    offered = sign_choices(wave)
    choices = sorted({sign_choice(code) for code in codes}, key=lambda choice: (choice.kind, choice.hour or 0))
    for choice in choices:
        if choice.hour is not None and choice not in offered:
            raise Refusal(f"{choice.code} cannot be excluded: no hour is kept that fewer than {CROWD} answers share.")
    return [choice.code for choice in choices]


def arrival_hours(wave: Wave) -> list[ArrivalHour]:
    """Return the hours in which ten or more answers arrived by a channel of the web or from tablets, newest first."""
    hours: dict[int, ArrivalHour] = {}
    counts = select(HourlyCount.hour, HourlyCount.channel, HourlyCount.count)
    of_wave = counts.where(HourlyCount.wave_id == wave.id, HourlyCount.count >= CROWD)
    for hour, channel, count in db.session.execute(of_wave):
        hours.setdefault(hour, ArrivalHour(hour)).arrived[channel] += count
    for hour, channel, kinds in _marked(wave):
        if hour in hours:
            hours[hour].marked[channel] += 1
            hours[hour].signs.update(kinds)
    for one in hours.values():
        for counted in (one.marked, one.signs):
            for name in [name for name, count in counted.items() if count < CROWD]:
                del counted[name]
    return [hours[hour] for hour in sorted(hours, reverse=True)]


def _marked(wave: Wave) -> Iterable[tuple[int, str, Sequence[str]]]:
    """Hour, channel and signs of each marked response whose hour is kept."""
    columns = (Suspicion.response_id, Suspicion.hour, Response.channel, Suspicion.kind)
    of_wave = select(*columns).join(Response, Suspicion.response_id == Response.id)
    found: dict[Any, list[str]] = defaultdict(list)
    for id, hour, channel, kind in db.session.execute(
        of_wave.where(Response.wave_id == wave.id, Suspicion.hour.is_not(None))
    ):
        found[id, hour, channel].append(kind)
    return [(hour, channel, kinds) for (_id, hour, channel), kinds in found.items()]
