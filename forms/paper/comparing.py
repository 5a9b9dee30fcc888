"""Two keyings of one sheet side by side: how many fields differ, and the answers when somebody has settled them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.paper.keying import BLANK, Keyed, assembled
from forms.paper.layout import Field, PaperForm


@dataclass(frozen=True)
class Comparison:
    """`compared`: how many fields at least one of the two keyed; `differing`: those that are not the same."""

    compared: int
    differing: tuple[Field, ...]


def compare(form: PaperForm, first: Keyed, second: Keyed) -> Comparison:
    """Compare field by field. Case, spaces and punctuation of written answers make no difference."""
    compared, differing = 0, []
    for found in form.fields:
        pair = [_plain(found, keyed) for keyed in (first, second)]
        if any(pair):
            compared += 1
        if pair[0] != pair[1]:
            differing.append(found)
    return Comparison(compared, tuple(differing))


def settled(form: PaperForm, keyings: tuple[Keyed, Keyed], right: Mapping[str, Keyed]) -> Keyed:
    """The answers where both agree, and from the keying that is `right` for each field that differs (field id)."""
    values: dict[str, Any] = {}
    marks: dict[str, str] = {}
    for found in form.fields:
        source = right.get(found.id, keyings[0])
        values[found.id] = found.value(source.answers)
        if found.id in source.marks:
            marks[found.id] = source.marks[found.id]
    answers = form.questionnaire.clean(assembled(form.fields, values), strict=True)
    return Keyed(answers, marks)


def _plain(found: Field, keyed: Keyed) -> Any:
    """What is compared: a mark or an answer; nothing and "left blank" are the same where a field may be left empty."""
    mark = keyed.marks.get(found.id, "")
    if mark:
        return "" if found.optional and mark == BLANK else ("mark", mark)
    value = found.value(keyed.answers)
    if value is None:
        return ""
    return ("text", _letters(value)) if found.lines else ("answer", value)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[^\w\s]", " ", plain).split())
