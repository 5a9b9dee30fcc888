"""Receipt codes: a short code that proves an answer arrived. Only a hash of it is stored."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from uuid import UUID

from feedback.keys import Key, Purpose, every_key, newest_key

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 characters, without 0, 1, I and O, which look alike
LENGTH = 10
CODES_TO_TRY = 5  # a code has 50 bits: should two responses ever share one, the second takes its next


@dataclass(frozen=True)
class ReceiptMaker:
    """Makes the codes of responses and what the database keeps of them, from one secret of the service."""

    key: Key

    def code(self, response_id: UUID, attempt: int = 0) -> str:
        """Return the code of a response, the same every time; `attempt` makes another should two share a code."""
        return code_of(self.key.number(b"code:%d:" % attempt + response_id.bytes))

    def hash(self, code: str) -> str:
        """Return what the database keeps of a code; spaces, hyphens, width and small letters make no difference.

        It takes the service's secret to make: a plain hash of so short a code could be undone by trying every code.
        """
        usual = unicodedata.normalize("NFKC", code).upper()
        plain = "".join(letter for letter in usual if letter.isalnum())
        return self.key.fingerprint(b"hash:" + plain.encode(errors="replace"))


def code_of(number: bytes) -> str:
    """Return a random number as the letters of a receipt code."""
    left, letters = int.from_bytes(number, "big"), ""
    while len(letters) < LENGTH:
        left, rest = divmod(left, len(ALPHABET))
        letters += ALPHABET[rest]
    return f"{letters[:5]}-{letters[5:]}"


def receipt_maker() -> ReceiptMaker:
    """Return what makes new receipts."""
    return ReceiptMaker(newest_key(Purpose.RECEIPTS))


def receipt_makers() -> tuple[ReceiptMaker, ...]:
    """Return everything that has made receipts, newest first."""
    return tuple(ReceiptMaker(key) for key in every_key(Purpose.RECEIPTS))


def code_again(response_id: UUID, kept_receipt: str | None) -> str:
    """Return the code that a response was given, of which the database keeps `kept_receipt`.

    Nothing where the key that made it is missing.
    """
    makers = receipt_makers()
    if kept_receipt is None:  # the wave is frozen, and the code leads to a page that says so
        return makers[0].code(response_id) if makers else ""
    tried = ((maker, maker.code(response_id, attempt)) for maker in makers for attempt in range(CODES_TO_TRY))
    return next((code for maker, code in tried if maker.hash(code) == kept_receipt), "")


def receipt_hash(code: str) -> str:
    """Return what the database would keep of a code that is given out now."""
    return receipt_maker().hash(code)


def receipt_hashes(code: str) -> list[str]:
    """Return everything that the database may hold of a code, whenever it was given out."""
    return [maker.hash(code) for maker in receipt_makers()]
