"""What people type into boxes, without what no page can show again: controls and marks that turn text round.

Every door of the staff area uses these two: forms, programmes, tablets, commands. Answers of residents are kept as
written (`forms/questions/written.py`).
"""

from __future__ import annotations

import re
import unicodedata

from forms.questions.written import writable

JOINERS = "\u200c\u200d"  # they part and join letters of Farsi, Hindi and others, and the parts of an emoji
# Letters that nobody sees say which flag a black flag is; anywhere else they say what nobody can read.
TAGS = re.compile("(?P<flag>\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)|[\U000e0000-\U000e007f]")


def one_line(text: str | None) -> str:
    """Return text on one line, without the characters that nobody sees: controls and marks that turn its direction."""
    spaced = re.sub(r"\s+", " ", text or "")
    seen = TAGS.sub(lambda found: found["flag"] or "", "".join(filter(is_seen, spaced)))
    return unicodedata.normalize("NFC", seen).strip(" " + JOINERS)


def is_seen(sign: str) -> bool:
    """False for controls, marks without width (but joiners and tags) and points that Unicode keeps for nobody."""
    point = ord(sign)
    if 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE:
        return False
    kept = sign in JOINERS or 0xE0020 <= point <= 0xE007F
    return kept or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"}


def seen_lines(text: str | None) -> str:
    """Return text line by line, tabs kept, without what no page can show."""
    lines = (text or "").splitlines()
    return "\n".join("\t".join(writable(cell) for cell in line.split("\t")) for line in lines)
