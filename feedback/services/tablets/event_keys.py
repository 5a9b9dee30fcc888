"""The key pair of an event: a tablet seals answers with the public key, and only the service can open them.

RSA-OAEP with SHA-256 (3072 bits) wraps the AES-256 key of each form; AES-GCM seals the form with its id as additional
data. The private key lies in the event's row, sealed with a key derived from SECRET_KEY: a stolen database opens
nothing, and neither does a stolen tablet. When SECRET_KEY changes, `reseal_keys` with the former one is needed.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Event
from feedback.strict_json import read_json

BITS = 3072
NONCE = 12  # bytes
BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
KEY_NAME = re.compile(r"[A-Za-z0-9_-]{43}")  # a thumbprint; no database looks for a text of any length
Opener = Callable[[Mapping[str, Any]], dict[str, Any]]
OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


class Unreadable(Refusal):
    """A sealed form that this key does not open: damaged, or sealed for somebody else."""

    def __init__(self) -> None:
        super().__init__("This form cannot be opened: it was damaged on its way, or sealed for another service.")


class KeyLost(Refusal):
    """The private key of an event cannot be opened with the SECRET_KEY in use."""

    status = 409

    def __init__(self, code: str) -> None:
        super().__init__(
            f"The key of event {code} cannot be opened, because SECRET_KEY was changed. Whoever runs the service can "
            "mend it: `flask devices reseal-keys` with the former SECRET_KEY."
        )


def public_jwk(event: Event) -> dict[str, str]:
    """Return the public key of an event as a JSON Web Key whose `kid` names it; made and committed when first asked.

    Raises:
        KeyLost: what would be sealed with it could not be opened again.

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

    It takes a sealed item (`id, wrapped, iv, sealed` as text), gives the form in it, and raises Unreadable when the
    item is damaged or was sealed with another key or for another id.

    Raises:
        KeyLost: the private key cannot be opened.

    """
    private = _private_key(event)
    return lambda item: _open(private, item)


def open_sealed(event: Event, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form in a sealed item. Raises Unreadable and KeyLost as above."""
    return opener(event)(item)


def _open(private: rsa.RSAPrivateKey, item: Mapping[str, Any]) -> dict[str, Any]:
    try:
        wrapped, iv, sealed = (_bytes(item[part]) for part in ("wrapped", "iv", "sealed"))
        key = private.decrypt(wrapped, OAEP)
        form = read_json(AESGCM(key).decrypt(iv, sealed, str(item["id"]).encode()))
    except (InvalidTag, ValueError, KeyError):
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


def lost_keys() -> list[str]:
    """Return the codes of the events whose private key cannot be opened with the SECRET_KEY in use."""
    return [event.code for event in _with_keys() if _opened_by(_sealing_key(_secret()), event) is None]


def reseal_keys(former_secret: str) -> list[str]:
    """Seal anew the private keys that `former_secret` opens, and commit; return the codes of their events."""
    former, now = _sealing_key(former_secret), _sealing_key(_secret())
    done = []
    for event in _with_keys():
        opened = _opened_by(former, event)
        if opened is not None and _opened_by(now, event) is None:
            event.sealed_private_key = _seal(now, event.id, opened)
            done.append(event.code)
    db.session.commit()
    return done


def _make_pair(event: Event) -> None:
    """Make a pair; of two that are made at once the first one written counts."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    der = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    sealed = _seal(_sealing_key(_secret()), event.id, der)
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
    der = _opened_by(_sealing_key(_secret()), event)
    if der is None:
        raise KeyLost(event.code)
    return _loaded(der)


@lru_cache(maxsize=64)
def _loaded(der: bytes) -> rsa.RSAPrivateKey:
    key = serialization.load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)  # we sealed it ourselves
    assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101 - nothing else is ever sealed
    return key


def _with_keys() -> list[Event]:
    keyed = select(Event).where(Event.public_key.is_not(None)).order_by(Event.code)
    return list(db.session.scalars(keyed.options(undefer(Event.sealed_private_key))))


def _seal(key: bytes, event_id: UUID, der: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, der, event_id.bytes)


def _opened_by(key: bytes, event: Event) -> bytes | None:
    sealed = event.sealed_private_key or b""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], event.id.bytes)
    except (InvalidTag, ValueError):
        return None


@lru_cache(maxsize=4)
def _sealing_key(secret: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"private keys of events").derive(secret.encode())


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def _number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    if not isinstance(text, str) or not BASE64URL.fullmatch(text):
        raise NotBase64
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
