"""The rows of a place pack, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
class PopulationMargin:
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
    """An earlier published figure with all that decides what it may be compared with; `percent` is 0 to 100.

    `vintage`: city or country, or the vintage of the wards of a figure by ward. `base_rule`: whether people without a
    view are in the base (`all_answers`) or not (`views`), `unknown` where nobody says; so with `weighting`.
    """

    id: str
    year: str
    survey: str
    concept: str
    geography: str
    vintage: str
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
    weighting: str
    wording: str
    scale: str
    base: str
    base_rule: str
    comparability: str
    reason: str
    sentence: str
    source: str


@dataclass(frozen=True)
class PackHelpLine:
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
    """A language of a place's pages. `state`: none, draft (nobody has checked it) or checked (by whom and when)."""

    code: str
    name: str
    own_name: str
    direction: str
    people: int | None
    state: str
    note: str = ""
    checked_by: str = ""
    checked_on: date | None = None

    @property
    def tag(self) -> str:
        """What `lang` says: a private variety such as Easy Read is read aloud as the language that it is of."""
        return self.code.partition("-x-")[0]

    @property
    def is_draft(self) -> bool:
        return self.state == "draft"


@dataclass(frozen=True)
class WardTile:
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
class WiderGroup:
    """Groups of a characteristic that stand together, and the categories of an estimate by ward that make them up."""

    code: str
    label: str
    groups: tuple[str, ...]
    estimated: tuple[str, ...]


@dataclass(frozen=True)
class WardEstimates:
    """A characteristic that is known ward by ward only by an estimate (`variable` of profile.csv) in wider groups."""

    characteristic: str = ""
    variable: str = ""
    groups: tuple[WiderGroup, ...] = ()


@dataclass(frozen=True)
class Population:
    """Residents of 16 and over (`total`) and of all ages; `note` says how the margins were made from them.

    For reports: `known` is what weights made from the margins know of people, within a sentence; `of_whom` and `scaled`
    say whom the known figures are of, and which of them were scaled.
    """

    total: int
    all_ages: int
    reference_date: date | None
    source: str
    note: str
    known: str = ""
    of_whom: str = ""
    scaled: str = ""
