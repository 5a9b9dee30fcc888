"""Receipts: a short code that proves an answer arrived. Only a hash of it is stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from flask import current_app
from flask_babel import gettext

from feedback.errors import NotFound, Refusal
from feedback.models.types import utc_now

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs, without 0, 1, I and O, which look alike
LENGTH = 10
LONGEST_TOKEN = 100  # characters; one of ours has about 50


class ReceiptHidden(Refusal):
    """The page with a receipt code is shown for a while only."""

    status = 410


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


def seal_receipt(code: str) -> str:
    """Return a code as it may stand in the address of a page: sealed, so that no history tells it, and good for an hour
    or two. The same code gives the same text within an hour, so that sending twice leads to one page.
    """
    sealed = _seal().encrypt(f"{_hour()} {code}".encode(), None)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def open_receipt(token: str) -> str:
    """Return the code in the address of a receipt page.

    Raises:
        NotFound: this service did not write the address, or it was cut short.
        ReceiptHidden: the page was opened too long after sending.

    """
    try:
        sealed = base64.urlsafe_b64decode(token[:LONGEST_TOKEN].encode("ascii") + b"==")
        hour, code = _seal().decrypt(sealed, None).decode().split(" ")
    except (ValueError, InvalidTag):
        raise NotFound(gettext("There is no receipt with this code. Check that the address is complete.")) from None
    if _hour() - int(hour) > 1:
        raise ReceiptHidden(
            gettext("Your answers have arrived. The page with the receipt code is shown for about an hour only.")
        )
    return code


def _hour() -> int:
    return int(utc_now().timestamp() // 3600)


def _seal() -> AESSIV:
    return AESSIV(hashlib.blake2b(_secret(), digest_size=64, person=b"receipt page").digest())


def _secret() -> bytes:
    return str(current_app.config["SECRET_KEY"]).encode()
