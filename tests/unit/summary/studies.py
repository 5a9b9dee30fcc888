"""Small studies for the tests: the reference survey, and six people written out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from analysis.indicators import Indicator
from analysis.study import Measure, WaveFacts

REFERENCE = Path(__file__).parents[1] / "analysis" / "reference"
SAFE = ("Very safe", "Fairly safe")
SCALE = (*SAFE, "Neither safe nor unsafe", "Fairly unsafe", "Very unsafe")
UNKNOWN = ("Prefer not to say", "Self-described")
DIMENSIONS = ("ward", "age_band", "sex", "ethnicity", "disability")


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def facts(year: int = 2026, **changes: object) -> WaveFacts:
    given = {
        "slug": f"community-safety-{year}",
        "survey": "community-safety",
        "title": f"Community safety survey {year}",
        "place": "Southampton",
        "partnership": "Southampton Safe City Partnership",
        "contact": "",
        "opens_on": date(year, 9, 1),
        "closes_on": date(year, 12, 1),
        "method": "self_selected",
        "version": 1,
    }
    return WaveFacts(**(given | changes))


def measure(name: str, question: str, yes, base=(), *, topic: str = "safety", **more) -> Measure:
    indicator = Indicator(name, question, yes, base, kind=more.pop("kind", "single"), asked=more.pop("asked", ()))
    given = {"label": name.replace("_", " ").capitalize(), "concept": name, "wording": question} | more
    return Measure(indicator=indicator, topic=topic, **given)
