"""What came in for one wave: against the target, by day, by channel, by ward, and who is counted apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue

from analysis.vocabulary import AUDIENCES
from feedback.analysts import blueprint
from feedback.analysts.audiences import AudienceForm
from feedback.analysts.charts import day_chart, hour_chart
from feedback.bot_signs import SIGNS, hour_words
from feedback.channels import CHANNELS
from feedback.models import Wave
from feedback.places import current_place
from feedback.queries.answers import counts
from feedback.queries.answers.suspicions import CROWD, arrival_hours, count_suspected, sign_choices, suspicions
from feedback.queries.jobs import workbooks_of
from feedback.queries.questionnaires import questionnaire_of
from feedback.queries.waves import wave_by_slug
from feedback.services.snapshots import advance
from feedback.small_counts import shown_count, smallest_shown
from feedback.staff.access import actor, staff

MOST_HOURS = 48  # rows of the table; the chart shows more


@dataclass(frozen=True)
class WardRow:
    """One row of the table by ward; `count` as it may be shown."""

    name: str
    count: str


@blueprint.get("/waves/<slug>")
@staff("analyst", "administrator")
def wave(slug: str) -> ResponseReturnValue:
    found = wave_by_slug(slug)
    return wave_page(found, AudienceForm(formdata=None).offer_margins(margins_to_choose(found)))


def margins_to_choose(wave: Wave) -> dict[str, str]:
    """Return what the figures of a wave are weighted by, with labels; none where they are not weighted."""
    asked, known = questionnaire_of(wave.questionnaire), current_place().margin_variables
    return {
        one.name: one.label for one in asked.characteristics if asked.weighted and one.is_weighted and one.name in known
    }


def wave_page(wave: Wave, form: AudienceForm) -> str:
    """Return the page of a wave, with the form that asks for its workbook as it was filled in."""
    days, hours, basis = counts.by_day(wave), arrival_hours(wave), advance(wave)
    return render_template(
        "analysts/wave.html",
        wave=wave,
        form=form.offer(sign_choices(wave)),
        received=counts.received(wave),
        conflicts=counts.conflicts(wave),
        basis=basis,
        totals=counts.totals(wave) if basis.has_figures else None,
        chart=day_chart({day: sum(channels.values()) for day, channels in days.items()}),
        days=days,
        used=_used(days),
        by_channel=counts.by_channel(wave),
        channels=CHANNELS,
        wards=_ward_rows(wave) if basis.has_figures else [],
        smallest=smallest_shown(),
        workbooks=workbooks_of(wave),
        me=actor(),
        suspicions=suspicions(wave),
        suspected=count_suspected(wave),
        signs=SIGNS,
        hours=hours[:MOST_HOURS],
        older=len(hours) - MOST_HOURS,
        hour_words=hour_words,
        hour_chart=hour_chart(hours),
        crowd=CROWD,
        people=questionnaire_of(wave.questionnaire).people,
        audiences=AUDIENCES,
    )


def _used(days: dict[date, dict[str, int]]) -> list[str]:
    """Return the channels that brought an answer on any day, in their usual order."""
    return [channel for channel in CHANNELS if any(channel in counted for counted in days.values())]


def _ward_rows(wave: Wave) -> list[WardRow]:
    place = current_place()
    by_ward = counts.by_ward(wave)
    return [
        WardRow(place.ward_name(code) if code else "No ward given, or outside", shown_count(count))
        for code, count in by_ward.items()
    ]
