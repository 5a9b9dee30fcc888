"""Words in braces, such as `{place}`, filled in when a questionnaire is loaded."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Words = Mapping[str, Any]
WORD = re.compile(r"\{([^{}]*)\}")


def fill(value: Any, words: Words, unknown: Callable[[str], None]) -> Any:
    """`value` with the words of every text in it filled in; `unknown` is called with each word that is not known.

    A text that is nothing but one word takes its value as it is, so that `sensitive: "{sensitive}"` can be true.
    """
    if isinstance(value, str):
        return _filled(value, words, unknown)
    if isinstance(value, Mapping):
        return {key: fill(item, words, unknown) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [fill(item, words, unknown) for item in value]
    return value


def _filled(text: str, words: Words, unknown: Callable[[str], None]) -> Any:
    alone = WORD.fullmatch(text)
    if alone and alone[1] in words:
        return words[alone[1]]

    def one(match: re.Match[str]) -> str:
        if match[1] not in words:
            unknown(match[1])
        return str(words.get(match[1], match[0]))

    return WORD.sub(one, text)
