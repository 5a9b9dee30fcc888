"""The answers of a wave as rows of a respondent file.

What is left out, and why: id and receipt (they lead to one person), the day (a response keeps only its month), the
event (whoever stood at a stall may know who was there), the language (some have few speakers), and every free text
(people write names). What is kept is what people were asked: also ward and age band, which is why only analysts get
the file. Rows stand in the order of a hash of what they hold, which says nothing about who answered when.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from msgspec.structs import replace

from analysis.weighting.plan import weight_to_margins
from feedback.bot_signs import SIGNS
from feedback.channels import CHANNELS
from feedback.models import Response, Wave
from feedback.places import current_place
from feedback.queries.answers.snapshots import counted_rows
from feedback.queries.answers.suspicions import signs_of
from feedback.queries.questionnaires import answered_questionnaires, questionnaire_of
from feedback.services.respondents.variables import NOT_ASKED, Names, Variable, VariableSource, coded, sources_of
from feedback.services.summaries import margins_of
from forms import Characteristic, Questionnaire

IN_BASE, IN_BASE_LABEL = "in_base", "In the base of the figures"
EVERY = 200  # rows between two words about how far it is


@dataclass(frozen=True)
class RespondentTable:
    """`rows`: text cells in the order of `variables`; empty where not answered."""

    variables: tuple[Variable, ...]
    rows: list[list[str]]


def respondent_table(wave: Wave, progress: Callable[[int, int], object] = lambda done, total: None) -> RespondentTable:
    """Return every response of a wave that counts for figures as a row; `progress(done, of)` is told how far it is."""
    columns = (Response.questionnaire_id, Response.channel, Response.month, Response.answers)
    found = list(counted_rows(wave, *columns))
    questionnaires = answered_questionnaires(wave, {row.questionnaire_id for row in found})
    names = Names()
    derived = _derived(questionnaires.values())
    own = _own_variables(questionnaires.values(), derived, names)  # first, so that none of theirs can take our names
    sources = _sources(questionnaires.values(), names)
    signs, made = signs_of(wave), []
    for done, row in enumerate(found):
        if done % EVERY == 0:
            progress(done, len(found))
        made.append(_row(questionnaires[row.questionnaire_id], row, (sources, derived), signs.get(row.id, ())))
    weights = _weights(made, questionnaire_of(wave.questionnaire))
    variables = (*(source.variable for source in sources), *own)
    rows = [[*cells, *known, weight] for (cells, known, _groups), weight in zip(made, weights, strict=True)]
    return RespondentTable(variables, sorted(rows, key=_place))


def _place(row: list[str]) -> bytes:
    return hashlib.sha256(json.dumps(row).encode()).digest()


def _sources(questionnaires: Any, names: Names) -> list[VariableSource]:
    """The variables of every version that was answered, the wave's own version first."""
    columns: dict[str, Any] = {}
    for questionnaire in questionnaires:
        for column in questionnaire.columns:
            columns.setdefault(column.name, column)
    return sources_of(columns.values(), names)


def _derived(questionnaires: Any) -> dict[str, Characteristic]:
    """The characteristics that are made from several questions, by name: the others are the answers to their question.

    Those of every version that was answered, the wave's own version first, each with the groups of all versions.
    """
    found: dict[str, Characteristic] = {}
    for known in (one for questionnaire in questionnaires for one in questionnaire.characteristics if not one.question):
        first = found.setdefault(known.name, known)
        groups = {group.code: group for group in (*known.groups, *first.groups)}
        order = dict.fromkeys(group.code for group in (*first.groups, *known.groups))
        found[known.name] = replace(first, groups=tuple(groups[code] for code in order))
    return found


def _own_variables(questionnaires: Any, derived: Mapping[str, Characteristic], names: Names) -> tuple[Variable, ...]:
    reasons: dict[str, str] = {IN_BASE: IN_BASE_LABEL}
    for questionnaire in questionnaires:
        reasons |= questionnaire.exclusions
    added = (
        coded(names.new("base_status"), "Whether the response is in the base of the figures", reasons),
        coded(names.new("suspected"), "Whether the response may be automated", {"no": "No", "yes": "Yes"}),
        Variable(names.new("signs"), f"Signs of that: {', '.join(SIGNS)}", "nominal", text=True),
        coded(names.new("channel"), "Channel", CHANNELS),
        Variable(names.new("month"), "Month of answering", "nominal", text=True),
        Variable(names.new("weight"), "Weight to the Census, mean 1 in the base", "scale"),
    )
    made = [
        coded(names.new(name), known.about or f"{known.label}, from other answers", _labels(known))
        for name, known in derived.items()
    ]
    return (*made, *added)


def _labels(known: Characteristic) -> dict[str, str]:
    return {group.code: group.label for group in known.groups}


Made = tuple[list[str], list[str], Mapping[str, str]]


def _row(
    questionnaire: Questionnaire,
    row: Any,
    columns: tuple[list[VariableSource], Mapping[str, Characteristic]],
    signs: Sequence[str],
) -> Made:
    """The cells of a row, those that we add, and the groups that it is weighted by (none outside the base)."""
    sources, derived = columns
    cells = questionnaire.cells(row.answers)
    questionnaire_of = {column.name for question in questionnaire.asked(row.answers) for column in question.columns}
    groups = {known.name: known.group_of(row.answers) for known in questionnaire.characteristics}
    reason = questionnaire.exclusion(row.answers)
    known = [*(groups.get(name, "") for name in derived), reason or IN_BASE, "yes" if signs else "no"]
    known += [";".join(signs), row.channel, f"{row.month:%Y-%m}"]
    return [_cell(source, cells, questionnaire_of) for source in sources], known, {} if reason else groups


def _cell(source: VariableSource, cells: Mapping[str, str], questionnaire_of: set[str]) -> str:
    given = cells.get(source.column, "")
    if not given:
        return "" if source.column in questionnaire_of or not source.variable.codes else NOT_ASKED
    if source.code:
        return "1" if source.code in given.split(";") else "0"
    return given


def _weights(made: list[Made], questionnaire: Questionnaire) -> list[str]:
    """Weights of the base with mean 1, as the figures are weighted; empty outside the base."""
    place = current_place()
    margins = margins_of(questionnaire, place)
    base = [(number, groups) for number, (_cells, _known, groups) in enumerate(made) if groups]
    weights = [""] * len(made)
    if base:
        frame = pd.DataFrame([groups for _number, groups in base], dtype="str").fillna("")
        found = weight_to_margins(frame, margins, place.merges, minimum_cell=place.minimum_cell).weights
        for (number, _groups), weight in zip(base, found / found.mean(), strict=True):
            weights[number] = f"{weight:.6f}"
    return weights
