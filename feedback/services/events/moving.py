"""Answers taken under the wrong event go to the right one.

Nobody can tell one answer from another (no time, no device is kept with it), so whole groups move: all answers to a
survey that came through an event, or those of one channel.
"""

from __future__ import annotations

from dataclasses import dataclass

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Event, Wave
from feedback.services.answers.submission import give_to_event
from feedback.services.audit import record


@dataclass(frozen=True, kw_only=True)
class Moving:
    """The answers to `wave` that came through `source` (by `channel`, if one is named) belong to `target`."""

    wave: Wave
    source: Event
    target: Event
    channel: str = ""


def move_answers(moving: Moving, *, actor: str) -> int:
    """Move the answers and commit; return how many.

    Raises:
        Refusal: the figures are published, the other event does not ask that survey, or nothing is there to move.

    """
    wave, source, target = moving.wave, moving.source, moving.target
    refuse_frozen(wave)
    if source.id == target.id or not target.offers(wave) or not source.offers(wave):
        raise Refusal(f"Choose another event at which {wave.title} is asked.")
    count = give_to_event(wave, source, target, moving.channel)
    if not count:
        db.session.rollback()
        raise Refusal("There are no such answers to move.")
    record(
        actor,
        "answers moved to another event",
        wave.title,
        **{"from": source.code, "to": target.code, "channel": moving.channel or "all", "answers": count},
    )
    db.session.commit()
    return count


def refuse_frozen(wave: Wave) -> None:
    """Raise Refusal when a wave's figures are published, so that its answers stay where they are."""
    if wave.frozen_at:
        raise Refusal(f"The figures of {wave.title} are published, so its answers can no longer be moved.")
