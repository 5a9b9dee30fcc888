"""The address of a receipt page: the code sealed in it, and shown for an hour or two."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from flask_babel import gettext

from feedback.errors import TRY_LATER, NotFound, Refusal, Unavailable
from feedback.extensions import only_reading
from feedback.keys import Key, Purpose, begin_secret, every_key, newest_key, secret_missing
from feedback.models.types import utc_now

LONGEST_TOKEN = 100  # characters; one of ours has about 50


class ReceiptHidden(Refusal):
    """The page with a receipt code is shown for a while only."""

    status = 410


def seal_receipt(code: str) -> str:
    """Return a code as it may stand in the address of a page: sealed, so that no history tells it, and good for an hour
    or two. The same code gives the same text within an hour, so that sending twice leads to one page.
    """
    sealed = _page_key().seal(f"{_hour()} {code}".encode())
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


def _page_key() -> Key:
    """The newest key, read as a page is read: who has just sent answers waits for nobody else's writing."""
    with only_reading():
        known = every_key(Purpose.RECEIPT_PAGES)
    if not known:
        begin_secret()
    return known[0] if known else newest_key(Purpose.RECEIPT_PAGES)


def _opened(token: str) -> bytes | None:
    try:
        sealed = urlsafe_b64decode(token[:LONGEST_TOKEN].encode("ascii") + b"==")
    except ValueError:
        return None
    tried = (key.open(sealed) for key in every_key(Purpose.RECEIPT_PAGES))
    return next((opened for opened in tried if opened is not None), None)


def _hour() -> int:
    return int(utc_now().timestamp() // 3600)
