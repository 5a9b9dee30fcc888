"""What every question type does. Each type is one class in its own module beside this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Protocol

import msgspec

from forms.errors import AnswerFault
from forms.routing import Answers, Condition, all_hold

SINGLE, MULTI, NUMBER, TEXT = COLUMN_KINDS = ("single", "multi", "number", "text")


class Posted(Protocol):
    """A posted form: werkzeug's MultiDict, or anything that gives all values sent under a name."""

    def getlist(self, name: str, /) -> list[str]: ...


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One answer a person can choose, or one row of a grid. `divider` is a word shown before it ("or")."""

    code: str
    label: str
    hint: str = ""
    exclusive: bool = False
    divider: str = ""


@dataclass(frozen=True)
class Column:
    """A column of the analysis frame, of one of COLUMN_KINDS: multi holds codes joined by `;`."""

    name: str
    label: str
    kind: str
    codes: Mapping[str, str] = field(default_factory=dict)

    @property
    def several(self) -> bool:
        """Whether it holds several codes of one person."""
        return self.kind == MULTI


@dataclass(frozen=True)
class Paper:
    """How a question stands on paper. `marks` lists what can be ticked, `rows` the statements of a grid.

    `lines` is the number of ruled lines to write on, `boxes` the number of single-digit boxes.
    """

    marks: Sequence[Option] = ()
    rows: Sequence[Option] = ()
    at_most: int = 0
    lines: int = 0
    boxes: int = 0


class Question(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    dict=True,
    tag_field="type",
):
    """A question as asked. `error` is the sentence for an answer that is missing where required, or is no option.

    `read` takes what was posted, `clean` checks a stored answer; both use None for "not answered".
    """

    type: ClassVar[str] = ""
    template: ClassVar[str] = ""
    is_comment: ClassVar[bool] = False  # sentences in a person's own words, to be read and coded

    id: str
    label: str
    hint: str = ""
    error: str
    required: bool = False
    sensitive: bool = False
    show_if: tuple[Condition, ...] = ()

    def read(self, posted: Posted) -> Any:
        """What the person typed or chose, in the shape of a stored answer but not checked; None if nothing."""
        raise NotImplementedError

    def clean(self, answer: Any) -> Any:
        """Return the answer in its one stored form, None when it is empty.

        Cleaning a cleaned answer changes nothing.

        Raises:
            Fault: the answer is not allowed; its text is the sentence for the person.

        """
        raise NotImplementedError

    def salvage(self, answer: Any) -> Any:
        """What of a faulty answer can be kept; None when nothing can. For old drafts, never for submissions."""
        try:
            return self.clean(answer)
        except AnswerFault:
            return None

    def display(self, answer: Any) -> list[str]:
        """The answer in words, one line each; an empty list when not answered."""
        raise NotImplementedError

    def cells(self, answer: Any) -> dict[str, str]:
        """The answer as text cells, a value for every column of the question."""
        raise NotImplementedError

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        raise NotImplementedError

    @property
    def paper(self) -> Paper:
        raise NotImplementedError

    def faults(self) -> list[str]:
        """What is wrong with the question itself, as ends of a sentence; empty when it is fit to be asked."""
        return []

    def codes(self, row: str = "") -> Mapping[str, str]:
        """Code -> label of what can be answered (in a row of a grid); empty where there are no codes or no such row."""
        return {}

    def asked(self, answers: Answers) -> bool:
        return all_hold(self.show_if, answers)

    def html_id(self, part: str = "") -> str:
        """The id of the control that an error message links to."""
        return f"{self.id}.{part}" if part else self.id

    def message(self, errors: str | Mapping[str, str] | None) -> str:
        """The sentence for this question among the errors of a page (html id to sentence)."""
        if isinstance(errors, Mapping):
            return errors.get(self.id, "")
        return errors or ""


def repeated(codes: Sequence[str]) -> list[str]:
    """The codes that occur more than once."""
    return sorted({code for code in codes if codes.count(code) > 1})


def last(values: Sequence[str]) -> str:
    """The value that counts when a browser sends a name more than once."""
    return values[-1] if values else ""
