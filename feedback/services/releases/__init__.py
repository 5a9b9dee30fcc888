"""Releases: previewed, published, checked, corrected by another release and never changed."""

from feedback.services.releases.previews import (
    ReleaseRequest,
    can_be_released_on,
    discard,
    make_preview,
    refuse_unless_releasable,
    start_preview,
)
from feedback.services.releases.publishing import publish, publish_wave

__all__ = [
    "ReleaseRequest",
    "can_be_released_on",
    "make_preview",
    "publish",
    "publish_wave",
    "refuse_unless_releasable",
    "start_preview",
    "discard",
]
