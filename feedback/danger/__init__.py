"""Words that may say somebody is in danger: reviewed lists by language, and finding them in what people write."""

from __future__ import annotations

from feedback.danger.finding import worries
from feedback.danger.reading import Group, WordList, word_lists

__all__ = ["Group", "WordList", "word_lists", "worries"]
