"""What a questionnaire owes to its survey and what to the place that it is asked in.

Wording, options and routing are the survey's: they never change under a version. Names of wards, words such as the name
of the partnership and lists of its own are the place's, and can be corrected while people answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import dropwhile
from pathlib import Path
from typing import Any

import msgspec

from forms.derived import Characteristic
from forms.errors import QuestionnaireError
from forms.loading import load_questionnaire
from forms.page import Page
from forms.questionnaire import Questionnaire
from forms.questions.place import Place

ANY_WORD, ANY_CODE = "\ue000", "placesown"  # stand in a template for a word, and for any number of options
ANY_WARDS = [{"code": ANY_CODE, "name": ANY_WORD}]


def with_ward_names(asked: Questionnaire, names: Mapping[str, str]) -> Questionnaire:
    """Return a questionnaire with wards (code to name) called as they are today; codes and their order stay."""
    pages = tuple(_page(page, names) for page in asked.pages)
    characteristics = tuple(_characteristic(known, names) for known in asked.characteristics)
    return msgspec.structs.replace(asked, pages=pages, characteristics=characteristics)


def differs_in_place_alone(
    published: Questionnaire, path: str | Path, place: Mapping[str, Any], *, wards_alone: bool = False
) -> bool:
    """Whether a published version and its file differ in nothing but what a place supplies; `place` as in
    `load_questionnaire`. `wards_alone`: in nothing but its wards.
    """
    try:
        template = load_questionnaire(path, {**place, "wards": ANY_WARDS} if wards_alone else _blank(place))
    except QuestionnaireError:  # the file names an option that only the place has
        return False
    return _fits(template.definition(), published.definition())


def _page(page: Page, names: Mapping[str, str]) -> Page:
    asked = tuple(_relabelled(one, "options", names) if isinstance(one, Place) else one for one in page.questions)
    return msgspec.structs.replace(page, questions=asked)


def _characteristic(known: Characteristic, names: Mapping[str, str]) -> Characteristic:
    found: Characteristic = _relabelled(known, "groups", names)
    return found


def _relabelled(struct: Any, member: str, names: Mapping[str, str]) -> Any:
    renamed = tuple(
        msgspec.structs.replace(one, label=names.get(one.code, one.label)) for one in getattr(struct, member)
    )
    return msgspec.structs.replace(struct, **{member: renamed})


def _blank(place: Mapping[str, Any]) -> dict[str, Any]:
    """The same place with a mark in place of each word, and one option in place of each list of its own."""
    lists = {name: _blank_list(body) for name, body in place.get("lists", {}).items()}
    words = {key: ANY_WORD for key, value in place.items() if isinstance(value, str)}
    return {**words, "wards": ANY_WARDS, "lists": lists}


def _blank_list(body: Any) -> Any:
    whole = isinstance(body, Mapping) and "options" in body
    options = body["options"] if whole else body
    one = {**_blank_words(options[0]), "code": ANY_CODE}
    return {**body, "options": [one]} if whole else [one]


def _blank_words(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _blank_words(part) for key, part in value.items()}
    return ANY_WORD if isinstance(value, str) else value


def _fits(template: Any, found: Any) -> bool:
    if isinstance(template, str) and isinstance(found, str):
        parts = map(re.escape, template.split(ANY_WORD))
        return re.fullmatch(".*".join(parts), found, re.DOTALL) is not None
    if isinstance(template, Mapping) and isinstance(found, Mapping):
        return template.keys() == found.keys() and all(_fits(part, found[key]) for key, part in template.items())
    if isinstance(template, list) and isinstance(found, list):
        return _fit_lists(template, found)
    return bool(template == found)


def _fit_lists(template: Sequence[Any], found: Sequence[Any]) -> bool:
    """Whether two lists are the same where any number of elements may stand for what is the place's own."""
    if not template:
        return not found
    if not _is_places_own(template[0]):
        return bool(found) and _fits(template[0], found[0]) and _fit_lists(template[1:], found[1:])
    rest = list(dropwhile(_is_places_own, template))
    return any(_fit_lists(rest, found[start:]) for start in range(len(found) + 1))


def _is_places_own(element: Any) -> bool:
    texts = element.values() if isinstance(element, Mapping) else (element,)
    return any(isinstance(text, str) and ANY_CODE in text for text in texts)
