"""How long the statistics take, in proportion to the least that anything could: `python tests/benchmarks/analysis.py`.

Prints one table for a number of invented answers (default 1,000,000) that are in memory as category codes. The unit is
one `numpy.bincount` pass for each indicator, in the same run. Times on a shared machine vary; read the ratios.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from analysis import Indicator, count, estimate, estimate_counts, rake, rake_counts  # noqa: E402

ROWS, REPEATS, SEED = 1_000_000, 5, 20260
LIMIT, MEMORY_LIMIT = 6.0, 150.0
RAKING = ("ward", "age_band", "sex", "ethnicity")
BY = (*RAKING, "disability")
GROUPS = {
    "ward": [f"Ward {number:02}" for number in range(1, 17)],
    "age_band": ["16-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+", "Prefer not to say"],
    "sex": ["Female", "Male", "Prefer not to say", "Self-described"],
    "ethnicity": ["White British", "White other", "Asian", "Black", "Mixed", "Other", "Prefer not to say"],
    "disability": ["No", "Yes", "Prefer not to say"],
}
SAFETY = ("Very safe", "Fairly safe", "Neither safe nor unsafe", "Fairly unsafe", "Very unsafe")
CHANGE = ("Increased a lot", "Increased a little", "Stayed the same", "Decreased a little", "Decreased a lot")
UNSAFE = SAFETY[3:]
REASONS = ("lighting", "drugs", "groups", "asb", "crime", "media", "police", "other")
UNKNOWN = ("Prefer not to say", "Self-described")


def answers(rows: int) -> pd.DataFrame:
    """Invented answers, every column categorical, a few per cent missing."""
    draw = np.random.default_rng(SEED)
    columns = {name: _drawn(draw, labels, rows) for name, labels in GROUPS.items()}
    for name in ("safe_day", "safe_night"):
        columns[name] = _drawn(draw, [*SAFETY, "Don't know"], rows)
    columns["crime_change"] = _drawn(draw, [*CHANGE, "Don't know"], rows)
    columns["victim"] = _drawn(draw, ["Yes", "No"], rows)
    columns["reported"] = _drawn(draw, ["Yes, all", "Yes, some", "No"], rows)
    sets = [";".join(r for bit, r in enumerate(REASONS) if chosen >> bit & 1) for chosen in range(1, 2 ** len(REASONS))]
    columns["reasons"] = _drawn(draw, sets, rows)
    return pd.DataFrame(columns)


def _drawn(draw: np.random.Generator, labels: list[str], rows: int) -> pd.Categorical:
    shares = draw.dirichlet(np.full(len(labels), 8.0))
    codes = draw.choice(len(labels), rows, p=shares).astype(np.int16)
    codes[draw.random(rows) < 0.02] = -1
    return pd.Categorical.from_codes(codes, categories=labels)


def margins(frame: pd.DataFrame) -> pd.DataFrame:
    """Margins somewhat unlike the answers, one total for all."""
    draw = np.random.default_rng(SEED + 1)
    parts = []
    for name in RAKING:
        known = [label for label in GROUPS[name] if label not in UNKNOWN]
        share = frame[name].value_counts()[known].to_numpy() * draw.uniform(0.7, 1.4, len(known))
        people = 200_000 * share / share.sum()
        parts.append(pd.DataFrame({"variable": name, "category": known, "population": people}))
    return pd.concat(parts, ignore_index=True)


def indicators() -> list[Indicator]:
    """Twenty-one, in the proportions of a real survey: questions with several indicators, and a routed multi item."""
    view = [*CHANGE, "Don't know"]
    result = [
        Indicator(f"{question}_{name}", question, yes, base)
        for question in ("safe_day", "safe_night")
        for name, yes, base in (
            ("safe", SAFETY[:2], SAFETY),
            ("unsafe", UNSAFE, SAFETY),
            ("very", SAFETY[:1], SAFETY),
            ("dont_know", ("Don't know",), (*SAFETY, "Don't know")),
        )
    ]
    result += [
        Indicator("crime_up", "crime_change", CHANGE[:2], CHANGE),
        Indicator("crime_down", "crime_change", CHANGE[3:], CHANGE),
        Indicator("crime_unknown", "crime_change", ("Don't know",), tuple(view)),
        Indicator("is_victim", "victim", ("Yes",), ("Yes", "No")),
        Indicator("is_reported", "reported", ("Yes, all", "Yes, some"), ("Yes, all", "Yes, some", "No")),
    ]
    asked = (("safe_day", UNSAFE), ("safe_night", UNSAFE))
    return result + [Indicator(f"reason_{r}", "reasons", (r,), kind="multi", asked=asked) for r in REASONS]


def floor(codes: list[np.ndarray]) -> None:
    """Make one pass for each indicator: the least that counting them one by one could cost."""
    for column in codes:
        np.bincount(column)


def with_pandas(frame: pd.DataFrame, wanted: list[Indicator], weights: pd.Series) -> None:
    """Weighted shares written the obvious way: mask, group, sum (without errors, intervals and effective numbers)."""
    city = pd.Series("city", index=frame.index, dtype="category")
    for indicator in wanted:
        base = frame[indicator.question].isin(indicator.base) if indicator.base else _asked(frame, indicator)
        if indicator.kind == "multi":
            codes = [
                label for label in frame[indicator.question].cat.categories if indicator.yes[0] in label.split(";")
            ]
            yes = frame[indicator.question].isin(codes)
        else:
            yes = frame[indicator.question].isin(indicator.yes)
        part = pd.DataFrame({"w": weights[base], "wy": (weights * yes)[base]})
        for group in (city, *(frame[name] for name in BY)):
            sums = part.groupby(group[base], observed=True).sum()
            sums["wy"] / sums["w"]


def _asked(frame: pd.DataFrame, indicator: Indicator) -> pd.Series:
    return pd.concat([frame[column].isin(codes) for column, codes in indicator.asked], axis=1).any(axis=1)


def best(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """The shortest of several runs, in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def peak(work: Callable[[], object]) -> float:
    """Most memory held at once above the data, in MB."""
    tracemalloc.start()
    work()
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return highest / 1e6


