"""Responses as rows of a frame, for the analysis."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from feedback.extensions import db
from feedback.models import Event, Response, Wave
from feedback.queries.answers.snapshots import counted_rows
from feedback.queries.answers.suspicions import suspected_ids
from feedback.queries.questionnaires import answered_questionnaires
from feedback.queries.safeguarding import apart_in, shown_answers
from forms import Questionnaire

if TYPE_CHECKING:  # pandas takes longer to import than the rest of the web app
    from pandas import DataFrame

SUSPECTED = "suspected"
COLUMNS = (Response.questionnaire_id, Response.channel, Response.month, Response.answers, Event.code)
CONTEXT = ("channel", "month", "event", "exclusion")


def responses_frame(
    wave: Wave, *, suspected: bool = True, without: Sequence[str] = (), whole: bool = False, by_event: bool = False
) -> DataFrame:
    """Return the responses of a wave that count for figures: one row a respondent.

    Everything is text, empty where not answered. Columns: those of the questionnaire (a question id, or `grid.row`;
    several codes joined by `;`), then its characteristics by name (group codes), channel, month (`2026-11`), event
    (its code), exclusion (why somebody is counted apart; empty: in the base). Without `suspected`, answers that may
    come from a machine are counted apart as `suspected`, otherwise those of them that `without` names (`sign_choice`).
    Texts that are held for a reviewer are left out, as if not answered. Rows are in the order of the random ids, which
    says nothing about the order of answering; the index is 0 to n-1. `whole`, `by_event` and what is raised: as of
    `counted_rows`.

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
    apart = suspected_ids(wave, without if suspected else None)
    held, nothing = apart_in(wave), frozenset[str]()
    rows = [
        _row(questionnaires[row.questionnaire_id], row, row.id in apart, held.get(row.id, nothing)) for row in found
    ]
    return pd.DataFrame.from_records(rows, columns=[*names, *groups, *CONTEXT]).fillna("").astype(str)


def payload_hashes(ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the hash of the content of those responses among `ids` that are stored."""
    found = select(Response.id, Response.payload_hash).where(Response.id.in_(ids))
    return {row.id: row.payload_hash for row in db.session.execute(found)}


def stored_among(wave_id: int, hashes: Collection[str]) -> set[str]:
    """Return those hashes of content that responses of a wave have."""
    if not hashes:
        return set()
    of_wave = select(Response.payload_hash).where(Response.wave_id == wave_id, Response.payload_hash.in_(hashes))
    return set(db.session.scalars(of_wave))


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
