"""Floods: what can be seen of forged answers only among many, counted by hour and apart from the answers.

All of this is written after the answers, in a transaction of its own: nothing that is written with an answer holds a
clock. Two bot signals are found here. `alike`: in this hour at least forty answers that choose the same came by one
channel, and they are a larger share of what came than people bring about who answer as many questions. `burst`: more
came than five times what the wave is used to at that hour of the day.

An hour stays, of a sign and of a count, only where at least ten answers share it: it tells of a crowd and of nobody in
it. The hour that is running is whole.
"""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import case, delete, func, select, tuple_, update

from feedback.bot_signs import sign_choice
from feedback.clock import today
from feedback.extensions import db
from feedback.keys import Purpose, ring
from feedback.models import AlikeCount, HourlyCount, Response, Suspicion, Tally, Wave
from feedback.queries.answers.suspicions import CROWD, suspected_ids
from feedback.services.answers.bot_signals import count_this_minute
from feedback.services.answers.validation import CheckedSubmission
from feedback.services.upserts import add_to_count, insert_into

ALIKE_FROM = 40  # a class of thirty may well say the same
AGAIN = 10  # after so many more those that came first are marked again: the share may be reached late
SHARE_OF_ONE, SHARE_SHRINKS, LEAST_SHARE = 0.75, 0.7, 0.1
WEB = ("online", "event_link")  # what tablets send waited for a signal: how fast it comes says nothing
USUAL_DAYS, WAKING_HOURS, TIMES_USUAL = 14, 12, 5
QUIET = 60  # so many in an hour are no burst, however little a wave is used to
NEW_DAYS, NEW, NEW_SHARE = 7, 300, 0.1  # a wave that has no habits yet: a tenth of its target, but at least so many
HOURS, ALIKE, SIGNS = HourlyCount.__table__, AlikeCount.__table__, Suspicion.__table__
UNSYNCHRONISED = {"synchronize_session": False}
Signs = dict[UUID, set[str]]


def count_arrivals(stored: Sequence[CheckedSubmission]) -> None:
    """Count what was just stored and mark what belongs to a flood, and commit; call it when the answers are safe.

    Whatever goes wrong here is logged: it costs nobody an answer or a receipt.
    """
    if not stored:
        return
    try:
        hour = this_hour()
        is_first = _note(stored, hour)
        db.session.commit()
        if is_first:
            forget_hours(hour)
            db.session.commit()
    except Exception:  # the answers are stored, and who sent them waits for the receipt
        db.session.rollback()
        current_app.logger.exception("what arrived could not be counted")


