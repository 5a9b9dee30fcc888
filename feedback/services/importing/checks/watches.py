"""What a map claims of a column, held against its cells as they go by: codes that fit, words that are people's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from feedback.services.importing.checks.damage import lost_letters, made_date, personal

MOST_REMEMBERED = 50  # different texts of a column; more are people's own words
CUTS = (255, 256, 1_024, 4_000, 32_767, 65_535)  # characters at which spreadsheets and databases cut texts
NUMBER = re.compile(r"[-+]?[\d.,]+%?")
LOST_ONE_IN = 200  # texts: now and then somebody forgets the space behind a question mark
FEWEST = 2  # cells, before anything is said of a column


class TextWatch:
    """Looks at the texts of a column that is said to hold people's own words."""

    def __init__(self) -> None:
        self._seen, self._filled, self._longest, self._at_longest = Counter[str](), 0, 0, 0
        self._utf16 = self._lost = 0
        self._lost_like = ""

    def see(self, text: str) -> None:
        self._filled += 1
        if "?" in text and (found := lost_letters(text)):
            self._lost += 1
            self._lost_like = self._lost_like or found
        if len(text) >= self._longest:
            self._at_longest = self._at_longest + 1 if len(text) == self._longest else 1
            self._longest = len(text)
            self._utf16 = len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
        if len(self._seen) <= MOST_REMEMBERED:
            self._seen[text.strip()] += 1

    def doubts(self, others: Mapping[str, Collection[str]], own: Collection[str] = ()) -> Iterator[str]:
        """What is odd about the column. `others`: codes and labels, in small letters, of each question with some."""
        if self._lost >= FEWEST and self._lost * LOST_ONE_IN >= self._filled:
            yield (
                f"{self._lost:,} of its {self._filled:,} texts have question marks where letters were, such as "
                f"{self._lost_like!r}. Export the file again as CSV (UTF-8)"
            )
        if self._longest in CUTS or self._utf16 in CUTS:
            yield (
                f"its longest text has exactly {max(self._longest, self._utf16):,} characters ({self._at_longest:,} "
                "cells): longer ones were cut. Export the file again in a form that does not cut"
            )
        if self._filled < FEWEST or len(self._seen) > MOST_REMEMBERED:
            return
        texts = list(self._seen)
        kinds = {personal(text) for text in texts}
        if len(kinds) == 1 and (kind := kinds.pop()):
            yield f"it holds {kind}, which are never stored. Take the question out of the map"
        elif all(NUMBER.fullmatch(text) for text in texts):
            yield "it holds numbers and no words of people"
        elif all(made_date(text) for text in texts):
            yield "it holds dates and no words of people"
        elif fitting := [key for key, known in others.items() if all(text.casefold() in known for text in texts)]:
            yield f"all its texts are answers to {fitting[0]}, and the map says that they are people's own words"


class CodeWatch:
    """Looks at the words of a column that is said to hold codes. `odd` are words that the map says mean no answer."""

    def __init__(self) -> None:
        self.matched = self.otherwise = 0
        self.odd: Counter[str] = Counter()
        self._texts, self._unknown, self._unknown_count = set[str](), set[str](), 0

    def note_unknown(self, text: str) -> None:
        """Note a text that has no code at all."""
        self._unknown_count += 1
        if len(self._unknown) <= MOST_REMEMBERED:
            self._unknown.add(text)

    def fall_back(self, text: str) -> None:
        """Note a text that the map does not list and gives its code `otherwise`."""
        self.otherwise += 1
        if len(self._texts) <= MOST_REMEMBERED:
            self._texts.add(text)

    def doubts(self, others: Mapping[str, Collection[str]], own: Collection[str] = ()) -> Iterator[str]:
        """What is odd about the column; `others` as of texts, `own`: those of its own question."""
        if self._unknown_count >= FEWEST and self._unknown_count > self.matched:
            yield self._says_unknown(others, own)
        if self.otherwise >= FEWEST and self.otherwise > self.matched:
            told = len(self._texts) > MOST_REMEMBERED or sum(map(len, self._texts)) > 25 * len(self._texts)
            what = "It looks like people's own words, which would be lost" if told else "List its texts under `codes`"
            yield (
                f"{self.otherwise:,} of its {self.otherwise + self.matched:,} texts are not in the map and get the "
                f"code of `otherwise`. {what}"
            )
        for word, count in self.odd.items():
            yield f"the map says that {word!r} means no answer ({count:,} cells), and it is an answer to this question"

    def _says_unknown(self, others: Mapping[str, Collection[str]], own: Collection[str]) -> str:
        total = self._unknown_count + self.matched
        said = f"{self._unknown_count:,} of its {total:,} texts have no code in the map"
        if self._unknown <= set(own):
            return f"{said}; they are the wording of this question. List them under `codes`, as `map-template` does"
        fitting = [key for key, known in others.items() if self._unknown <= set(known)]
        if fitting:
            return f"{said}; they are answers to {fitting[0]}. Name the column that holds this question"
        if len(self._unknown) > MOST_REMEMBERED:
            return f"{said}. It looks like people's own words. Name the column that holds this question"
        return f"{said}. List them under `codes`, or name the column that holds this question"
