"""Giving answers that were taken under the wrong event to the right one."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.channels import CHANNELS
from feedback.errors import Refusal
from feedback.models import Event, Wave
from feedback.officers import blueprint
from feedback.queries.events import others_that_ask, received_at
from feedback.queries.waves import event_by_code, wave_by_slug
from feedback.services.events import Moving, move_answers
from feedback.services.events.moving import refuse_frozen
from feedback.small_counts import shown_count
from feedback.staff.access import actor, staff
from feedback.staff.forms import RadioChoice, StaffForm, options

ALL = "all"


class MoveForm(StaffForm):
    channel = RadioChoice("Which answers?", wrong="Select which answers to move")
    target = RadioChoice("Which event do they belong to?", wrong="Select the event that they belong to")


@blueprint.get("/events/<code>/move")
@staff("officer", "administrator")
def choose_answers(code: str) -> ResponseReturnValue:
    """Lead to the one survey that has answers to move, or let the officer choose which."""
    found = event_by_code(code)
    asked = [wave for wave in found.waves if _channels(found, wave)]
    if len(asked) == 1:
        return redirect(url_for(".move", code=found.code, slug=asked[0].slug))
    return render_template("officers/choose_answers.html", event=found, waves=asked)


@blueprint.route("/events/<code>/move/<slug>", methods=["GET", "POST"])
@staff("officer", "administrator")
def move(code: str, slug: str) -> ResponseReturnValue:
    found, wave = event_by_code(code), wave_by_slug(slug)
    refuse_frozen(wave)
    others = {other.code: other for other in others_that_ask(found, wave)}
    if not others:
        return render_template("officers/move_answers.html", form=None, event=found, wave=wave)
    form = MoveForm(about=found)
    form.channel.choices = options({ALL: "All of them", **_channels(found, wave)})
    form.target.choices = options({code: _called(other) for code, other in others.items()})
    if form.validate_on_submit():
        channel = "" if form.channel.data == ALL else form.channel.data
        try:
            moving = Moving(wave=wave, source=found, target=others[form.target.data], channel=channel)
            count = move_answers(moving, actor=actor())
        except Refusal as refusal:
            form.refuse("channel", refusal)
        else:
            flash(f"{_sentence(count)} moved to {moving.target.title}.")
            return redirect(url_for(".event", code=moving.target.code), 303)
    return render_template("officers/move_answers.html", form=form, event=found, wave=wave)


def _channels(event: Event, wave: Wave) -> dict[str, str]:
    """The channels that brought answers to this survey here."""
    used = {channel for (wave_id, channel), count in received_at(event).items() if wave_id == wave.id and count}
    return {channel: f"Only: {words}" for channel, words in CHANNELS.items() if channel in used}


def _called(event: Event) -> str:
    return f"{event.title}, {event.starts_at:%-d %b %Y} ({event.code})"


def _sentence(count: int) -> str:
    words = shown_count(count)
    return f"{words[0].upper()}{words[1:]} answers have been"
