"""Words and stems of a comment, without any corpus."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from nltk.stem.porter import PorterStemmer

LONGEST = 10_000
_APOSTROPHES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u0060": "'", "\u00b4": "'", "\u2010": "-", "\u2011": "-"}
)
_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)*")
_PORTER: Any = PorterStemmer
_stemmer = _PORTER()


def plain(text: object) -> str:
    """Return the part of a text that is read, in lower case: the first 10,000 characters, one form for each sign."""
    read = unicodedata.normalize("NFKC", str(text)[:LONGEST]).translate(_APOSTROPHES).lower()
    return " ".join(read.split())


def words(text: str) -> list[str]:
    """Return the words of a plain text; a hyphen parts two words."""
    return _WORD.findall(text)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the Porter stem: lights, lighting and light are one. Very long words are left as they are."""
    return str(_stemmer.stem(word.replace("'", ""))) if len(word) <= 40 else word
