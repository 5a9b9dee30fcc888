"""Who have we not heard from: answers by group beside the Census, and where to go next."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from feedback.models import Event, Wave
from feedback.officers import blueprint
from feedback.officers.labels import STANDINGS, count_words, dimension_names, group_names, wider_groups
from feedback.places import current_place
from feedback.queries.answers.representation import people_by_group, population_by_group
from feedback.queries.events import coming_events
from feedback.queries.questionnaires import questionnaire_of
from feedback.queries.waves import open_waves, wave_by_slug, waves
from feedback.services.snapshots import advance
from feedback.small_counts import smallest_shown
from feedback.staff.access import may_open, staff
from feedback.staff.forms import FormOption, options


@dataclass(frozen=True)
class Suggestion:
    """A ward to go to next, why, and the events that are planned there already."""

    ward: str
    why: str
    events: list[Event]


@blueprint.get("/coverage")
@staff("officer", "analyst", "administrator")
def coverage() -> ResponseReturnValue:
    known = [wave for wave in waves() if wave.purpose != "test"]
    wave = wave_by_slug(request.args["wave"]) if request.args.get("wave") else next(iter([*open_waves(), *known]), None)
    if wave is None:
        return render_template("officers/no_coverage.html", wave=None)
    return coverage_view(wave, known)


def coverage_view(wave: Wave, known: list[Wave]) -> str:
    """Return the board of a wave, with a choice of the others."""
    from analysis.profile.representation import GRID, representation, where_next, whom_next
    from feedback.services.summaries import characteristics_of

    basis = advance(wave)
    if not basis.has_figures:
        return render_template("officers/no_coverage.html", wave=wave, waves=_choice(known), basis=basis)
    place, questionnaire = current_place(), questionnaire_of(wave.questionnaire)
    told = characteristics_of(questionnaire)
    wider = wider_groups(place.ward_estimates)
    board = representation(people_by_group(wave), population_by_group(place), wave.target, told, wider)
    labels, names = dimension_names(told), group_names(told)
    whom = {one.code: one.label for one in place.ward_estimates.groups}
    places = where_next(board)
    planned = coming_events(wave, [one.ward for one in places])
    return render_template(
        "officers/coverage.html",
        wave=wave,
        waves=_choice(known),
        basis=basis,
        board=board,
        people=questionnaire.people,
        linked=may_open("officers.event"),
        smallest=smallest_shown(),
        dimensions={name: words for name, words in labels.items() if board.of(name)},
        names=names,
        wider=whom,
        grid=GRID,
        standings=STANDINGS,
        count_words=count_words,
        next_wards=[
            Suggestion(names["ward", one.ward], _why(one.missing, whom.get(one.whom, "")), planned[one.ward])
            for one in places
        ],
        next_people=[(labels[row.dimension], names[row.dimension, row.group], row) for row in whom_next(board)],
    )


def _choice(known: list[Wave]) -> list[FormOption]:
    return options({one.slug: one.title for one in known})


def _why(missing: int, whom: str) -> str:
    about = f"At least {missing:,} more answers are needed to match its share of residents"
    return f"{about}. Most are missing from people of {whom}." if whom else f"{about}."
