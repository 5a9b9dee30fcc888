"""Making the key pair of an event: a tablet seals answers with the public key, and only the service can open them."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import update

from feedback.extensions import db
from feedback.keys import Purpose, ring
from feedback.messages.seals import private_key
from feedback.models import Event

BITS = 3072


def public_jwk(event: Event) -> dict[str, str]:
    """Return the public key of an event as a JSON Web Key whose `kid` names it; made and committed when first asked.

    Raises:
        FormerKeyMissing: what would be sealed with it could not be opened again.

    """
    if event.public_key is None:
        _make_pair(event)
    private_key(event)
    jwk: dict[str, str] = json.loads(event.public_key or "{}")
    return jwk


def key_id(event: Event) -> str:
    """Return the name of an event's key; empty while it has none."""
    return str(json.loads(event.public_key)["kid"]) if event.public_key else ""


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


def _number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
