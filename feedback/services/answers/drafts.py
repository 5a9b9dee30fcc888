"""Drafts: unfinished answers, sealed with a key that only the respondent's cookie holds.

The key is 32 random bytes. Everything else follows from it: where the draft lies, what opens it, and the id of the
response it may become. Whoever has the database but not the cookie can neither read a draft nor tell which response
came of it.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import inf
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from flask_babel import gettext
from sqlalchemy import delete, func, select

from feedback.ceilings import ceiling
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Draft, Wave
from feedback.models.types import utc_now

KEY = re.compile(r"[A-Za-z0-9_-]{43}")
NONCE = 12  # bytes, new for every sealing
FIRST_KEY = "response"  # in the content of a draft that has moved: the id it had from its first key
PAGE = 1024  # bytes: sealed drafts are filled up, so that their size tells little


class TooManyDrafts(Refusal):
    """So many begin in this hour that no more drafts are kept; who has begun goes on."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            gettext("Very many people are starting this survey now. Wait a few minutes, then start again.")
        )


class DraftLost(Refusal):
    """There is no draft for this cookie: it expired, was cleared, or the cookie was changed."""

    def __init__(self) -> None:
        super().__init__("The answers you had started are no longer kept here. You can start again.")


@dataclass(frozen=True, kw_only=True)
class OpenDraft:
    """`content` is whatever the pages keep (plain JSON values). Once sent it is empty and there is a `receipt`."""

    key: str
    wave_id: int
    content: Mapping[str, Any]
    receipt: str = ""

    @property
    def response_id(self) -> UUID:
        """The id of the response that this draft becomes, the same however often it is sent, also under a new key."""
        first = self.content.get(FIRST_KEY)
        return UUID(first) if first else UUID(bytes=_derived(self.key, "response")[:16], version=4)


def open_draft(wave: Wave, content: Mapping[str, Any]) -> OpenDraft:
    """Open a draft and commit; `key` is for the cookie.

    Raises:
        TooManyDrafts: as many were begun or changed in the last hour as the settings let be kept.

    """
    _refuse_past_ceiling()
    draft = OpenDraft(key=secrets.token_urlsafe(32), wave_id=wave.id, content=content)
    db.session.add(Draft(id=_place(draft.key), wave_id=wave.id, sealed=_seal(draft), expires_at=_expiry()))
    db.session.commit()
    return draft


def find_draft(key: str) -> OpenDraft:
    """Return the draft that the cookie's `key` opens.

    Raises:
        DraftLost: there is none, it has expired, or the key or the row was tampered with.

    """
    row = _row(key, lock=False)
    return _unseal(key, row)


def save_draft(draft: OpenDraft, content: Mapping[str, Any]) -> OpenDraft:
    """Keep `content` in place of what the draft held, for as long again, and commit. One that was sent stays as it is.

    Raises:
        DraftLost: the draft has expired or was discarded in the meantime.

    """
    return _rewrite(draft.key, lambda kept: kept if kept.receipt else replace(kept, content=content))


def close_draft(draft: OpenDraft, receipt: str) -> OpenDraft:
    """Forget the answers after they were sent, keep the receipt until the draft expires, and commit.

    A draft that is gone by then is no fault: the answers are safe.
    """
    sent = replace(draft, content={}, receipt=receipt)
    try:
        return _rewrite(draft.key, lambda kept: kept if kept.receipt else sent)
    except DraftLost:
        return sent


def move_draft(draft: OpenDraft, key: str, *, days: int) -> OpenDraft:
    """Keep a draft for `days` under another key in place of its own, and commit; it becomes the same response.

    Raises:
        DraftLost: it has expired, was discarded or was sent in the meantime.

    """
    row = _row(draft.key, lock=True)
    known = _unseal(draft.key, row)
    if known.receipt:
        db.session.rollback()
        raise DraftLost
    moved = replace(known, key=key, content={**known.content, FIRST_KEY: str(known.response_id)})
    db.session.delete(row)
    expires_at = utc_now() + timedelta(days=days)
    db.session.add(Draft(id=_place(key), wave_id=known.wave_id, sealed=_seal(moved), expires_at=expires_at))
    db.session.commit()
    return moved


def discard_draft(key: str) -> None:
    """Delete a draft, if there is one, and commit."""
    if KEY.fullmatch(key):
        db.session.execute(delete(Draft).where(Draft.id == _place(key)))
        db.session.commit()


def purge_drafts() -> int:
    """Delete the drafts that have expired, and commit; return how many."""
    gone = db.session.execute(delete(Draft).where(Draft.expires_at <= utc_now()))
    db.session.commit()
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _rewrite(key: str, change: Any) -> OpenDraft:
    row = _row(key, lock=True)
    changed: OpenDraft = change(_unseal(key, row))
    row.sealed, row.expires_at = _seal(changed), _expiry() if changed.receipt else max(row.expires_at, _expiry())
    db.session.commit()
    return changed


def _row(key: str, *, lock: bool) -> Draft:
    if not KEY.fullmatch(key):
        raise DraftLost
    query = select(Draft).where(Draft.id == _place(key), Draft.expires_at > utc_now())
    row = db.session.scalar(query.with_for_update() if lock else query, execution_options={"populate_existing": True})
    if row is None:
        raise DraftLost
    return row


def _seal(draft: OpenDraft) -> bytes:
    plain = json.dumps({"content": draft.content, "receipt": draft.receipt}).encode()
    filled = plain + b" " * (-len(plain) % PAGE)
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_derived(draft.key, "seal")).encrypt(nonce, filled, b"%d" % draft.wave_id)


def _unseal(key: str, row: Draft) -> OpenDraft:
    try:
        opener = AESGCM(_derived(key, "seal"))
        plain = json.loads(opener.decrypt(row.sealed[:NONCE], row.sealed[NONCE:], b"%d" % row.wave_id))
    except (InvalidTag, ValueError):
        raise DraftLost from None
    return OpenDraft(key=key, wave_id=row.wave_id, content=plain["content"], receipt=plain["receipt"])


def _derived(key: str, purpose: str) -> bytes:
    return hashlib.blake2b(urlsafe_b64decode(key + "="), digest_size=32, person=purpose.encode()).digest()


def _place(key: str) -> str:
    return _derived(key, "place").hex()


def _refuse_past_ceiling() -> None:
    most = ceiling("drafts_an_hour")
    if most == inf:
        return
    around = Draft.expires_at.between(_expiry() - timedelta(hours=1), _expiry() + timedelta(hours=1))
    some = select(Draft.id).where(around).limit(int(most)).subquery()
    if (db.session.scalar(select(func.count()).select_from(some)) or 0) >= most:
        raise TooManyDrafts


def _expiry() -> datetime:
    return utc_now() + timedelta(hours=int(current_app.config["SETTINGS"].draft_hours))
