"""Words that may say somebody is in danger: reviewed lists by language, and finding them in what people write."""

from __future__ import annotations

from feedback.keyword_screening.lists import ConcernGroup, WordList, word_lists
from feedback.keyword_screening.screening import screen_text

__all__ = ["ConcernGroup", "WordList", "word_lists", "screen_text"]
