"""The demonstration: invented people who answer real questionnaires, so that every room has something to show."""

from __future__ import annotations

from feedback.demonstration.loading import load_demonstration

__all__ = ["load_demonstration"]
