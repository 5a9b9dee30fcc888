"""Published percentages as they come, checked, with the careful assumption wherever something is not said."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.counts.tables import CITY
from analysis.errors import AnalysisError, listed

ALIASES = {"concept": "indicator", "pct": "percent", "domain_var": "dimension", "domain_level": "group"}
NEEDED = ("year", "indicator", "percent")
NUMBERS = ("percent", "n", "design_effect", "rounding")
TEXTS = {
    "id": "",
    "dimension": CITY,
    "group": "",
    "label": "",
    "n_is": "",
    "comparability": "comparable",
    "base_rule": "views",
    "weighting": "weighted",
    "reason": "",
    "sentence": "",
}
CLASSES = ("comparable", "break", "not_comparable", "context")
BASES = ("item", "survey_total", "none")
BASE_RULES = ("views", "all_answers", "unknown")
WEIGHTING = ("weighted", "unweighted", "unknown")


def read_baselines(baselines: pd.DataFrame) -> pd.DataFrame:
    """A checked copy, one row a published figure, in the same order.

    Needs `year, indicator` (or `concept`), `percent`. What is missing is filled: the city, comparable, `n` not known,
    `rounding` from the figure (whole per cents, or the decimals given). `n_is` says of whom `n` is: item,
    survey_total, none. `base_rule` says whether people without a view ("don't know") are in the base: views (they are
    not, as in our figures, which is also taken where the column is missing), all_answers, unknown. `weighting` is
    weighted (also where the column is missing), unweighted, unknown. Percentages and roundings are 0-100. Raises naming
    the row that cannot be.
    """
    frame = baselines.rename(columns={old: new for old, new in ALIASES.items() if new not in baselines.columns})
    missing = [column for column in NEEDED if column not in frame.columns]
    if missing:
        raise AnalysisError(f"The published figures lack the column {listed(missing)}.")
    result = pd.DataFrame(index=baselines.index)
    for column, default in {"year": "", "indicator": "", **TEXTS}.items():
        given = frame[column] if column in frame.columns else pd.Series(default, index=frame.index)
        result[column] = given.astype("object").where(given.notna(), default).map(str).astype("str")
    result["id"] = result["id"].where(result["id"] != "", _made_up_id(result))
    result["dimension"] = result["dimension"].replace("", CITY)
    result["group"] = result["group"].where(result["dimension"] != CITY, "")
    for column in NUMBERS:
        result[column] = _numbers(frame, column, result["id"])
    _check(result)
    return _completed(result)


def _made_up_id(frame: pd.DataFrame) -> pd.Series:
    return (frame["year"] + " " + frame["indicator"] + " " + frame["dimension"] + " " + frame["group"]).str.strip()


def _numbers(frame: pd.DataFrame, column: str, ids: pd.Series) -> pd.Series:
    if column not in frame.columns:
        return pd.Series(np.nan, index=frame.index)
    text = frame[column].replace("", np.nan)
    values = pd.to_numeric(text, errors="coerce").astype(np.float64)
    _refuse((values.isna() & text.notna()).to_numpy(), ids, f"has a {column} that is not a number; correct it")
    return values


def _check(frame: pd.DataFrame) -> None:
    ids = frame["id"]
    percent, n, effect, rounding = (frame[column].to_numpy() for column in NUMBERS)
    _refuse((percent < 0) | (percent > 100), ids, "is not between 0 and 100 per cent; correct the percent")
    _refuse((n < 1) | (n % 1 > 0), ids, "has an n that is not a number of people; correct it or leave it empty")
    _refuse(effect <= 0, ids, "has a design effect that cannot be; it is a number over 0, or empty where not known")
    _refuse((rounding < 0) | (rounding > 100), ids, "has a rounding that cannot be; 1 stands for whole per cents")
    _refuse(~frame["comparability"].isin(CLASSES).to_numpy(), ids, f"has a comparability other than {listed(CLASSES)}")
    _refuse(~frame["n_is"].isin(["", *BASES]).to_numpy(), ids, f"has an n_is other than {listed(BASES)}")
    for column, known in (("base_rule", BASE_RULES), ("weighting", WEIGHTING)):
        _refuse(~frame[column].isin(known).to_numpy(), ids, f"has a {column} other than {listed(known)}")
    _refuse(ids.duplicated().to_numpy(), ids, "is there twice; give each figure an id of its own")


def _refuse(wrong: NDArray[np.bool_], ids: pd.Series, fault: str) -> None:
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise AnalysisError(f"The published figure '{ids.iloc[row]}' (row {row + 1}) {fault}.")


def _completed(frame: pd.DataFrame) -> pd.DataFrame:
    known = frame["n"].notna() & (frame["n_is"] != "none")
    frame["n"] = frame["n"].where(known)
    frame["n_is"] = frame["n_is"].where(known, "none").where(~known | (frame["n_is"] != ""), "item")
    frame["rounding"] = frame["rounding"].fillna(frame["percent"].map(_decimals))
    return frame


def _decimals(percent: float) -> float:
    """The step a percentage was printed in, assessed by its own decimals."""
    if np.isnan(percent) or percent == round(percent):
        return 1.0
    return 0.1 if abs(percent * 10 - round(percent * 10)) < 1e-9 else 0.01
