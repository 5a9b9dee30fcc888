"""Opening what tablets sealed: a tablet seals answers with the public key of its event.

RSA-OAEP with SHA-256 (3072 bits) wraps the AES-256 key of each form; AES-GCM seals the form with its id as additional
data. The private key lies in the event's row, sealed under the key ring: a stolen database opens nothing, and neither
does a stolen tablet.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from feedback.errors import Refusal
from feedback.keys import FormerKeyMissing, Purpose, ring
from feedback.messages.decoding import convert, read_json
from feedback.messages.shapes import SealedForm
from feedback.models import Event

Opener = Callable[[Mapping[str, Any]], dict[str, Any]]
OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


class Unreadable(Refusal):
    """A sealed form that this key does not open: damaged, or sealed for somebody else."""

    def __init__(self) -> None:
        super().__init__("This form cannot be opened: it was damaged on its way, or sealed for another service.")


def opener(event: Event) -> Opener:
    """Return what opens the forms that were sealed for an event; it needs the database no more.

    It takes a sealed item, gives the form in it as it was written, and raises Malformed when the item is no
    `SealedForm`, and Unreadable when it is damaged or was sealed with another key or for another id.

    Raises:
        FormerKeyMissing: the private key cannot be opened.

    """
    private = private_key(event)
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


def private_key(event: Event) -> rsa.RSAPrivateKey:
    """Return the private key of an event. Raises FormerKeyMissing where no key of the ring opens it."""
    der = ring().open(Purpose.EVENT_KEYS, event.sealed_private_key or b"", event.id.bytes)
    if der is None:
        raise FormerKeyMissing(f"The key of event {event.code}")
    return _loaded(der)


@lru_cache(maxsize=64)
def _loaded(der: bytes) -> rsa.RSAPrivateKey:
    key = serialization.load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)  # we sealed it ourselves
    assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101 - nothing else is ever sealed
    return key


def _bytes(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
