"""Answers that came again with other content, beside those that are counted."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.analysts import blueprint
from feedback.channels import CHANNELS
from feedback.queries.answers.conflicts import kept_apart
from feedback.queries.answers.counts import conflicts
from feedback.queries.waves import wave_by_slug
from feedback.staff.access import may_open, staff


@blueprint.get("/waves/<slug>/kept-apart")
@staff("analyst", "administrator")
def conflicts_of_wave(slug: str) -> ResponseReturnValue:
    wave = wave_by_slug(slug)
    return render_template(
        "analysts/conflicts.html",
        wave=wave,
        count=conflicts(wave),
        pairs=kept_apart(wave),
        channels=CHANNELS,
        deciding=may_open("administrators.keep_first"),
    )
