"""Receipts: a short code that proves an answer arrived. Only a hash of it is stored."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext

from feedback.errors import TRY_LATER, NotFound, Refusal, Unavailable
from feedback.keys import Key, Purpose, begin_secret, every_key, newest_key, secret_missing
from feedback.models.types import utc_now

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs, without 0, 1, I and O, which look alike
LENGTH = 10
LONGEST_TOKEN = 100  # characters; one of ours has about 50


class ReceiptHidden(Refusal):
    """The page with a receipt code is shown for a while only."""

    status = 410


@dataclass(frozen=True)
class ReceiptMaker:
    """Makes the codes of responses and what the database keeps of them, from one secret of the service."""

    key: Key

    def code(self, response_id: UUID, attempt: int = 0) -> str:
        """Return the code of a response, the same every time; `attempt` makes another should two share a code."""
        return code_of(self.key.number(b"code:%d:" % attempt + response_id.bytes))

    def hash(self, code: str) -> str:
        """Return what the database keeps of a code; spaces, hyphens and small letters make no difference.

        It takes the service's secret to make: a plain hash of so short a code could be undone by trying every code.
        """
        plain = "".join(letter for letter in code.upper() if letter.isalnum())
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


def receipt_hash(code: str) -> str:
    """Return what the database would keep of a code that is given out now."""
    return receipt_maker().hash(code)


def receipt_hashes(code: str) -> list[str]:
    """Return everything that the database may hold of a code, whenever it was given out."""
    return [maker.hash(code) for maker in receipt_makers()]


def seal_receipt(code: str) -> str:
    """Return a code as it may stand in the address of a page: sealed, so that no history tells it, and good for an hour
    or two. The same code gives the same text within an hour, so that sending twice leads to one page.
    """
    begin_secret()
    sealed = newest_key(Purpose.RECEIPT_PAGES).seal(f"{_hour()} {code}".encode())
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def open_receipt(token: str) -> str:
    """Return the code in the address of a receipt page.

    Raises:
        NotFound: this service did not write the address, or it was cut short.
        ReceiptHidden: the page was opened too long after sending.
        Unavailable: the service may have written it, under a key that is missing.

    """
    opened = _opened(token)
    if opened is None:
        if secret_missing():
            raise Unavailable(str(TRY_LATER))
        raise NotFound(gettext("There is no receipt with this code. Check that the address is complete."))
    hour, code = opened.decode().split(" ")
    if _hour() - int(hour) > 1:
        raise code_hidden()
    return code


def code_hidden() -> ReceiptHidden:
    """Return what is told in place of a code that was shown before."""
    return ReceiptHidden(
        gettext("Your answers have arrived. The page with the receipt code is shown for about an hour only.")
    )


def _opened(token: str) -> bytes | None:
    try:
        sealed = urlsafe_b64decode(token[:LONGEST_TOKEN].encode("ascii") + b"==")
    except ValueError:
        return None
    tried = (key.open(sealed) for key in every_key(Purpose.RECEIPT_PAGES))
    return next((opened for opened in tried if opened is not None), None)


def _hour() -> int:
    return int(utc_now().timestamp() // 3600)
