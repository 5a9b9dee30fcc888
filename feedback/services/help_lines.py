"""Editing help lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from feedback.clock import today
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import AuditEntry, HelpLine
from feedback.places import PackHelpLine, PlacePack
from feedback.services.audit import record

CHANGED = "help line changed"  # as the audit list calls it
EDITABLE = ("number", "url", "about", "hours", "shown", "checked_on")


class NotYetChecked(Refusal):
    """The day of the last check is still to come."""


def change_help_line(line: HelpLine, values: Mapping[str, Any], *, actor: str) -> None:
    """Change the fields of `EDITABLE` that differ, and commit. Everything else in `values` is ignored.

    Raises:
        Refusal: the line would be shown with neither a number nor a web address.
        NotYetChecked: the day of the last check is in the future.

    """
    wanted = {name: values[name] for name in EDITABLE if name in values}
    after = {name: wanted.get(name, getattr(line, name)) for name in EDITABLE}
    if after["shown"] and not (after["number"] or after["url"]):
        raise Refusal("Enter a telephone number or a web address, or do not show this help line.")
    if isinstance(after["checked_on"], date) and after["checked_on"] > today():
        raise NotYetChecked("The day it was last checked must be today or in the past.")
    changed = {name: value for name, value in wanted.items() if value != getattr(line, name)}
    if not changed:
        return
    before = {name: _plain(getattr(line, name)) for name in changed}
    for name, value in changed.items():
        setattr(line, name, value)
    after_words = {name: _plain(value) for name, value in changed.items()}
    record(actor, CHANGED, line.name, before=before, after=after_words)
    db.session.commit()


def said_by_pack(line: PackHelpLine) -> dict[str, Any]:
    """Return what the place pack says of a help line, as it is kept beside what is shown."""
    return {name: _plain(getattr(line, name)) for name in EDITABLE}


def follow_pack(place: PlacePack) -> list[str]:
    """Let help lines follow what the place pack says of them today, in the transaction of the caller; return the codes
    of those that changed. What staff have changed stays as they left it.
    """
    known = {line.code: line for line in db.session.scalars(select(HelpLine))}
    return [line.code for line in place.help_lines if line.code in known and _follow(known[line.code], line)]


def _follow(row: HelpLine, line: PackHelpLine) -> bool:
    before = row.from_pack if row.from_pack is not None else _as_loaded(row, line)
    now, changed = said_by_pack(line), False
    wanted = {name: getattr(line, name) for name in ("name", "position", "source")} | {"topics": list(line.topics)}
    for name in EDITABLE:
        if now[name] != before.get(name) and _plain(getattr(row, name)) == before.get(name):
            wanted[name] = getattr(line, name)
    for name, value in wanted.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    row.from_pack = now
    return changed


def _as_loaded(row: HelpLine, line: PackHelpLine) -> dict[str, Any]:
    """What the pack said when a row was loaded that does not know it: what is there now, but for what staff changed."""
    entries = select(AuditEntry).filter_by(action=CHANGED, subject=row.name).order_by(AuditEntry.id)
    edited = [name for entry in db.session.scalars(entries) for name in entry.detail.get("after", {})]
    there = {name: _plain(getattr(row, name)) for name in EDITABLE}
    return there | {name: value for name, value in said_by_pack(line).items() if name in edited}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
