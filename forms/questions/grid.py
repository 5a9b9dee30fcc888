"""Statements on one scale, each row answered or not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from forms.errors import AnswerFault
from forms.questions.base import Column, Option, Paper, Posted, Question, last, repeated
from forms.questions.choices import option_faults

OVERALL = "overall"


class Grid(Question, frozen=True, kw_only=True, tag="grid"):
    """`overall` (codes, strongest first) adds two columns about all rows together.

    Column `ID` holds every code given on any row, column `ID.overall` the strongest of them, so that "a victim of
    anything" has a column to be counted in.
    """

    type: ClassVar[str] = "grid"
    template: ClassVar[str] = "grid"

    rows: tuple[Option, ...]
    options: tuple[Option, ...]
    overall: tuple[str, ...] = ()

    @cached_property
    def row_labels(self) -> dict[str, str]:
        return {row.code: row.label for row in self.rows}

    @cached_property
    def labels(self) -> dict[str, str]:
        return {option.code: option.label for option in self.options}

    def read(self, posted: Posted) -> Any:
        given = {row: last(posted.getlist(f"{self.id}.{row}")) for row in self.row_labels}
        return {row: code for row, code in given.items() if code} or None

    def clean(self, answer: Any) -> dict[str, str] | None:
        if answer is None:
            return None
        if not isinstance(answer, Mapping) or not answer.keys() <= self.row_labels.keys():
            raise AnswerFault(self.error)
        for row, code in answer.items():
            if code not in ("", None) and not (isinstance(code, str) and code in self.labels):
                raise AnswerFault(self.error, part=row)
        return {row: answer[row] for row in self.row_labels if answer.get(row)} or None

    def salvage(self, answer: Any) -> Any:
        if not isinstance(answer, Mapping):
            return None
        kept = {row: answer.get(row) for row in self.row_labels}
        return {row: code for row, code in kept.items() if isinstance(code, str) and code in self.labels} or None

    def display(self, answer: Any) -> list[str]:
        given = answer or {}
        return [
            f"{label}: {self.labels.get(given[row], given[row])}"
            for row, label in self.row_labels.items()
            if row in given
        ]

    def cells(self, answer: Any) -> dict[str, str]:
        given = answer or {}
        cells = {f"{self.id}.{row}": given.get(row, "") for row in self.row_labels}
        if self.overall:
            codes = set(given.values())
            cells[self.id] = ";".join(code for code in self.labels if code in codes)
            cells[f"{self.id}.{OVERALL}"] = next((code for code in self.overall if code in codes), "")
        return cells

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        rows = [Column(f"{self.id}.{row}", label, "single", self.labels) for row, label in self.row_labels.items()]
        if self.overall:
            rows.append(Column(self.id, f"{self.label} (every answer given)", "multi", self.labels))
            rows.append(Column(f"{self.id}.{OVERALL}", f"{self.label} (strongest answer)", "single", self.labels))
        return tuple(rows)

    def codes(self, row: str = "") -> Mapping[str, str]:
        return self.labels if not row or row in self.row_labels else {}

    def faults(self) -> list[str]:
        found = option_faults("row", self.rows) + option_faults("option", self.options)
        found += [f"ranks the unknown code `{code}`" for code in self.overall if code not in self.labels]
        found += [f"ranks the code `{code}` more than once" for code in repeated(self.overall)]
        if self.overall and OVERALL in self.row_labels:
            found.append(f"has a row called `{OVERALL}`, which is the name of a column")
        return found

    def message(self, errors: str | Mapping[str, str] | None) -> str:
        if not isinstance(errors, Mapping):
            return errors or ""
        ids = [self.id, *(self.html_id(row) for row in self.row_labels)]
        return next((errors[html_id] for html_id in ids if html_id in errors), "")

    def html_id(self, part: str = "") -> str:
        return f"{self.id}.{part or self.rows[0].code}"

    @property
    def paper(self) -> Paper:
        return Paper(marks=self.options, rows=self.rows, at_most=1)
