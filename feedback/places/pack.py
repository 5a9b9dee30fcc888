"""What a place pack holds: everything particular to one partnership, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from feedback.places.reading import PlaceError

if TYPE_CHECKING:  # pandas takes longer to import than the rest of the web app; frames are made when asked for
    from pandas import DataFrame

SAME, NEARLY, NOT = "same", "nearly", "not"


@dataclass(frozen=True)
class Vintage:
    """A set of wards that was in force together."""

    id: str
    label: str
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True)
class Ward:
    """A ward of one vintage; `code` is its identity, names repeat and change."""

    code: str
    name: str
    vintage: str
    ons_name: str
    in_force_from: date | None
    in_force_to: date | None
    residents: int
    latitude: float
    longitude: float
    note: str
    source: str


@dataclass(frozen=True)
class Overlap:
    """How much of an old ward lies in a new one; shares are 0 to 1. `comparability`: same, nearly or not."""

    old_code: str
    new_code: str
    share_of_residents: float
    share_of_postcodes: float
    residents: int
    comparability: str
    reason: str
    source: str


@dataclass(frozen=True)
class Margin:
    """A known population of residents of 16 and over; `count` is the figure as published, for `universe`."""

    variable: str
    category: str
    label: str
    population: int
    count: int
    universe: str
    source: str


@dataclass(frozen=True)
class Profile:
    """A published count for context, never weighted to; `ward` is empty for the whole place."""

    variable: str
    ward: str
    category: str
    label: str
    population: int
    universe: str
    reference_date: date | None
    source: str
    note: str


@dataclass(frozen=True)
class Merge:
    """Where a category goes that has nobody, or too few, in it."""

    variable: str
    category: str
    into: str
    reason: str


@dataclass(frozen=True)
class Baseline:
    """An earlier published figure with all that decides what it may be compared with; `percent` is 0 to 100."""

    id: str
    year: str
    survey: str
    concept: str
    geography: str
    dimension: str
    group: str
    label: str
    percent: float | None
    n: int | None
    n_is: str
    design_effect: float | None
    rounding: float | None
    published: bool
    method: str
    wording: str
    scale: str
    base: str
    comparability: str
    reason: str
    sentence: str
    source: str


@dataclass(frozen=True)
class HelpLine:
    """Where to find help. `shown`: whether residents see it before staff decide; `checked_on`: when somebody called."""

    code: str
    position: int
    name: str
    number: str
    url: str
    about: str
    hours: str
    topics: tuple[str, ...]
    verified: bool
    checked_on: date | None
    check: str
    source: str

    @property
    def shown(self) -> bool:
        return self.verified


@dataclass(frozen=True)
class Language:
    code: str
    name: str
    own_name: str
    direction: str
    people: int | None
    state: str
    note: str


@dataclass(frozen=True)
class Tile:
    """A ward's place on the tile map, in whole columns and rows from the top left."""

    code: str
    column: int
    row: int


@dataclass(frozen=True)
class Contact:
    id: str
    label: str
    value: str


@dataclass(frozen=True)
class Population:
    """Residents of 16 and over (`total`) and of all ages; `note` says how the margins were made from them."""

    total: int
    all_ages: int
    reference_date: date | None
    source: str
    note: str


