"""A wave whose figures are published is frozen: nothing is added to it, moved, changed or taken away."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select

from feedback.errors import Closed
from feedback.extensions import db
from feedback.models import AnswerImport, ImportedResponse, Wave


class Frozen(Closed):
    """The figures of the wave are published."""

    status = 409


def frozen_sentence(title: str) -> str:
    return f"The figures of {title} are published, so its answers can no longer be added, changed, moved or removed."


def refuse_when_frozen(wave: Wave) -> None:
    """Raise Frozen if the figures of a wave are published."""
    if wave.frozen_at is not None:
        raise Frozen(frozen_sentence(wave.title))


def share_lock_waves(ids: Collection[int]) -> None:
    """Keep waves from being frozen until this transaction ends.

    Whoever publishes at the same moment waits for this transaction, or this one for the publishing.

    Raises:
        Frozen: the figures of one are published.

    """
    if not ids:  # as with nearly every form that is sent: no statement for nothing
        return
    wanted = select(Wave.title, Wave.frozen_at).where(Wave.id.in_(sorted(ids))).order_by(Wave.id)
    for title, frozen_at in db.session.execute(wanted.with_for_update(read=True)):
        if frozen_at is not None:
            raise Frozen(frozen_sentence(title))


def lock_wave(wave: Wave) -> None:
    """Read a wave anew and let nobody else change, close or freeze it until this transaction ends."""
    db.session.execute(select(Wave.id).where(Wave.id == wave.id).with_for_update())
    db.session.refresh(wave)


def forget_imports(wave: Wave) -> None:
    """Erase which answers of a wave came with which file, in the transaction that freezes it."""
    of_wave = select(AnswerImport.id).where(AnswerImport.wave_id == wave.id)
    links = delete(ImportedResponse).where(ImportedResponse.import_id.in_(of_wave))
    db.session.execute(links, execution_options={"synchronize_session": False})
