"""What people type into boxes, without what no page can show again: controls and marks that turn text round."""

from __future__ import annotations

import re
import unicodedata

from forms.questions.written import writable


def one_line(text: str | None) -> str:
    """Return text on one line, without the characters that nobody sees: controls and marks that turn its direction."""
    spaced = re.sub(r"\s+", " ", text or "")
    return unicodedata.normalize("NFC", "".join(filter(_is_seen, spaced))).strip()


def _is_seen(sign: str) -> bool:
    """False for controls, marks without width (but the joiner of emoji) and points that Unicode keeps for nobody."""
    point = ord(sign)
    if 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE:
        return False
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs"} or sign == "\u200d"


def seen_lines(text: str | None) -> str:
    """Return text line by line, tabs kept, without what no page can show."""
    lines = (text or "").splitlines()
    return "\n".join("\t".join(writable(cell) for cell in line.split("\t")) for line in lines)
