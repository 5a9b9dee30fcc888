"""Whether a comment is worded negatively, neutrally or positively. Experimental: a hint for a reader, not a measure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import pandas as pd
from textblob import TextBlob, en

from analysis.text.lexicon import LexiconEntry, entries, negation
from analysis.text.tokens import plain

BAND = 0.05
"""Half the width of the neutral band: a polarity from -0.05 to 0.05 is neutral."""
LABELS = ("negative", "neutral", "positive", "none")
_BLOB: Any = TextBlob
_ENGLISH = re.compile(r"[a-z]{2}")


def sentiment(texts: Iterable[object]) -> pd.DataFrame:
    """Score the wording of English comments; the texts themselves are never changed.

    Returns one row a text, on the index of `texts` if it is a Series: `polarity` (-1 to 1, NaN where there is nothing
    to read: empty, or no Latin letters) and `wording` (negative, neutral, positive or none).
    The polarity is that of TextBlob's `.sentiment` with the local safety lexicon; it needs no corpora.
    Publish the share of comments with negative wording, never a mean polarity.
    """
    given = texts if isinstance(texts, pd.Series) else pd.Series(list(texts), dtype="object")
    read = [_readable(text) for text in given]
    known = {text: _polarity(text) for text in dict.fromkeys(read)}
    polarity = [known[text] for text in read]
    wording = [_label(value) for value in polarity]
    return pd.DataFrame(
        {"polarity": pd.Series(polarity, index=given.index, dtype="float64"), "wording": wording}, index=given.index
    )


def _readable(text: object) -> str:
    if text is None or (isinstance(text, float) and math.isnan(text)) or text is pd.NA:
        return ""
    return plain(text)


def _label(polarity: float) -> str:
    if math.isnan(polarity):
        return "none"
    if polarity < -BAND:
        return "negative"
    return "positive" if polarity > BAND else "neutral"


def _polarity(text: str) -> float:
    if not _ENGLISH.search(text):
        return math.nan
    _teach()
    return float(_BLOB(_prepared(text)).sentiment.polarity)


@cache
def _teach() -> None:
    """Lay the safety lexicon over TextBlob's, once: scored words are annotated, words without a figure are taken out.

    A word with polarity 0 would still count in TextBlob's mean and water down the others; a word that is out does not.
    """
    general: Any = en.sentiment
    general.load()
    for entry in entries():
        if entry.polarity is None:
            general.pop(entry.token, None)
            general.pop(entry.form, None)
        else:
            general.annotate(entry.token, "JJ", entry.polarity, entry.subjectivity, 1.0)
        if entry.negated is not None:
            general.annotate(f"not_{entry.token}", "JJ", entry.negated, entry.subjectivity, 1.0)


def _prepared(text: str) -> str:
    """Return a text in which each phrase and each negated feeling is one word that TextBlob knows."""
    phrases, negated = _patterns()
    joined = phrases.sub(lambda found: re.sub(r"\W+", "_", found[0]), text)
    return negated.sub(lambda found: f"{found['between']} not_{found['feeling']}", joined)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    joined = [entry for entry in entries() if not entry.form.isalpha()]
    phrases = re.compile(rf"\b(?:{_any(_spaced(entry) for entry in joined)})\b")
    negators, fillers = negation()
    feelings = _any(re.escape(entry.token) for entry in entries() if entry.negated is not None)
    between = rf"(?P<between>(?:(?:{_any(map(re.escape, fillers))}) ){{0,5}})"
    return phrases, re.compile(rf"\b(?:{_any(map(re.escape, negators))}) {between}(?P<feeling>{feelings})\b")


def _spaced(entry: LexiconEntry) -> str:
    return r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", entry.form))


def _any(patterns: Iterable[str]) -> str:
    ordered: Sequence[str] = sorted(patterns, key=len, reverse=True)
    return "|".join(ordered)
