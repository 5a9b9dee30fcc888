"""The key ring: the only module that turns secrets into keys, one for each purpose (HKDF-SHA256, RFC 5869).

SECRET_KEY signs what lasts a day and seals what is stored: the secrets of the service, the private keys of events and
the keys of paper batches. What people were given (receipt codes, links) and what must be found again by a fingerprint
is made from the *secrets of the service*: random, in the database, sealed. A new SECRET_KEY therefore changes none of
it: the former one, in SECRET_KEY_FALLBACKS, opens what is stored until `flask keys rotate` has sealed it anew.

Where no secret of the service can be opened, because the former key is missing, a new one begins, so that answers can
still be stored. What was made from the earlier ones is found again when the former key is back.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy import insert, select

from feedback.config import Settings
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import ServiceSecret

NONCE = 12  # bytes, new for every sealing
SEALING, MAKING = 32, 64  # bytes of a key that seals what is stored, and of one that makes and finds
NOTHING = "nothing"


class Purpose(Enum):
    """What a key is for: the label it is derived with, a sentence, and what a change of SECRET_KEY ends."""

    SESSIONS = ("sessions of staff", "Signs the cookie of who is signed in.", "staff sign in again")
    FORM_TOKENS = ("tokens of staff forms", "Signs the token of a staff form.", "staff load open forms anew")
    SERVICE_SECRETS = ("secrets of the service", "Seals the secrets that the keys below come from.", NOTHING)
    EVENT_KEYS = ("private keys of events", "Seals the keys that open what tablets send.", NOTHING)
    PAPER_BATCHES = ("keys of paper batches", "Seals the key that leads from serials to responses.", NOTHING)
    RECEIPTS = ("receipts", "Makes receipt codes, and their fingerprints that find answers.", NOTHING)
    RECEIPT_PAGES = ("pages of receipts", "Seals a code in the address of a page, for an hour or two.", NOTHING)
    DRAFT_COOKIES = ("cookies of drafts", "Seals what leads from a cookie to a receipt, for hours.", NOTHING)
    KIOSK_LINKS = ("kiosk links", "Seals the event in the link that makes a tablet a kiosk.", NOTHING)
    HELD_FORMS = ("forms that wait", "Makes the fingerprint that keeps a form once if it comes again.", NOTHING)
    SNAPSHOTS = ("snapshots of waves", "Makes the fingerprints of the answers that figures are drawn from.", NOTHING)
    SIGN_IN_GUESSES = ("wrong passwords", "Hides the account in the table of wrong passwords.", NOTHING)
    OPENED_FORMS = ("opened forms", "Seals in a page when its form was opened.", NOTHING)
    FORMS_ALIKE = ("forms alike", "Hides what was sent in the hour's table of forms alike.", NOTHING)
    PAPER_SHEETS = ("paper sheets", "Makes id, receipt and chance of a sheet, from its batch's key.", NOTHING)

    def __init__(self, label: str, what: str, ends: str) -> None:
        self.label, self.what, self.ends = label, what, ends


class FormerKeyMissing(Refusal):
    """Something was made under a former SECRET_KEY that is not in the ring. `what` begins a sentence."""

    status = 409

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} cannot be opened, because SECRET_KEY was changed and the former one is missing. Nothing was "
            "changed. Whoever runs the service can mend it: add the former key to SECRET_KEY_FALLBACKS."
        )


@dataclass(frozen=True)
class Key:
    """A key that makes numbers and seals texts; the same input gives the same output, so that it can be found again."""

    value: bytes

    def number(self, data: bytes) -> bytes:
        """Return 32 bytes (HMAC-SHA256) that nobody can make without this key."""
        return hmac.digest(self.value, data, sha256)

    def fingerprint(self, data: bytes) -> str:
        """Return such a number in hexadecimal, as the database keeps it."""
        return self.number(data).hex()

    def seal(self, plain: bytes) -> bytes:
        """Return a seal (AES-SIV, RFC 5297) that is the same for the same text."""
        return AESSIV(self.value).encrypt(plain, None)

    def open(self, sealed: bytes) -> bytes | None:
        """Return what was sealed; None where this key did not seal it."""
        try:
            return AESSIV(self.value).decrypt(sealed, None)
        except (InvalidTag, ValueError):
            return None


@dataclass(frozen=True)
class Ring:
    """SECRET_KEY first, then the former ones, newest first."""

    secrets: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return what the keys are called where they must not be shown: 8 letters and numbers each."""
        return tuple(_derived(secret.encode(), "name of the key", 4).hex() for secret in self.secrets)

    def seal(self, purpose: Purpose, plain: bytes, bound: bytes = b"") -> bytes:
        """Seal with the newest key (AES-GCM); `bound` is what it belongs to, and is needed to open it."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(self._key(purpose, 0)).encrypt(nonce, plain, bound)

    def open(self, purpose: Purpose, sealed: bytes, bound: bytes = b"") -> bytes | None:
        """Return what was sealed, with whatever key of the ring; None where the key is missing."""
        found = self.opened(purpose, sealed, bound)
        return found[1] if found else None

    def opened(self, purpose: Purpose, sealed: bytes, bound: bytes = b"") -> tuple[int, bytes] | None:
        """Return the place in the ring of the key that opens a seal (0: the newest), and what was sealed."""
        for place in range(len(self.secrets)):
            try:
                return place, AESGCM(self._key(purpose, place)).decrypt(sealed[:NONCE], sealed[NONCE:], bound)
            except (InvalidTag, ValueError):
                continue
        return None

    def key(self, purpose: Purpose) -> Key:
        """Return what makes numbers that need not be found again once SECRET_KEY has changed."""
        return Key(_derived(self.secrets[0].encode(), purpose.label, MAKING))

    def _key(self, purpose: Purpose, place: int) -> bytes:
        return _derived(self.secrets[place].encode(), purpose.label, SEALING)


def ring_of(settings: Settings) -> Ring:
    return Ring(tuple(dict.fromkeys((settings.secret_key, *settings.former_keys))))


def ring() -> Ring:
    """Return the ring of the application."""
    return ring_of(current_app.config["SETTINGS"])


def keys_of_flask(settings: Settings) -> Mapping[str, str]:
    """Return what Flask and its forms sign with: the newest key alone.

    A former key opens no session: whoever has learned it, which is why keys are changed, could sign in as anybody.
    """
    sessions, tokens = (
        _derived(settings.secret_key.encode(), purpose.label, SEALING).hex()
        for purpose in (Purpose.SESSIONS, Purpose.FORM_TOKENS)
    )
    return {"SECRET_KEY": sessions, "WTF_CSRF_SECRET_KEY": tokens}


def key_from(secret: bytes, purpose: Purpose) -> Key:
    """Return the key for a purpose that comes from a stored secret."""
    return Key(_derived(secret, purpose.label, MAKING))


def newest_key(purpose: Purpose) -> Key:
    """Return the key to make something new with. A secret that begins here is the caller's to commit."""
    return key_from((_opened_secrets() or (_new_secret(),))[0], purpose)


