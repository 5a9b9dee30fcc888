"""The lists of words: strict reading, and what each line means as a pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from feedback.keyword_screening.normalisation import normal

FOLDER = Path(__file__).parent / "words"
STATES = ("draft", "reviewed")
KEYS = {"language", "state", "reviewed_by", "reviewed_on", "sets", "groups"}
OPTIONAL = {"without_spaces"}
STAND_FOR = {"a": "a4@", "e": "e3", "i": "i1!", "l": "l1", "o": "o0", "s": "s5$", "t": "t7+", "b": "b8", "g": "g9"}
GAP = "..."
PARTS = re.compile(r"\.\.\.|<\w+>\??|\([^)]*\)\??|[^\s()<>]+")


class WordsError(ValueError):
    """A list that cannot be used; the text names file and line."""


@dataclass(frozen=True)
class ConcernGroup:
    """One kind of concern. `written`: its lines as one pattern of normal words; `run_together`: without the spaces."""

    code: str
    label: str
    lines: tuple[str, ...]
    written: re.Pattern[str]
    run_together: re.Pattern[str]


@dataclass(frozen=True)
class WordList:
    """The words of one language. `without_spaces`: the script writes none, so words are found within others."""

    language: str
    state: str
    reviewed_by: str
    reviewed_on: date | None
    without_spaces: bool
    groups: tuple[ConcernGroup, ...]

    @property
    def size(self) -> int:
        return sum(len(group.lines) for group in self.groups)


@cache
def word_lists(folder: Path = FOLDER) -> tuple[WordList, ...]:
    """Return every list, English first.

    Raises:
        WordsError: a file has a fault.

    """
    lists = [_read(path) for path in sorted(folder.glob("*.yaml"))]
    return tuple(sorted(lists, key=lambda words: (words.language != "en", words.language)))


def _read(path: Path) -> WordList:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or set(content) - OPTIONAL != KEYS:
        raise WordsError(f"{path.name}: it must have the keys {', '.join(sorted(KEYS))}.")
    reviewed_on = content["reviewed_on"] or None
    reviewed = bool(content["reviewed_by"]) and isinstance(reviewed_on, date)
    if content["state"] not in STATES or (content["state"] == "reviewed") != reviewed:
        raise WordsError(f"{path.name}: state is draft, or reviewed with `reviewed_by` and `reviewed_on`.")
    spaces = not content.get("without_spaces", False)
    lines = _Lines(path.name, content["sets"], spaces)
    groups = tuple(lines.group(entry) for entry in content["groups"])
    return WordList(
        language=str(content["language"]),
        state=content["state"],
        reviewed_by=str(content["reviewed_by"]),
        reviewed_on=reviewed_on,
        without_spaces=not spaces,
        groups=groups,
    )


@dataclass(frozen=True)
class _Lines:
    """Lines of one file turned into patterns. Each word of a pattern ends with a space, as in the text."""

    file: str
    sets: Mapping[str, list[str]]
    spaces: bool

    def group(self, entry: Mapping[str, Any]) -> ConcernGroup:
        lines = tuple(entry["phrases"])
        if not lines:
            raise WordsError(f"{self.file}: the group {entry['code']} has no phrases.")
        gap = " " if self.spaces else ""
        written = _either(self._parts(line, gap) for line in lines)
        together = _either(self._parts(line, "") for line in lines if GAP not in line)
        return ConcernGroup(
            code=entry["code"],
            label=entry["label"],
            lines=lines,
            written=re.compile(f"(?<= )(?:{written})" if gap else written),
            run_together=re.compile(together),
        )

    def _parts(self, line: str, gap: str) -> list[str]:
        return [self._part(part, line, gap) for part in PARTS.findall(line)]

    def _part(self, part: str, line: str, gap: str) -> str:
        if part == GAP:
            return r"(?:\S+ ){0,4}?" if self.spaces else ".{0,8}?"
        optional = "?" if part.endswith("?") else ""
        body = part.removesuffix(optional)
        if body.startswith("<"):
            return _either(self._parts(choice, gap) for choice in self._set(body[1:-1], line)) + optional
        return _either(self._words(words, gap) for words in body.strip("()").split("|")) + optional

    def _set(self, name: str, line: str) -> list[str]:
        if name not in self.sets:
            raise WordsError(f"{self.file}: the line {line!r} names the unknown set {name!r}.")
        return self.sets[name]

    def _words(self, words: str, gap: str) -> list[str]:
        plain = normal(words)
        if not plain:
            raise WordsError(f"{self.file}: {words!r} has no letters.")
        return [_letters(word) + gap for word in plain.split()]


def _either(lines: Iterable[Sequence[str]]) -> str:
    """Return one pattern for lines of parts in which what they begin with alike is written, and sought, once."""
    tails: dict[str, list[Sequence[str]]] = {}
    for line in lines:
        tails.setdefault(line[0] if line else "", []).append(line[1:])
    if set(tails) <= {""}:
        return ""
    return f"(?:{'|'.join(first + (_either(rest) if first else '') for first, rest in tails.items())})"


def _letters(word: str) -> str:
    """Each letter but the first may be a sign that stands for it, or a star."""
    return re.escape(word[0]) + "".join(_sign(letter) for letter in word[1:])


def _sign(letter: str) -> str:
    if not letter.isascii():
        return re.escape(letter)
    return f"[{re.escape(STAND_FOR.get(letter, letter))}*]"
