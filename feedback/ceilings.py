"""Ceilings: how much is taken of what nobody pays for. Each is a setting, with its reason (`feedback/config.py`)."""

from __future__ import annotations

import math
from typing import Literal

from flask import current_app

Ceiling = Literal[
    "answers_a_minute",
    "conflicts_an_answer",
    "drafts_an_hour",
    "jobs_an_hour",
    "kiosks_an_event",
    "waiting_forms_a_pass",
]


def ceiling(name: Ceiling) -> float:
    """Return how many are taken: a whole number, or infinity where the setting is 0."""
    return int(getattr(current_app.config["SETTINGS"], name)) or math.inf
