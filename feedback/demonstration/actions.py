"""Invented entries of "You said, we did", published by the services that staff use."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from feedback.clock import today
from feedback.demonstration.content import read_content
from feedback.places import current_place
from feedback.queries.actions import actions, themes
from feedback.services.actions import add_action, publish_action

SOURCE = "actions.yaml"
MONTH = timedelta(days=30)
ACTOR = "demonstration"


def add_demonstration_actions() -> int:
    """Publish the invented entries that are not there yet; return how many were new."""
    known = {action.title for action in actions()}
    new = [
        entry for entry in read_content(SOURCE)["actions"] if entry["title"] not in known and entry["theme"] in themes()
    ]
    for entry in new:
        publish_action(add_action(_values(entry), actor=ACTOR), actor=ACTOR)
    return len(new)


def _values(entry: dict[str, Any]) -> dict[str, Any]:
    codes = {ward.name: ward.code for ward in current_place().wards()}
    return {
        **{name: entry[name] for name in ("title", "theme", "said", "did", "status", "owner")},
        "wards": [codes[name] for name in entry["wards"] if name in codes],
        "done_on": _day(-entry["months_ago"]) if "months_ago" in entry else None,
        "due_on": _day(entry["months_ahead"]) if "months_ahead" in entry else None,
        "evidence": "",
    }


def _day(months: int) -> date:
    return today() + months * MONTH
