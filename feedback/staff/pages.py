"""What the templates of staff pages can use besides what every template can."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask

from feedback.clock import LONDON, today
from feedback.staff.access import may_open
from feedback.staff.facts import opened_on
from feedback.staff.forms import form_errors
from feedback.typed_text import one_line

# (code of the part, endpoint, words), in the order of the bar; who may open the endpoint sees it.
NAVIGATION = (
    ("results", "analysts.home", "Results"),
    ("events", "officers.home", "Events"),
    ("coverage", "officers.coverage", "Coverage"),
    ("devices", "officers.devices", "Tablets"),
    ("paper", "officers.paper", "Paper"),
    ("reviews", "reviewers.home", "Safeguarding"),
    ("actions", "administrators.actions", "You said, we did"),
    ("waves", "administrators.waves", "Waves"),
    ("people", "administrators.people", "People"),
    ("help_lines", "administrators.help_lines", "Help lines"),
    ("audit", "administrators.audit", "Audit"),
)


def register(app: Flask) -> None:
    for function in (form_errors, may_open, navigation, opened_on, today):
        app.add_template_global(function)
    for filter in (plain_time, clock_time, plain_value, one_line):
        app.add_template_filter(filter)


def navigation() -> list[tuple[str, str, str]]:
    """Return the parts of the staff area that the signed-in person may open: code, endpoint, words."""
    return [entry for entry in NAVIGATION if may_open(entry[1])]


def plain_time(moment: datetime) -> str:
    """Return a moment as "21 Nov 2026, 5:08pm", in Europe/London."""
    local = moment.astimezone(LONDON)
    return f"{local.day} {local:%b %Y}, {clock_time(moment)}"


def clock_time(moment: datetime) -> str:
    """Return the time of day as "5:08pm", in Europe/London."""
    local = moment.astimezone(LONDON)
    return f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def plain_value(value: Any) -> str:
    """Return a value of an audit entry in words."""
    if isinstance(value, dict):
        return "; ".join(f"{name.replace('_', ' ')}: {plain_value(part)}" for name, part in value.items())
    if isinstance(value, list):
        return ", ".join(plain_value(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None or value == "" else str(value)
