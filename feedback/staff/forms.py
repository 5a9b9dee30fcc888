"""What the forms of staff pages share: options with hints, a date in three boxes, and where an error link leads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, request
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

from feedback.staff.changes import OPENED, Overtaken, carried, comparable, digest_of, in_words, read_carried
from feedback.staff.facts import facts_of
from feedback.typed_text import one_line, seen_lines

PARTS = ("day", "month", "year")
YEARS = range(2000, 2100)


LOOK_AGAIN = "Somebody else has changed this since you opened the page. Nothing was done. Look at it as it is now."


class StaffForm(FlaskForm):  # type: ignore[misc]
    """A form of a staff page. What is typed loses what nobody sees, so that it can be shown again; passwords stay.

    A form that shows what is stored (`obj` or `data`), or is about something that is stored (`about`), carries what it
    was opened on. Sent after somebody else changed that, it is not valid: its page says what is stored now (`changes`),
    beside what was typed, and can be sent again.
    """

    class Meta:
        """How WTForms makes the fields."""

        def bind_field(self, form: BaseForm, unbound: Any, options: dict[str, Any]) -> Any:
            field = unbound.bind(form=form, **options)
            if isinstance(field, TextAreaField):
                field.filters = [seen_lines, *field.filters]
            elif isinstance(field, StringField) and not isinstance(field, PasswordField):
                field.filters = [one_line, *field.filters]
            return field

    def __init__(self, *args: Any, about: object = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        obj, data = kwargs.get("obj"), kwargs.get("data") or {}
        self._shown = [field for field in self if hasattr(obj, field.name) or field.name in data]
        self._facts = facts_of(about)
        self.changes: tuple[Overtaken, ...] = ()

    @property
    def was_seen(self) -> bool:
        """Whether who sent this says which state of the thing they saw; valid, it is the state that is stored."""
        return OPENED in request.form

    @property
    def opened(self) -> str:
        """What this page is opened on, for its hidden field."""
        stored = {field.name: comparable(field, field.object_data) for field in self._shown}
        return carried({name: digest_of(value) for name, value in {**stored, **self._facts}.items()})

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is as it should be, and what is stored still as the page showed it."""
        valid = super().validate(extra_validators)
        if self.was_seen:
            was = read_carried(request.form[OPENED])
            self.changes = (*self._changed_fields(was), *self._changed_facts(was))
            if self.changes:
                self._show_stored(was)
        return valid and not self.changes

    def _changed_fields(self, was: Mapping[str, str]) -> Iterator[Overtaken]:
        for field in self._shown:
            now, yours = comparable(field, field.object_data), comparable(field, field.data)
            if was.get(field.name) != digest_of(now) and now != yours:
                yield Overtaken(field.label.text, in_words(field, field.object_data), in_words(field, field.data))

    def _changed_facts(self, was: Mapping[str, str]) -> Iterator[Overtaken]:
        for heading, now in self._facts.items():
            if was.get(heading) != digest_of(now):
                yield Overtaken(heading, now)

    def _show_stored(self, was: Mapping[str, str]) -> None:
        """Let a field that was left as the page showed it follow what is stored: sent again, it takes nothing back."""
        for field in self._shown:
            if was.get(field.name) == digest_of(comparable(field, field.data)):
                field.raw_data, field.errors = None, ()
                field.process(None, field.object_data)

    def refuse(self, field: str, refusal: Exception) -> None:
        """Show why a service refused at `field`, as if the form had found it."""
        self[field].errors = [str(refusal)]


class ConfirmForm(StaffForm):
    """A button that cannot be pressed from another site, nor on something that has become something else meanwhile."""

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if self.changes and request.url_rule and "GET" not in (request.url_rule.methods or ()):
            flash(LOOK_AGAIN, "important")  # it has no page of its own and leads back to that of the thing
        return valid


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
        self.process_errors, self.raw_data, self.wrong = [], None, ()
        self.data = self.object_data = data if isinstance(data, date) else None
        self.typed = dict.fromkeys(PARTS, "")
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
