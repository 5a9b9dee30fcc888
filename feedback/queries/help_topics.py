"""Help lines for pages that touch harm: those that fit what the page is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, partial
from pathlib import Path

import yaml

from feedback.models import HelpLine
from feedback.queries.help_lines import all_help_lines
from forms import Page

OWN_BEHAVIOUR = "own_behaviour"
GENERAL = {"crime", "anti_social_behaviour"}
TOPICS = Path(__file__).with_name("help_topics.yaml")


def lines_for(survey: str, pages: Iterable[Page]) -> list[HelpLine]:
    """Return the help lines that belong beside these pages; none where no page touches harm.

    Pages about something in particular bring its lines alone, those that are mostly for it first, and before lines for
    any crime those for what was done to a person; where no page is, or no line fits, all are shown. A line for who
    worries about what they do themselves comes last.
    """
    pages = list(pages)
    if not any(page.harm for page in pages):
        return []
    wanted, shown = _wanted(survey, pages), shown_help_lines()
    return sorted((line for line in shown if wanted & set(line.topics)), key=partial(_strangeness, wanted)) or shown


def told_of_harm(survey: str, pages: Iterable[Page]) -> bool:
    """Whether one of these pages is asked only of people who met with something in particular."""
    return bool(_wanted(survey, [page for page in pages if page.show_if]))


def support_beside(survey: str, pages: Sequence[Page]) -> dict[str, object]:
    """Return what a page shows of help for these pages of a survey, as its template names it."""
    return {
        "harm": any(page.harm for page in pages),
        "help_lines": lines_for(survey, pages),
        "told": told_of_harm(survey, pages),
    }


def _wanted(survey: str, pages: Iterable[Page]) -> set[str]:
    known = topics_of(survey)
    return {topic for page in pages if page.harm for topic in known.get(page.id, ())}


def _strangeness(wanted: set[str], line: HelpLine) -> tuple[bool, bool, bool]:
    """Sort key: after the lines for what was told come those for any crime, and those mostly for something else."""
    fitting = wanted & set(line.topics)
    mostly_else = 2 * len(set(line.topics) - wanted) > len(line.topics)
    return OWN_BEHAVIOUR in line.topics, mostly_else, fitting <= GENERAL


@cache
def _all_topics() -> dict[str, dict[str, list[str]]]:
    return dict(yaml.safe_load(TOPICS.read_text(encoding="utf-8")))


def topics_of(survey: str) -> dict[str, list[str]]:
    """Return the topics of help lines by page of a survey."""
    return _all_topics().get(survey, {})


def shown_help_lines() -> list[HelpLine]:
    return [line for line in all_help_lines() if line.shown]
