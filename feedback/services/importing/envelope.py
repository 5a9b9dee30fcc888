"""What stands around the answers of a row: whose they are, and when, how and where they were given."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from uuid import UUID, uuid5

from feedback.errors import NotFound
from feedback.models import Event, Wave
from feedback.models.responses import CHANNELS
from feedback.queries.waves import event_by_code
from feedback.services.importing.answer_cells import CellFault, Cells, CodedWords
from feedback.services.importing.binding import Binding
from feedback.services.importing.checks.damage import AS_TEXT, damaged_id, personal
from feedback.services.importing.checks.dates import DayWatch, read_day, why_no_day
from feedback.services.importing.checks.ids import IdWatch
from feedback.services.importing.maps import ResponseMap, WordMap

IMPORTS = UUID("6f0a3c1e-52d7-4b89-9c4e-8f2b7d1a5e60")  # the namespace of every import's ids; must never change
LONGEST_ID = 200


class Envelope:
    """Reads the id, day, channel, language and event of rows; each raises CellFault when it cannot be understood.

    `ids` and `days` look at all of them together; `alike` counts rows that are like an earlier
    one, `no_days` counts cells that are no day.
    """

    def __init__(self, wave: Wave, given: ResponseMap, binding: Binding) -> None:
        self.wave_id, self._map, self._binding = wave.id, given, binding
        self._opens_on, self._closes_on = wave.opens_on, wave.closes_on
        self._namespace = uuid5(IMPORTS, f"{wave.survey}/{wave.slug}")
        self._rows_alike: Counter[str] = Counter()
        self.alike = 0
        self.ids = IdWatch()
        self._prefix = "" if isinstance(given.id, str) or not given.id.prefix else f"{given.id.prefix}/"
        self.days, self.no_days = DayWatch(given.date.format, wave.opens_on, wave.closes_on), 0
        self._events: dict[str, Event] = {}
        self._channels = CodedWords(given.channel.codes, {code: code for code in CHANNELS})
        self._languages = CodedWords(given.language.codes, {})

    def id(self, cells: Cells) -> UUID:
        """The same id for the same person whenever the file is read: from the id column, or from the whole row.

        Equal rows are different people: the first, the second and so on of their kind, in whatever order they stand.
        """
        if isinstance(self._map.id, str):
            pairs = sorted(zip(self._binding.header, cells, strict=True))
            told = hashlib.sha256(repr(pairs).encode("utf-8", "surrogatepass")).hexdigest()
            self._rows_alike[told] += 1
            self.alike += self._rows_alike[told] > 1
            return uuid5(self._namespace, f"row {told} {self._rows_alike[told]}")
        column = self._map.id.column
        text = self._cell(cells, column)
        if not text or len(text) > LONGEST_ID:
            reason = f"The id has more than {LONGEST_ID} characters" if text else "The row has no id"
            raise CellFault(column, text, reason)
        if (reason := damaged_id(text)) and (column not in self._map.checked or personal(text)):
            raise CellFault(column, text, reason)
        if clash := self.ids.clash(text):
            raise CellFault(column, text, f"This id and {clash!r} differ only in leading zeros. {AS_TEXT}")
        key = self.id_of(text)
        self.ids.remember(text, key)
        return key

    def id_of(self, text: str) -> UUID:
        return uuid5(self._namespace, f"id {self._prefix}{text}")

    def day(self, cells: Cells) -> date:
        source = self._map.date
        text = self._cell(cells, source.column) if source.column else source.fixed
        try:
            day = read_day(text, source.format)
        except ValueError:
            self.no_days += 1
            raise CellFault(source.column, text, why_no_day(text, source.format)) from None
        self.days.see(text, day)
        if source.format and "%d" not in source.format:
            return self._within_month(day)
        return day

    def channel(self, cells: Cells) -> str:
        return self._word(cells, self._map.channel, self._channels)

    def language(self, cells: Cells) -> str:
        if self._map.language.codes:
            return self._word(cells, self._map.language, self._languages)
        source = self._map.language
        return self._cell(cells, source.column) if source.column else source.fixed

    def event(self, cells: Cells) -> Event | None:
        source = self._map.event
        if source is None:
            return None
        text = self._cell(cells, source.column) if source.column else source.fixed
        code = source.codes.get(text, text)
        if not code:
            return None
        if code not in self._events:
            try:
                self._events[code] = event_by_code(code)
            except NotFound:
                raise CellFault(source.column, text, "There is no event with this code") from None
        return self._events[code]

    def _word(self, cells: Cells, source: WordMap, words: CodedWords) -> str:
        text = self._cell(cells, source.column) if source.column else source.fixed
        code = words.code(source.column, text)
        if not code:
            raise CellFault(source.column, text, "This cell is empty")
        return code

    def _cell(self, cells: Cells, column: str) -> str:
        return cells[self._binding.position(column)].strip()

    def _within_month(self, month: date) -> date:
        """A day of the month that lies in the wave, where the file knows no days."""
        same = (month.year, month.month) == (self._opens_on.year, self._opens_on.month)
        return self._opens_on if same else month
