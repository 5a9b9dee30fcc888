"""The wording of a questionnaire in another language. Codes stay, so answers are the same in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from forms.building import parse_questionnaire
from forms.questionnaire import Questionnaire
from forms.wording import WORD

WORDING = frozenset({"title", "intro", "audience", "label", "hint", "divider", "note", "prompt", "suffix"})
READ_BY_RESIDENTS = ("title", "intro", "audience", "pages")  # staff read indicators and the like, in English


@dataclass(frozen=True)
class Match:
    """A text of a catalogue that an English text was made from, and what filled the words in its braces."""

    source: str
    filled: Mapping[str, str]


@dataclass(frozen=True)
class Catalogue:
    """Translations by their English text as it stands in our files, words in braces not filled in.

    One text is translated once, wherever it is asked, and a text that has changed is no longer found: nothing stale is
    ever shown. `words`: what fills braces or stands alone for a place (its name, wards), English -> this language.
    """

    language: str
    texts: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=dict)

    def translation(self, english: str) -> str | None:
        """Return `english`, as people read it, in this language; None when the catalogue lacks it."""
        if english in self.words:
            return self.words[english]
        match = self.match(english)
        if match is None:
            return None
        filled = {word: self._word(text) for word, text in match.filled.items()}
        return WORD.sub(lambda found: str(filled.get(found[1], found[0])), self.texts[match.source])

    def match(self, english: str) -> Match | None:
        """Return which text of the catalogue `english` was made from: itself, or one with words in braces."""
        if english in self.texts and not WORD.search(english):
            return Match(english, {})
        for source, pattern in self._patterns:
            found = pattern.fullmatch(english)
            if found and all(self._word(text) is not None for text in found.groupdict().values()):
                return Match(source, found.groupdict())
        return None

    def _word(self, text: str) -> str | None:
        """What fills braces: a number as it is, a word of the place, or a text of the catalogue."""
        return text if text.isdecimal() else self.words.get(text, self.texts.get(text))

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        """Texts with braces, those with most words of their own first."""
        sources = sorted(
            (s for s in self.texts if WORD.search(s) and WORD.sub("", s)), key=lambda s: -len(WORD.sub("", s))
        )
        return [(source, _pattern(source)) for source in sources]


def texts(questionnaire: Questionnaire) -> dict[str, str]:
    """Every text that residents read: address such as `pages.change.questions.crime_change.label` -> text."""
    definition = questionnaire.definition()
    return dict(wording({key: definition[key] for key in READ_BY_RESIDENTS if key in definition}))


def missing(questionnaire: Questionnaire, catalogue: Catalogue) -> dict[str, str]:
    """The texts, by address, that `catalogue` lacks."""
    return {where: text for where, text in texts(questionnaire).items() if catalogue.translation(text) is None}


def translated(questionnaire: Questionnaire, catalogue: Catalogue) -> Questionnaire:
    """The same questions in the language of `catalogue`. What it lacks stays as it is."""
    found = {where: catalogue.translation(text) for where, text in texts(questionnaire).items()}
    definition = _replaced(questionnaire.definition(), "", {key: text for key, text in found.items() if text})
    source = f"translation of {questionnaire.survey} into {catalogue.language}"
    return parse_questionnaire({**definition, "language": catalogue.language}, source)


def wording(value: Any, address: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a definition, or a part of one, that people read: (address, text)."""
    parts = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, item in parts:
        where = _step(address, item, key)
        if isinstance(item, str) and isinstance(key, str) and is_wording(key):
            yield where, item
        yield from wording(item, where)


def is_wording(key: str) -> bool:
    """Whether what stands under this key of a definition is read by people."""
    return key in WORDING or key.startswith(("error", "lookup_"))


def _pattern(source: str) -> re.Pattern[str]:
    """A text with words in braces as a pattern; a word that stands twice is the same both times."""
    parts: list[str] = []
    end = 0
    for found in WORD.finditer(source):
        parts.append(re.escape(source[end : found.start()]))
        known = f"(?P<{found[1]}>" in "".join(parts)
        parts.append(f"(?P={found[1]})" if known else f"(?P<{found[1]}>.+?)")
        end = found.end()
    return re.compile("".join(parts) + re.escape(source[end:]), re.DOTALL)


def _step(address: str, item: Any, key: Any) -> str:
    """The address of a part: lists are addressed by the id or code of their items."""
    name = item.get("id", item.get("code", key)) if isinstance(item, Mapping) else key
    return f"{address}.{name}" if address else str(name)


def _replaced(value: Any, address: str, found: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _replaced(item, _step(address, item, key), found) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, _step(address, item, key), found) for key, item in enumerate(value)]
    return found.get(address, value)
