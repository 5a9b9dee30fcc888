"""Help lines for pages that touch harm: those that fit what the page is about."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from feedback.models import HelpLine
from feedback.queries.help_lines import all_help_lines
from forms import Page

TOPICS = Path(__file__).with_name("help_topics.yaml")


def lines_for(survey: str, pages: Iterable[Page]) -> list[HelpLine]:
    """Return the help lines that belong beside these pages; none where no page touches harm.

    Pages about something in particular bring its lines alone; where no page is, or no line fits, all are shown.
    """
    harm = [page.id for page in pages if page.harm]
    if not harm:
        return []
    known = topics_of(survey)
    wanted = {topic for page in harm for topic in known.get(page, ())}
    shown = shown_help_lines()
    return [line for line in shown if wanted & set(line.topics)] or shown


@cache
def _all_topics() -> dict[str, dict[str, list[str]]]:
    return dict(yaml.safe_load(TOPICS.read_text(encoding="utf-8")))


def topics_of(survey: str) -> dict[str, list[str]]:
    """Return the topics of help lines by page of a survey."""
    return _all_topics().get(survey, {})


def shown_help_lines() -> list[HelpLine]:
    return [line for line in all_help_lines() if line.shown]
