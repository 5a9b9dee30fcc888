"""The reviewed dictionary of themes, read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from analysis.text.tokens import plain, stem, words

STANDARD = Path(__file__).parent / "themes.yaml"
_LISTS = ("words", "exact", "phrases", "without")


class DictionaryError(ValueError):
    """A dictionary of themes cannot be used; the text names file, theme, fault and remedy."""


@dataclass(frozen=True, kw_only=True)
class Theme:
    """A theme and how it is recognised; phrases are tuples of stems."""

    code: str
    label: str
    stems: frozenset[str]
    exact: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]
    without: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Dictionary:
    """Themes in the order of the file."""

    version: int
    themes: tuple[Theme, ...]

    @property
    def labels(self) -> dict[str, str]:
        return {theme.code: theme.label for theme in self.themes}


@cache
def load_dictionary(path: Path = STANDARD) -> Dictionary:
    """Return the themes of a YAML file; without a path those of this project.

    Raises:
        DictionaryError: the file is not as its first lines describe.

    """
    try:
        read: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as problem:
        raise DictionaryError(f"{path.name} cannot be read as YAML: {problem}") from problem
    if not isinstance(read, dict) or set(read) != {"version", "themes"} or not isinstance(read["version"], int):
        raise DictionaryError(f"{path.name} must hold `version` (a whole number) and `themes`, and nothing else.")
    themes = tuple(_theme(item, path.name) for item in read["themes"] or ())
    codes = [theme.code for theme in themes]
    repeated = {code for code in codes if codes.count(code) > 1}
    if repeated or not codes:
        raise DictionaryError(f"{path.name}: give each theme its own code, and at least one theme. {repeated or ''}")
    return Dictionary(version=read["version"], themes=themes)


def _theme(item: Any, file: str) -> Theme:
    if not isinstance(item, dict) or not {"code", "label"} <= set(item) <= {"code", "label", *_LISTS}:
        raise DictionaryError(f"{file}: a theme has code, label and lists called {', '.join(_LISTS)}, not {item!r}.")
    for name in _LISTS:
        if not all(isinstance(word, str) and words(plain(word)) for word in item.get(name, ())):
            raise DictionaryError(f"{file}, theme {item['code']!r}: `{name}` must be a list of texts.")
    if not str(item["code"]).isidentifier() or item["code"] == "other":
        raise DictionaryError(f"{file}: {item['code']!r} is no code. Use lower-case letters and _, and not `other`.")
    long = [word for name in ("words", "exact") for word in item.get(name, ()) if len(words(plain(word))) > 1]
    if long:
        raise DictionaryError(f"{file}, theme {item['code']!r}: {long[0]!r} is several words; move it to `phrases`.")
    return Theme(
        code=item["code"],
        label=item["label"],
        stems=frozenset(stem(plain(word)) for word in item.get("words", ())),
        exact=frozenset(plain(word) for word in item.get("exact", ())),
        phrases=tuple(_stems(phrase) for phrase in item.get("phrases", ())),
        without=tuple(_stems(phrase) for phrase in item.get("without", ())),
    )


def _stems(phrase: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words(plain(phrase)))
