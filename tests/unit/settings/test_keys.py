"""The key ring: what is derived, sealed and opened, without a database."""

from __future__ import annotations

import hmac
from hashlib import sha256

import pytest

from feedback.config import Settings
from feedback.keys import Key, Purpose, Ring, _derived, key_from, keys_of_flask, ring_of

OLD, NEW = "o" * 32, "n" * 32


def hkdf(secret: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 with SHA-256 and no salt, by its own words."""
    extracted, block, made = hmac.digest(b"\0" * 32, secret, sha256), b"", b""
    for number in range(1, 4):
        block = hmac.digest(extracted, block + info + bytes([number]), sha256)
        made += block
    return made[:length]


def test_the_words_of_the_standard_give_its_third_test_case() -> None:
    made = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    assert hkdf(b"\x0b" * 22, b"", 42).hex() == made


@pytest.mark.parametrize("purpose", Purpose)
def test_a_key_is_derived_as_the_standard_says_for_each_purpose(purpose: Purpose) -> None:
    assert _derived(OLD.encode(), purpose.label, 64) == hkdf(OLD.encode(), purpose.label.encode(), 64)


def test_no_two_purposes_share_a_key_and_each_says_what_it_is_for() -> None:
    assert len({purpose.label for purpose in Purpose}) == len(list(Purpose))
    assert all(purpose.what.endswith(".") and purpose.ends for purpose in Purpose)


def test_the_labels_stay_as_they_are() -> None:
    """Whoever changes one loses what was sealed or made with it: that takes a migration."""
    assert [purpose.label for purpose in Purpose] == [
        "sessions of staff",
        "tokens of staff forms",
        "secrets of the service",
        "private keys of events",
        "keys of paper batches",
        "receipts",
        "pages of receipts",
        "cookies of drafts",
        "kiosk links",
        "forms that wait",
        "snapshots of waves",
        "wrong passwords",
        "opened forms",
        "forms alike",
        "paper sheets",
    ]


def test_a_former_key_opens_and_the_newest_seals() -> None:
    former, both, newest = Ring((OLD,)), Ring((NEW, OLD)), Ring((NEW,))
    sealed = former.seal(Purpose.EVENT_KEYS, b"secret", b"event")
    assert both.opened(Purpose.EVENT_KEYS, sealed, b"event") == (1, b"secret")
    assert newest.open(Purpose.EVENT_KEYS, sealed, b"event") is None
    assert newest.open(Purpose.EVENT_KEYS, both.seal(Purpose.EVENT_KEYS, b"secret", b"event"), b"event") == b"secret"


@pytest.mark.parametrize(
    ("purpose", "bound", "cut"),
    [(Purpose.PAPER_BATCHES, b"event", 0), (Purpose.EVENT_KEYS, b"other", 0), (Purpose.EVENT_KEYS, b"event", 1)],
)
def test_a_seal_opens_for_its_purpose_in_its_place_and_whole(purpose: Purpose, bound: bytes, cut: int) -> None:
    ring = Ring((OLD,))
    sealed = ring.seal(Purpose.EVENT_KEYS, b"secret", b"event")
    assert ring.open(purpose, sealed[cut:], bound) is None


@pytest.mark.parametrize("sealed", [b"", b"x", b"x" * 28, b"x" * 1000])
def test_what_is_no_seal_is_not_opened(sealed: bytes) -> None:
    assert Ring((NEW, OLD)).open(Purpose.SERVICE_SECRETS, sealed) is None
    assert key_from(b"secret", Purpose.KIOSK_LINKS).open(sealed) is None


def test_a_key_seals_alike_and_opens_its_own() -> None:
    key, other = (key_from(b"secret", purpose) for purpose in (Purpose.KIOSK_LINKS, Purpose.RECEIPT_PAGES))
    assert key.seal(b"event") == key.seal(b"event") != other.seal(b"event")
    assert (key.open(key.seal(b"event")), other.open(key.seal(b"event"))) == (b"event", None)
    assert key.fingerprint(b"a") == hmac.digest(key.value, b"a", sha256).hex() != other.fingerprint(b"a")
    assert isinstance(key, Key)


def test_a_ring_has_each_key_once_and_names_that_give_nothing_away() -> None:
    ring = ring_of(Settings(secret_key=NEW, secret_key_fallbacks=f"{OLD}, {NEW},{OLD}"))
    assert ring.secrets == (NEW, OLD)
    assert [len(name) for name in ring.names] == [8, 8]
    assert len({*ring.names, hkdf(NEW.encode(), b"sessions of staff", 4).hex()}) == 3


def test_sessions_are_signed_with_the_newest_key_alone_and_never_with_the_secret_itself() -> None:
    given = keys_of_flask(Settings(secret_key=NEW, secret_key_fallbacks=OLD))
    assert set(given) == {"SECRET_KEY", "WTF_CSRF_SECRET_KEY"}
    assert given == keys_of_flask(Settings(secret_key=NEW))
    assert len({NEW, *given.values()}) == 3
