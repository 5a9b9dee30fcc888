"""Estimates of now against percentages that others published: what can be tested, and what must be said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.baselines import read_baselines
from analysis.counts import CITY
from analysis.errors import AnalysisError, listed
from analysis.intervals import Z95, newcombe, pooled_z, two_sided_p
from analysis.published_words import explain
from analysis.thresholds import TEST_EFFECTIVE, TEST_N

Floats = NDArray[np.float64]
TESTED, NOT_CLEAR, NOT_TESTABLE = "tested", "not clear", "not testable"
BREAK, NOT_COMPARABLE = "break in series", "not comparable"
DECISIONS = (TESTED, NOT_CLEAR, NOT_TESTABLE, BREAK, NOT_COMPARABLE)
EFFECTS = (1.0, 1.5)
"Design effects assumed for an earlier survey that does not state its own."
LEVEL = 0.05
ESTIMATE = ("n", "percent", "n_effective", "lower", "upper")
COLUMNS = (
    *("id", "year", "indicator", "dimension", "group", *ESTIMATE),
    *("baseline_percent", "baseline_n", "baseline_n_is", "baseline_design_effect"),
    *("difference", "difference_lower", "difference_upper", "z_deff1", "p_deff1"),
    *("difference_lower_deff1_5", "difference_upper_deff1_5", "z_deff1_5", "p_deff1_5"),
    *("inside_interval", "break_even_n", "break_even_n_deff1_5"),
    *("decision", "direction", "flags", "sentence"),
)


def compare_with_published(estimates: pd.DataFrame, baselines: pd.DataFrame) -> pd.DataFrame:
    """Compare exact estimates with published figures, one row a figure, in the order of `baselines`.

    `baselines`: see `analysis.baselines.read_baselines`. Percentages, differences and limits are 0-100. The test is
    the pooled score test with n / design effect of the earlier survey, for design effects 1 and 1.5; `decision` is
    "tested" only if all of these and both edges of the printed rounding agree (with the earlier survey's own design
    effect, that one alone). `break_even_n` is the number of earlier answers from which the difference would be
    significant (empty: no number would do). `direction` is up, down or "no clear change", only where tested.
    """
    published = read_baselines(baselines)
    frame = published.rename(columns={"percent": "baseline_percent", "n": "baseline_n", "n_is": "baseline_n_is"})
    frame = frame.rename(columns={"design_effect": "baseline_design_effect"}).reset_index(drop=True)
    frame = _matched(frame, estimates)
    comparable = (frame["comparability"].isin(["comparable", "break"]) & frame["percent"].notna()).to_numpy()
    frame = frame.assign(**_figures(frame, comparable))
    decisions = [_decide(row) for row in _facts(frame)]
    frame["decision"] = [decision for decision, _ in decisions]
    frame["direction"] = [direction for _, direction in decisions]
    frame["flags"] = np.where(frame["decision"] == BREAK, "[b]", "")
    frame["sentence"] = [explain({str(key): value for key, value in row.items()}) for row in frame.to_dict("records")]
    return frame[list(COLUMNS)].set_index(baselines.index)


def break_even(percent: float, n_effective: float, published: float) -> float:
    """Smallest effective number of earlier answers that makes the pooled test significant at 5 %; NaN if none does.

    Solves z = 1.96 for the earlier survey's size: a quadratic. Percentages 0-100.
    """
    p, q, m = percent / 100, published / 100, n_effective
    square = Z95**2
    a = (p - q) ** 2 * m - square * q * (1 - q)
    b = (p - q) ** 2 * m**2 - square * (p * (1 - q) + q * (1 - p)) * m
    c = -square * p * (1 - p) * m**2
    if not (a > 0 and m > 0):
        return float("nan")
    return max(1.0, float((-b + np.sqrt(b * b - 4 * a * c)) / (2 * a)))


def _matched(frame: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    keys = ["indicator", "dimension", "group"]
    missing = [column for column in (*keys, *ESTIMATE) if column not in estimates.columns]
    if missing:
        raise AnalysisError(f"The estimates lack the column {listed(missing)}; give what `estimate` returns.")
    if not all(pd.api.types.is_numeric_dtype(estimates[column]) for column in ESTIMATE):
        raise AnalysisError("The estimates hold suppressed figures; compare the exact ones and protect the result.")
    ours = estimates[[*keys, *ESTIMATE]].copy()
    ours["group"] = ours["group"].where(ours["dimension"] != CITY, "")
    if ours.duplicated(keys).any():
        raise AnalysisError("The estimates have a figure twice; keep one row by indicator, dimension and group.")
    return frame.merge(ours, on=keys, how="left")


def _figures(frame: pd.DataFrame, comparable: NDArray[np.bool_]) -> dict[str, Floats | NDArray[np.object_]]:
    p, q = _share(frame["percent"]), np.where(comparable, _share(frame["baseline_percent"]), np.nan)
    m, n = frame["n_effective"].to_numpy(dtype=np.float64), frame["baseline_n"].to_numpy(dtype=np.float64)
    even = np.array([break_even(100 * a, b, 100 * c) for a, b, c in zip(p, m, q, strict=True)], dtype=np.float64)
    result: dict[str, Floats | NDArray[np.object_]] = {
        "difference": (frame["percent"] - frame["baseline_percent"].where(comparable)).to_numpy(dtype=np.float64),
        "inside_interval": _inside(q, _share(frame["lower"]), _share(frame["upper"])),
        "break_even_n": np.ceil(even),
        "break_even_n_deff1_5": np.ceil(1.5 * even),
    }
    for effect, name in zip(EFFECTS, ("", "_deff1_5"), strict=True):
        size = np.where(np.isnan(q), np.nan, n / effect)
        z = pooled_z(p, m, q, size)
        lower, upper = newcombe(p, m, q, size)
        suffix = name or "_deff1"
        result |= {f"difference_lower{name}": 100 * lower, f"difference_upper{name}": 100 * upper}
        result |= {f"z{suffix}": z, f"p{suffix}": two_sided_p(z)}
    return result


def _inside(q: Floats, lower: Floats, upper: Floats) -> NDArray[np.object_]:
    """True, False or None where there is nothing to say."""
    known = ~(np.isnan(q) | np.isnan(lower))
    inside: NDArray[np.object_] = ((lower <= q) & (q <= upper)).astype(object)
    inside[~known] = None
    return inside


def _share(percent: pd.Series) -> Floats:
    values: Floats = percent.to_numpy(dtype=np.float64) / 100
    return values


@dataclass(frozen=True)
class Facts:
    """What a decision depends on; shares 0-1."""

    comparability: str
    n: float
    share: float
    n_effective: float
    published: float
    published_n: float
    design_effect: float
    rounding: float


def _facts(frame: pd.DataFrame) -> list[Facts]:
    columns = (
        frame["comparability"],
        frame["n"],
        frame["percent"] / 100,
        frame["n_effective"],
        frame["baseline_percent"] / 100,
        frame["baseline_n"],
        frame["baseline_design_effect"],
        frame["rounding"] / 100,
    )
    return [Facts(*row) for row in zip(*columns, strict=True)]


def _decide(facts: Facts) -> tuple[str, str]:
    if facts.comparability in ("not_comparable", "context") or np.isnan(facts.published) or np.isnan(facts.n):
        return NOT_COMPARABLE, ""
    if facts.comparability == "break":
        return BREAK, ""
    small = min(facts.n, facts.published_n) < TEST_N or facts.n_effective < TEST_EFFECTIVE
    if np.isnan(facts.published_n) or np.isnan(facts.share) or small:
        return NOT_TESTABLE, ""
    outcomes = {_outcome(facts, effect, edge) for effect in _effects(facts) for edge in _edges(facts)}
    if len(outcomes) > 1:
        return NOT_CLEAR, ""
    return TESTED, outcomes.pop()


def _effects(facts: Facts) -> tuple[float, ...]:
    return EFFECTS if np.isnan(facts.design_effect) else (facts.design_effect,)


def _edges(facts: Facts) -> tuple[float, ...]:
    half = facts.rounding / 2
    return max(facts.published - half, 0.0), facts.published, min(facts.published + half, 1.0)


def _outcome(facts: Facts, effect: float, published: float) -> str:
    z = float(pooled_z(facts.share, facts.n_effective, published, facts.published_n / effect))
    if np.isnan(z) or float(two_sided_p(z)) >= LEVEL:
        return "no clear change"
    return "up" if z > 0 else "down"
