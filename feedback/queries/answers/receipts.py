"""Receipts, known only by their hash."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import Event, Response, Wave
from feedback.receipt_codes import code_again, receipt_hashes


def where_answered(code: str) -> tuple[str, Event | None]:
    """Return the ward that the response with this receipt names (empty: none), and its event if it has one."""
    found = select(Response).where(Response.receipt_hash.in_(receipt_hashes(code))).options(joinedload(Response.event))
    response = db.session.scalar(found)
    return (response.ward_code or "", response.event) if response else ("", None)


def answers_with(code: str) -> dict[str, Any]:
    """Return the answers with this receipt, so that help that fits them can be shown; none when there are none."""
    return db.session.scalar(select(Response.answers).where(Response.receipt_hash.in_(receipt_hashes(code)))) or {}


def code_of_response(id: UUID) -> str:
    """Return the receipt code of a stored response, for who proves to have sent it; nothing where there is none."""
    kept = db.session.execute(select(Response.receipt_hash).where(Response.id == id)).one_or_none()
    return code_again(id, kept[0]) if kept else ""


def wave_of_receipt(code: str) -> Wave:
    """Return the wave that the response with this receipt belongs to; nothing of the response itself is read.

    Raises:
        NotFound: no response has this receipt.

    """
    known = select(Response.wave_id).where(Response.receipt_hash.in_(receipt_hashes(code)))
    wave = db.session.scalar(select(Wave).where(Wave.id.in_(known)).options(joinedload(Wave.questionnaire)))
    if wave is None:
        raise NotFound(
            "There is no receipt with this code. Check that the address is complete. "
            "Receipts are erased when the results of a survey are published."
        )
    return wave


def count_receipts() -> int:
    """Count the responses that have a receipt: those of waves whose figures are not published."""
    return db.session.scalar(select(func.count(Response.receipt_hash))) or 0
