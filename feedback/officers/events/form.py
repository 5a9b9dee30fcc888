"""The form of an event: what must be known first, in the order in which an officer knows it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from wtforms import Field, StringField
from wtforms.validators import DataRequired, Optional

from feedback.clock import LONDON, today
from feedback.event_kinds import KINDS
from feedback.models import Wave
from feedback.places import current_place
from feedback.queries.events import waves_to_ask
from feedback.services.events import EventDetails, EventRefused
from feedback.services.events.details import LARGEST_TARGET
from feedback.services.events.programme_rows import read_time
from feedback.staff.forms import CheckboxChoices, DateField, RadioChoice, StaffForm, WholeNumberField, options
from feedback.translation.languages import languages_on
from feedback.typed_text import one_line

NO_WARD = "none"
LASTS = timedelta(hours=2)
FIELDS = {"ward_code": "ward", "day": "starts_on"}
TARGET_SENTENCE = f"The target must be a whole number between 1 and {LARGEST_TARGET:,}"


class ClockField(Field):
    """A time of day, typed or picked. `data` is a time or None; `called` stands in sentences: "the start"."""

    def __init__(self, label: str, *, called: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.called = called

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if self.data else ""

    def process_formdata(self, valuelist: Any) -> None:
        typed = one_line(valuelist[0] if valuelist else "")
        self.data = None
        if not typed:
            raise ValueError(f"Enter {self.called}, such as 10:00")
        try:
            self.data = read_time(typed)
        except ValueError:
            raise ValueError(f"Enter {self.called} as a time of day, such as 10:00 or 2:30pm") from None


class EventForm(StaffForm):
    kind = RadioChoice("What kind of event is it?", choices=options(KINDS), wrong="Select what kind of event it is")
    starts_on = DateField("Day", called="the day", description="The first day, if there are several")
    starts_at = ClockField("Start", called="the start")
    ends_at = ClockField("End", called="the end")
    place = StringField(
        "Place",
        [DataRequired("Enter the place, such as the name of the street, hall or web page")],
        description="For example, outside Shirley library",
    )
    ward = RadioChoice("Ward it takes place in", wrong="Select a ward, or no single ward")
    lead_partner = StringField("Lead partner", description="For example, Police")
    waves = CheckboxChoices("Which surveys will you use?", wrong="Select at least one survey")
    languages = CheckboxChoices("Languages", wrong="Select at least one language")
    target = WholeNumberField(
        "Target (optional)", [Optional()], description="How many answers you are aiming for", wrong=TARGET_SENTENCE
    )
    title = StringField("Title (optional)", description="If left empty, the kind of event is used")
    ends_on = DateField("Last day (optional)", called="the last day", optional=True)

    def offer(self, kept: tuple[Wave, ...] = ()) -> None:
        """Fill the choices: wards, languages, and the waves that are open or coming or that the event has already."""
        place = current_place()
        self.ward.choices = options({NO_WARD: "No single ward", **{ward.code: ward.name for ward in place.wards()}})
        self.languages.choices = options({one.code: one.name for one in languages_on()})
        self._waves = {str(wave.id): wave for wave in (*kept, *waves_to_ask())}
        labels = {id: wave.title for id, wave in self._waves.items()}
        states = {id: wave.state(today()) for id, wave in self._waves.items()}
        hints = {
            id: f"Opens on {wave.opens_on:%-d %B %Y}" if states[id] == "coming" else "A test" * (wave.purpose == "test")
            for id, wave in self._waves.items()
        }
        self.waves.choices = options(labels, hints)

    def details(self) -> EventDetails:
        """Return the event that this form describes; call it when the form is valid."""
        first, last = self.starts_on.data, self.ends_on.data or self.starts_on.data
        ends_at = _moment(last, self.ends_at.data)
        starts_at = _moment(first, self.starts_at.data)
        if last == first and ends_at <= starts_at and self.ends_at.data < time(6):
            ends_at += timedelta(days=1)  # an evening that ends after midnight
        return EventDetails(
            kind=self.kind.data,
            starts_at=starts_at,
            ends_at=ends_at,
            place=self.place.data or "",
            title=self.title.data or "",
            ward_code=None if self.ward.data == NO_WARD else self.ward.data,
            lead_partner=self.lead_partner.data or "",
            waves=tuple(self._waves[id] for id in self.waves.data or ()),
            languages=tuple(self.languages.data or ()),
            target=self.target.data,
        )

    def show_faults(self, refused: EventRefused) -> None:
        for name, sentence in refused.faults.items():
            self[FIELDS.get(name, name)].errors = [sentence]


def values_of(details: EventDetails) -> dict[str, Any]:
    """Return what a form shows of an event that is there."""
    first, last = details.starts_at.astimezone(LONDON), details.ends_at.astimezone(LONDON)
    plain = ("kind", "place", "title", "lead_partner", "target")
    return {
        **{name: getattr(details, name) for name in plain},
        "starts_on": first.date(),
        "starts_at": first.time(),
        "ends_at": last.time(),
        "ends_on": last.date() if last.date() > first.date() and last - first > timedelta(hours=12) else None,
        "ward": details.ward_code or NO_WARD,
        "waves": [str(wave.id) for wave in details.waves],
        "languages": list(details.languages),
    }


def usual_values() -> dict[str, Any]:
    """Return what a new event probably is: today, from the next full hour, two hours, the shortest open survey."""
    starts_at = (datetime.now(LONDON) + timedelta(hours=1)).replace(minute=0)
    open_now = [wave for wave in waves_to_ask() if wave.purpose != "test" and wave.is_open(today())]
    usual = next((wave for wave in open_now if wave.survey == "fast-feedback"), None) or next(iter(open_now), None)
    return {
        "starts_on": starts_at.date(),
        "starts_at": starts_at.time(),
        "ends_at": (starts_at + LASTS).time(),
        "waves": [str(usual.id)] if usual else [],
        "languages": ["en"],
    }


def _moment(day: Any, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=LONDON)
