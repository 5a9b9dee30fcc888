"""What a file holds and its map does not use: said as a loss, with how many cells are filled, and asked about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from feedback.errors import Refusal
from feedback.services.importing.binding import Binding
from feedback.services.importing.checks.claims import Doubt
from feedback.services.importing.checks.damage import personal
from feedback.services.importing.csv_files import CsvRecord
from feedback.services.importing.presets import columns_without_answers
from feedback.services.importing.reading.headers import MISSING, SEVERAL, letters, plain_name, position_of

TRIALS = {"survey preview", "survey test", "preview", "spam"}  # what Qualtrics and others put into `Status`
ENOUGH = 2  # filled cells that tell what a column holds


class UnusedColumns:
    """Counts the filled cells of columns that the map does not use; those of the tool itself or of persons apart."""

    def __init__(self, binding: Binding, given_up: Collection[str]) -> None:
        self._header = binding.header
        self._given_up = {place for name in given_up for place in _places(name, self._header)}
        kinds = columns_without_answers(self._header)
        unused = [place for place in range(len(self._header)) if place not in binding.used]
        self._kinds = {place: kinds.get(self._header[place], "") for place in unused}
        self._filled = dict.fromkeys((place for place, kind in self._kinds.items() if not kind), 0)
        self._personal: dict[int, list[int]] = {place: [0, 0] for place in self._filled}

        self._status = [place for place in unused if self._header[place].casefold() in ("status", "response type")]
        self._trials = dict.fromkeys(self._status, 0)

    def see(self, rows: Sequence[CsvRecord]) -> None:
        for place in self._status:
            texts = (cells[place] for _line, cells in rows if place < len(cells))
            self._trials[place] += sum(text.strip().casefold() in TRIALS for text in texts)
        for place in self._filled:
            for _line, cells in rows:
                if place < len(cells) and (text := cells[place].strip()):
                    self._filled[place] += 1
                    self._look(place, text)

    def _label(self, place: int) -> str:
        name = self._header[place]
        return name if self._header.count(name) == 1 else f"[{letters(place)}]"

    def _look(self, place: int, text: str) -> None:
        if self._filled[place] <= 50:
            self._personal[place][bool(personal(text))] += 1

    def doubts(self) -> Iterator[Doubt]:
        """Rows that the tool itself says nobody answered."""
        for place, count in self._trials.items():
            if count:
                yield Doubt(
                    self._header[place],
                    f"{count:,} of the rows are previews, tests or spam, as it says. Export the file without them",
                )

    @property
    def personal(self) -> tuple[str, ...]:
        """Columns that identify people."""
        return tuple(self._header[place] for place, kind in self._kinds.items() if kind == "personal") + tuple(
            self._header[place] for place in self._filled if self._identifies(place)
        )

    def _identifies(self, place: int) -> bool:
        other, identifying = self._personal[place]
        return identifying >= ENOUGH and not other

    @property
    def lost(self) -> Mapping[str, int]:
        """Columns whose answers would be lost and that nobody gave up yet, with the number of filled cells."""
        return {
            self._label(place): count
            for place, count in self._filled.items()
            if count and place not in self._given_up and not self._identifies(place)
        }


def _places(name: str, header: Sequence[str]) -> list[int]:
    """The column that a name or letters stand for; all of them where a name is that of several."""
    place = position_of(name, header)
    if place != SEVERAL:
        return [place]
    return [number for number, column in enumerate(header) if column == plain_name(name)]


def check_given_up(names: Iterable[str], binding: Binding) -> None:
    """Refuse columns that somebody gives up and that are not there, or that the map uses.

    Raises:
        Refusal: the sentence names the column.

    """
    for name in names:
        place = position_of(name, binding.header)
        if place == MISSING:
            near = get_close_matches(name, binding.header, 1)
            raise Refusal(f"The file has no column {name!r}.{f' Did you mean {near[0]!r}?' if near else ''}")
        if place in binding.used:
            raise Refusal(f"The map uses the column {name!r}, so it cannot be left out. Take it out of the map.")
