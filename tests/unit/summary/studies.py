"""Small studies: six people written out, and some hundreds invented from a seed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from analysis.counts.indicators import Indicator
from analysis.study import Dimension, EarlierWave, Measure, Study, WaveFacts

SCALE = ("very", "fairly", "neither", "unsafe")
WARDS = {f"w{number}": f"Ward {number}" for number in range(1, 7)}
SEX = {"female": "Female", "male": "Male"}
ETHNIC = {"white": "White", "asian": "Asian", "black": "Black"}
BASELINE = {
    "id": "2021-dark",
    "year": "2021",
    "survey": "Earlier survey",
    "concept": "dark",
    "geography": "local area",
    "dimension": "city",
    "group": "",
    "label": "Safe after dark",
    "percent": 41.0,
    "n": 2551.0,
    "n_is": "item",
    "design_effect": float("nan"),
    "rounding": 1.0,
    "published": True,
    "method": "open",
    "wording": "same",
    "scale": "same",
    "base": "all",
    "comparability": "comparable",
    "reason": "Same question",
    "sentence": "",
    "source": "A report",
}
EMPTY_MERGES = pd.DataFrame(columns=["variable", "category", "into", "reason"])


def facts(year=2026, **changes):
    given = {
        "slug": f"survey-{year}",
        "survey": "community-safety",
        "title": f"Survey {year}",
        "place": "Anytown",
        "partnership": "Anytown Partnership",
        "contact": "",
        "opens_on": date(year, 9, 1),
        "closes_on": date(year, 10, 1),
        "method": "self_selected",
        "version": 1,
    }
    return WaveFacts(**given | changes)


def measure(name, question, yes, base=(), *, kind="single", asked=(), outside=(), **more):
    given = {"label": name.capitalize(), "topic": "safety", "concept": name, "wording": f"{question}?"}
    return Measure(indicator=Indicator(name, question, yes, base, kind, asked, outside), **given | more)


MEASURES = (
    measure("day", "day", SCALE[:2], SCALE, label="Safe by day"),
    measure("dark", "dark", SCALE[:2], SCALE, label="Safe after dark"),
    measure("victim_any", "victim", ("yes",), ("yes", "no"), topic="experience", label="Victim", sensitive=True),
    *(
        measure(
            f"priority.{code}",
            "priorities",
            (code,),
            kind="multi",
            topic="priorities",
            label=f"Deal with first: {code}",
            item=code,
        )
        for code in ("drugs", "litter", "noise")
    ),
)
DIMENSIONS = (
    Dimension(name="ward", label="Ward", groups=WARDS, special_category=False),
    Dimension(name="sex", label="Sex", groups=SEX, special_category=False),
    Dimension(name="ethnic_group", label="Ethnic group", groups=ETHNIC),
)
MARGINS = pd.DataFrame(
    [("ward", code, 1000.0) for code in WARDS]
    + [("sex", "female", 3060.0), ("sex", "male", 2940.0)]
    + [("ethnic_group", "white", 4800.0), ("ethnic_group", "asian", 800.0), ("ethnic_group", "black", 400.0)],
    columns=["variable", "category", "population"],
)
SIX = pd.DataFrame(
    [
        ("very", "very", "no", "drugs;litter", "w1", "female", "white", "", "More light, please"),
        ("fairly", "unsafe", "yes", "drugs", "w1", "male", "white", "", ""),
        ("neither", "unsafe", "", "litter", "w2", "female", "asian", "", "=1+1"),
        ("unsafe", "", "no", "", "w2", "male", "", "", ""),
        ("very", "fairly", "no", "noise", "", "female", "white", "outside", ""),
        ("very", "fairly", "no", "noise", "w3", "", "", "under_16", ""),
    ],
    columns=["day", "dark", "victim", "priorities", "ward", "sex", "ethnic_group", "exclusion", "comment"],
    dtype="str",
)


def study(frame=SIX, **changes):
    """A study of `frame`; without margins nothing is weighted, so that figures can be counted by hand."""
    given = {
        "facts": facts(),
        "frame": frame,
        "measures": MEASURES,
        "dimensions": DIMENSIONS,
        "exclusions": {"under_16": "Under 16", "outside": "Lives elsewhere"},
        "margins": MARGINS.iloc[:0],
        "merges": EMPTY_MERGES,
        "profile": MARGINS,
        "baselines": pd.DataFrame(columns=list(BASELINE)),
        "comments": {"comment": "What would help?"},
        "made_on": date(2026, 11, 21),
        "usual": {"ward": "Ward", "age_band": "Age band", "sex": "Sex", "disability": "Disability"},
    }
    return Study(**given | changes)


def people(n, seed, *, shift=0.0):
    """Invented respondents: unequal wards, few Black respondents, some unknown, some excluded."""
    random = np.random.default_rng(seed)
    safe = np.clip(0.45 + shift + 0.1 * random.standard_normal(n), 0.05, 0.95)
    scale = np.where(random.random(n) < safe, "fairly", "unsafe")
    picked = ["drugs", "litter", "noise", "drugs;litter", "litter;noise", ""]
    frame = pd.DataFrame(
        {
            "day": random.choice([*SCALE, ""], n, p=[0.4, 0.3, 0.15, 0.1, 0.05]),
            "dark": np.where(random.random(n) < 0.06, "", scale),
            "victim": random.choice(["yes", "no", ""], n, p=[0.2, 0.7, 0.1]),
            "priorities": random.choice(picked, n),
            "ward": random.choice([*WARDS, ""], n, p=[0.4, 0.25, 0.15, 0.1, 0.05, 0.02, 0.03]),
            "sex": random.choice([*SEX, ""], n, p=[0.55, 0.4, 0.05]),
            "ethnic_group": random.choice([*ETHNIC, ""], n, p=[0.8, 0.12, 0.04, 0.04]),
            "exclusion": random.choice(["", "under_16", "outside"], n, p=[0.9, 0.04, 0.06]),
            "comment": random.choice(["", "Better lights", "The police never come", "I don't feel safe"], n),
        }
    )
    return frame.astype("str")


def weighted(n=400, seed=1, **changes):
    """A weighted study with an earlier wave and one published figure."""
    earlier = EarlierWave(
        facts=facts(2025), frame=people(n, seed + 1000, shift=-0.2), measures=MEASURES, dimensions=DIMENSIONS
    )
    given = {"margins": MARGINS, "earlier": (earlier,), "baselines": pd.DataFrame([BASELINE])}
    return study(people(n, seed), **given | changes)
