"""Loading the demonstration: invented waves, events and answers, through the same services as real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from flask import current_app

from feedback.clock import today
from feedback.demonstration.actions import add_demonstration_actions
from feedback.demonstration.paper import add_demonstration_paper
from feedback.demonstration.people.answering import answer_all
from feedback.demonstration.people.habits import Teller
from feedback.demonstration.people.turns import turns
from feedback.demonstration.plans import EventPlan, WavePlan, wave_plans
from feedback.demonstration.programme import add_programme
from feedback.demonstration.sign_ins import add_sign_ins
from feedback.demonstration.tablets import add_tablets
from feedback.errors import NotFound, Refusal
from feedback.models import Event, Wave
from feedback.places import current_place
from feedback.queries.answers.counts import received
from feedback.queries.events import field_staff
from feedback.queries.questionnaires import latest_questionnaire, questionnaire_of
from feedback.queries.waves import wave_by_slug, waves
from feedback.services.answers.submission import Submission, submit_responses
from feedback.services.events import NewEvent, add_events
from feedback.services.snapshots import advance_all
from feedback.services.waves.lifecycle import NewWave, create_wave, extend_wave

PURPOSE = "demonstration"
TARGET = 8  # answers hoped for at an event, for each part of its share
RENEWAL = timedelta(days=30)  # an open demonstration stays open, however long ago it was loaded
Progress = Callable[[str, int, int], object]  # what is being done, how many are done, of how many


def load_demonstration(progress: Progress = lambda step, done, total: None) -> int:
    """Load what is not loaded yet and return how many answers were new; a second time adds nothing.

    Raises:
        Refusal: this is a live service, or its database holds a wave that is not a demonstration.

    """
    _refuse_real_use()
    if current_app.config["SETTINGS"].is_demo:
        add_sign_ins()
    plans = wave_plans(current_place(), today())
    missing = [(plan, wave) for plan in plans if received(wave := _wave(plan)) < plan.people]
    total, done, stored = sum(plan.people for plan, _ in missing), 0, 0
    for plan, wave in missing:
        stored += _fill(plan, wave, partial(_report_progress, progress, plan.title, total, done))
        done += plan.people
    advance_all()
    add_demonstration_actions()
    add_programme()
    add_tablets()
    add_demonstration_paper()
    return stored


def _report_progress(progress: Progress, step: str, total: int, before: int, count: int) -> None:
    progress(step, before + count, total)


def _refuse_real_use() -> None:
    if current_app.config["SETTINGS"].mode == "live":
        raise Refusal("The demonstration cannot be loaded into a live service. Start it with MODE=demo instead.")
    real = [wave.title for wave in waves() if wave.purpose == "real"]
    if real:
        raise Refusal(
            f"This database holds a real survey ({real[0]}), so no invented answers go into it. "
            "Load the demonstration into a database of its own."
        )


def _wave(plan: WavePlan) -> Wave:
    try:
        wave = wave_by_slug(plan.slug)
        if wave.closes_on + RENEWAL < plan.closes_on:
            extend_wave(wave, plan.closes_on)
        return wave
    except NotFound:
        return create_wave(
            NewWave(
                slug=plan.slug,
                title=plan.title,
                questionnaire=latest_questionnaire(plan.survey),
                opens_on=plan.opens_on,
                closes_on=plan.closes_on,
                target=plan.target,
                method=plan.method,
                purpose=PURPOSE,
            )
        )


def _fill(plan: WavePlan, wave: Wave, progress: Callable[[int], object]) -> int:
    """Store the answers of a wave, all or none; return how many were new."""
    plan = replace(plan, opens_on=wave.opens_on)  # a wave made earlier keeps its days
    events = add_events(wave, map(_new_event, plan.events), officers=field_staff())
    done = 0

    def more(count: int) -> None:
        nonlocal done
        done += count
        progress(done)

    progress(0)
    return submit_responses(_submissions(plan, wave, events), more)["stored"]


def _submissions(plan: WavePlan, wave: Wave, events: Mapping[UUID, Event]) -> Iterator[Submission]:
    questionnaire = questionnaire_of(wave.questionnaire)
    for turn in turns(plan, current_place()):
        yield Submission(
            id=turn.id,
            wave=wave,
            questionnaire=wave.questionnaire,
            answers=answer_all(questionnaire, Teller(turn.person, plan.slug, turn.key)),
            channel=turn.channel,
            event=events[turn.event.id] if turn.event else None,
            counted_on=turn.day,
        )


def _new_event(plan: EventPlan) -> NewEvent:
    return NewEvent(
        id=plan.id,
        code=plan.code,
        kind=plan.kind,
        title=plan.title,
        place=plan.place,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        ward_code=plan.ward,
        lead_partner=plan.partner,
        target=round(TARGET * plan.share),
        created_by=PURPOSE,
    )
