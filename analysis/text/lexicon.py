"""The reviewed safety lexicon that is laid over TextBlob's own, and the words that turn a feeling round.

`lexicon.csv` was written for this project, from the kinds of things people say about safety; each row says why it is
there. It takes away as well as adds: TextBlob's general lexicon values amounts ("more police"), wishes ("to feel
safe") and, worst, words about people ("black", "gay", "disabled"), none of which say how a comment is meant.
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class LexiconEntry:
    """A word or phrase: its polarity (-1 to 1, None: none), and the polarity it has when negated (None: none given)."""

    form: str
    polarity: float | None
    subjectivity: float
    negated: float | None

    @property
    def token(self) -> str:
        """The single word that stands for a phrase while a text is scored."""
        return re.sub(r"\W+", "_", self.form)


@cache
def entries() -> tuple[LexiconEntry, ...]:
    """Return the lexicon, in the order of the file."""
    with (_FOLDER / "lexicon.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            LexiconEntry(
                form=row["form"],
                polarity=_figure(row["polarity"]),
                subjectivity=_figure(row["subjectivity"]) or 0.0,
                negated=_figure(row["negated"]),
            )
            for row in csv.DictReader(lines)
        )


def _figure(text: str) -> float | None:
    return float(text) if text else None


@cache
def negation() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words that negate, and those that may stand between."""
    read = yaml.safe_load((_FOLDER / "negation.yaml").read_text(encoding="utf-8"))
    return tuple(read["negators"]), tuple(read["fillers"])


@cache
def lexicon_version() -> str:
    """Return a short fingerprint of lexicon and negation, to be kept with every score that is stored."""
    content = b"".join((_FOLDER / name).read_bytes() for name in ("lexicon.csv", "negation.yaml"))
    return hashlib.sha256(content).hexdigest()[:12]
