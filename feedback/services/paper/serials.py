"""Serial numbers of sheets: short, without signs that look alike, with a last sign that gives a mistyped one away.

A serial says which batch a sheet is from and which sheet of it, and nothing about a person.
"""

from __future__ import annotations

import secrets

from feedback.errors import Refusal

# 23 signs, a prime number: with weights below 23 the check finds every wrong sign and every pair that changed places.
# Without 0 O Q, 1 I L, B, G, S, U and Z, which look like others, and without vowels, so that no serial is a word.
ALPHABET = "23456789CDFHJKMNPRTVWXY"
BATCH_LENGTH = 3
NUMBER_LENGTH = 3
LENGTH = BATCH_LENGTH + NUMBER_LENGTH + 1
LONGEST_NAMED = 20  # characters of what was typed that a sentence tells back
LARGEST_NUMBER = len(ALPHABET) ** NUMBER_LENGTH - 1


def new_batch_code() -> str:
    """Return a code for a batch, such as `K7M`; whether it is free, the database knows."""
    return "".join(secrets.choice(ALPHABET) for _ in range(BATCH_LENGTH))


def serial_of(batch_code: str, number: int) -> str:
    """Return the serial of a sheet of a batch, `number` from 1, as it is stored: 7 signs without a hyphen."""
    if not 1 <= number <= LARGEST_NUMBER:
        raise ValueError(f"a batch has no sheet number {number}")
    signs = ""
    for _ in range(NUMBER_LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        signs = ALPHABET[rest] + signs
    return batch_code + signs + _check_sign(batch_code + signs)


def shown(serial: str) -> str:
    """Return a serial as it is printed: `K7M-223H`."""
    return f"{serial[:BATCH_LENGTH]}-{serial[BATCH_LENGTH:]}"


def read_serial(typed: str) -> str:
    """Return the serial that somebody typed or scanned; case, spaces and hyphens make no difference.

    Raises:
        Refusal: it cannot be a serial, or a sign of it is wrong.

    """
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    named = "Serial number " + "".join(sign for sign in typed.strip() if sign.isprintable())[:LONGEST_NAMED]
    if not signs:
        raise Refusal("Enter the serial number that is printed on the sheet.")
    if len(signs) != LENGTH:
        raise Refusal(f"{named} cannot be right: it must have {LENGTH} letters and numbers, such as K7M-223H.")
    stranger = next((sign for sign in signs if sign not in ALPHABET), "")
    if stranger:
        raise Refusal(
            f"{named} cannot be right: serial numbers do not contain the character {stranger}. Check it with the sheet."
        )
    if _check_sign(signs[:-1]) != signs[-1]:
        raise Refusal(f"{named} is mistyped: the check digit is wrong. Check it with the sheet.")
    return signs


def _check_sign(signs: str) -> str:
    total = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(signs, start=2))
    return ALPHABET[-total % len(ALPHABET)]
