"""What people type stays as they see it: joiners of Farsi, parts of an emoji, flags."""

from __future__ import annotations

import pytest

from feedback.typed_text import one_line, seen_lines

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    "text",
    [
        "گفت\u200cوگو با می\u200cخواهم",
        "क्\u200dष",
        ENGLAND,
        f"{ENGLAND} and {FAMILY}",
        "\U0001f3f3\ufe0f\u200d\U0001f308",
        "❤️",
    ],
)
def test_what_is_seen_stays(text: str) -> None:
    assert one_line(text) == text
    assert seen_lines(text) == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u200cA title\u200d", "A title"),  # at an edge a joiner joins nothing
        ("\u200c \u200d", ""),
        ("a\u202eb\u2066c\u200fd\u00ade\ufefff", "abcdef"),
        ("a\U000e0067\U000e007f", "a"),  # letters that nobody sees, behind no flag
        ("\U0001f3f4\U000e0067", "\U0001f3f4"),  # a flag that does not end
        ("\U000e0001\U0001f3f4b", "\U0001f3f4b"),
        ("a\n\tb\0\x1b[0m", "a b[0m"),
        ("\ufdd0\uffff\U0001fffe", ""),
    ],
)
def test_what_nobody_sees_goes(typed: str, kept: str) -> None:
    assert one_line(typed) == kept
