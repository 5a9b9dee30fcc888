"""From a wave in the database to its figures: the study that `analysis` needs, the workbook and the tidy table."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

import pandas as pd

from analysis import AnalysisError, Indicator
from analysis.counts.substantive import is_substantive
from analysis.report import make_book
from analysis.report.sheets.tidy import tidy_csv
from analysis.study import OVERLAP, CensusWords, Dimension, EarlierWave, Measure, Study, WaveFacts
from analysis.summary.barriers import pool_barriers
from analysis.summary.summarise import summarise
from analysis.workbook import workbook_bytes
from feedback.bot_signs import sign_choice
from feedback.channels import CHANNELS
from feedback.clock import today
from feedback.errors import Refusal
from feedback.extensions import only_reading
from feedback.models import Wave
from feedback.places import PlacePack, current_place
from feedback.queries.answers.responses import SUSPECTED, responses_frame
from feedback.queries.answers.snapshots import Basis, basis_of, keying_of
from feedback.queries.disclosures import given_before
from feedback.queries.questionnaires import questionnaire_of
from feedback.queries.waves import earlier_waves
from feedback.services.disclosures import given_away, remember
from feedback.services.snapshots import advance
from forms import IndicatorSpec, Questionnaire, shared_characteristics

BASELINE_SURVEY = "community-safety"
"""The survey whose questions the place pack's published figures were assessed against."""
CHANNEL = Dimension(name="channel", label="Channel", groups=CHANNELS, special_category=False, characteristic=False)
ANALYST = "analyst"
MACHINE = "Possible automated response"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Workbook:
    """A finished workbook, the table that every figure in it is drawn from, and what they were made of."""

    content: bytes
    estimates: bytes
    in_base: int
    basis: Basis


def make_workbook(
    wave: Wave,
    *,
    audience: str = "analyst",
    suspected: bool = True,
    without: Sequence[str] = (),
    not_weighted_by: Sequence[str] = (),
    progress: Progress | None = None,
) -> Workbook:
    """Summarise a wave for an audience (analyst, partner or public). `progress(step, done, of)` is told each step.

    The figures are of the last snapshot, which is taken now where one is due. Without `suspected`, answers that may
    come from a machine are counted apart, in this wave and in earlier ones; otherwise those of them that `without`
    names: by sign in every wave, by sign and hour in this one. `not_weighted_by`: margins that an analyst leaves out of
    the weights; the workbook says so. What partners and everybody are given is remembered before it is handed out.

    Raises:
        Refusal: the figures cannot be made honestly, or not without giving people away; the text says why. Or there is
            no such margin.

    """
    report_progress = progress or (lambda _step, _done, _of: None)
    waves_read = [wave, *earlier_waves(wave)]
    for one in waves_read:
        advance(one)
    try:
        report_progress("Reading the answers", 0, 1)
        known = given_before(waves_read)
        with only_reading():  # it takes seconds, and nobody's answer must wait for it
            study = study_of(wave, audience=audience, suspected=suspected, without=without)
            basis = basis_of(wave)
        study = replace(study, not_weighted_by=_margins_chosen(study, not_weighted_by))
        summary = summarise(study, report_progress)
        book = make_book(summary)
        content = workbook_bytes(
            book, lambda done, of, name: report_progress(f"Writing the sheet {name}" if name else "", done, of)
        )
    except AnalysisError as error:
        raise Refusal(str(error)) from error
    if audience != ANALYST:
        remember(summary.gives_away, waves_read, audience, known)
    return Workbook(content, tidy_csv(summary), summary.in_base, basis)


def _margins_chosen(study: Study, wanted: Sequence[str]) -> tuple[str, ...]:
    known = list(map(str, study.margins["variable"].unique()))
    if unknown := [name for name in wanted if name not in known]:
        there = f"Use one of: {', '.join(known)}." if known else "There are none."
        raise Refusal(f"{unknown[0][:40]!r} is not a margin that {study.facts.title} is weighted by. {there}")
    return tuple(wanted)


