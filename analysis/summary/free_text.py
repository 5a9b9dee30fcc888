"""What people wrote: how many comments touch a theme and how they are worded, read by rule and so experimental."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.study import Study
from analysis.suppressed import Suppressed
from analysis.text import sentiment, theme_summary, themes
from analysis.thresholds import Thresholds, thresholds
from analysis.thresholds import limits as general

ORDER = ("negative", "neutral", "positive", "none")
LABELS = {
    "negative": "Worded negatively",
    "neutral": "Worded neutrally",
    "positive": "Worded positively",
    "none": "Not read: not in English, or no words",
}


@dataclass(frozen=True, kw_only=True)
class FreeText:
    """Comments on one question: `themes` and `wording` as the audience may see them; `flags` mark few comments.

    `fewest`: comments from which a number is shown (for analysts: shown without a mark).
    """

    question: str
    asked: str
    comments: int | Suppressed
    themes: pd.DataFrame
    wording: pd.DataFrame
    fewest: int


def read_comments(study: Study, base: pd.DataFrame) -> tuple[FreeText, ...]:
    """Read the comments of the base, question by question. Shares are 0-100 of all comments, not weighted."""
    limits = thresholds(study.audience)
    return tuple(_read(base[column], column, asked, limits) for column, asked in study.comments.items())


def _read(cells: pd.Series[str], column: str, asked: str, limits: Thresholds) -> FreeText:
    texts = cells[cells.str.strip() != ""]
    worded = sentiment(texts)
    summary = theme_summary(themes(texts), worded)
    least = limits.hide_base_under
    return FreeText(
        question=column,
        asked=asked,
        comments=Suppressed() if 0 < len(texts) < least else limits.rounded(len(texts)),
        themes=_hidden_themes(summary, limits),
        wording=_wording(worded["wording"], limits),
        fewest=least or limits.flag_base_under,
    )


def _hidden_themes(summary: pd.DataFrame, limits: Thresholds) -> pd.DataFrame:
    """Mark themes of few comments, and hide their numbers from everybody but analysts. No comments are no secret."""
    n = summary["n"]
    few = (n > 0) & (n < limits.hide_base_under)
    low = (n > 0) & (n < limits.flag_base_under)
    marked = summary.assign(flags=["[u]" if mark else "" for mark in low])
    return _hide(_stepped(marked, limits), few.tolist())


def _wording(worded: pd.Series[str], limits: Thresholds) -> pd.DataFrame:
    """Comments by wording; as they add up, one small number hides all of them from everybody but analysts."""
    n = worded.value_counts().reindex(list(ORDER), fill_value=0)
    frame = pd.DataFrame({"wording": [LABELS[name] for name in ORDER], "n": n.to_numpy()})
    frame["percent"] = 100 * frame["n"] / max(int(n.sum()), 1)
    small = bool(((n > 0) & (n < limits.hide_base_under)).any())
    return _hide(_stepped(frame.assign(flags=""), limits), [small] * len(frame))


def _stepped(frame: pd.DataFrame, limits: Thresholds) -> pd.DataFrame:
    """Numbers of comments rounded as bases are, and shares so that they do not give the numbers away."""
    if limits.round_bases_to <= 1:
        return frame
    few = frame["n"] < general().whole_percent_under
    counts = {column: frame[column].map(limits.rounded) for column in ("n", "n_negative", "base") if column in frame}
    shares = (column for column in ("percent", "percent_negative") if column in frame)
    rounded = {column: frame[column].round().where(few, frame[column].round(1)) for column in shares}
    return frame.assign(**counts, **rounded)


def _hide(frame: pd.DataFrame, where: list[bool]) -> pd.DataFrame:
    result = frame.copy()
    numbers = [column for column in frame.columns if pd.api.types.is_numeric_dtype(frame[column]) and column != "base"]
    for column in numbers:
        values: list[Any] = [Suppressed() if hide else x for hide, x in zip(where, frame[column], strict=True)]
        result[column] = pd.Series(values, index=frame.index, dtype=object)
    flags = ["[c]" if hide else flag for hide, flag in zip(where, frame["flags"], strict=True)]
    return result.assign(flags=flags)
