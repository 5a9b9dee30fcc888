"""A resolved definition (plain values) becomes a questionnaire, or a list of everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from forms.checking import description_faults, questionnaire_faults
from forms.derived import Characteristic, Exclusion, IndicatorSpec
from forms.errors import QuestionnaireError
from forms.page import Page
from forms.questionnaire import Questionnaire
from forms.questions import QUESTION_TYPES, Question

Built = TypeVar("Built", bound=msgspec.Struct)
DETAIL = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<path>.*)`)?", re.DOTALL)


@dataclass
class Faults:
    """Whole sentences about one file, in the order found. `broken`: ids of what could not be built."""

    source: str
    found: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    fetched: dict[str, str] = field(default_factory=dict)
    "What stands in another file than `source`, and in which."

    def add(self, what: str, fault: str) -> None:
        file = self.fetched.get(what, self.source)
        where = f" ({file})" if file != self.source else ""
        sentence = f"{self.source}: {what}{where} {fault}."
        if sentence not in self.found:
            self.found.append(sentence)

    def about(self, what: str) -> bool:
        """True when something is known to be wrong with it, so that what only follows from that is not told."""
        return any(sentence.startswith(f"{self.source}: {what} ") for sentence in self.found)

    def settle(self) -> None:
        """Raises QuestionnaireError when anything was found."""
        if self.found:
            raise QuestionnaireError(self.found)


def parse_questionnaire(definition: Mapping[str, Any], source: str = "definition") -> Questionnaire:
    """Build a questionnaire from a fully resolved definition, as `Questionnaire.definition()` gives it.

    Raises:
        QuestionnaireError: with every fault found.

    """
    return build_questionnaire(definition, Faults(source))


def build_questionnaire(definition: Mapping[str, Any], faults: Faults, *, reviewed: bool = False) -> Questionnaire:
    """As `parse_questionnaire`, adding to faults found before. Raises QuestionnaireError.

    `reviewed`: this is a file and no version that was published, so every characteristic must say what data it is.
    """
    if not isinstance(definition, Mapping):
        faults.add("questionnaire", "is not a mapping")
        faults.settle()
    lists = {
        "pages": _each(definition, "pages", "page", _page, faults),
        "characteristics": _each(definition, "characteristics", "characteristic", _characteristic(reviewed), faults),
        "exclusions": _each(definition, "exclusions", "exclusion", _plain(Exclusion), faults),
        "indicators": _each(definition, "indicators", "indicator", _plain(IndicatorSpec), faults),
    }
    head = {key: value for key, value in definition.items() if key not in lists}
    built = _build(Questionnaire, head, "questionnaire", faults)
    whole = msgspec.structs.replace(
        built or Questionnaire(survey="", version=1, title="", minutes=1, layout="paged"),
        pages=lists["pages"],
        characteristics=lists["characteristics"],
        excluded=lists["exclusions"],
        indicators=lists["indicators"],
    )
    for what, fault in questionnaire_faults(whole, faults.broken):
        faults.add(what, fault)
    faults.settle()
    return whole


def build_characteristics(definition: Mapping[str, Any], faults: Faults) -> tuple[Characteristic, ...]:
    """The characteristics of a reviewed definition. Raises QuestionnaireError, also for faults found before."""
    built: tuple[Characteristic, ...] = _each(
        definition, "characteristics", "characteristic", _characteristic(reviewed=True), faults
    )
    faults.settle()
    return built


def _each(definition: Mapping[str, Any], key: str, what: str, build: Any, faults: Faults) -> tuple[Any, ...]:
    items = definition.get(key, ())
    if isinstance(items, str) or not isinstance(items, Sequence):
        faults.add("questionnaire", f"has `{key}` that is not a list")
        return ()
    built = (build(item, what, faults) for item in items)
    return tuple(item for item in built if item is not None)


def _plain(kind: type[Built]) -> Any:
    return lambda data, what, faults: _build(kind, data, name_of(data, what), faults)


def _characteristic(reviewed: bool) -> Any:
    def build(data: Any, what: str, faults: Faults) -> Characteristic | None:
        name, before = name_of(data, what), len(faults.found)
        for fault in description_faults(data, reviewed=reviewed) if isinstance(data, Mapping) else ():
            faults.add(name, fault)
        if len(faults.found) > before:
            return None
        return _build(Characteristic, data, name, faults)

    return build


def _page(data: Any, what: str, faults: Faults) -> Page | None:
    if not isinstance(data, Mapping):
        return _build(Page, data, "page", faults)
    questions = _each(data, "questions", "question", _question, faults)
    rest = {key: value for key, value in data.items() if key != "questions"}
    page = _build(Page, rest, name_of(data, what), faults)
    return msgspec.structs.replace(page or Page(id=str(data.get("id", "")), title="?"), questions=questions)


def _question(data: Any, what: str, faults: Faults) -> Question | None:
    name = name_of(data, what)
    if not isinstance(data, Mapping):
        return _build(Question, data, name, faults)
    kind = QUESTION_TYPES.get(str(data.get("type", "")))
    if kind is None:
        known = ", ".join(QUESTION_TYPES)
        faults.add(name, f"has the type {data.get('type')!r}, which is not one of {known}")
        faults.broken.add(str(data.get("id", "")))
        return None
    question = _build(kind, data, name, faults)
    if question and not faults.about(name):
        for fault in question.faults():
            faults.add(name, fault)
    return question


def name_of(data: Any, what: str) -> str:
    """`question `crime_change``: how a fault names the thing it is about."""
    keys = ("id", "name", "code")
    known = next((data[key] for key in keys if key in data), None) if isinstance(data, Mapping) else None
    return f"{what} `{known}`" if known is not None else f"a {what} without an id"


def _build(kind: type[Built], data: Any, name: str, faults: Faults) -> Built | None:
    """One struct from plain values; every unknown, missing or empty key is a fault of its own."""
    found = list(_key_faults(kind, data)) if isinstance(data, Mapping) else ["is not a mapping"]
    if not found:
        try:
            return msgspec.convert(data, kind)
        except msgspec.ValidationError as error:
            found = [_in_words(error)]
    for fault in found:
        faults.add(name, fault)
    if isinstance(data, Mapping):
        faults.broken.add(str(data.get("id", "")))
    return None


def _key_faults(kind: type[msgspec.Struct], data: Mapping[str, Any]) -> list[str]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    allowed = {*fields, *({"type"} if issubclass(kind, Question) else ())}
    unknown = [f"has the unknown key `{key}`" for key in data if key not in allowed]
    required = [key for key, field in fields.items() if field.required]
    missing = [f"lacks `{key}`" for key in required if data.get(key) is None]
    empty = [f"has an empty `{key}`" for key in required if isinstance(data.get(key), str) and not data[key].strip()]
    return unknown + missing + empty


def _in_words(error: msgspec.ValidationError) -> str:
    match = DETAIL.fullmatch(str(error))
    what, path = (match["what"], match["path"]) if match else (str(error), "")
    return f"has a fault in `{path}`: {what}" if path else f"has a fault: {what}"
