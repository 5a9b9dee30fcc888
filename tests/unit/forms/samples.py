"""A made-up place, one question of each type, and a way to load a questionnaire that a test writes."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from werkzeug.datastructures import MultiDict

from forms import Questionnaire, load_questionnaire, parse_questionnaire, questionnaire_files

PLACE: dict[str, Any] = {
    "name": "Exampleton",
    "partnership": "Exampleton Safety Partnership",
    "wards": [{"code": f"E0599000{number}", "name": f"Ward {number}"} for number in range(1, 4)],
    "lists": {},
}

COLOURS = [
    {"code": "red", "label": "Red"},
    {"code": "green", "label": "Green"},
    {"code": "blue", "label": "Blue"},
    {"code": "none", "label": "None of these", "exclusive": True, "divider": "or"},
]
PLAIN_COLOURS = [{"code": colour["code"], "label": colour["label"]} for colour in COLOURS]

# One question of each type; the tests of the registry fail when a type has none.
QUESTIONS: dict[str, dict[str, Any]] = {
    "single_choice": {"options": PLAIN_COLOURS},
    "several_choices": {"options": COLOURS, "error_exclusive": "Select colours, or select none"},
    "choose_up_to": {
        "options": COLOURS,
        "limit": 2,
        "error_many": "Select no more than 2 colours",
        "error_exclusive": "Select colours, or select none",
    },
    "grid": {
        "rows": [{"code": "sky", "label": "Sky"}, {"code": "sea", "label": "Sea"}],
        "options": PLAIN_COLOURS,
        "overall": ["blue", "green", "red"],
    },
    "short_text": {"max_length": 20, "error_long": "Enter 20 characters or fewer"},
    "long_text": {"max_length": 40, "error_long": "Enter 40 characters or fewer", "note": "Up to 40 characters"},
    "whole_number": {"minimum": 0, "maximum": 20, "error_range": "Enter a number from 0 to 20"},
    "place": {
        "options": [
            {"code": "E05990001", "label": "Ward 1"},
            {"code": "outside", "label": "Outside"},
            {"code": "not_sure", "label": "Not sure"},
        ],
        "prompt": "Select an area",
        "lookup_label": "Your postcode",
        "lookup_error": "Check the postcode",
    },
}


def question_data(type_: str, **more: Any) -> dict[str, Any]:
    data = {"id": "q", "type": type_, "label": "What?", "error": "Answer this", **QUESTIONS[type_], **more}
    return deepcopy(data)


def definition(*pages: dict[str, Any], **more: Any) -> dict[str, Any]:
    head = {"survey": "sample", "version": 1, "title": "Sample", "minutes": 1, "layout": "paged"}
    return {**head, "pages": list(pages), **more}


def page(*questions: dict[str, Any], id: str = "first", **more: Any) -> dict[str, Any]:
    return {"id": id, "title": "A page", "questions": list(questions), **more}


def questionnaire(*questions: dict[str, Any], **more: Any) -> Questionnaire:
    """A questionnaire of one page."""
    return parse_questionnaire(definition(page(*questions), **more))


def question(type_: str, **more: Any) -> Any:
    return questionnaire(question_data(type_, **more)).question("q")


def ours(name: str) -> Questionnaire:
    """One of the reviewed questionnaires, for the made-up place."""
    (path,) = [path for path in questionnaire_files() if path.stem == name]
    return load_questionnaire(path, PLACE)


def load(folder: Path, text: str, name: str = "sample.yaml") -> Questionnaire:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_questionnaire(path, PLACE)


def posted(**values: Any) -> MultiDict[str, str]:
    """A posted form; dots of names are written as two underscores."""
    return MultiDict({name.replace("__", "."): value for name, value in values.items()})
