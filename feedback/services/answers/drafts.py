"""Drafts: unfinished answers, sealed with a key that only the respondent's cookie holds.

The key is 32 random bytes. Everything else follows from it: where the draft lies, what opens it, and the id of the
response it may become. Whoever has the database but not the cookie can neither read a draft nor tell which response
came of it. A draft that is sent is deleted in the transaction that stores the answers; from then on the cookie leads to
their receipt by the id alone. The minute until which it can be opened is sealed with it.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
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
from feedback.extensions import db, json_text
from feedback.keys import Purpose, ring
from feedback.models import Draft, Wave
from feedback.models.types import utc_now

KEY = re.compile(r"[A-Za-z0-9_-]{43}")
NONCE = 12  # bytes, new for every sealing
FIRST_KEY = "first"  # in the content of a draft that has moved: the key that it was begun with
FORMER = "response"  # there before version 0.2: the id that it had from its first key
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
    """`content` is whatever the pages keep (plain JSON values). `until`: to the minute only for who has the key."""

    key: str
    wave_id: int
    content: Mapping[str, Any]
    until: datetime

    @property
    def response_id(self) -> UUID:
        """The id of the response that this draft becomes, the same however often it is sent, also under a new key."""
        return UUID(former) if (former := self.content.get(FORMER)) else _response_id(self.first_key)

    @property
    def first_key(self) -> str:
        """The key that it was begun with, which is another one where it has moved."""
        return str(self.content.get(FIRST_KEY, self.key))

    @property
    def cookie(self) -> str:
        """What the browser keeps: the key, and sealed what leads to the receipt once the draft is gone, for hours."""
        leads = f"{int(_expiry().timestamp())} {self.first_key}".encode()
        sealed = ring().seal(Purpose.DRAFT_COOKIES, leads, self.key.encode())
        return f"{self.key}.{urlsafe_b64encode(sealed).decode().rstrip('=')}"


def open_draft(wave: Wave, content: Mapping[str, Any]) -> OpenDraft:
    """Open a draft and commit; `key` is for the cookie.

    Raises:
        TooManyDrafts: as many were begun or changed in the last hour as the settings let be kept.

    """
    _refuse_past_ceiling()
    draft = OpenDraft(key=secrets.token_urlsafe(32), wave_id=wave.id, content=content, until=_expiry())
    db.session.add(_new_row(draft))
    db.session.commit()
    return draft


def find_draft(cookie: str) -> OpenDraft:
    """Return the draft that a key, or the cookie that holds it, opens.

    Raises:
        DraftLost: there is none, it has expired, or the key or the row was tampered with.

    """
    key = _key(cookie)
    return _unseal(key, _row(key, lock=False))


def response_of_cookie(cookie: str) -> UUID | None:
    """Return the id of the response that the draft of this cookie became, if it was sent.

    None for what is no cookie of ours, or one that is as old as no draft is kept.
    """
    key, _dot, sealed = cookie.partition(".")
    try:
        opened = ring().open(Purpose.DRAFT_COOKIES, urlsafe_b64decode(sealed.encode("ascii") + b"=="), key.encode())
    except ValueError:
        return None
    until, first = (opened or b"0 ").decode().split(" ")
    return _response_id(first) if utc_now().timestamp() < int(until) else None


def save_draft(draft: OpenDraft, content: Mapping[str, Any]) -> OpenDraft:
    """Keep `content` in place of what the draft held, for as long again, and commit.

    Raises:
        DraftLost: the draft has expired, was discarded or was sent in the meantime.

    """
    row = _row(draft.key, lock=True)
    kept = _unseal(draft.key, row)
    changed = replace(kept, content=content, until=max(kept.until, _expiry()))
    row.sealed, row.expires_at = _seal(changed), _full_hour(changed.until)
    db.session.commit()
    return changed


def delete_sent(draft: OpenDraft) -> None:
    """Delete a draft in the transaction that stores its answers. One that is gone by then is no fault."""
    db.session.execute(delete(Draft).where(Draft.id == _place(draft.key)))


def move_draft(draft: OpenDraft, key: str, *, days: int) -> OpenDraft:
    """Keep a draft for `days` under another key in place of its own, and commit; it becomes the same response.

    Raises:
        DraftLost: it has expired, was discarded or was sent in the meantime.

    """
    row = _row(draft.key, lock=True)
    known = _unseal(draft.key, row)
    content = {**known.content, FIRST_KEY: known.first_key}
    moved = replace(known, key=key, content=content, until=utc_now() + timedelta(days=days))
    db.session.delete(row)
    db.session.add(_new_row(moved))
    db.session.commit()
    return moved


def discard_draft(cookie: str) -> None:
    """Delete the draft of a cookie, if there is one, and commit."""
    if KEY.fullmatch(key := _key(cookie)):
        db.session.execute(delete(Draft).where(Draft.id == _place(key)))
        db.session.commit()


def purge_drafts() -> int:
    """Delete the drafts that have expired, and commit; return how many."""
    gone = db.session.execute(delete(Draft).where(Draft.expires_at <= utc_now()))
    db.session.commit()
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _key(cookie: str) -> str:
    return cookie.partition(".")[0]


def _response_id(key: str) -> UUID:
    return UUID(bytes=_derived(key, "response")[:16], version=4)


def _new_row(draft: OpenDraft) -> Draft:
    expires_at = _full_hour(draft.until)
    return Draft(id=_place(draft.key), wave_id=draft.wave_id, sealed=_seal(draft), expires_at=expires_at)


def _row(key: str, *, lock: bool) -> Draft:
    if not KEY.fullmatch(key):
        raise DraftLost
    query = select(Draft).where(Draft.id == _place(key), Draft.expires_at > utc_now())
    row = db.session.scalar(query.with_for_update() if lock else query, execution_options={"populate_existing": True})
    if row is None:
        raise DraftLost
    return row


def _seal(draft: OpenDraft) -> bytes:
    plain = json_text({"content": draft.content, "until": draft.until.isoformat()}).encode()
    filled = plain + b" " * (-len(plain) % PAGE)
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_derived(draft.key, "seal")).encrypt(nonce, filled, b"%d" % draft.wave_id)


def _unseal(key: str, row: Draft) -> OpenDraft:
    try:
        opener = AESGCM(_derived(key, "seal"))
        plain = json.loads(opener.decrypt(row.sealed[:NONCE], row.sealed[NONCE:], b"%d" % row.wave_id))
    except (InvalidTag, ValueError):
        raise DraftLost from None
    if plain.get("receipt"):  # sent before version 0.2, which kept the receipt in place of the answers
        raise DraftLost
    until = datetime.fromisoformat(plain["until"]) if "until" in plain else row.expires_at
    if until <= utc_now():
        raise DraftLost
    return OpenDraft(key=key, wave_id=row.wave_id, content=plain["content"], until=until)


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


def _full_hour(moment: datetime) -> datetime:
    """The next full hour, by which the database deletes: the minute would tell when somebody was answering."""
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
