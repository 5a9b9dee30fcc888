"""Reviewed YAML, the shared files beside it and the words of a place become a questionnaire."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from forms.building import Faults, build_characteristics, build_questionnaire
from forms.derived import Characteristic
from forms.expanding import SHARED, Expansion
from forms.option_lists import OptionLists
from forms.questionnaire import Questionnaire
from forms.yaml_reading import read_yaml

FOLDER = Path(__file__).parent / "questionnaires"
LISTS = "lists.yaml"
SECTIONS = {
    "questions": "question",
    "pages": "page",
    "indicators": "indicator",
    "characteristics": "characteristic",
    "exclusions": "exclusion",
}


def questionnaire_files(folder: Path = FOLDER) -> tuple[Path, ...]:
    """The reviewed questionnaires in a folder, by name; the files that they share are not among them."""
    return tuple(path for path in sorted(folder.glob("*.yaml")) if path.name not in (LISTS, SHARED))


def load_questionnaire(path: str | Path, place: Mapping[str, Any]) -> Questionnaire:
    """Load one reviewed questionnaire for a place.

    `place` holds `name` (the word `{place}`), other words as text, `wards` (list of {code, name}) and `lists`
    (name -> list of options).

    Raises:
        QuestionnaireError: with every fault found, each naming file, question and fault.

    """
    path = Path(path)
    raw = read_yaml(path)
    words = {key: value for key, value in place.items() if isinstance(value, str)} | {"place": place.get("name", "")}
    faults = Faults(path.name)
    lists = _lists(raw.get("lists", {}), place, words, faults)
    expansion = Expansion(lists, _shared(), words, faults)
    definition = expansion.questionnaire({key: value for key, value in raw.items() if key != "lists"})
    return build_questionnaire(definition, faults, reviewed=True)


def _lists(own: Any, place: Mapping[str, Any], words: Mapping[str, str], faults: Faults) -> OptionLists:
    lists = OptionLists(faults)
    lists.add_file(read_yaml(FOLDER / LISTS), words, what=f"list of {LISTS}")
    wards = [{"code": ward["code"], "label": ward["name"]} for ward in place.get("wards", ())]
    lists.add("wards", wards, {}, "list `wards` of the place")
    for name, body in place.get("lists", {}).items():
        options = body["options"] if isinstance(body, Mapping) and "options" in body else body
        lists.add(name, options, words, f"list `{name}` of the place")
    if not isinstance(own, Mapping):
        faults.add("questionnaire", "has `lists` that is not a mapping")
        own = {}
    lists.add_file(own, words)
    return lists


def _shared() -> dict[str, dict[str, Any]]:
    content = read_yaml(FOLDER / SHARED)
    faults = Faults(SHARED)
    for key in sorted(set(content) - set(SECTIONS)):
        faults.add("file", f"has the unknown key `{key}`")
    shared = {what: content.get(section, {}) for section, what in SECTIONS.items()}
    for section, what in SECTIONS.items():
        if not isinstance(shared[what], Mapping):
            faults.add("file", f"has `{section}` that is not a mapping. Give each {what} under its name")
            continue
        for name, body in shared[what].items():
            if not isinstance(body, Mapping):
                faults.add(f"{what} `{name}`", "is not a mapping. Describe it under its name")
    faults.settle()
    return shared


@cache
def shared_characteristics() -> tuple[Characteristic, ...]:
    """The characteristics that surveys share, in the order of showing, without groups that a survey leaves out.

    Groups that only a place knows, such as its wards, are not there.

    Raises:
        QuestionnaireError: with every fault found, each naming file, characteristic and fault.

    """
    shared, faults = _shared(), Faults(SHARED)
    lists = OptionLists(Faults(LISTS))  # its faults are told when a questionnaire is loaded
    lists.add_file(read_yaml(FOLDER / LISTS), {})
    lists.add("wards", [], {}, "list `wards`")
    lists.faults = faults
    used = [{"use": name} for name in shared["characteristic"]]
    found = Expansion(lists, shared, {}, faults).questionnaire({"characteristics": used})
    outside = shared["exclusion"]
    return tuple(
        msgspec.structs.replace(known, groups=tuple(group for group in known.groups if group.code not in outside))
        for known in build_characteristics(found, faults)
    )
