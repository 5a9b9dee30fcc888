"""What was asked and what came back, as data: all that a summary needs, and nothing of where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from analysis.counts.indicators import Indicator
from analysis.errors import AnalysisError
from analysis.estimation.keying_error import KeyingCheck
from analysis.vocabulary import AUDIENCES

CITY = "city"
EXCLUSION = "exclusion"
OVERLAP = ("old_code", "new_code", "comparability", "reason")


class StudyError(AnalysisError):
    """The answers and the description of the survey do not fit together; the text says where and what to do."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """An indicator with what its reader must be told.

    `wording` is everything the respondent saw of it (question and options); two waves are compared only where it is
    the same. `concept` ties it to published figures of other surveys. An item of a list has the list's name in
    `list_label` (the kind of crime a barrier belongs to) and its own in `item`.
    """

    indicator: Indicator
    label: str
    topic: str
    concept: str = ""
    wording: str = ""
    sensitive: bool = False
    item: str = ""
    list_label: str = ""

    @property
    def name(self) -> str:
        return self.indicator.name

    @property
    def family(self) -> str:
        """The list that this measure is an item of (`problem` for `problem.litter`); empty for one of its own."""
        head, dot, _tail = self.name.partition(".")
        return head if dot else ""


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """A breakdown, such as ward, with its groups in the order of showing (code to label).

    `special_category`: whether every table by it is sensitive; what nobody said counts as that. `characteristic`:
    whether it says who somebody is, and not how the answers came.
    """

    name: str
    label: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)
    special_category: bool = True
    characteristic: bool = True


@dataclass(frozen=True, kw_only=True)
class CensusWords:
    """What the known population says of itself, which only its own data can tell; empty: nothing is said.

    `known`: what the weights know of people, within a sentence. `of_whom`: which residents its figures are of, and
    `scaled`: which of them had to be scaled to those whom the survey is about, both whole sentences.
    """

    known: str = ""
    of_whom: str = ""
    scaled: str = ""


@dataclass(frozen=True, kw_only=True)
class WaveFacts:
    """What the cover of a report says about a wave; `keying`: how well its answers on paper were keyed, if any."""

    slug: str
    survey: str
    title: str
    place: str
    partnership: str
    contact: str
    opens_on: date
    closes_on: date
    method: str
    version: int
    demonstration: bool = False
    called: str = ""
    keying: KeyingCheck | None = None
    people: str = ""

    @property
    def who(self) -> str:
        """Whom the figures describe, as it stands within a sentence."""
        return self.people or f"residents of {self.place} aged 16 and over"

    @property
    def who_first(self) -> str:
        """The same where a sentence begins with it."""
        return self.who[:1].upper() + self.who[1:]

    @property
    def year(self) -> str:
        """What the wave's figures are called in a comparison: the year it opened in, unless `called` says otherwise."""
        return self.called or str(self.opens_on.year)


@dataclass(frozen=True, kw_only=True)
class EarlierWave:
    """A wave of the same survey whose answers are at hand, with frame, measures and groups of its own questionnaire.

    `published`: what earlier publications gave away of its answers (`Summary.disclosed` of each).
    """

    facts: WaveFacts
    frame: pd.DataFrame
    measures: tuple[Measure, ...]
    dimensions: tuple[Dimension, ...]
    published: tuple[pd.DataFrame, ...] = ()

    @property
    def base(self) -> pd.DataFrame:
        return self.frame[self.frame[EXCLUSION] == ""]


@dataclass(frozen=True, kw_only=True)
class Study:
    """One wave: its answers, what they mean, and what they may be compared with.

    `frame`: one row a response, text columns, empty where not answered: questions, characteristics, `channel` and
    `exclusion` (empty for residents of the area of 16 and over, otherwise a code of `exclusions`).
    `margins`, `profile`: `variable, category, population`. `merges`: `variable, category, into`, reviewed.
    `baselines`: one row a published figure, assessed against questions of `baseline_survey` (empty: of this survey).
    `comments`: question column to its wording. `minimum_cell`: respondents that a weighting category needs.
    `published`: what earlier publications gave away of these answers (`Summary.disclosed` of each).
    `as_of`: the day of the snapshot that `frame` holds; None where it holds all answers.
    `usual`: name to label of the breakdowns that surveys usually have, so that a missing one can be told.
    `merged`: groups of breakdowns that are published together, by their code (`merged_groups.py`).
    `census`: what the known population says of itself.
    `not_weighted_by`: margins that an analyst leaves out of the weights.
    `overlap`: `old_code, new_code, comparability` (same, nearly, not), `reason`: wards of before beside those of today.
    """

    facts: WaveFacts
    frame: pd.DataFrame
    measures: tuple[Measure, ...]
    dimensions: tuple[Dimension, ...]
    exclusions: Mapping[str, str]
    margins: pd.DataFrame
    merges: pd.DataFrame
    profile: pd.DataFrame
    baselines: pd.DataFrame
    earlier: tuple[EarlierWave, ...] = ()
    comments: Mapping[str, str] = field(default_factory=dict)
    baseline_survey: str = ""
    overlap: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(OVERLAP)))
    minimum_cell: int = 1
    made_on: date = field(default_factory=date.today)
    audience: str = "analyst"
    as_of: date | None = None
    published: tuple[pd.DataFrame, ...] = ()
    usual: Mapping[str, str] = field(default_factory=dict)
    census: CensusWords = field(default_factory=CensusWords)
    not_weighted_by: tuple[str, ...] = ()
    merged: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check(self)

    @property
    def base(self) -> pd.DataFrame:
        """Residents of the area of 16 and over: everybody whom the figures describe."""
        return self.frame[self.frame[EXCLUSION] == ""]

    def measure(self, name: str) -> Measure:
        return next(measure for measure in self.measures if measure.name == name)

    def dimension(self, name: str) -> Dimension:
        return next(dimension for dimension in self.dimensions if dimension.name == name)

    def topic(self, topic: str) -> tuple[Measure, ...]:
        """The measures of a topic, in the order of asking; none where the survey did not ask."""
        return tuple(measure for measure in self.measures if measure.topic == topic)


def _check(study: Study) -> None:
    if study.audience not in AUDIENCES:
        raise StudyError(f"The audience is {study.audience!r}. Choose one of: {', '.join(AUDIENCES)}.")
    names = [measure.name for measure in study.measures]
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise StudyError(f"These measures are described twice: {', '.join(doubles)}. Give each a name of its own.")
    wanted = {EXCLUSION, *(dimension.name for dimension in study.dimensions), *study.comments}
    wanted |= {column for measure in study.measures for column in _columns(measure.indicator)}
    missing = sorted(wanted - set(study.frame.columns))
    if missing:
        raise StudyError(f"The answers have no column {', '.join(missing)}. Ask for a question that was asked.")
    years = [study.facts.year, *(wave.facts.year for wave in study.earlier)]
    again = sorted({year for year in years if years.count(year) > 1})
    if again:
        raise StudyError(f"Two waves are called {', '.join(again)}. Call each by a name of its own.")
    unknown = sorted(set(study.frame[EXCLUSION]) - {"", *study.exclusions})
    if unknown:
        raise StudyError(f"Answers are excluded for a reason nobody explained: {', '.join(unknown)}.")


def _columns(indicator: Indicator) -> set[str]:
    return {indicator.question, *(column for column, _codes in indicator.asked)}