def main(rows: int = ROWS) -> int:
    """Measure, print the table, and return 1 if a bar is missed."""
    frame, wanted = answers(rows), indicators()
    totals = margins(frame)

    def from_counts() -> pd.DataFrame:
        counts = count(frame, wanted, BY, cells=RAKING)
        return estimate_counts(counts, rake_counts(counts, totals))

    weights = rake(frame, totals)
    codes = [frame[indicator.question].cat.codes.to_numpy().astype(np.intp) + 1 for indicator in wanted]
    unit = best(lambda: floor(codes), 2 * REPEATS)
    work: list[tuple[str, Callable[[], object], int]] = [
        ("counts, raking and estimates", from_counts, REPEATS),
        ("  of which counting", lambda: count(frame, wanted, BY, cells=RAKING), REPEATS),
        ("raking, a weight for each row", lambda: rake(frame, totals), REPEATS),
        ("estimates from given weights", lambda: estimate(frame, wanted, BY, weights), REPEATS),
        ("pandas groupby, shares only", lambda: with_pandas(frame, wanted, weights), 1),
    ]
    print(f"{rows:,} answers, {len(wanted)} indicators, {from_counts().groupby(['dimension', 'group']).ngroups} groups")
    print(f"{'':34}{'ms':>9}{'ratio':>8}{'peak MB':>9}")
    print(f"{'one bincount for each indicator':34}{unit:9.1f}{1:8.1f}")
    results = [(name, best(job, repeats), peak(job)) for name, job, repeats in work]
    for name, took, memory in results:
        print(f"{name:34}{took:9.1f}{took / unit:8.1f}{memory:9.1f}")
    ratio, memory = results[0][1] / unit, results[0][2]
    met = ratio <= LIMIT and memory <= MEMORY_LIMIT
    print(f"Bar: ratio at most {LIMIT:.0f} and {MEMORY_LIMIT:.0f} MB for the first: {'met' if met else 'NOT met'}.")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:2])))
