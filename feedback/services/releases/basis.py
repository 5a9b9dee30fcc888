"""Everything besides the answers that the figures of a release depend on, kept with it so that they can be re-made."""

from __future__ import annotations

import hashlib
import json
import platform
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from typing import Any

import pandas as pd

from analysis.release import menu_of
from analysis.study import Study
from analysis.thresholds import limits, thresholds
from feedback.config import ROOT
from feedback.models import Wave
from feedback.places import current_place
from feedback.queries.waves import wave_by_slug
from feedback.services.releases.response_digest import answers_of

LIBRARIES = ("numpy", "pandas", "scipy", "openpyxl")
CODE = ("analysis", "forms")
AUDIENCE = "public"


def settings_of(wave: Wave, study: Study, *, already: Sequence[str], suspected: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a release is made with, as it is kept: thresholds, margins, merges, menu, questionnaires, versions.

    `already`: the releases whose hidden figures stay hidden. `suspected`: whether answers that may come from a
    machine are counted, and the signs of those that are not.
    """
    menu, earlier = menu_of(study.dimensions), [wave_by_slug(one.facts.slug) for one in study.earlier]
    public = thresholds(AUDIENCE)
    margins = study.margins[["variable", "category", "population"]]
    return {
        "thresholds": asdict(limits()) | asdict(public) | {"withheld": list(public.withheld)},
        "margins": margins.astype(object).to_numpy().tolist(),
        "merges": study.merges[["variable", "category", "into"]].to_numpy().tolist(),
        "fewest": study.minimum_cell,
        "menu": {"version": menu.version, "reviewed": menu.reviewed, "digest": _digest(asdict(menu))},
        "place": {"name": current_place().slug, "baselines": _frame_digest(study.baselines)}
        | {"census": _frame_digest(study.profile), "wards": current_place().names_digest},
        "questionnaires": {
            one.slug: f"{one.questionnaire.survey} {one.questionnaire.version} {one.questionnaire.digest}"
            for one in (wave, *earlier)
        },
        "earlier": [_named(one) for one in earlier],
        "already": list(already),
        "suspected": {**suspected, "apart": len(study.frame) - len(study.base)},
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
    }


def _named(wave: Wave) -> dict[str, Any]:
    held = answers_of(wave)
    return {"wave": wave.slug, "count": held.count, "digest": held.digest}


@cache
def code_version() -> str:
    """Return the version of the program, with the beginning of a hash over all code and data that makes figures."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    whole = hashlib.sha256()
    files = (path for folder in CODE for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".csv", ".yaml"})
    for path in sorted(files):
        whole.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return f"{project}+{whole.hexdigest()[:12]}"


def _frame_digest(frame: pd.DataFrame) -> str:
    return hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
