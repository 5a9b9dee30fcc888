"""The columns of a respondent file: valid names, labels, numbers for codes, what is missing, how it is measured."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from analysis.counts.substantive import is_substantive
from forms.questions.base import MULTI, NUMBER, SINGLE, TEXT, Column

NOT_ASKED, NOT_ASKED_LABEL = "not_asked", "Not asked of this person"
CHOSEN = {"0": "Not chosen", "1": "Chosen"}
RESERVED = {"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"}
LONGEST_NAME, LONGEST_LABEL, LONGEST_VALUE = 64, 256, 120  # bytes that SPSS allows
CUT = "..."


@dataclass(frozen=True)
class Code:
    """A value of a variable: as text in CSV, as a number in SPSS; `missing` where it is no view."""

    code: str
    number: int
    label: str
    missing: bool = False


@dataclass(frozen=True)
class Variable:
    """One column. `measure`: nominal, ordinal or scale. `codes` is empty for numbers and texts."""

    name: str
    label: str
    measure: str
    codes: tuple[Code, ...] = field(default=())
    text: bool = False

    @property
    def missing(self) -> tuple[int, int] | None:
        """The lowest and highest number of what is missing."""
        numbers = [code.number for code in self.codes if code.missing]
        return (min(numbers), max(numbers)) if numbers else None


@dataclass(frozen=True)
class VariableSource:
    """A variable and where it comes from: the cell of a column, or one code in the cell (several choices)."""

    variable: Variable
    column: str
    code: str = ""


class Names:
    """Names that SPSS accepts, each once whatever its capitals."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, wanted: str) -> str:
        plain = re.sub(r"[^A-Za-z0-9_]+", "_", wanted).strip("_")[: LONGEST_NAME - 4]
        if not plain or not plain[0].isalpha() or plain.upper() in RESERVED:
            plain = f"v_{plain}".rstrip("_")
        name, number = plain, 1
        while name.upper() in self._taken:
            number += 1
            name = f"{plain}_{number}"
        self._taken.add(name.upper())
        return name


def sources_of(columns: Iterable[Column], names: Names) -> list[VariableSource]:
    """Return the variables that columns of a questionnaire make; free text makes none."""
    return [source for column in columns for source in SOURCES[column.kind](column, names)]


def _one(column: Column, names: Names) -> list[VariableSource]:
    return [VariableSource(coded(names.new(column.name), column.label, column.codes), column.name)]


def _several(column: Column, names: Names) -> list[VariableSource]:
    return [
        VariableSource(
            Variable(names.new(f"{column.name}_{code}"), f"{column.label}: {label}", "nominal", _chosen()),
            column.name,
            code,
        )
        for code, label in column.codes.items()
    ]


def _number(column: Column, names: Names) -> list[VariableSource]:
    return [VariableSource(Variable(names.new(column.name), column.label, "scale"), column.name)]


def _nothing(_column: Column, _names: Names) -> list[VariableSource]:
    """People write names into texts."""
    return []


SOURCES = {SINGLE: _one, MULTI: _several, NUMBER: _number, TEXT: _nothing}
"What each kind of column makes."


def coded(name: str, label: str, codes: Mapping[str, str]) -> Variable:
    """Return a variable of one code out of several.

    Views are numbered from 1 in their order; what is no view gets numbers from 91 (991 where there are 90 views),
    and "not asked" 90, so that one range says what is missing.
    """
    views = [code for code in codes if not _is_missing(code)]
    others = [code for code in codes if _is_missing(code)]
    base = 90 if len(views) < 90 else 990  # noqa: PLR2004 - numbers of two digits, while they last
    made = [Code(code, number, codes[code]) for number, code in enumerate(views, start=1)]
    made.append(Code(NOT_ASKED, base, NOT_ASKED_LABEL, missing=True))
    made += [Code(code, base + place, codes[code], missing=True) for place, code in enumerate(others, start=1)]
    measure = "ordinal" if views and _role(views[0]) == "ordered" else "nominal"
    return Variable(name, label, measure, tuple(made))


def _chosen() -> tuple[Code, ...]:
    made = [Code(code, int(code), label) for code, label in CHOSEN.items()]
    return (*made, Code(NOT_ASKED, 90, NOT_ASKED_LABEL, missing=True))


def shortened(text: str, most: int) -> str:
    """Return a text of at most `most` bytes of UTF-8, cut between characters and visibly."""
    whole = text.encode("utf-8")
    if len(whole) <= most:
        return text
    return whole[: most - len(CUT)].decode("utf-8", errors="ignore").rstrip() + CUT


def _is_missing(code: str) -> bool:
    return not is_substantive(code) or _role(code) == "missing"


def _role(code: str) -> str:
    return _roles().get(code, "")


@lru_cache(maxsize=1)
def _roles() -> dict[str, str]:
    with Path(__file__).with_name("codes.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["role"] for row in csv.DictReader(file)}
