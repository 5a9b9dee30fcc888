"""What must be true of a questionnaire as a whole. Each check yields (what it is about, what is wrong with it)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from forms.derived import Characteristic, IndicatorSpec
from forms.questionnaire import Questionnaire
from forms.questions import Column, Question
from forms.questions.base import MULTI, SINGLE, repeated
from forms.routing import Condition

Found = Iterator[tuple[str, str]]

LAYOUTS = ("one_page", "paged")
KINDS = (SINGLE, MULTI)
FIT_ID = re.compile(r"[a-z][a-z0-9_]*")
FIT_CODE = re.compile(r"[A-Za-z0-9_]+")
# Columns that stand beside the answers, and what the analysis calls the whole area and those who did not say.
RESERVED_IDS = frozenset({"channel", "month", "event", "exclusion"})
RESERVED_NAMES = RESERVED_IDS | {"city", "n", "weight"}
RESERVED_CODES = frozenset({"not_stated"})
SAY = {
    "special_category": (
        "Say `special_category: true` if it is about health, disability, ethnic group, religion, sexual life, "
        "politics or the like (UK GDPR article 9), otherwise `special_category: false`"
    ),
    "weighted": "Say `weighted: true` if answers are weighted by it, otherwise leave it out",
}
GROUP_KEYS = {"code": "Give it one in small letters", "label": "Give it one: what people read"}
IN_QUOTES = "which is no text. Put it in quotes"
FIT_SURVEY = re.compile(r"[a-z][a-z0-9-]*")


def questionnaire_faults(questionnaire: Questionnaire, broken: Collection[str] = ()) -> Found:
    """Every fault of the whole. `broken`: ids of questions that could not be built, which may be referred to."""
    yield from _head_faults(questionnaire)
    yield from _id_faults(questionnaire)
    yield from _routing_faults(questionnaire, broken)
    yield from _derived_faults(questionnaire, broken)


def _head_faults(questionnaire: Questionnaire) -> Found:
    if questionnaire.survey and not FIT_SURVEY.fullmatch(questionnaire.survey):
        yield "questionnaire", f"has the unfit survey {questionnaire.survey!r}; use small letters and hyphens"
    if questionnaire.version < 1:
        yield "questionnaire", f"has the version {questionnaire.version}, which must be 1 or more"
    if questionnaire.layout not in LAYOUTS:
        yield "questionnaire", f"has the layout {questionnaire.layout!r}, which is not one of {', '.join(LAYOUTS)}"
    if questionnaire.layout == "one_page" and len(questionnaire.pages) > 1:
        yield "questionnaire", f"has the layout one_page and {len(questionnaire.pages)} pages"
    if not questionnaire.pages:
        yield "questionnaire", "has no pages"


def _id_faults(questionnaire: Questionnaire) -> Found:
    named = {
        "question": [question.id for question in questionnaire.questions],
        "page": [page.id for page in questionnaire.pages],
        "indicator": [indicator.id for indicator in questionnaire.indicators],
        "characteristic": [characteristic.name for characteristic in questionnaire.characteristics],
        "exclusion": [exclusion.code for exclusion in questionnaire.excluded],
    }
    for what, ids in named.items():
        for id_ in repeated(ids):
            yield f"{what} `{id_}`", "is there more than once"
    for page in questionnaire.pages:
        for id_ in repeated([section.id for section in page.sections]):
            yield f"page `{page.id}`", f"has the section `{id_}` more than once"
    for what in ("question", "page"):
        for id_ in named[what]:
            if not FIT_ID.fullmatch(id_):
                yield f"{what} `{id_}`", "has an unfit id; use small letters, digits and underscores"
    for id_ in RESERVED_IDS.intersection(named["question"]):
        yield f"question `{id_}`", f"has an id that stands for something else; none may be {_listed(RESERVED_IDS)}"


def _listed(names: Iterable[str]) -> str:
    """Names within a sentence, in alphabetical order."""
    return ", ".join(sorted(names))


def _routing_faults(questionnaire: Questionnaire, broken: Collection[str]) -> Found:
    check = _ConditionCheck(questionnaire, broken)
    before: set[str] = set()
    for page in questionnaire.pages:
        name = f"page `{page.id}`"
        yield from check.faults(name, page.show_if, before)
        if not page.questions and not page.sections and page.id not in broken and not broken:
            yield name, "has no questions"
        for question in page.questions:
            yield from check.faults(f"question `{question.id}`", question.show_if, before)
            before.add(question.id)


class _ConditionCheck:
    def __init__(self, questionnaire: Questionnaire, broken: Collection[str]) -> None:
        self.questions = {question.id: question for question in questionnaire.questions}
        self.broken = broken

    def faults(self, name: str, conditions: Iterable[Condition], before: Collection[str] | None = None) -> Found:
        """`before`: the questions asked earlier, or None where the order does not matter."""
        for condition in conditions:
            if condition.question not in self.broken:
                yield from ((name, fault) for fault in self._of_one(condition, before))

    def _of_one(self, condition: Condition, before: Collection[str] | None) -> Iterator[str]:
        question = self.questions.get(condition.question)
        if question is None:
            yield f"depends on the unknown question `{condition.question}`. Name one that is asked, or ask it"
            return
        if before is not None and condition.question not in before:
            yield f"depends on question `{condition.question}`, which is asked later"
        if not condition.any_of and not condition.none_of:
            yield f"depends on question `{condition.question}` without saying `any_of` or `none_of`"
        codes = question.codes(condition.row)
        where = f"{condition.question}.{condition.row}" if condition.row else condition.question
        if not codes:
            yield f"depends on `{where}`, which has no codes. Name a question or row that is answered by choosing"
            return
        for code in (*condition.any_of, *condition.none_of):
            if code not in codes:
                yield f"depends on the unknown code `{code}` of `{where}`. Use one of: {', '.join(codes)}"


def _derived_faults(questionnaire: Questionnaire, broken: Collection[str]) -> Found:
    check = _ConditionCheck(questionnaire, broken)
    for characteristic in questionnaire.characteristics:
        yield from _characteristic_faults(characteristic, check)
    yield from _label_faults(questionnaire.characteristics)
    for exclusion in questionnaire.excluded:
        for conditions in exclusion.when:
            yield from check.faults(f"exclusion `{exclusion.code}`", conditions)
        if not all(exclusion.when) or not exclusion.when:
            yield f"exclusion `{exclusion.code}`", "has no conditions, so it would leave everybody out"
    columns = {column.name: column for column in questionnaire.columns}
    for indicator in questionnaire.indicators:
        name = f"indicator `{indicator.id}`"
        yield from ((name, fault) for fault in _indicator_faults(indicator, columns, broken))


def description_faults(data: Mapping[str, Any], *, reviewed: bool) -> Iterator[str]:
    """What is wrong with how a characteristic is described, before it is built. `reviewed`: nothing may be unsaid."""
    for key in ("special_category", "weighted"):
        if key in data and not isinstance(data[key], bool):
            yield f"has `{key}: {_plain(data[key])}`, which is neither true nor false. {SAY[key]}"
    if reviewed and "special_category" not in data:
        yield f"lacks `special_category`. {SAY['special_category']}"
    groups = data.get("groups")
    if groups is None or isinstance(groups, str) or not isinstance(groups, Sequence):
        return
    for place, group in enumerate(groups, start=1):
        if isinstance(group, Mapping):
            called = f"group `{group['code']}`" if group.get("code") else f"group number {place}"
            yield from (f"has the {called} {fault}" for fault in _group_faults(group))
            if reviewed and "when" in group and "question" in data:
                yield f"has the {called} with a `when` besides its `question`. Leave one of the two out"


def _group_faults(group: Mapping[str, Any]) -> Iterator[str]:
    for key, remedy in GROUP_KEYS.items():
        given = group.get(key)
        if given is None or (isinstance(given, str) and not given.strip()):
            yield f"without a `{key}`. {remedy}"
        elif not isinstance(given, str):
            yield f"with `{key}: {_plain(given)}`, {IN_QUOTES}"


def _plain(value: object) -> str:
    """As it stands in YAML."""
    words = "" if value is None else str(value)[:40]
    return words.lower() if isinstance(value, bool) else words


def _characteristic_faults(characteristic: Characteristic, check: _ConditionCheck) -> Found:
    name = f"characteristic `{characteristic.name}`"
    yield from ((name, fault) for fault in _name_faults(characteristic, check.questions))
    codes = [group.code for group in characteristic.groups]
    for code in codes:
        if not FIT_CODE.fullmatch(code) or code in RESERVED_CODES:
            yield name, f"has the unfit group code {code!r}; use letters, digits and underscores, and not `not_stated`"
    yield from ((name, f"has the group `{code}` more than once. Leave one of them out") for code in repeated(codes))
    if not codes:
        yield name, "has no groups. Give each with `code` and `label`, or leave the characteristic out"
    elif characteristic.question:
        yield from check.faults(name, [Condition(characteristic.question, any_of=tuple(codes))])
    for group in () if characteristic.question else characteristic.groups:
        if not group.when or not all(group.when):
            yield name, f"has the group `{group.code}` without a condition. Say in `when` which answers belong to it"
        for conditions in group.when:
            yield from check.faults(name, conditions)


def _name_faults(characteristic: Characteristic, questions: Mapping[str, Question]) -> Iterator[str]:
    """It stands as a column beside the answers, so it must have a name that means nothing else there."""
    name = characteristic.name
    if not FIT_ID.fullmatch(name):
        yield "has an unfit name; use small letters, digits and underscores"
    if name in RESERVED_NAMES:
        yield f"has a name that stands for something else; none may be called {_listed(RESERVED_NAMES)}"
    asked = questions.get(name)
    if asked is not None and (name != characteristic.question or len(asked.columns) > 1):
        yield f"has the name of the question `{name}`, whose answers it would replace; choose another name"
    elif asked is not None and asked.columns[0].kind != SINGLE:
        yield f"has the name of the question `{name}`, which has no single answer; choose another name"


def _label_faults(characteristics: Sequence[Characteristic]) -> Found:
    """Sheets, tables and headings are told apart by labels, whatever their capitals."""
    repeats = repeated([characteristic.label.casefold() for characteristic in characteristics])
    for characteristic in characteristics:
        name, label = f"characteristic `{characteristic.name}`", characteristic.label
        if label.casefold() in repeats:
            yield name, f"has the label `{label}` of another characteristic. Give each a label of its own"
        if len(label.splitlines()) > 1:
            yield name, "has a label of several lines. Write it on one line"


def _indicator_faults(spec: IndicatorSpec, columns: dict[str, Column], broken: Collection[str]) -> Iterator[str]:
    if spec.kind not in KINDS:
        yield f"has the kind {spec.kind!r}, which is not one of {', '.join(KINDS)}"
    if not spec.yes:
        yield "has no `yes` codes"
    used = [(spec.question, (*spec.yes, *spec.base)), *spec.asked]
    for column, codes in used:
        if column.partition(".")[0] not in broken:
            yield from _column_faults(column, codes, columns)
    known = columns.get(spec.question)
    if known and known.kind in KINDS and spec.kind in KINDS and known.kind != spec.kind:
        yield f"has the kind {spec.kind}, but the column `{spec.question}` holds {known.kind}"
    if spec.base and known:
        outside = [code for code in spec.yes if code in known.codes and code not in spec.base]
        yield from (f"counts `{code}` as yes, which is not in its base" for code in outside)


def _column_faults(name: str, codes: Iterable[str], columns: dict[str, Column]) -> Iterator[str]:
    if name not in columns:
        yield f"is made from the unknown column `{name}`"
        return
    yield from (f"uses the unknown code `{code}` of `{name}`" for code in codes if code not in columns[name].codes)
