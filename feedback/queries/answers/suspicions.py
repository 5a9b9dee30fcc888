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
from feedback.queries.answers.snapshots import counts_for

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


def sign_choices(wave: Wave, *, whole: bool = False) -> dict[SignChoice, int]:
    """Return what can be excluded with its count: each sign, and its hours that a crowd shares, the newest first.

    Counted are answers that figures are drawn from (`whole`: all that are stored): where one of an hour is among them
    and nine came later, figures with and without the hour would differ by one person.
    """
    counts = counts_for(wave, whole=whole)
    columns = (Response.id, Response.payload_hash, Suspicion.kind, Suspicion.hour)
    marked = select(*columns).join(Response, Suspicion.response_id == Response.id).where(Response.wave_id == wave.id)
    kinds, hours = Counter[SignChoice](), Counter[SignChoice]()
    for row in db.session.execute(marked):
        there = counts(row)
        kinds[SignChoice(row.kind)] += there
        if row.hour is not None:
            hours[SignChoice(row.kind, row.hour)] += there
    offered = {**kinds, **{choice: count for choice, count in hours.items() if count >= CROWD}}
    return dict(sorted(offered.items(), key=lambda pair: (pair[0].kind, -(pair[0].hour or 10**9))))


def checked_choices(wave: Wave, codes: Iterable[str], *, whole: bool = False) -> list[str]:
    """Return the codes of what is to be excluded, each once, in order; `whole` as in `sign_choices`.

    Raises:
        Refusal: one chooses nothing that can be excluded.

    """
    choices = sorted({sign_choice(code) for code in codes}, key=lambda choice: (choice.kind, choice.hour or 0))
    offered = sign_choices(wave, whole=whole) if any(choice.hour is not None for choice in choices) else {}
    for choice in choices:
        if choice.hour is not None and choice not in offered:
            raise Refusal(
                f"{choice.code} cannot be excluded: fewer than {CROWD} answers in the figures bear this sign in this "
                "hour, or the hour is not kept any more."
            )
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