def every_key(purpose: Purpose) -> tuple[Key, ...]:
    """Return every key that something may have been made with, newest first."""
    return tuple(key_from(secret, purpose) for secret in _opened_secrets())


def begin_secret() -> None:
    """See to it that there is a secret of the service that can be opened, and commit if one had to be made."""
    if not _opened_secrets():
        _new_secret()
        db.session.commit()


def secret_missing() -> bool:
    """Whether a secret of the service cannot be opened, so that what was made from it cannot be found."""
    return len(_opened_secrets()) < len(_sealed_secrets())


def _sealed_secrets() -> list[bytes]:
    return list(db.session.scalars(select(ServiceSecret.sealed).order_by(ServiceSecret.id.desc())))


def _opened_secrets() -> tuple[bytes, ...]:
    opened = (ring().open(Purpose.SERVICE_SECRETS, sealed) for sealed in _sealed_secrets())
    return tuple(secret for secret in opened if secret is not None)


def _new_secret() -> bytes:
    """Of two that begin at once both are good: each opens, and what was made is looked up under every one."""
    secret = secrets.token_bytes(32)
    sealed = ring().seal(Purpose.SERVICE_SECRETS, secret)
    db.session.execute(insert(ServiceSecret).values(sealed=sealed))
    return secret


@lru_cache(maxsize=256)
def _derived(secret: bytes, label: str, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=label.encode()).derive(secret)
