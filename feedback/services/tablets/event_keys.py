"""The key pair of an event: a tablet seals answers with the public key, and only the service can open them.

RSA-OAEP with SHA-256 (3072 bits) wraps the AES-256 key of each form; AES-GCM seals the form with its id as additional
data. The private key lies in the event's row, sealed under the key ring: a stolen database opens nothing, and neither
does a stolen tablet.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, update

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.keys import FormerKeyMissing, Purpose, ring
from feedback.models import Event
from feedback.services.tablets.decoding import convert, read_json
from feedback.services.tablets.messages import SealedForm

BITS = 3072
KEY_NAME = re.compile(r"[A-Za-z0-9_-]{43}")  # a thumbprint; no database looks for a text of any length
Opener = Callable[[Mapping[str, Any]], dict[str, Any]]
OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


class Unreadable(Refusal):
    """A sealed form that this key does not open: damaged, or sealed for somebody else."""

    def __init__(self) -> None:
        super().__init__("This form cannot be opened: it was damaged on its way, or sealed for another service.")


def public_jwk(event: Event) -> dict[str, str]:
    """Return the public key of an event as a JSON Web Key whose `kid` names it; made and committed when first asked.

    Raises:
        FormerKeyMissing: what would be sealed with it could not be opened again.

    """
    if event.public_key is None:
        _make_pair(event)
    _private_key(event)
    jwk: dict[str, str] = json.loads(event.public_key or "{}")
    return jwk


def key_id(event: Event) -> str:
    """Return the name of an event's key; empty while it has none."""
    return str(json.loads(event.public_key)["kid"]) if event.public_key else ""


def opener(event: Event) -> Opener:
    """Return what opens the forms that were sealed for an event; it needs the database no more.

    It takes a sealed item, gives the form in it as it was written, and raises Malformed when the item is no
    `SealedForm`, and Unreadable when it is damaged or was sealed with another key or for another id.

    Raises:
        FormerKeyMissing: the private key cannot be opened.

    """
    private = _private_key(event)
    return lambda item: _open(private, item)


def open_sealed(event: Event, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form in a sealed item. Raises Unreadable, Malformed and FormerKeyMissing as above."""
    return opener(event)(item)


def _open(private: rsa.RSAPrivateKey, item: Mapping[str, Any]) -> dict[str, Any]:
    envelope = convert(item, SealedForm, "the sealed form")
    try:
        key = private.decrypt(_bytes(envelope.wrapped), OAEP)
        form = read_json(AESGCM(key).decrypt(_bytes(envelope.iv), _bytes(envelope.sealed), envelope.id.encode()))
    except (InvalidTag, ValueError):
        raise Unreadable from None
    if not isinstance(form, dict):
        raise Unreadable
    return form


def event_of_key(kid: str) -> Event | None:
    """Return the event whose key has this name, if it is one of ours."""
    if not KEY_NAME.fullmatch(kid):
        return None
    named = Event.public_key.contains(f'"kid": "{kid}"', autoescape=True)
    return db.session.scalar(select(Event).where(named))


def _make_pair(event: Event) -> None:
    """Make a pair; of two that are made at once the first one written counts."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    der = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    sealed = ring().seal(Purpose.EVENT_KEYS, der, event.id.bytes)
    first = update(Event).where(Event.id == event.id, Event.public_key.is_(None))
    db.session.execute(first.values(public_key=json.dumps(_jwk(private.public_key())), sealed_private_key=sealed))
    db.session.commit()
    db.session.refresh(event, ["public_key", "sealed_private_key"])


def _jwk(public: rsa.RSAPublicKey) -> dict[str, str]:
    numbers = public.public_numbers()
    parts = {"e": _text(_number(numbers.e)), "kty": "RSA", "n": _text(_number(numbers.n))}
    thumbprint = hashlib.sha256(json.dumps(parts, separators=(",", ":"), sort_keys=True).encode())  # RFC 7638
    return {**parts, "alg": "RSA-OAEP-256", "kid": _text(thumbprint.digest())}


def _private_key(event: Event) -> rsa.RSAPrivateKey:
    der = ring().open(Purpose.EVENT_KEYS, event.sealed_private_key or b"", event.id.bytes)
    if der is None:
        raise FormerKeyMissing(f"The key of event {event.code}")
    return _loaded(der)


@lru_cache(maxsize=64)
def _loaded(der: bytes) -> rsa.RSAPrivateKey:
    key = serialization.load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)  # we sealed it ourselves
    assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101 - nothing else is ever sealed
    return key


def _number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