def this_hour() -> int:
    """Return the hours since 1970."""
    return int(time.time() // 3600)


def share_from(answered: int) -> float:
    """Return the share of equal answers that is a sign, for how many questions they answer: people agree on few."""
    return max(LEAST_SHARE, SHARE_OF_ONE * SHARE_SHRINKS ** (answered - 1))


def forget_hours(before: int | None = None) -> None:
    """Forget what is kept for the hour it came in, once that is over, in the transaction of the caller.

    A count that somebody still adds to as the hour turns stays for the next time: who forgets waits for nobody.
    """
    before = this_hour() if before is None else before
    _forget_counts(ALIKE, ALIKE.c.hour < before)
    forget_small_hours(before)


def forget_small_hours(before: int) -> None:
    """Forget earlier hours that fewer than ten answers share, in the transaction of the caller."""
    _forget_counts(HOURS, HOURS.c.hour < before, HOURS.c.count < CROWD)
    shared = select(Response.wave_id, Suspicion.kind, Suspicion.hour).join(
        Response, Suspicion.response_id == Response.id
    )
    lonely = shared.where(Suspicion.hour < before).group_by(Response.wave_id, Suspicion.kind, Suspicion.hour)
    for wave_id, kind, hour in db.session.execute(lonely.having(func.count() < CROWD)).all():
        _forget(wave_id, Suspicion.kind == kind, Suspicion.hour == hour)


def keep_exclusion(wave: Wave, without: Sequence[str]) -> None:
    """Forget the hours of a wave whose figures are published now, in the transaction of the caller.

    What the figures exclude by hour gets a sign of its own, so that they can be made again.
    """
    by_hour = [code for code in without if sign_choice(code).hour is not None]
    if by_hour and wave.frozen_at is None:
        rows = [{"response_id": id, "kind": "excluded"} for id in sorted(suspected_ids(wave, by_hour))]
        db.session.execute(insert_into(SIGNS).on_conflict_do_nothing(), rows)
    _forget(wave.id, Suspicion.hour.is_not(None))
    db.session.execute(delete(HourlyCount).where(HourlyCount.wave_id == wave.id))


def _forget_counts(table: Any, *which: Any) -> None:
    key = tuple(table.primary_key)
    free = select(*key).where(*which).with_for_update(skip_locked=True)
    db.session.execute(delete(table).where(tuple_(*key).in_(free)))


def _forget(wave_id: int, *which: Any) -> None:
    of_wave = select(Response.id).where(Response.wave_id == wave_id)
    statement = update(Suspicion).where(Suspicion.response_id.in_(of_wave), *which).values(hour=None)
    db.session.execute(statement, execution_options=UNSYNCHRONISED)


def _note(stored: Sequence[CheckedSubmission], hour: int) -> bool:
    """Count and mark; return whether this was the first of its hour somewhere, so that those before can go."""
    is_first = False
    signs: Signs = {one.row["id"]: set(one.signals) for one in stored}
    for (wave_id, channel), group in sorted(_by_door(stored).items()):
        alike = _count_alike(group, hour)
        key = {"wave_id": wave_id, "hour": hour, "channel": channel}
        count = add_to_count(HOURS, key, len(group))
        is_first = is_first or count == len(group)
        if channel in WEB:
            count_this_minute(wave_id)
            if count > QUIET and count > _burst_from(key):
                _add(signs, (one.row["id"] for one in group), "burst")
        for one in alike:
            if one.is_flood(count):
                _add(signs, one.members(), "alike")
    _keep(signs, hour)
    return is_first


def _by_door(stored: Sequence[CheckedSubmission]) -> Mapping[tuple[int, str], list[CheckedSubmission]]:
    doors = defaultdict(list)
    for one in stored:
        doors[one.row["wave_id"], one.row["channel"]].append(one)
    return doors


@dataclass(frozen=True)
class _Alike:
    """Equal contents: those that came now, how many there are of them in this hour, and the first of these, sealed."""

    fingerprint: str
    new: Sequence[CheckedSubmission]
    seen: int
    sealed: str

    def is_flood(self, arrived: int) -> bool:
        return self.seen >= max(ALIKE_FROM, arrived * share_from(len(self.new[0].coded)))

    def members(self) -> list[UUID]:
        """Those that came just now and, again and again, those that came before anything could be seen."""
        ids = [one.row["id"] for one in self.new]
        if self.seen // AGAIN == (self.seen - len(ids)) // AGAIN:
            return ids
        opened = (ring().open(Purpose.FORMS_ALIKE, b64decode(one), self._bound) for one in self.sealed.split())
        return [*ids, *(UUID(bytes=id) for id in opened if id)]

    @property
    def _bound(self) -> bytes:
        return self.fingerprint.encode()


def _count_alike(group: Sequence[CheckedSubmission], hour: int) -> list[_Alike]:
    """Count the contents of this hour; most are nobody else's, so that nobody waits here."""
    same = defaultdict(list)
    for one in group:
        same[_fingerprint(one, hour)].append(one)
    return [_Alike(fingerprint, ones, *_counted(fingerprint, hour, ones)) for fingerprint, ones in sorted(same.items())]


def _counted(fingerprint: str, hour: int, ones: Sequence[CheckedSubmission]) -> tuple[int, str]:
    ids = [one.row["id"].bytes for one in ones]
    sealed = " ".join(b64encode(ring().seal(Purpose.FORMS_ALIKE, id, fingerprint.encode())).decode() for id in ids)
    statement = insert_into(ALIKE).values(fingerprint=fingerprint, hour=hour, count=len(ids), sealed=sealed)
    longer = ALIKE.c.sealed + " " + statement.excluded.sealed
    changed = {
        "count": ALIKE.c.count + statement.excluded.count,
        "sealed": case((ALIKE.c.count < ALIKE_FROM, longer), else_=ALIKE.c.sealed),
    }
    upsert = statement.on_conflict_do_update(index_elements=["fingerprint"], set_=changed)
    seen, first = db.session.execute(upsert.returning(ALIKE.c.count, ALIKE.c.sealed)).one()
    return seen, first


def _fingerprint(one: CheckedSubmission, hour: int) -> str:
    """It holds the hour: of two hours nothing can be compared. Words are left out: programs write others each time."""
    row = one.row
    content = json.dumps([row["wave_id"], row["questionnaire_id"], hour, row["channel"], one.coded], sort_keys=True)
    return ring().key(Purpose.FORMS_ALIKE).fingerprint(content.encode())


def _burst_from(key: Mapping[str, Any]) -> float:
    """Return how many answers by a channel in an hour are no burst yet; what the wave is used to is looked up once."""
    here = [HOURS.c[name] == value for name, value in key.items()]
    known: int | None = db.session.scalar(select(HOURS.c.burst_from).where(*here))
    if known is not None:
        return known
    found = _usual(key["wave_id"], key["channel"], key["hour"])
    db.session.execute(update(HourlyCount).where(*here).values(burst_from=int(found)), execution_options=UNSYNCHRONISED)
    return found


def _usual(wave_id: int, channel: str, hour: int) -> float:
    same_hours = [hour - 24 * day for day in range(1, USUAL_DAYS + 1)]
    hours = select(func.coalesce(func.sum(HourlyCount.count), 0)).where(
        HourlyCount.wave_id == wave_id, HourlyCount.channel == channel, HourlyCount.hour.in_(same_hours)
    )
    days = select(func.coalesce(func.sum(Tally.count), 0)).where(
        Tally.wave_id == wave_id,
        Tally.channel == channel,
        Tally.day.between(today() - timedelta(days=USUAL_DAYS), today() - timedelta(days=1)),
    )
    known = select(Wave.opens_on, Wave.target, hours.scalar_subquery(), days.scalar_subquery())
    opens_on, target, at_this_hour, in_all = db.session.execute(known.where(Wave.id == wave_id)).one()
    open_days = min((today() - opens_on).days, USUAL_DAYS)
    if open_days < NEW_DAYS:
        return float(max(NEW, NEW_SHARE * (target or 0)))
    return float(max(QUIET, TIMES_USUAL * max(at_this_hour, in_all / WAKING_HOURS) / open_days))


def _add(signs: Signs, ids: Iterable[UUID], kind: str) -> None:
    for id in ids:
        signs.setdefault(id, set()).add(kind)


def _keep(signs: Signs, hour: int) -> None:
    """Keep signs with their hour. Who took answers back meanwhile has no mark either."""
    marked = [id for id, kinds in signs.items() if kinds]
    there = set(db.session.scalars(select(Response.id).where(Response.id.in_(marked)))) if marked else set()
    rows = [{"response_id": id, "kind": kind, "hour": hour} for id in sorted(there) for kind in sorted(signs[id])]
    if rows:
        statement = insert_into(SIGNS)
        db.session.execute(
            statement.on_conflict_do_update(index_elements=["response_id", "kind"], set_={"hour": hour}), rows
        )
