"""The kinds of event, in the order of a list, and the code that a person can read out, type and mistype."""

from __future__ import annotations

import secrets
import unicodedata

KINDS = {
    "patch_chat": "Patch chat",
    "door_knocking": "Door-knocking",
    "tower_block": "Tower-block visit",
    "community_event": "Community event",
    "library": "Library",
    "school": "School, college or university",
    "online_push": "Online push",
    "other": "Other",
}
# One sign of each group that looks alike, and of O and 0, I, 1 and L none at all: no two of these can be mixed up.
SIGNS = "23456789ACDEFGHJKMNPRTVWXY"
LENGTH = 6
LONGEST_TYPED = 20
AROUND = " \t.,;:!?'\"`()[]{}*|\u2018\u2019\u201c\u201d\u00ab\u00bb\u2026"  # of a sentence
PASSED_OVER = {"Zs", "Pd", "Cf", "Cc"}  # spaces, hyphens and dashes, and what nobody sees
LOOKS_LIKE = {"O": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8", "U": "V"}


def new_code() -> str:
    """Return a random code; 309 million are possible."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def typed_code(text: str) -> str:
    """Return a code as it is stored, from what somebody typed or pasted: in capitals, without spaces and hyphens.

    Full width, marks that nobody sees, and the full stop or quotes of a sentence around it make no difference. Empty
    for what cannot be a code.
    """
    usual = unicodedata.normalize("NFKC", text[: 2 * LONGEST_TYPED]).strip(AROUND + "<>")
    plain = "".join(sign for sign in usual if unicodedata.category(sign) not in PASSED_OVER).upper()
    return plain if plain.isascii() and plain.isalnum() and len(plain) <= LONGEST_TYPED else ""


def folded_code(code: str) -> str:
    """Return a code with every sign replaced by the one it is taken for: two codes that fold alike look alike."""
    return "".join(LOOKS_LIKE.get(sign, sign) for sign in code)
