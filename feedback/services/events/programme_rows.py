"""From the cells of one row of a programme to the details of an event, or to the reasons why not, by column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from feedback.clock import LONDON
from feedback.event_kinds import KINDS
from feedback.models import Wave
from feedback.places import PlacePack
from feedback.services.events.details import LARGEST_TARGET, EventDetails
from feedback.typed_text import one_line

COLUMNS = (
    *("kind", "date", "start", "end", "place", "ward", "lead_partner"),
    *("surveys", "languages", "target", "title"),
)
NEEDED = ("kind", "date", "start", "end", "place", "surveys")
FIELD_COLUMNS = {"ward_code": "ward", "waves": "surveys", "day": "date", "ends_at": "end", "starts_at": "start"}
DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y")
TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(am|pm)?", re.IGNORECASE)
EVENING, MORNING = time(18), time(6)  # an event from the one to the other ends on the next day
NO_WARD = {"", "none", "no ward"}
SEVERAL = "with a semicolon between several"


class ProgrammeRowFault(Exception):
    """Cells that cannot be read. `reasons`: column to a sentence with a remedy."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__("; ".join(reasons.values()))
        self.reasons = dict(reasons)


class ProgrammeCells:
    """Reads rows for one place and the waves that can be asked about."""

    def __init__(self, waves: Sequence[Wave], place: PlacePack) -> None:
        self._waves, self._place = waves, place
        self._kinds = {_plain(name): code for code, label in KINDS.items() for name in (code, label)}
        self._wards = {_plain(name): w.code for w in place.wards() for name in (w.code, w.name, w.ons_name)}
        self._languages = {
            _plain(name): language.code
            for language in place.languages
            for name in (language.code, language.name, language.own_name)
        }

    def read(self, row: Mapping[str, str]) -> EventDetails:
        """Return the event of a row (cells by column name).

        Raises:
            CellFault: with the first reason of each column.

        """
        cells = {name: one_line(row.get(name) or "") for name in COLUMNS}
        reasons: dict[str, str] = {}
        readers: dict[str, Callable[[str], Any]] = {
            "kind": self._kind,
            "date": _date,
            "start": read_time,
            "end": read_time,
            "ward": self._ward,
            "surveys": self._surveys,
            "languages": self._spoken,
            "target": _target,
        }
        read = {name: _attempt(name, reader, cells[name], reasons) for name, reader in readers.items()}
        if reasons:
            raise ProgrammeRowFault(reasons)
        starts_at = datetime.combine(read["date"], read["start"], tzinfo=LONDON)
        ends_at = datetime.combine(read["date"], read["end"], tzinfo=LONDON)
        if read["start"] >= EVENING and read["end"] <= MORNING:
            ends_at += timedelta(days=1)
        if ends_at <= starts_at:
            raise ProgrammeRowFault({"end": "The event ends before it starts. Write a time after the start."})
        return EventDetails(
            kind=read["kind"],
            starts_at=starts_at,
            ends_at=ends_at,
            place=cells["place"],
            title=cells["title"],
            ward_code=read["ward"],
            lead_partner=cells["lead_partner"],
            waves=read["surveys"],
            languages=read["languages"],
            target=read["target"],
        )

    def _kind(self, text: str) -> str:
        if _plain(text) not in self._kinds:
            raise ValueError(f"Use one of: {', '.join(KINDS.values())}.")
        return self._kinds[_plain(text)]

    def _ward(self, text: str) -> str | None:
        if _plain(text) in NO_WARD:
            return None
        if _plain(text) not in self._wards:
            raise ValueError(f"No ward of {self._place.name} has this name or code today. Check the spelling.")
        return self._wards[_plain(text)]

    def _surveys(self, text: str) -> tuple[Wave, ...]:
        names = _several(text)
        if not names:
            raise ValueError(f"Name at least one survey: {self._known_surveys()}.")
        return tuple(self._wave(name) for name in names)

    def _wave(self, name: str) -> Wave:
        """The wave with this short name, or the newest wave of the survey with it."""
        found = next((wave for wave in self._waves if name in (wave.slug, wave.survey)), None)
        if found is None:
            raise ValueError(f"No survey {name[:40]!r} is open or coming. Use: {self._known_surveys()}; {SEVERAL}.")
        return found

    def _known_surveys(self) -> str:
        return ", ".join(wave.slug for wave in self._waves) or "there is none yet, so make a wave first"

    def _spoken(self, text: str) -> tuple[str, ...]:
        names = _several(text) or ["en"]
        unknown = next((name for name in names if _plain(name) not in self._languages), None)
        if unknown:
            known = ", ".join(language.code for language in self._place.languages)
            raise ValueError(f"{unknown[:40]!r} is not a language of {self._place.name}. Use: {known}; {SEVERAL}.")
        return tuple(dict.fromkeys(self._languages[_plain(name)] for name in names))


def _attempt(name: str, reader: Callable[[str], Any], text: str, reasons: dict[str, str]) -> Any:
    try:
        return reader(text)
    except ValueError as fault:
        reasons[name] = str(fault)
        return None


def _date(text: str) -> date:
    for form in DATE_FORMS:
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, no moment
        except ValueError:
            continue
        if 2000 <= found.year < 2100:
            return found
    raise ValueError("Write the date as 2027-03-27 or 27/03/2027.")


def read_time(text: str) -> time:
    """Return a time of day that somebody typed; ValueError says how to write it."""
    found = TIME.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    half = (found[3] or "").lower() if found else ""
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif half or hour > 23:
        hour = 99
    if hour > 23 or minute > 59:
        raise ValueError("Write the time as 14:30 or 2:30pm.")
    return time(hour, minute)


def _target(text: str) -> int | None:
    if not text:
        return None
    digits = text.replace(",", "")
    if not re.fullmatch(r"[0-9]{1,6}", digits) or not 0 < int(digits) <= LARGEST_TARGET:
        raise ValueError(f"Write a whole number between 1 and {LARGEST_TARGET:,}, or leave it empty.")
    return int(digits)


def _several(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;+,]", text) if part.strip()]


def _plain(text: str) -> str:
    return re.sub(r"[\s_&-]+", " ", text.casefold().replace(" and ", " ")).strip()
