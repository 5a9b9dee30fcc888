"""Data of the place that a file replaces whole: what looks wrong is asked about first, and what was there is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select

from feedback.errors import NotFound, Refusal
from feedback.extensions import Model, db
from feedback.models import Boundary, FormerPlaceData, Postcode
from feedback.places import PlacePack
from feedback.services.audit import record
from feedback.services.upserts import insert_into

CHUNK = 1_000
TABLES: Mapping[str, tuple[type[Model], str, str]] = {
    "postcodes": (Postcode, "postcode", "ward_code"),
    "boundaries": (Boundary, "ward_code", "rings"),
}
NAMES = {"postcodes": "postcodes", "boundaries": "ward outlines"}
NAMED = 5  # things that a sentence names before it says "..."


def refuse_doubtful(file: str, doubts: Sequence[str], reason: str) -> None:
    """Raise a Refusal that says what looks wrong, unless somebody gave a `reason` why it is right."""
    if doubts and not reason.strip():
        said = " ".join(f"{doubt}." for doubt in doubts)
        raise Refusal(
            f"{file} looks wrong. {said} Nothing was replaced. Get a complete file; or, if this one is right, "
            'import it again with --yes "the reason", which the audit list keeps.'
        )


def kept(kind: str) -> dict[str, Any]:
    """Return the data that the place has now: postcode to ward, or ward to rings."""
    model, key, value = TABLES[kind]
    columns = model.__table__.c
    return {row[0]: row[1] for row in db.session.execute(select(columns[key], columns[value]))}


def replace(kind: str, content: Mapping[str, Any]) -> None:
    """Put `content` in the place of what is there, which is kept for `undo`. Commits nothing."""
    _keep_former(kind, kept(kind))
    _write(kind, content)


def undo(kind: str, place: PlacePack, *, actor: str) -> int:
    """Put back what the last import replaced, record it, and commit. Returns how many there are now.

    What it replaces is kept in turn: undoing twice changes nothing.

    Raises:
        NotFound: nothing was ever replaced.
        Refusal: what was kept belongs to wards that the place no longer has.

    """
    former = db.session.get(FormerPlaceData, kind)
    if former is None:
        raise NotFound(f"No {NAMES[kind]} were replaced before, so there is nothing to put back.")
    content, now = former.content, kept(kind)
    codes = set(content) if kind == "boundaries" else set(content.values())
    strange = sorted(code for code in codes if not place.has_ward(code))
    if strange:
        raise Refusal(
            f"The former {NAMES[kind]} name wards that {place.name} no longer has ({listed(strange)}). "
            "Import a file of today's wards instead."
        )
    _keep_former(kind, now)
    _write(kind, content)
    record(actor, f"{NAMES[kind]} put back", place.slug, now=len(content), before=len(now))
    db.session.commit()
    return len(content)


def listed(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (" ..." if len(names) > NAMED else "")


def _keep_former(kind: str, content: dict[str, Any]) -> None:
    db.session.merge(FormerPlaceData(kind=kind, content=content))


def _write(kind: str, content: Mapping[str, Any]) -> None:
    model, key, value = TABLES[kind]
    rows = [{key: name, value: held} for name, held in content.items()]
    db.session.execute(delete(model))
    for start in range(0, len(rows), CHUNK):
        db.session.execute(insert_into(model.__table__), rows[start : start + CHUNK])
