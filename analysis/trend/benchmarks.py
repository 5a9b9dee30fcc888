"""Estimates of now against percentages that others published: what can be tested, and what must be said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.counts.indicators import Indicator
from analysis.counts.tables import CITY
from analysis.errors import AnalysisError, listed
from analysis.estimation.intervals import Z95, newcombe, pooled_z, two_sided_p
from analysis.trend.baselines import read_baselines
from analysis.trend.narrative import explain
from analysis.trend.sensitivity import BREAK as BREAK
from analysis.trend.sensitivity import EFFECTS, Facts, OurFigure, decide
from analysis.trend.sensitivity import NOT_CLEAR as NOT_CLEAR
from analysis.trend.sensitivity import NOT_COMPARABLE as NOT_COMPARABLE
from analysis.trend.sensitivity import NOT_TESTABLE as NOT_TESTABLE
from analysis.trend.sensitivity import TESTED as TESTED

Floats = NDArray[np.float64]
DECISIONS = (TESTED, NOT_CLEAR, NOT_TESTABLE, BREAK, NOT_COMPARABLE)
ESTIMATE = ("n", "percent", "n_effective", "lower", "upper")
COLUMNS = (
    *("id", "year", "indicator", "dimension", "group", *ESTIMATE),
    *("baseline_percent", "baseline_n", "baseline_n_is", "baseline_design_effect"),
    *("difference", "difference_lower", "difference_upper", "z_deff1", "p_deff1"),
    *("difference_lower_deff1_5", "difference_upper_deff1_5", "z_deff1_5", "p_deff1_5"),
    *("inside_interval", "break_even_n", "break_even_n_deff1_5", "percent_all_answers", "undecided_by"),
    *("decision", "direction", "flags", "sentence"),
)
KEYS = ["indicator", "dimension", "group"]


def compare_with_published(
    estimates: pd.DataFrame, baselines: pd.DataFrame, all_answers: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Compare exact estimates with published figures, one row a figure, in the order of `baselines`.

    `baselines`: see `analysis.trend.baselines.read_baselines`. Percentages, differences and limits are 0-100. The test
    is the pooled score test with n / design effect of the earlier survey, for design effects 1 and 1.5; `decision` is
    "tested" only if all of these and both edges of the printed rounding agree (with the earlier survey's own design
    effect, that one alone). Where its `base_rule` is not ours, the figure with everybody who answered in the base must
    agree too (`all_answers`: estimates of `with_all_answers(indicators)`), and where it was not weighted as far as is
    known, our unweighted figure; `undecided_by` says which of these it hangs on. `break_even_n` is the number of
    earlier answers from which the difference would be significant (empty: no number would do). `direction` is up, down
    or "no clear change", only where tested.
    """
    published = read_baselines(baselines)
    frame = published.rename(columns={"percent": "baseline_percent", "n": "baseline_n", "n_is": "baseline_n_is"})
    frame = frame.rename(columns={"design_effect": "baseline_design_effect"}).reset_index(drop=True)
    frame = _matched(frame, estimates, all_answers)
    comparable = (frame["comparability"].isin(["comparable", "break"]) & frame["percent"].notna()).to_numpy()
    frame = frame.assign(**_figures(frame, comparable))
    comparabilities = [decide(facts) for facts in _facts(frame)]
    frame["decision"] = [verdict.decision for verdict in comparabilities]
    frame["direction"] = [verdict.direction for verdict in comparabilities]
    frame["undecided_by"] = [", ".join(verdict.undecided_by) for verdict in comparabilities]
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


def with_all_answers(indicators: Sequence[Indicator]) -> list[Indicator]:
    """The same indicators with everybody who gave any answer in the base, those without a view too.

    Of an indicator that was asked of some (`asked`) the base is these people already, so it stays as it is.
    """
    return [one if one.asked else replace(one, base=(), outside=()) for one in indicators]


def _matched(frame: pd.DataFrame, estimates: pd.DataFrame, all_answers: pd.DataFrame | None) -> pd.DataFrame:
    """The published figures with ours beside them, and ours with everybody who answered in the base."""
    result = frame.merge(_checked(estimates), on=KEYS, how="left")
    everybody = _checked(estimates.iloc[:0] if all_answers is None else all_answers).drop(columns=["lower", "upper"])
    return result.merge(everybody, on=KEYS, how="left", suffixes=("", "_all_answers"))


def _checked(estimates: pd.DataFrame) -> pd.DataFrame:
    missing = [column for column in (*KEYS, *ESTIMATE) if column not in estimates.columns]
    if missing:
        raise AnalysisError(f"The estimates lack the column {listed(missing)}; give what `estimate` returns.")
    if not all(pd.api.types.is_numeric_dtype(estimates[column]) for column in ESTIMATE):
        raise AnalysisError("The estimates hold suppressed figures; compare the exact ones and protect the result.")
    ours = estimates[[*KEYS, *ESTIMATE]].copy()
    plain = estimates["percent_unweighted"] if "percent_unweighted" in estimates.columns else np.nan
    ours["percent_unweighted"] = pd.Series(plain, index=estimates.index).astype(np.float64)
    ours["group"] = ours["group"].where(ours["dimension"] != CITY, "")
    if ours.duplicated(KEYS).any():
        raise AnalysisError("The estimates have a figure twice; keep one row by indicator, dimension and group.")
    return ours


def _facts(frame: pd.DataFrame) -> Iterator[Facts]:
    for row in frame.to_dict("records"):
        yield Facts(
            comparability=row["comparability"],
            n=row["n"],
            ours=OurFigure(row["percent"] / 100, row["n_effective"]),
            unweighted=OurFigure(row["percent_unweighted"] / 100, row["n"]),
            all_answers=OurFigure(row["percent_all_answers"] / 100, row["n_effective_all_answers"]),
            all_unweighted=OurFigure(row["percent_unweighted_all_answers"] / 100, row["n_all_answers"]),
            published=row["baseline_percent"] / 100,
            published_n=row["baseline_n"],
            design_effect=row["baseline_design_effect"],
            rounding=row["rounding"] / 100,
            base_rule=row["base_rule"],
            weighting=row["weighting"],
        )


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