def study_of(
    wave: Wave,
    *,
    audience: str = "analyst",
    suspected: bool = True,
    without: Sequence[str] = (),
    made_on: date | None = None,
    earlier: Sequence[str] | None = None,
    already: Sequence[str] | None = None,
    whole: bool = False,
) -> Study:
    """Read a wave, its earlier waves and what the place knows into a study. `suspected`, `without`: `make_workbook`.

    `made_on`: the day that stands on the report (today unless given). `earlier`: slugs of the only waves to compare
    with; `already`: names of all that people have of these answers (all that is remembered unless given). Both let a
    report be made again after others were added. `whole`: of all answers of the wave, for a release, not of its
    snapshot.

    Raises:
        NoFigures: not all answers of its snapshot are there any more.

    """
    place, questionnaire = current_place(), questionnaire_of(wave.questionnaire)
    scope = Scope(suspected, earlier, already, [code for code in without if sign_choice(code).hour is None])
    frame, measures = _answers(wave, questionnaire, suspected, without, whole=whole)
    comments = {question.id: question.label for question in questionnaire.questions if question.is_comment}
    return Study(
        facts=_facts(wave, place, called="", whole=whole),
        as_of=None if whole else basis_of(wave).as_of,
        frame=frame,
        measures=measures,
        dimensions=dimensions_of(questionnaire),
        exclusions={**questionnaire.exclusions, **machine_label(suspected, without)},
        margins=margins_of(questionnaire, place),
        merges=place.merges,
        profile=_profile(place) if questionnaire.weighted else _profile(place).iloc[:0],
        baselines=place.baselines,
        earlier=_earlier(wave, place, scope),
        comments=comments,
        baseline_survey=BASELINE_SURVEY,
        overlap=pd.DataFrame([asdict(part) for part in place.overlap], columns=list(OVERLAP)),
        minimum_cell=place.minimum_cell,
        made_on=made_on or today(),
        audience=audience,
        published=given_away(wave, already),
        usual={known.name: known.label for known in shared_characteristics()},
        census=_census(place),
    )


def machine_label(suspected: bool, without: Sequence[str]) -> dict[str, str]:
    """Return what answers that are excluded because they may come from a machine are called, if any are."""
    if not suspected:
        return {SUSPECTED: MACHINE}
    words = "; ".join(sign_choice(code).words for code in without)
    return {SUSPECTED: f"{MACHINE} ({words})"} if words else {}


def measures_of(questionnaire: Questionnaire) -> tuple[Measure, ...]:
    """Return what a questionnaire measures, as `analysis` takes it."""
    specs = {spec.id: spec for spec in questionnaire.indicators}
    wordings = _wordings(questionnaire)
    measures = []
    for spec in specs.values():
        family, _dot, rest = spec.id.partition(".")
        crime = specs.get(f"experience.{rest.partition('.')[0]}")
        measures.append(
            Measure(
                indicator=_indicator(questionnaire, spec),
                label=spec.label,
                topic=spec.topic,
                concept=spec.concept,
                wording=wordings[spec.question],
                sensitive=spec.sensitive,
                item=spec.label.rpartition(": ")[2] if rest else "",
                list_label=crime.label.rpartition(": ")[2] if crime and family == "barrier" else "",
            )
        )
    return tuple(measures)


def _indicator(questionnaire: Questionnaire, spec: IndicatorSpec) -> Indicator:
    """Who was asked and only said "prefer not to say" gave no answer; who ticked nothing said no to every item."""
    column = next(column for column in questionnaire.columns if column.name == spec.question)
    outside = tuple(code for code in column.codes if spec.asked and not is_substantive(code))
    allowed = tuple(column.codes)
    return Indicator(spec.id, spec.question, spec.yes, spec.base, spec.kind, spec.asked, outside, allowed=allowed)


def dimensions_of(questionnaire: Questionnaire) -> tuple[Dimension, ...]:
    """Return the breakdowns of a survey: its characteristics and the channel."""
    return (*characteristics_of(questionnaire), CHANNEL)


def characteristics_of(questionnaire: Questionnaire) -> tuple[Dimension, ...]:
    """Return the characteristics that were asked about, without groups that are never in the base."""
    return tuple(
        Dimension(
            name=known.name,
            label=known.label,
            groups={group.code: group.label for group in known.groups if group.code not in questionnaire.exclusions},
            special_category=known.sensitive,
        )
        for known in questionnaire.characteristics
    )


