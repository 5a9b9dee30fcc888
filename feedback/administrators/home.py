"""What an administrator can do, and what waits for them."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.administrators import blueprint
from feedback.clock import today
from feedback.places import place_fault
from feedback.queries.help_lines import overdue
from feedback.queries.safeguarding import reviewers, safeguarding_queue
from feedback.queries.waves import waves
from feedback.services.retention import signed
from feedback.staff.access import staff


@blueprint.get("/")
@staff("administrator")
def home() -> ResponseReturnValue:
    open_now = [wave for wave in waves() if wave.is_open(today())]
    return render_template(
        "administrators/home.html",
        open_now=open_now,
        overdue=overdue(),
        signed=signed(),
        queue=safeguarding_queue(),
        reviewers=reviewers(),
        fault=place_fault(),
    )
