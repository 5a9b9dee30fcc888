"""What is decided about an event, and everything that can be wrong with it: for the form and for imports alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from feedback.clock import LONDON, today
from feedback.errors import Refusal
from feedback.event_kinds import KINDS
from feedback.models import Wave
from feedback.places import current_place

LONGEST_LINE = 120  # characters of a title, place or partner
LONGEST_EVENT = timedelta(days=100)
LARGEST_TARGET = 100_000


class EventRefused(Refusal):
    """The details of an event do not fit together. `faults`: field to the sentence that says what to do."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(". ".join(faults.values()) + ".")
        self.faults = dict(faults)


@dataclass(frozen=True, kw_only=True)
class EventDetails:
    """What officers decide. Without a title an event is called by its kind and place; `ward_code` None: no one ward."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    place: str
    waves: tuple[Wave, ...]
    title: str = ""
    ward_code: str | None = None
    lead_partner: str = ""
    languages: tuple[str, ...] = field(default=("en",))
    target: int | None = None

    @property
    def called(self) -> str:
        kind = KINDS.get(self.kind, self.kind)
        return self.title or (f"{kind}, {self.place}" if self.place else kind)[:LONGEST_LINE]


def check(details: EventDetails, kept: Collection[Wave] = ()) -> None:
    """Raise EventRefused when anything is wrong; see `faults_of`."""
    faults = faults_of(details, kept)
    if faults:
        raise EventRefused(faults)


def faults_of(details: EventDetails, kept: Collection[Wave] = ()) -> dict[str, str]:
    """Return the first fault of each field, by field; `kept` are waves that the event offers already, open or not."""
    faults: dict[str, str] = {}
    for name, sentence in (*_lines(details), *_times(details), *_choices(details), *_surveys(details, kept)):
        faults.setdefault(name, sentence)
    return faults


def _lines(details: EventDetails) -> Iterator[tuple[str, str]]:
    called = {"title": "The title", "place": "The place", "lead_partner": "The lead partner"}
    for name, words in called.items():
        if len(getattr(details, name)) > LONGEST_LINE:
            yield name, f"{words} must be {LONGEST_LINE} characters or fewer"
    if not details.place:
        yield "place", "Enter the place, such as the name of the street, hall or web page"


def _times(details: EventDetails) -> Iterator[tuple[str, str]]:
    if details.ends_at <= details.starts_at:
        yield "ends_at", "The end must be after the start"
    elif details.ends_at - details.starts_at > LONGEST_EVENT:
        yield "ends_at", f"An event can last {LONGEST_EVENT.days} days at most. Make one for each part"


def _choices(details: EventDetails) -> Iterator[tuple[str, str]]:
    place = current_place()
    if details.kind not in KINDS:
        yield "kind", f"Select a kind: {', '.join(KINDS.values())}"
    if details.ward_code is not None and not place.has_ward(details.ward_code):
        yield "ward_code", f"Select a ward of {place.name} as it is today, or no single ward"
    unknown = set(details.languages) - {language.code for language in place.languages}
    if unknown or not details.languages:
        yield "languages", "Select the languages that people will be asked in"
    if details.target is not None and not 0 < details.target <= LARGEST_TARGET:
        yield "target", f"The target must be a whole number between 1 and {LARGEST_TARGET:,}"


def _surveys(details: EventDetails, kept: Collection[Wave]) -> Iterator[tuple[str, str]]:
    waves = details.waves
    if not waves:
        yield "waves", "Select at least one survey"
    if len({wave.survey for wave in waves}) < len(waves):
        yield "waves", "Select one wave of each survey, not two"
    if len({wave.purpose for wave in waves}) > 1:
        yield "waves", "Tests and real surveys cannot be asked at one event. Select one or the other"
    known = {wave.id for wave in kept}
    for wave in waves:
        if wave.state(today()) == "closed" and wave.id not in known:
            yield "waves", f"{wave.title} closed on {wave.closes_on:%-d %B %Y}. Select a survey that is open or coming"
        elif details.starts_at < details.ends_at and not _within(details, wave):
            yield "day", _outside(wave)


def _within(details: EventDetails, wave: Wave) -> bool:
    first, last = (moment.astimezone(LONDON).date() for moment in (details.starts_at, details.ends_at))
    return first <= wave.closes_on and last >= wave.opens_on


def _outside(wave: Wave) -> str:
    days = f"from {wave.opens_on:%-d %B %Y} to {wave.closes_on:%-d %B %Y}"
    return f"{wave.title} takes answers {days}. Enter a day in that time, or leave that survey out"
