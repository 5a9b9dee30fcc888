"""Responses as rows of a frame, for the analysis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from feedback.extensions import db
from feedback.models import Event, Response, Suspicion, Wave
from feedback.queries.answers.snapshots import counted_rows
from feedback.queries.questionnaires import answered_questionnaires
from feedback.queries.safeguarding import apart_in, shown_answers
from forms import Questionnaire

if TYPE_CHECKING:  # pandas takes longer to import than the rest of the web app
    from pandas import DataFrame

SUSPECTED = "suspected"
COLUMNS = (Response.questionnaire_id, Response.channel, Response.month, Response.answers, Event.code)
CONTEXT = ("channel", "month", "event", "exclusion")


def responses_frame(wave: Wave, *, suspected: bool = True, whole: bool = False, by_event: bool = False) -> DataFrame:
    """Return the responses of a wave that count for figures: one row a respondent.

    Everything is text, empty where not answered. Columns: those of the questionnaire (a question id, or `grid.row`;
    several codes joined by `;`), then its characteristics by name (group codes), channel, month (`2026-11`), event
    (its code), exclusion (why somebody is counted apart; empty: in the base). Without `suspected`, answers that may
    come from a machine are counted apart as `suspected`. Texts that are held for a reviewer are left out, as if not
    answered. Rows are in the order of the random ids, which says nothing about the order of answering; the index is
    0 to n-1. `whole`, `by_event` and what is raised: as of `counted_rows`.
    """
    import pandas as pd

    found = list(counted_rows(wave, *COLUMNS, whole=whole, by_event=by_event))
    questionnaires = answered_questionnaires(wave, {row.questionnaire_id for row in found})
    columns: dict[str, None] = {}
    groups: dict[str, None] = {}
    for questionnaire in questionnaires.values():
        columns |= dict.fromkeys(column.name for column in questionnaire.columns)
        groups |= dict.fromkeys(known.name for known in questionnaire.characteristics)
    names = [name for name in columns if name not in (*groups, *CONTEXT)]
    apart = set() if suspected else suspected_ids(wave)
    held, nothing = apart_in(wave), frozenset[str]()
    rows = [
        _row(questionnaires[row.questionnaire_id], row, row.id in apart, held.get(row.id, nothing)) for row in found
    ]
    return pd.DataFrame.from_records(rows, columns=[*names, *groups, *CONTEXT]).fillna("").astype(str)


def suspected_ids(wave: Wave) -> set[UUID]:
    """Return the ids of the responses of a wave that may come from a machine."""
    marked = select(Suspicion.response_id).join(Response, Suspicion.response_id == Response.id)
    return set(db.session.scalars(marked.where(Response.wave_id == wave.id)))


def payload_hashes(ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the hash of the content of those responses among `ids` that are stored."""
    found = select(Response.id, Response.payload_hash).where(Response.id.in_(ids))
    return {row.id: row.payload_hash for row in db.session.execute(found)}


def _row(questionnaire: Questionnaire, row: Any, apart: bool, held: frozenset[str]) -> dict[str, str]:
    cells = questionnaire.cells(shown_answers(row.answers, held))
    groups = {known.name: known.group_of(row.answers) for known in questionnaire.characteristics}
    return {
        **cells,
        **groups,
        "channel": row.channel,
        "month": f"{row.month:%Y-%m}",
        "event": row.code or "",
        "exclusion": SUSPECTED if apart else questionnaire.exclusion(row.answers),
    }
