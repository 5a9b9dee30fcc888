"""Save and come back: a code that opens an unfinished survey on another device.

The code is the key of the draft and is stored nowhere: who has the database cannot make one, and who loses it cannot
get another. It has 100 bits, so guessing finds nothing.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from base64 import urlsafe_b64encode

from feedback.receipt_codes import ALPHABET
from feedback.services.answers.drafts import DraftLost, OpenDraft, find_draft, move_draft

LENGTH, GROUP = 20, 5
DAYS = 7


def keep_for_later(draft: OpenDraft) -> tuple[str, OpenDraft]:
    """Keep a draft for a week under a new code, and commit; return the code and the draft, which has a new key.

    Raises:
        DraftLost: it has expired, was discarded or was sent in the meantime.

    """
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    moved = move_draft(draft, _key(letters), days=DAYS)
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP)), moved


def draft_of_code(code: str) -> OpenDraft:
    """Return the draft that a code opens; spaces, hyphens, width and small letters make no difference.

    Raises:
        DraftLost: no draft has this code: it was mistyped, the week is over, or the answers were sent.

    """
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", code).upper() if letter in ALPHABET)
    if len(plain) != LENGTH:
        raise DraftLost
    return find_draft(_key(plain))


def _key(letters: str) -> str:
    """The key of a draft, as a cookie would hold it, from the letters of a code."""
    derived = hashlib.blake2b(letters.encode(), digest_size=32, person=b"resume code").digest()
    return urlsafe_b64encode(derived).decode().rstrip("=")
