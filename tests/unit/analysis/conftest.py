"""The reference answers and figures, read once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import Indicator, rake

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
UNSAFE = ("Fairly unsafe", "Very unsafe")
ASKED = (("safe_day_local", UNSAFE), ("safe_night_local", UNSAFE))
BY = ["ward", "age_band", "sex", "ethnicity", "disability"]


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"{name}.csv.gz", dtype=str, keep_default_na=False)


def _indicator(row: dict[str, str]) -> Indicator:
    base = tuple(filter(None, row["base"].split("|")))
    asked = ASKED if row["kind"] == "multi" else ()
    return Indicator(row["indicator"], row["column"], tuple(row["yes"].split("|")), base, row["kind"], asked)


@pytest.fixture(scope="session")
def reference() -> SimpleNamespace:
    margins = read("inputs/margins").astype({"population": float})
    margins = margins[margins["variable"] != "disability"]
    now = read("inputs/responses_2026").set_index("respondent_id")
    before = read("inputs/responses_2025").set_index("respondent_id")
    return SimpleNamespace(
        read=read,
        margins=margins,
        now=now,
        before=before,
        indicators=[_indicator(row) for row in read("inputs/indicators").to_dict("records")],
        weights=rake(now, margins),
        weights_before=rake(before, margins),
        by=BY,
    )


@pytest.fixture(scope="session")
def frame_of():
    """A frame of text columns from keyword lists."""
    return lambda **columns: pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in columns.items()})
