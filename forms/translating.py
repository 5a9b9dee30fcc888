"""The wording of a questionnaire by address, so that a catalogue can put it into another language. Codes stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms.building import Faults, parse_questionnaire
from forms.questionnaire import Questionnaire

WORDING = frozenset({"title", "intro", "audience", "label", "hint", "divider", "note", "prompt", "suffix"})
READ_BY_RESIDENTS = ("title", "intro", "audience", "pages")  # staff read indicators and the like, in English


def texts(questionnaire: Questionnaire) -> dict[str, str]:
    """Every text that residents read: address such as `pages.change.questions.crime_change.label` -> text."""
    definition = questionnaire.definition()
    return dict(_texts({key: definition[key] for key in READ_BY_RESIDENTS if key in definition}, ""))


def translated(questionnaire: Questionnaire, catalogue: Mapping[str, str], language: str) -> Questionnaire:
    """The same questions with the texts of `catalogue` (address -> text). What it lacks stays as it is.

    Raises:
        QuestionnaireError: the catalogue has an address that the questionnaire does not, or an empty text.

    """
    known = texts(questionnaire)
    faults = Faults(f"translation of {questionnaire.survey} into {language}")
    for address, text in catalogue.items():
        if address not in known:
            faults.add(f"text `{address}`", "is not in the questionnaire")
        elif not isinstance(text, str) or not text.strip():
            faults.add(f"text `{address}`", "is empty")
    faults.settle()
    definition = _replaced(questionnaire.definition(), "", catalogue)
    return parse_questionnaire({**definition, "language": language}, faults.source)


def _is_wording(key: str) -> bool:
    return key in WORDING or key.startswith(("error", "lookup_"))


def _step(address: str, item: Any, key: Any) -> str:
    """The address of a part: lists are addressed by the id or code of their items."""
    name = item.get("id", item.get("code", key)) if isinstance(item, Mapping) else key
    return f"{address}.{name}" if address else str(name)


def _texts(value: Any, address: str) -> Iterator[tuple[str, str]]:
    parts = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, item in parts:
        where = _step(address, item, key)
        if isinstance(item, str) and isinstance(key, str) and _is_wording(key):
            yield where, item
        yield from _texts(item, where)


def _replaced(value: Any, address: str, catalogue: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _replaced(item, _step(address, item, key), catalogue) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, _step(address, item, key), catalogue) for key, item in enumerate(value)]
    return catalogue.get(address, value)
