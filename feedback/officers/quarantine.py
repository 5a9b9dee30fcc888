"""Forms that could not be stored: what waits, and why. No answer is shown here."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template, request
from flask.typing import ResponseReturnValue

from feedback.models import QuarantinedForm
from feedback.officers import blueprint
from feedback.queries.tablets import quarantine as reading
from feedback.queries.tablets.quarantine import SHOWN, count_decided, count_waiting
from feedback.staff.access import may_open, staff

WHY = {
    "seal": "Damaged or not sealed",
    "key": "Key not available",
    "content": "Cannot be read",
    "event": "Another event",
    "wave": "Another survey",
    "version": "Version not known",
    "answers": "Answers not offered",
    "day": "Not open that day",
    "frozen": "Figures published",
    "practice": "Practice device",
}


@blueprint.get("/held")
@staff("officer", "administrator")
def quarantine() -> ResponseReturnValue:
    return _list(reading.waiting, count_waiting(), "officers/quarantine.html")


@blueprint.get("/held/decided")
@staff("officer", "administrator")
def decided() -> ResponseReturnValue:
    return _list(reading.decided, count_decided(), "officers/decided.html")


def _list(read: Callable[[int], list[QuarantinedForm]], count: int, template: str) -> ResponseReturnValue:
    pages = max(1, -(-count // SHOWN))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        template,
        forms=read(page),
        count=count,
        page=page,
        pages=pages,
        why=WHY,
        deciding=may_open("administrators.quarantined_form"),
    )
