"""How often wording and themes agree with a person, on comments that were invented and labelled by hand."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from analysis.text.polarity import sentiment
from analysis.text.themes import OTHER, themes

SAMPLE = Path(__file__).parent / "invented_sample.csv"


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """Agreement with the labels, on the part of the sample that was not used while the lists were written.

    All percents are 0-100. `negative_found`: of the comments a person called negative, how many were found;
    `negative_right`: of those found, how many a person called negative; `opposite`: positive for negative or the
    other way round. `themes_found` and `themes_right` say the same of pairs of comment and theme.
    """

    n: int
    wording_agrees: float
    negative_found: float
    negative_right: float
    opposite: int
    themes_found: float
    themes_right: float

    @property
    def sentence(self) -> str:
        """One sentence for a note on method."""
        return (
            f"On {self.n} invented comments labelled by hand, the wording agreed with the person in "
            f"{self.wording_agrees:.0f}% of comments ({self.negative_found:.0f}% of the negative ones were found) and "
            f"{self.themes_found:.0f}% of the themes that the person saw were found. Real comments will agree less."
        )


def labelled_sample(part: str | None = None) -> pd.DataFrame:
    """Return the invented comments: `part` (tune or check), `wording`, `themes` (codes joined by ;) and `text`."""
    with SAMPLE.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if part in (None, row["part"])]
    return pd.DataFrame(rows)


@cache
def measured_accuracy(part: str = "check") -> Accuracy:
    """Return the agreement on one part of the labelled sample."""
    sample = labelled_sample(part)
    said, found = sample["wording"], sentiment(sample["text"])["wording"]
    negative, guessed = said == "negative", found == "negative"
    opposite = ((said == "positive") & guessed) | (negative & (found == "positive"))
    seen = {(row, code) for row, codes in sample["themes"].items() for code in codes.split(";") if code}
    read = themes(sample["text"]).drop(columns=OTHER)
    hits = {(row, code) for code in read for row in read.index[read[code]]}
    return Accuracy(
        n=len(sample),
        wording_agrees=100 * float((said == found).mean()),
        negative_found=100 * float(guessed[negative].mean()),
        negative_right=100 * float(negative[guessed].mean()),
        opposite=int(opposite.sum()),
        themes_found=100 * len(seen & hits) / len(seen),
        themes_right=100 * len(seen & hits) / len(hits),
    )
