"""The catalogues of questionnaires: one `.po` file a language with the texts of all surveys, and what belongs in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from forms.expanding import SHARED
from forms.loading import FOLDER, LISTS, load_questionnaire, questionnaire_files
from forms.translating import READ_BY_RESIDENTS, Catalogue, texts, wording
from forms.yaml_reading import read_yaml

TRANSLATIONS = Path(__file__).parent / "translations"


def catalogue_path(language: str, folder: Path = TRANSLATIONS) -> Path:
    """Where the translations into `language` (such as `zh-Hans`) are."""
    return folder / f"{language.replace('-', '_')}.po"


def read_texts(path: Path) -> dict[str, str]:
    """English text -> translation; empty and fuzzy ones are left out, and no file is no translation."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalog: Catalog = read_po(file)
    return {str(m.id): str(m.string) for m in catalog if m.id and m.string and not m.fuzzy}


def messages(place: Mapping[str, Any], folder: Path = FOLDER) -> dict[str, list[str]]:
    """Every text of the reviewed files that residents of `place` are asked: text -> surveys and addresses it stands at.

    Words in braces are not filled in, and a text that stands in many places is there once.
    """
    loaded = [load_questionnaire(path, place) for path in questionnaire_files(folder)]
    own = {text: text for text in list_texts(place.get("lists", {}))}
    known = Catalogue("en", {text: text for text in _raw_texts(folder)}, place_words(place) | own)
    found: dict[str, list[str]] = {}
    for questionnaire in loaded:
        for address, text in texts(questionnaire).items():
            match = known.match(text) if text not in known.words else None
            words = [word for word in match.filled.values() if word in known.texts] if match else []
            for source in ([match.source] if match else []) + words:
                found.setdefault(source, []).append(f"{questionnaire.survey}:{address}")
    return found


def place_words(place: Mapping[str, Any], say: Mapping[str, str] | None = None) -> dict[str, str]:
    """The words of a place in another language (`say`: English -> translation); wards keep their names."""
    words = [text for text in place.values() if isinstance(text, str) and text]
    kept = {word: word for word in [*words, *(ward["name"] for ward in place.get("wards", ()))]}
    return {**kept, **(say or {})}


def list_texts(lists: Mapping[str, Any]) -> Iterator[str]:
    """Labels and hints of the options of lists, and the words that each gives to repeated wording."""
    for body in lists.values():
        for option in body["options"] if isinstance(body, Mapping) else body:
            yield from (text for _, text in wording(option))
            yield from (word for word in option.get("words", {}).values() if isinstance(word, str))


def _raw_texts(folder: Path) -> Iterator[str]:
    """Texts as they stand in the files, before shared parts, repeats and words are written out."""
    for path in questionnaire_files(folder):
        raw = read_yaml(path)
        yield from (text for _, text in wording({key: raw[key] for key in READ_BY_RESIDENTS if key in raw}))
        yield from list_texts(raw.get("lists", {}))
    yield from (text for _, text in wording(read_yaml(FOLDER / SHARED).get("questions", {})))
    yield from list_texts(read_yaml(FOLDER / LISTS))
