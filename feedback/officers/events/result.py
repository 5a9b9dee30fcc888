"""The one page that an event leaves behind."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.clock import today
from feedback.errors import Refusal
from feedback.event_kinds import KINDS
from feedback.officers import blueprint
from feedback.officers.labels import STANDINGS, dimension_names, group_names
from feedback.places import current_place
from feedback.queries.events import is_over
from feedback.queries.waves import event_by_code
from feedback.small_counts import smallest_shown
from feedback.staff.access import may_open, staff


@blueprint.get("/events/<code>/result")
@staff("officer", "analyst", "administrator")
def result(code: str) -> ResponseReturnValue:
    from feedback.services.events.results import event_results

    event = event_by_code(code)
    if not is_over(event):
        raise Refusal(f"{event.title} is not over yet. Its result will be available when it has ended.")
    results = event_results(event)
    told = [known for one in results for known in one.dimensions]
    return render_template(
        "officers/result.html",
        event=event,
        kind=KINDS.get(event.kind, event.kind),
        ward=current_place().ward_name(event.ward_code) if event.ward_code else "No single ward",
        results=results,
        names=group_names(told),
        dimensions=dimension_names(told),
        standings=STANDINGS,
        smallest=smallest_shown(),
        made_on=today(),
        linked=may_open("officers.event"),
        back=url_for(".event", code=event.code),
    )
