"""Which ward a postcode lies in. A postcode is looked up and forgotten: nothing here keeps or logs it."""

from __future__ import annotations

from sqlalchemy import exists, select

from feedback.extensions import db
from feedback.models import Postcode

LONGEST = 8  # letters and digits of a postcode, with room for an honest typing error


def ward_of(postcode: str) -> str | None:
    """Return the code of the ward; None when the postcode is not one of this place. Spaces and case do not matter."""
    plain = plain_postcode(postcode)
    if not 0 < len(plain) <= LONGEST:
        return None
    return db.session.scalar(select(Postcode.ward_code).filter_by(postcode=plain))


def postcodes_known() -> bool:
    """Whether a postcode file has been imported, so that the look-up can be offered."""
    return bool(db.session.scalar(select(exists().where(Postcode.postcode != ""))))


def plain_postcode(text: str) -> str:
    """A postcode as it is kept: capital letters and digits without spaces. Other signs are left out."""
    return "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())