def margins_of(questionnaire: Questionnaire, place: PlacePack) -> pd.DataFrame:
    """Return the known population that answers are weighted to: none of a characteristic that is not weighted."""
    margins = place.margins if questionnaire.weighted else place.margins.iloc[:0]
    unweighted = [known.name for known in questionnaire.characteristics if not known.is_weighted]
    return margins[~margins["variable"].isin(unweighted)]


def _answers(
    wave: Wave, questionnaire: Questionnaire, suspected: bool, without: Sequence[str], *, whole: bool = False
) -> tuple[pd.DataFrame, tuple[Measure, ...]]:
    frame = responses_frame(wave, suspected=suspected, without=without, whole=whole)
    missing = [column.name for column in questionnaire.columns if column.name not in frame.columns]
    return pool_barriers(frame.assign(**dict.fromkeys(missing, "")), measures_of(questionnaire))


def _wordings(questionnaire: Questionnaire) -> dict[str, str]:
    """By column, all that people saw of its question; equal texts mean that the same was asked."""
    wordings = {}
    for question in questionnaire.questions:
        for column in question.columns:
            seen = [question.type, question.label, question.hint, column.label, dict(column.codes)]
            wordings[column.name] = json.dumps(seen, ensure_ascii=False)
    return wordings


def _facts(wave: Wave, place: PlacePack, *, called: str, whole: bool = False) -> WaveFacts:
    return WaveFacts(
        slug=wave.slug,
        survey=wave.survey,
        title=wave.title.removesuffix(" (demonstration)"),
        place=place.name,
        partnership=place.partnership,
        contact=place.contact,
        opens_on=wave.opens_on,
        closes_on=wave.closes_on,
        method=wave.method,
        version=wave.questionnaire.version,
        demonstration=wave.purpose == "demonstration",
        called=called,
        keying=keying_of(wave, whole=whole),
        people=questionnaire_of(wave.questionnaire).people,
    )


def _census(place: PlacePack) -> CensusWords:
    population = place.population
    return CensusWords(known=population.known, of_whom=population.of_whom, scaled=population.scaled)


def _profile(place: PlacePack) -> pd.DataFrame:
    columns = ["variable", "category", "population"]
    known = set(place.margins["variable"])
    context = place.profile[~place.profile["variable"].isin(known)]
    return pd.concat([place.margins[columns], context[columns]], ignore_index=True)


@dataclass(frozen=True)
class Scope:
    """What a study takes in besides its wave; see `study_of`."""

    suspected: bool
    earlier: Sequence[str] | None
    already: Sequence[str] | None
    without: Sequence[str]


def _earlier(wave: Wave, place: PlacePack, scope: Scope) -> tuple[EarlierWave, ...]:
    """Return earlier waves of the survey with the same purpose, oldest first; each is called by a year of its own.

    One of which there are no figures until its next snapshot is left out.
    """
    wanted = [other for other in earlier_waves(wave) if scope.earlier is None or other.slug in scope.earlier]
    ordered = [other for other in wanted if not basis_of(other).missing]
    return tuple(_earlier_wave(other, place, _called(other, [wave, *ordered]), scope) for other in ordered)


def _called(wave: Wave, all_waves: Sequence[Wave]) -> str:
    """Return nothing where the year is enough, otherwise the year with the slug."""
    same = [other for other in all_waves if other.opens_on.year == wave.opens_on.year]
    return "" if len(same) == 1 else f"{wave.opens_on.year} ({wave.slug})"


def _earlier_wave(wave: Wave, place: PlacePack, called: str, scope: Scope) -> EarlierWave:
    questionnaire = questionnaire_of(wave.questionnaire)
    frame, measures = _answers(wave, questionnaire, scope.suspected, scope.without)
    return EarlierWave(
        facts=_facts(wave, place, called=called),
        frame=frame,
        measures=measures,
        dimensions=dimensions_of(questionnaire),
        published=given_away(wave, scope.already),
    )
