"""What the two types of free text share. Text from respondents is kept as written, without what breaks files."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import Any

from forms.errors import AnswerFault
from forms.questions.base import Column, Posted, Question, last

NEWLINES = str.maketrans({"\r": "\n", "\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\t": " "})
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # turn round the text that follows


class Written(Question, frozen=True, kw_only=True):
    """`note` is what the person reads about the limit; `error_long` the sentence when it is passed."""

    max_length: int
    note: str = ""
    error_long: str

    def read(self, posted: Posted) -> Any:
        """The text with its spaces, but without what must not stand on a page when it is shown again."""
        return writable(last(posted.getlist(self.id))) or None

    def clean(self, answer: Any) -> str | None:
        if answer is None:
            return None
        if not isinstance(answer, str):
            raise AnswerFault(self.error)
        text = self.tidy(answer)
        if len(text) > self.max_length:
            raise AnswerFault(self.error_long)
        return text or None

    def tidy(self, text: str) -> str:
        return tidied(text)

    def display(self, answer: Any) -> list[str]:
        return answer.split("\n") if answer else []

    def cells(self, answer: Any) -> dict[str, str]:
        return {self.id: answer or ""}

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return (Column(self.id, self.label, "text"),)

    def faults(self) -> list[str]:
        return [] if self.max_length > 0 else ["has a `max_length` below 1"]


def tidied(text: str) -> str:
    """Return text as it is stored: writable, normalised (NFC), without spaces around it."""
    return unicodedata.normalize("NFC", writable(text)).strip()


def writable(text: str) -> str:
    """Drop control characters, direction overrides and half characters; leave one kind of newline."""
    plain = text.replace("\r\n", "\n").translate(NEWLINES)
    if plain.isprintable():
        return plain
    return "".join(character for character in plain if character == "\n" or _writable(character))


def _writable(character: str) -> bool:
    """False for what no file format can hold, and for what would turn round the text beside it."""
    if character in BIDI_CONTROLS or unicodedata.category(character) in {"Cc", "Cs"}:
        return False
    point = ord(character)
    return not (0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE)
