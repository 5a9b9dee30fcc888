"""What an event brought, for one page: figures as partners may see them, who came, and what was written about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis import AnalysisError, disclosed, estimate, protect
from analysis.profile.representation import GroupStanding, representation, smallest
from analysis.study import Dimension
from analysis.suppressed import Suppressed
from analysis.text import themes
from analysis.text.dictionary import load_dictionary
from analysis.thresholds import limits, thresholds
from analysis.trend.area_matching import WARD
from feedback.errors import Refusal
from feedback.models import Event, Wave
from feedback.places import current_place
from feedback.queries.answers.representation import people_by_group, population_by_group
from feedback.queries.answers.responses import responses_frame
from feedback.queries.answers.snapshots import Basis, NoFigures
from feedback.queries.disclosures import given_before
from feedback.queries.questionnaires import questionnaire_of
from feedback.services.disclosures import given_away, remember
from feedback.services.snapshots import advance
from feedback.services.summaries import characteristics_of, measures_of

AUDIENCE = "partner"
TOPICS = ("safety", "change", "confidence")
STANDS_OUT = ("far_below", "below", "above")
EVENT = Dimension(name="event", special_category=False, characteristic=False)


@dataclass(frozen=True)
class Figure:
    """One headline figure: percent 0-100 with its interval, or hidden. `unsure`: on few answers."""

    label: str
    percent: float | None
    lower: float = 0.0
    upper: float = 0.0
    n: int = 0
    unsure: bool = False


@dataclass(frozen=True)
class EventResult:
    """What an event brought for one survey, as far as the snapshot knows; `why_not`: why nothing is shown.

    `in_base`: how many the figures describe, None where they are few;
    `people`: who they are where that is not residents of 16 and over.
    """

    wave: Wave
    basis: Basis
    why_not: str = ""
    in_base: int | None = None
    people: str = ""
    figures: Sequence[Figure] = ()
    hidden: int = 0
    who: Sequence[GroupStanding] = ()
    themes: Sequence[tuple[str, int]] = ()
    dimensions: tuple[Dimension, ...] = ()


def event_results(event: Event) -> list[EventResult]:
    """Return what an event brought, survey by survey.

    Figures of all events of a wave are protected together, so that none follows from the others and the whole; and
    against what was given away before, as they are remembered themselves.

    Raises:
        Refusal: the figures cannot be made; the text says why.

    """
    try:
        return [_result_or_reason(event, wave) for wave in event.waves]
    except AnalysisError as error:
        raise Refusal(str(error)) from error


def _result_or_reason(event: Event, wave: Wave) -> EventResult:
    basis = advance(wave)
    try:
        return _result(event, wave, basis)
    except NoFigures as reason:
        return EventResult(wave, basis, str(reason))


def _result(event: Event, wave: Wave, basis: Basis) -> EventResult:
    frame = responses_frame(wave, by_event=True)
    base = frame[frame["exclusion"] == ""]
    here = base[base["event"] == event.code]
    figures = _figures(event, wave, base) if len(here) else []
    dimensions, known = _who(wave), population_by_group(current_place())
    board = representation(people_by_group(wave, event), known, event.target, dimensions)
    return EventResult(
        wave=wave,
        basis=basis,
        in_base=len(here) if len(here) >= smallest() else None,
        people=questionnaire_of(wave.questionnaire).people,
        figures=[figure for figure in figures if figure.percent is not None],
        hidden=sum(figure.percent is None for figure in figures),
        who=[row for one in dimensions for row in board.of(one.name) if row.standing in STANDS_OUT],
        themes=_themes(here, wave),
        dimensions=dimensions,
    )


def _who(wave: Wave) -> tuple[Dimension, ...]:
    """The characteristics that say who came; where people live is said by the event itself."""
    return tuple(known for known in characteristics_of(questionnaire_of(wave.questionnaire)) if known.name != WARD)


def _figures(event: Event, wave: Wave, base: pd.DataFrame) -> list[Figure]:
    """The headline figures of one event, out of a table of all of them."""
    measures = [
        one for one in measures_of(questionnaire_of(wave.questionnaire)) if one.topic in TOPICS and not one.family
    ]
    indicators = [one.indicator for one in measures]
    missing = [one.question for one in indicators if one.question not in base.columns]
    whole = base.assign(**dict.fromkeys(missing, "")) if missing else base
    estimates = estimate(whole, indicators, ["event"])
    sensitive = sorted({one.name for one in measures if one.sensitive})
    known, before = given_before([wave]), given_away(wave)
    shown = protect(estimates, AUDIENCE, sensitive=sensitive, dimensions=[EVENT], published=before)
    _remember(wave, disclosed(estimates, shown, AUDIENCE), known)
    rows = shown[(shown["dimension"] == "event") & (shown["group"] == event.code)].set_index("indicator")
    return [_figure(one.label, rows.loc[one.name]) for one in measures if one.name in rows.index]


def _remember(wave: Wave, given: pd.DataFrame, known: list[str]) -> None:
    """Only events are told here: what is known of the whole comes from elsewhere."""
    of_events = given[given["dimension"] == "event"].reset_index(drop=True)
    remember({wave.slug: of_events}, [wave], AUDIENCE, known)


def _figure(label: str, row: Any) -> Figure:
    if isinstance(row["percent"], Suppressed) or pd.isna(row["percent"]):
        return Figure(label, None)
    numbers = {name: float(row[name]) for name in ("percent", "lower", "upper")}
    return Figure(label, **numbers, n=int(row["n"]), unsure="[u]" in row["flags"])


def _themes(here: pd.DataFrame, wave: Wave) -> list[tuple[str, int]]:
    """Themes that at least ten comments touch, where there are comments enough; most first."""
    columns = [question.id for question in questionnaire_of(wave.questionnaire).questions if question.is_comment]
    texts = [text for column in columns if column in here.columns for text in here[column] if text.strip()]
    if len(texts) < limits().themes_from:
        return []
    fewest = thresholds(AUDIENCE).hide_base_under
    touched, labels = themes(texts).sum(), load_dictionary().labels
    found = [(labels[str(theme)], int(n)) for theme, n in touched.items() if theme in labels and n >= fewest]
    return sorted(found, key=lambda theme: -theme[1])
