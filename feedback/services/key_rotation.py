"""Changing the key of the service: what in the database is sealed under which key of the ring, and sealing it anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import InstrumentedAttribute

from feedback.extensions import db
from feedback.keys import Purpose, Ring, begin_secret, ring
from feedback.models import Event, PaperBatch, ServiceSecret
from feedback.services.audit import record
from feedback.services.safeguarding.quarantined_forms import flag_all_unseen
from feedback.services.snapshots import wait_where_unreadable

Progress = Callable[[str, int, int], object]  # what is sealed anew, how many are done, of how many


@dataclass(frozen=True)
class Store:
    """Where seals of a purpose are kept: a column, the key of its rows, and what people call a row."""

    purpose: Purpose
    id: InstrumentedAttribute[Any]
    sealed: InstrumentedAttribute[Any]
    name: InstrumentedAttribute[Any]
    bound: Callable[[Any], bytes]


STORES = (
    Store(Purpose.SERVICE_SECRETS, ServiceSecret.id, ServiceSecret.sealed, ServiceSecret.id, lambda id: b""),
    Store(Purpose.EVENT_KEYS, Event.id, Event.sealed_private_key, Event.code, lambda id: bytes(id.bytes)),
    Store(Purpose.PAPER_BATCHES, PaperBatch.code, PaperBatch.key, PaperBatch.code, lambda code: str(code).encode()),
)


@dataclass(frozen=True)
class Seals:
    """How many seals of a purpose each key of the ring opens, newest first, and the names of those that none opens."""

    purpose: Purpose
    opened: Sequence[int]
    lost: Sequence[str]


@dataclass(frozen=True)
class _Seal:
    id: Any
    name: str
    sealed: bytes
    place: int | None
    plain: bytes


def seals_of(store: Store) -> Seals:
    """Open every seal of a store, and say with which key."""
    here, found = ring(), list(_read(store, ring()))
    counted = [sum(seal.place == place for seal in found) for place in range(len(here.secrets))]
    return Seals(store.purpose, counted, [seal.name for seal in found if seal.place is None])


def check_keys() -> list[Seals]:
    """Return what is sealed under which key, for every purpose that keeps seals."""
    return [seals_of(store) for store in STORES]


def needed(found: Sequence[Seals], place: int) -> int:
    """Return how many stored seals need the key at this place of the ring."""
    return sum(seals.opened[place] for seals in found)


def rotate_keys(actor: str, progress: Progress) -> int:
    """Seal anew, under the newest key, all that a former key of the ring opens; return how many that were.

    Each is committed by itself, so that work that was broken off goes on where it stopped. What no key opens stays as
    it is. Forms that waited for a key are then read for words that may say somebody is in danger.
    """
    done = sum(_seal_anew(store, progress) for store in STORES)
    begin_secret()
    flag_all_unseen()
    if done:
        record(actor, "keys rotated", "service", sealed_anew=done)
        db.session.commit()
    return done


@dataclass(frozen=True)
class GivenUp:
    """How many secrets of the service are gone, and the events that begin with a new key."""

    secrets: int
    events: Sequence[str]


def give_up_lost(actor: str) -> GivenUp:
    """Delete what no key of the ring opens, for good, and commit: secrets of the service, and key pairs of events.

    For a key that is lost for ever. A receipt code that is not found is then told as unknown, and no more as missing;
    an event gets a new pair when a tablet next loads it. A batch of paper keeps its seal until it is signed off.
    Figures of live waves wait for ten answers that come from now on.
    """
    begin_secret()
    secrets, events = ([seal for seal in _read(store, ring()) if seal.place is None] for store in STORES[:2])
    db.session.execute(delete(ServiceSecret).where(ServiceSecret.id.in_([seal.id for seal in secrets])))
    pairs = update(Event).where(Event.id.in_([seal.id for seal in events]))
    db.session.execute(pairs.values(public_key=None, sealed_private_key=None))
    if secrets:
        wait_where_unreadable()
    found = GivenUp(len(secrets), [seal.name for seal in events])
    if secrets or events:
        record(actor, "lost keys given up", "service", secrets=found.secrets, events=list(found.events))
    db.session.commit()
    return found


def _seal_anew(store: Store, progress: Progress) -> int:
    here = ring()
    former = [seal for seal in _read(store, here) if seal.place]
    for number, seal in enumerate(former, 1):
        fresh = here.seal(store.purpose, seal.plain, store.bound(seal.id))
        # Only if it is what was read: a batch that is signed off meanwhile keeps no key.
        unchanged = (store.id == seal.id, store.sealed == seal.sealed)
        db.session.execute(update(store.sealed.class_).where(*unchanged).values({store.sealed: fresh}))
        db.session.commit()
        progress(store.purpose.label, number, len(former))
    return len(former)


def _read(store: Store, here: Ring) -> Iterator[_Seal]:
    kept = select(store.id, store.name, store.sealed).where(store.sealed.is_not(None)).order_by(store.name)
    for id, name, sealed in db.session.execute(kept).all():
        found = here.opened(store.purpose, sealed, store.bound(id))
        place, plain = found or (None, b"")
        yield _Seal(id, str(name), sealed, place, plain)
