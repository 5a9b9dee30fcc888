"""Which themes a comment touches, by a reviewed dictionary; and how often each is touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pandas as pd

from analysis.text.dictionary import Dictionary, load_dictionary
from analysis.text.tokens import plain, stem, words

OTHER = "other"
OTHER_LABEL = "No theme recognised"


def themes(texts: Iterable[object], dictionary: Dictionary | None = None) -> pd.DataFrame:
    """Say which themes each comment touches.

    Returns one row a text, on the index of `texts` if it is a Series, and one true-or-false column a theme code, in
    the order of the dictionary, then `other`: there is a comment, but no theme is recognised. A comment may touch
    several themes; an empty one touches none.
    """
    used = dictionary or load_dictionary()
    given = texts if isinstance(texts, pd.Series) else pd.Series(list(texts), dtype="object")
    index = _index(used)
    codes = [theme.code for theme in used.themes]
    place = {code: number for number, code in enumerate(codes)}
    found = np.zeros((len(given), len(codes) + 1), dtype=bool)
    for row, text in enumerate(given):
        read = "" if text is None or text is pd.NA or text != text else plain(text)
        touched = index.touched(read)
        found[row, [place[code] for code in touched]] = True
        found[row, -1] = bool(read) and not touched
    return pd.DataFrame(found, index=given.index, columns=[*codes, OTHER])


@dataclass(frozen=True)
class _Index:
    """The dictionary turned round: from a stem or word to the themes that it may be a sign of."""

    stems: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    exact: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    starts: dict[str, list[tuple[tuple[str, ...], str, bool]]] = field(default_factory=lambda: defaultdict(list))

    def touched(self, text: str) -> set[str]:
        """Return the codes of the themes that a plain text touches."""
        written = words(text)
        stems = [stem(word) for word in written]
        barred: set[tuple[int, str]] = set()
        found: set[str] = set()
        phrases = [hit for place, start in enumerate(stems) for hit in self._phrases(stems, place, start)]
        for place, length, code, counts in phrases:
            if counts:
                found.add(code)
            else:
                barred |= {(step, code) for step in range(place, place + length)}
        for place, (word, root) in enumerate(zip(written, stems, strict=True)):
            for code in (*self.stems.get(root, ()), *self.exact.get(word, ())):
                if (place, code) not in barred:
                    found.add(code)
        return found

    def _phrases(self, stems: list[str], place: int, start: str) -> Iterable[tuple[int, int, str, bool]]:
        for phrase, code, counts in self.starts.get(start, ()):
            if tuple(stems[place : place + len(phrase)]) == phrase:
                yield place, len(phrase), code, counts


@lru_cache(maxsize=8)
def _index(dictionary: Dictionary) -> _Index:
    index = _Index()
    for theme in dictionary.themes:
        for root in theme.stems:
            index.stems[root].append(theme.code)
        for word in theme.exact:
            index.exact[word].append(theme.code)
        for counts, phrases in ((True, theme.phrases), (False, theme.without)):
            for phrase in phrases:
                index.starts[phrase[0]].append((phrase, theme.code, counts))
    return index


def theme_summary(found: pd.DataFrame, wording: pd.DataFrame, dictionary: Dictionary | None = None) -> pd.DataFrame:
    """Count comments by theme, most frequent first, `other` last; every theme has a row, also one with none.

    Takes what `themes` and `sentiment` return for the same texts. Columns: `theme` (code), `label`, `n` (comments),
    `percent` (0-100, of all comments), `n_negative`, `percent_negative` (0-100, of the theme's comments; NaN where
    `n` is 0), `base` (all comments). Themes with fewer than 10 comments are for the caller to suppress.
    """
    labels = {**(dictionary or load_dictionary()).labels, OTHER: OTHER_LABEL}
    base = int(found.any(axis=1).sum())
    negative = (wording["wording"] == "negative").to_numpy()
    values = found.to_numpy(dtype=bool)
    n = values.sum(axis=0)
    n_negative = (values & negative[:, None]).sum(axis=0)
    summary = pd.DataFrame(
        {
            "theme": list(found.columns),
            "label": [labels[code] for code in found.columns],
            "n": n,
            "percent": _percent(n, np.full(len(n), base)),
            "n_negative": n_negative,
            "percent_negative": _percent(n_negative, n),
            "base": base,
        }
    )
    last = summary["theme"] == OTHER
    return (
        summary.assign(last=last)
        .sort_values(["last", "n"], ascending=[True, False], kind="stable")
        .drop(columns="last")
        .reset_index(drop=True)
    )


def _percent(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    known = whole > 0
    return np.where(known, 100.0 * part / np.where(known, whole, 1), np.nan)
