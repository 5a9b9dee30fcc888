"""Help lines for pages that touch harm."""

from __future__ import annotations

from collections.abc import Iterable

from feedback.models import HelpLine
from feedback.queries.help_lines import all_help_lines
from forms import Page


def lines_for(pages: Iterable[Page]) -> list[HelpLine]:
    """Return the help lines that belong beside these pages; none where no page touches harm."""
    return shown_help_lines() if any(page.harm for page in pages) else []


def shown_help_lines() -> list[HelpLine]:
    return [line for line in all_help_lines() if line.shown]
