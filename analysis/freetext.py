"""What people wrote: how many comments touch a theme and how they are worded, read by rule and so experimental."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.study import Study
from analysis.suppressed import Suppressed
from analysis.text import sentiment, theme_summary, themes
from analysis.thresholds import Thresholds, thresholds

FEWEST = 10
ORDER = ("negative", "neutral", "positive", "none")
LABELS = {
    "negative": "Worded negatively",
    "neutral": "Worded neutrally",
    "positive": "Worded positively",
    "none": "Not read: not in English, or no words",
}


@dataclass(frozen=True, kw_only=True)
class FreeText:
    """Comments on one question: `themes` and `wording` as the audience may see them; `flags` mark few comments."""

    question: str
    asked: str
    comments: int | Suppressed
    themes: pd.DataFrame
    wording: pd.DataFrame


def read_comments(study: Study, base: pd.DataFrame) -> tuple[FreeText, ...]:
    """Read the comments of the base, question by question. Shares are 0-100 of all comments, not weighted."""
    limits = thresholds(study.audience)
    return tuple(_read(base[column], column, asked, limits) for column, asked in study.comments.items())


def _read(cells: pd.Series[str], column: str, asked: str, limits: Thresholds) -> FreeText:
    texts = cells[cells.str.strip() != ""]
    worded = sentiment(texts)
    summary = theme_summary(themes(texts), worded)
    return FreeText(
        question=column,
        asked=asked,
        comments=Suppressed() if limits.hide_base_under and 0 < len(texts) < FEWEST else len(texts),
        themes=_hidden_themes(summary, limits),
        wording=_wording(worded["wording"], limits),
    )


def _hidden_themes(summary: pd.DataFrame, limits: Thresholds) -> pd.DataFrame:
    """Mark themes of few comments, and hide their numbers from everybody but analysts."""
    few = summary["n"] < FEWEST
    flagged = summary.assign(flags=["[u]" if small and n else "" for small, n in zip(few, summary["n"], strict=True)])
    return flagged if not limits.hide_base_under else _hide(flagged, [bool(small) for small in few])


def _wording(worded: pd.Series[str], limits: Thresholds) -> pd.DataFrame:
    """Comments by wording; as they add up, one small number hides all of them from everybody but analysts."""
    n = worded.value_counts().reindex(list(ORDER), fill_value=0)
    frame = pd.DataFrame({"wording": [LABELS[name] for name in ORDER], "n": n.to_numpy()})
    frame["percent"] = 100 * frame["n"] / max(int(n.sum()), 1)
    small = bool((n < FEWEST).any()) and bool(limits.hide_base_under)
    return _hide(frame.assign(flags=""), [small] * len(frame))


def _hide(frame: pd.DataFrame, where: list[bool]) -> pd.DataFrame:
    result = frame.copy()
    numbers = [column for column in frame.columns if pd.api.types.is_numeric_dtype(frame[column]) and column != "base"]
    for column in numbers:
        values: list[Any] = [Suppressed() if hide else x for hide, x in zip(where, frame[column], strict=True)]
        result[column] = pd.Series(values, index=frame.index, dtype=object)
    flags = ["[c]" if hide else flag for hide, flag in zip(where, frame["flags"], strict=True)]
    return result.assign(flags=flags)
