"""What the forms of staff pages share: options with hints, a date in three boxes, and where an error link leads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    Field,
    IntegerField,
    PasswordField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.form import BaseForm

from feedback.typed_text import one_line, seen_lines

PARTS = ("day", "month", "year")
YEARS = range(2000, 2100)


class StaffForm(FlaskForm):  # type: ignore[misc]
    """A form of a staff page. What is typed loses what nobody sees, so that it can be shown again; passwords stay."""

    class Meta:
        """How WTForms makes the fields."""

        def bind_field(self, form: BaseForm, unbound: Any, options: dict[str, Any]) -> Any:
            field = unbound.bind(form=form, **options)
            if isinstance(field, TextAreaField):
                field.filters = [seen_lines, *field.filters]
            elif isinstance(field, StringField) and not isinstance(field, PasswordField):
                field.filters = [one_line, *field.filters]
            return field

    def refuse(self, field: str, refusal: Exception) -> None:
        """Show why a service refused at `field`, as if the form had found it."""
        self[field].errors = [str(refusal)]


class ConfirmForm(StaffForm):
    """A button that cannot be pressed from another site."""


@dataclass
class FormOption(SelectChoice):  # type: ignore[misc]
    """An option of a group of radios or checkboxes."""

    hint: str = ""

    @property
    def code(self) -> str:
        return str(self.value)


def options(labels: Mapping[str, str], hints: Mapping[str, str] | None = None) -> list[FormOption]:
    """Return options from code to label, with the hint of each code that has one."""
    return [FormOption(code, label, hint=(hints or {}).get(code, "")) for code, label in labels.items()]


def codes_of(field: Any) -> set[str]:
    """Return the codes that a field of options offers."""
    return {option.value for option in field.choices or ()}


class RadioChoice(RadioField):
    """A group of radios. `wrong` is the sentence for no choice and for one that was not offered."""

    def __init__(self, label: str, *, wrong: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.wrong = wrong

    def pre_validate(self, form: Any) -> None:
        if self.data not in codes_of(self):
            raise ValidationError(self.wrong)


class CheckboxChoices(SelectMultipleField):
    """A group of checkboxes of which at least one is needed. `wrong` as above."""

    def __init__(self, label: str, *, wrong: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.wrong = wrong

    def pre_validate(self, form: Any) -> None:
        if not self.data or set(self.data) - codes_of(self):
            raise ValidationError(self.wrong)


class WholeNumberField(IntegerField):
    """A whole number. `wrong` is the sentence for anything else."""

    def __init__(self, label: str, validators: Any = None, *, wrong: str, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.wrong = wrong

    def process_formdata(self, valuelist: Any) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as fault:
            raise ValueError(self.wrong) from fault


class DateField(Field):
    """A day, month and year in three boxes. `data` is a date or None; `called` stands in sentences: "the first day"."""

    def __init__(self, label: str, *, called: str, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.called, self.optional = called, optional
        self.typed = dict.fromkeys(PARTS, "")
        self.wrong: tuple[str, ...] = ()

    @property
    def error_id(self) -> str:
        return f"{self.id}-{(self.wrong or PARTS)[0]}"

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors, self.raw_data = [], None
        self.data = self.object_data = data if isinstance(data, date) else None
        if formdata:
            self.typed = {part: one_line(formdata.get(f"{self.name}-{part}")) for part in PARTS}
            self._read()
        elif self.data:
            self.typed = {part: str(getattr(self.data, part)) for part in PARTS}

    def populate_obj(self, obj: Any, name: str) -> None:
        setattr(obj, name, self.data)

    def _read(self) -> None:
        self.data = None
        missing = tuple(part for part in PARTS if not self.typed[part])
        if len(missing) == len(PARTS):
            self._fault((), "" if self.optional else f"Enter {self.called}")
        elif missing:
            self._fault(missing, f"{_capital(self.called)} must include a {' and a '.join(missing)}")
        else:
            self._read_date()

    def _read_date(self) -> None:
        numbers = [int(text) if re.fullmatch(r"[0-9]{1,4}", text) else 0 for text in self.typed.values()]
        day, month, year = numbers
        try:
            found = date(year, month, day)
        except ValueError:
            return self._fault((), f"{_capital(self.called)} must be a real date, such as 27 3 {date.today().year}")
        if year not in YEARS:
            return self._fault(("year",), f"The year of {self.called} must have 4 numbers, such as {date.today().year}")
        self.data = found

    def _fault(self, wrong: tuple[str, ...], sentence: str) -> None:
        self.wrong = wrong
        if sentence:
            self.process_errors = [sentence]


def form_errors(form: BaseForm | None) -> dict[str, str]:
    """Return the first error of each field by the id of the control that the error link leads to."""
    if not form:
        return {}
    return {getattr(field, "error_id", field.id): str(field.errors[0]) for field in form if field.errors}


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
