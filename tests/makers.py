"""Waves and submissions for tests, with as few words as each test needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask

from feedback.clock import today
from feedback.models import Wave
from feedback.queries.answers.responses import responses_frame
from feedback.queries.questionnaires import latest_questionnaire
from feedback.services.answers.submission import Submission
from feedback.services.snapshots import take_snapshot
from feedback.services.waves.lifecycle import NewWave, create_wave

BARGATE = "E05015491"
SOME_ANSWERS = {"safe_local_day": "very_safe", "ward": BARGATE, "age_band": "25_34"}


def make_wave(survey: str = "fast-feedback", **given: Any) -> Wave:
    """A real wave that opened ten days ago and closes in ten."""
    day = today()
    defaults = {
        "slug": f"{survey}-test",
        "title": "A wave",
        "questionnaire": latest_questionnaire(survey),
        "opens_on": day - timedelta(days=10),
        "closes_on": day + timedelta(days=10),
    }
    return create_wave(NewWave(**{**defaults, **given}))


def submission(wave: Wave, **given: Any) -> Submission:
    """Answers of one person to `wave`, by default online, today, under an id of their own."""
    defaults = {
        "id": uuid4(),
        "wave": wave,
        "questionnaire": wave.questionnaire,
        "answers": SOME_ANSWERS,
        "channel": "online",
    }
    return Submission(**{**defaults, **given})


def frame_of_now(wave: Wave, **given: Any) -> Any:
    """The responses of a wave as a frame, of a snapshot that is taken now: rules for when one is due are not asked."""
    take_snapshot(wave)
    return responses_frame(wave, **given)


@contextmanager
def settings(app: Flask, **changed: str) -> Iterator[None]:
    """Let the service run with other settings for a while."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(before, **changed)
    try:
        yield
    finally:
        app.config["SETTINGS"] = before
