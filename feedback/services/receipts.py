"""Receipts: a short code that proves an answer arrived. Only a hash of it is stored."""

from __future__ import annotations

import hmac
from uuid import UUID

from flask import current_app

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs, without 0, 1, I and O, which look alike
LENGTH = 10


def receipt_code(response_id: UUID, attempt: int = 0) -> str:
    """The code of a response, the same every time; `attempt` makes another one should two responses share a code."""
    digest = hmac.digest(_secret(), b"receipt:%d:" % attempt + response_id.bytes, "sha256")
    number = int.from_bytes(digest, "big")
    letters = ""
    while len(letters) < LENGTH:
        number, rest = divmod(number, len(ALPHABET))
        letters += ALPHABET[rest]
    return f"{letters[:5]}-{letters[5:]}"


def receipt_hash(code: str) -> str:
    """What the database keeps of a code; spaces, hyphens and small letters make no difference.

    It takes the service's secret to make: a plain hash of so short a code could be undone by trying every code.
    """
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hmac.digest(_secret(), b"receipt hash:" + plain.encode(), "sha256").hex()


def _secret() -> bytes:
    return str(current_app.config["SECRET_KEY"]).encode()