@dataclass(frozen=True, kw_only=True)
class PlacePack:
    """Everything particular to one partnership. Frames are made when they are first asked for."""

    slug: str
    name: str
    partnership: str
    council: str
    police: str
    authority_code: str
    website: str
    exit_url: str
    contacts: tuple[Contact, ...]
    current_vintage: str
    vintages: tuple[Vintage, ...]
    all_wards: tuple[Ward, ...]
    overlap: tuple[Overlap, ...]
    population: Population
    fewest: int
    help_lines: tuple[HelpLine, ...]
    languages: tuple[Language, ...]
    tiles: tuple[Tile, ...]
    lists: Mapping[str, Any]
    margin_rows: tuple[Margin, ...] = field(repr=False)
    merge_rows: tuple[Merge, ...] = field(repr=False)
    profile_rows: tuple[Profile, ...] = field(repr=False)
    baseline_rows: tuple[Baseline, ...] = field(repr=False)

    @property
    def contact(self) -> str:
        """How to reach the people who run the survey; empty until the partnership fills it in."""
        return self.contact_for("survey_team")

    def contact_for(self, contact_id: str) -> str:
        return next((contact.value for contact in self.contacts if contact.id == contact_id), "")

    def wards(self, vintage: str | None = None) -> tuple[Ward, ...]:
        """Wards of `vintage` (of today unless given), by name."""
        wanted = self.current_vintage if vintage is None else vintage
        if wanted not in {known.id for known in self.vintages}:
            raise PlaceError(f"{self.name} has no wards of {wanted!r}. Ask for one of: {self._vintage_names}.")
        return tuple(ward for ward in self.all_wards if ward.vintage == wanted)

    def ward(self, code: str) -> Ward:
        """Return the ward of any vintage with this code.

        Raises:
            PlaceError: no ward of this place has the code.

        """
        found = self._wards_by_code.get(code)
        if found is None:
            raise PlaceError(f"{code} is not the code of a ward of {self.name}. Match wards by code, never by name.")
        return found

    def ward_name(self, code: str) -> str:
        return self.ward(code).name

    def vintage_of(self, code: str) -> str:
        return self.ward(code).vintage

    def has_ward(self, code: str, vintage: str | None = None) -> bool:
        """Whether `code` is a ward of `vintage` (of today unless given)."""
        ward = self._wards_by_code.get(code)
        return ward is not None and ward.vintage == (vintage or self.current_vintage)

    def comparable_wards(self, old: str, new: str) -> str:
        """Return whether figures of two ward codes may be set side by side: `same`, `nearly` (with a mark) or `not`."""
        self.ward(old), self.ward(new)
        if old == new:
            return SAME
        return next((o.comparability for o in self.overlap if (o.old_code, o.new_code) == (old, new)), NOT)

    @property
    def words(self) -> dict[str, Any]:
        """What questionnaires may name in their wording and option lists."""
        return {
            "name": self.name,
            "partnership": self.partnership,
            "council": self.council,
            "police": self.police,
            "wards": [{"code": ward.code, "name": ward.name} for ward in self.wards()],
            "lists": dict(self.lists),
        }

    @cached_property
    def margins(self) -> DataFrame:
        """`variable, category, population, label, source`: residents of 16 and over, each variable the same total."""
        columns = ("variable", "category", "population", "label", "count", "universe", "source")
        return _frame(self.margin_rows, columns)

    @cached_property
    def merges(self) -> DataFrame:
        """`variable, category, into, reason`: several rows of a category are in order of preference."""
        return _frame(self.merge_rows, ("variable", "category", "into", "reason"))

    @cached_property
    def profile(self) -> DataFrame:
        """`variable, category, population, label, universe, source, note` for the whole place."""
        columns = ("variable", "category", "population", "label", "universe", "reference_date", "source", "note")
        return _frame([row for row in self.profile_rows if not row.ward], columns)

    @cached_property
    def ward_profile(self) -> DataFrame:
        """The same by `ward` (code)."""
        columns = ("variable", "ward", "category", "population", "label", "universe", "source", "note")
        return _frame([row for row in self.profile_rows if row.ward], columns)

    @cached_property
    def baselines(self) -> DataFrame:
        """One row a published figure; numbers are floats, NaN where not known; all else is text."""
        frame = _frame(self.baseline_rows, tuple(column.name for column in fields(Baseline)))
        return frame.astype(dict.fromkeys(("percent", "n", "design_effect", "rounding"), float))

    @cached_property
    def _wards_by_code(self) -> dict[str, Ward]:
        return {ward.code: ward for ward in self.all_wards}

    @property
    def _vintage_names(self) -> str:
        return ", ".join(vintage.id for vintage in self.vintages)


def _frame(rows: Any, columns: tuple[str, ...]) -> DataFrame:
    import pandas as pd

    return pd.DataFrame([[getattr(row, column) for column in columns] for row in rows], columns=list(columns))
