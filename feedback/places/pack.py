"""A place pack: everything particular to one partnership."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from feedback.places.keeping import Period
from feedback.places.pack_files import PlaceError
from feedback.places.records import (
    NOT,
    SAME,
    Baseline,
    Contact,
    Language,
    Merge,
    Overlap,
    PackHelpLine,
    Population,
    PopulationMargin,
    Profile,
    Vintage,
    Ward,
    WardEstimates,
    WardTile,
)

if TYPE_CHECKING:  # pandas takes longer to import than the rest of the web app; frames are made when asked for
    from pandas import DataFrame


@dataclass(frozen=True, kw_only=True)
class PlacePack:
    """Everything particular to one partnership. Frames are made when they are first asked for."""

    folder: Path
    slug: str
    name: str
    partnership: str
    council: str
    police: str
    authority_code: str
    website: str
    exit_url: str
    bsl_video: str
    contacts: tuple[Contact, ...]
    current_vintage: str
    vintages: tuple[Vintage, ...]
    all_wards: tuple[Ward, ...]
    overlap: tuple[Overlap, ...]
    population: Population
    ward_estimates: WardEstimates
    minimum_cell: int
    help_lines: tuple[PackHelpLine, ...]
    languages: tuple[Language, ...]
    retention: tuple[Period, ...]
    tiles: tuple[WardTile, ...]
    lists: Mapping[str, Any]
    margin_rows: tuple[PopulationMargin, ...] = field(repr=False)
    merge_rows: tuple[Merge, ...] = field(repr=False)
    profile_rows: tuple[Profile, ...] = field(repr=False)
    baseline_rows: tuple[Baseline, ...] = field(repr=False)

    @property
    def contact(self) -> str:
        """How to reach the people who run the survey; empty until the partnership fills it in."""
        return self.contact_for("survey_team")

    def contact_for(self, contact_id: str) -> str:
        return next((contact.value for contact in self.contacts if contact.id == contact_id), "")

    @property
    def contacts_missing(self) -> list[str]:
        """What the contacts are for that the partnership has not filled in."""
        return [contact.label or contact.id for contact in self.contacts if not contact.value]

    def kept(self, code: str) -> Period:
        """Return how long a kind of data (a code of `keeping.KINDS`) is kept."""
        return next(period for period in self.retention if period.code == code)

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

    @property
    def margin_variables(self) -> frozenset[str]:
        """The characteristics whose population is known."""
        return frozenset(margin.variable for margin in self.margin_rows)

    @cached_property
    def ward_names(self) -> Mapping[str, str]:
        """What each ward of every vintage is called today, by code."""
        return {ward.code: ward.name for ward in self.all_wards}

    @cached_property
    def names_digest(self) -> str:
        """What changes whenever a ward is called something else."""
        return sha256(repr(sorted(self.ward_names.items())).encode()).hexdigest()

    @cached_property
    def _wards_by_code(self) -> dict[str, Ward]:
        return {ward.code: ward for ward in self.all_wards}

    @property
    def _vintage_names(self) -> str:
        return ", ".join(vintage.id for vintage in self.vintages)


def _frame(rows: Any, columns: tuple[str, ...]) -> DataFrame:
    import pandas as pd

    return pd.DataFrame([[getattr(row, column) for column in columns] for row in rows], columns=list(columns))
