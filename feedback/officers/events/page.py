"""One event: what it gives out, who works there, what came in; cancelling, taking that back, deleting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.ceilings import ceiling
from feedback.channels import CHANNELS
from feedback.event_kinds import KINDS
from feedback.models import Event, Wave
from feedback.officers import blueprint
from feedback.officers.addresses import NO_SITE, is_served, kiosk_link, paper_link, poster_link, public_site, short_link
from feedback.officers.events.note_form import NoteForm
from feedback.officers.qr import qr_code
from feedback.places import current_place
from feedback.queries.events import STATES, event_state, event_with_roster, is_over, notes_of, received_at
from feedback.queries.waves import event_by_code
from feedback.services.events import cancel_event, delete_event, restore_event
from feedback.services.events.lifecycle import why_not_deletable
from feedback.services.tablets.devices import count_kiosks
from feedback.services.tablets.kiosk_links import MADE_READY, kiosk_hours
from feedback.small_counts import shown_count, smallest_shown
from feedback.staff.access import actor, staff
from feedback.staff.forms import ConfirmForm
from feedback.translation.languages import languages_on


@dataclass(frozen=True)
class Received:
    """How many answers came in, in all or of one part, as it may be shown."""

    name: str
    count: str


@blueprint.get("/events/<code>")
@staff("officer", "administrator")
def event(code: str) -> ResponseReturnValue:
    return event_view(event_with_roster(code), NoteForm(formdata=None))


def event_view(found: Event, form: NoteForm) -> str:
    """Return the page of an event, with the form for a note as it was filled in."""
    kiosk, paper = kiosk_link(found), paper_link(found)
    return render_template(
        "officers/event.html",
        event=found,
        form=form,
        kind=KINDS.get(found.kind, found.kind),
        ward=current_place().ward_name(found.ward_code) if found.ward_code else "No single ward",
        state=event_state(found),
        states=STATES,
        over=is_over(found),
        deletable=not why_not_deletable(found),
        kiosk_from=found.starts_at - MADE_READY,
        kiosk_hours=kiosk_hours(found),
        kiosks=(count_kiosks(found), ceiling("kiosks_an_event")),
        link=short_link(found),
        kiosk=kiosk if is_served(f"/k/{kiosk.rpartition('/')[2]}") else "",
        paper=paper if is_served(paper) else "",
        qr=qr_code(poster_link(found)) if public_site() else None,
        no_site=NO_SITE,
        languages=[one for one in languages_on() if one.code in found.languages],
        choices=languages_on(),
        received=received(received_at(found), found.waves),
        smallest=smallest_shown(),
        notes=notes_of(found),
    )


def received(counts: Mapping[tuple[int, str], int], waves: Sequence[Wave]) -> list[Received]:
    """Return the total and its parts: by survey, where there are several, and by channel.

    Parts are told only where each has enough: the total stands beside them, and a small one would follow from it.
    """
    by_wave: Counter[str] = Counter()
    by_channel: Counter[str] = Counter()
    titles = {wave.id: wave.title for wave in waves}
    for (wave_id, channel), count in counts.items():
        by_wave[titles.get(wave_id, "Another survey")] += count
        by_channel[CHANNELS[channel]] += count
    rows = [Received("Total", shown_count(sum(counts.values())))]
    for parts in (by_wave, by_channel):
        if len(parts) > 1 and min(parts.values()) >= smallest_shown():
            rows += [Received(name, shown_count(count)) for name, count in parts.most_common()]
    return rows


@blueprint.route("/events/<code>/cancel", methods=["GET", "POST"])
@staff("officer", "administrator")
def cancel(code: str) -> ResponseReturnValue:
    found = event_by_code(code)
    form = ConfirmForm(about=found)
    if form.validate_on_submit():
        cancel_event(found, actor=actor())
        flash(f"{found.title} is cancelled. You can undo this on this page.")
        return redirect(url_for(".event", code=found.code), 303)
    return render_template("officers/cancel_event.html", form=form, event=found)


@blueprint.post("/events/<code>/restore")
@staff("officer", "administrator")
def restore(code: str) -> ResponseReturnValue:
    found = event_by_code(code)
    form = ConfirmForm(about=found)
    if form.validate_on_submit():
        restore_event(found, actor=actor())
        flash(f"{found.title} has been reinstated.")
    return redirect(url_for(".event", code=found.code), 303)


@blueprint.route("/events/<code>/delete", methods=["GET", "POST"])
@staff("officer", "administrator")
def delete(code: str) -> ResponseReturnValue:
    found = event_by_code(code)
    form = ConfirmForm(about=found)
    if form.validate_on_submit():
        title = found.title
        delete_event(found, actor=actor())
        flash(f"{title} has been deleted.")
        return redirect(url_for(".home"), 303)
    return render_template("officers/delete_event.html", form=form, event=found, why_not=why_not_deletable(found))
