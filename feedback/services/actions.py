"""Recording what was done about what people said, and showing it to everybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from feedback.clock import today
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Action
from feedback.models.types import utc_now
from feedback.services.audit import record

EDITABLE = ("title", "theme", "wards", "said", "did", "status", "owner", "due_on", "done_on", "evidence")


class NotADay(Refusal):
    """The day on which it was done is missing, or is still to come."""


def add_action(values: Mapping[str, Any], *, actor: str) -> Action:
    """Record an action, which nobody but staff sees yet, and commit.

    Raises:
        NotADay: it is done and the day is missing or in the future.

    """
    action = Action(**_checked(values))
    db.session.add(action)
    record(actor, "action recorded", action.title)
    db.session.commit()
    return action


def change_action(action: Action, values: Mapping[str, Any], *, actor: str) -> None:
    """Change the fields that differ, and commit; what is public stays public and shows the change at once.

    Raises:
        NotADay: as `add_action`.

    """
    wanted = {name: value for name, value in _checked(values).items() if value != getattr(action, name)}
    if not wanted:
        return
    before = {name: _plain(getattr(action, name)) for name in wanted}
    for name, value in wanted.items():
        setattr(action, name, value)
    action.changed_at = utc_now()
    after = {name: _plain(value) for name, value in wanted.items()}
    record(actor, "action changed", action.title, before=before, after=after)
    db.session.commit()


def publish_action(action: Action, *, actor: str) -> None:
    """Show an action to everybody, and commit."""
    if action.published_at is None:
        action.published_at = utc_now()
        record(actor, "action published", action.title)
        db.session.commit()


def unpublish_action(action: Action, *, actor: str) -> None:
    """Take an action off the public pages, and commit; it is kept."""
    if action.published_at is not None:
        action.published_at = None
        record(actor, "action unpublished", action.title)
        db.session.commit()


def delete_action(action: Action, *, actor: str) -> None:
    """Delete an action that is not public, and commit; what it said stays in the audit list.

    Raises:
        Refusal: it is public.

    """
    if action.published_at is not None:
        raise Refusal("Residents can read this entry. Unpublish it first, then delete it.")
    record(actor, "action deleted", action.title, **{name: _plain(getattr(action, name)) for name in EDITABLE})
    db.session.delete(action)
    db.session.commit()


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The editable values; only what is done keeps the day it was done."""
    checked = {name: values[name] for name in EDITABLE}
    if checked["status"] != "done":
        return {**checked, "done_on": None}
    if checked["done_on"] is None:
        raise NotADay("Enter the day it was done.")
    if checked["done_on"] > today():
        raise NotADay("The day it was done must be today or in the past.")
    return checked


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
