"""The demonstration's published figures: release 1 of last year's survey, for the public pages to show."""

from __future__ import annotations

from collections.abc import Callable

from feedback.errors import NotFound
from feedback.queries.releases import releases_of
from feedback.queries.waves import wave_by_slug
from feedback.services.releases import ReleaseRequest, publish_wave

WAVE = "community-safety-2025"
ACTOR = "demonstration"
NOTE = "Demonstration: every answer is invented, and so is every figure."


def publish_demonstration(progress: Callable[[str, int, int], None] = lambda step, done, total: None) -> bool:
    """Publish release 1 of last year's demonstration survey if nothing of it is published; say whether it was."""
    try:
        wave = wave_by_slug(WAVE)
    except NotFound:
        return False
    if releases_of(wave):
        return False
    publish_wave(wave, ACTOR, ReleaseRequest(note=NOTE), progress)
    return True
