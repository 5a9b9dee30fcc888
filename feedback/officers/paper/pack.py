"""The paper of an event: sheets of each survey and language, and a cover for the people at the stall."""

from __future__ import annotations

from collections.abc import Iterator

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.validators import InputRequired, NumberRange

from feedback.errors import Refusal
from feedback.models import Event, Wave
from feedback.officers import blueprint
from feedback.officers.paper.register import SIZE_HINTS, SIZES, waves_to_print
from feedback.places import Language
from feedback.queries.paper import batches, counts, last_day_to_key, sheets
from feedback.queries.questionnaires import languages_of
from feedback.queries.waves import event_by_code
from feedback.services.paper.batches import MOST_SHEETS, NewBatch, make_batch
from feedback.services.paper.serials import shown
from feedback.staff.access import actor, staff
from feedback.staff.forms import CheckboxChoices, StaffForm, WholeNumberField, options

SHEETS_SENTENCE = f"The number of sheets must be a whole number between 1 and {MOST_SHEETS}"


class PackForm(StaffForm):
    waves = CheckboxChoices("Surveys", wrong="Select at least one survey")
    languages = CheckboxChoices("Languages", wrong="Select at least one language", default=["en"])
    sizes = CheckboxChoices(
        "Sizes of print", choices=options(SIZES, SIZE_HINTS), wrong="Select a size", default=["ordinary"]
    )
    sheets = WholeNumberField(
        "How many sheets of each?",
        [InputRequired(SHEETS_SENTENCE), NumberRange(1, MOST_SHEETS, SHEETS_SENTENCE)],
        description="Of each survey in each language and size",
        wrong=SHEETS_SENTENCE,
        default=20,
    )


@blueprint.route("/events/<code>/paper", methods=["GET", "POST"])
@staff("officer", "administrator")
def event_paper(code: str) -> ResponseReturnValue:
    event, form = event_by_code(code), PackForm()
    offered = [wave for wave in waves_to_print() if event.offers(wave)]
    form.waves.choices = options({wave.slug: wave.title for wave in offered})
    form.languages.choices = options({spoken.code: spoken.name for spoken in _languages(offered)})
    if form.validate_on_submit():
        try:
            made = [make_batch(new, actor=actor()).code for new in _wanted(form, event, offered)]
        except Refusal as refusal:
            form.refuse("sheets", refusal)
        else:
            flash(f"Made {len(made)} {'batch' if len(made) == 1 else 'batches'}: {', '.join(made)}. Print them now.")
            return redirect(url_for(".event_paper", code=event.code), 303)
    found = batches(event=event)
    return render_template(
        "officers/paper/pack.html",
        form=form if offered else None,
        event=event,
        batches=found,
        counts=counts(found),
        offered=offered,
    )


@blueprint.get("/events/<code>/paper/cover")
@staff("officer", "administrator")
def paper_cover(code: str) -> ResponseReturnValue:
    event = event_by_code(code)
    found = [batch for batch in batches(event=event) if batch.key is not None]
    spans = {batch.code: [shown(sheet.serial) for sheet in sheets(batch)] for batch in found}
    return render_template(
        "officers/paper/cover.html",
        event=event,
        batches=found,
        spans=spans,
        counts=counts(found),
        last_day=min((last_day_to_key(batch) for batch in found), default=None),
    )


def _languages(offered: list[Wave]) -> list[Language]:
    """Return the languages that some survey of the event can be printed in."""
    found = {spoken.code: spoken for wave in offered for spoken in languages_of(wave.questionnaire)}
    return list(found.values())


def _wanted(form: PackForm, event: Event, offered: list[Wave]) -> Iterator[NewBatch]:
    """Each survey in each language and size that was chosen, where the survey is available in the language."""
    surveys, chosen, sizes = (field.data or [] for field in (form.waves, form.languages, form.sizes))
    for wave in offered:
        spoken = {language.code for language in languages_of(wave.questionnaire)}
        for language in chosen if wave.slug in surveys else ():
            for size in sizes if language in spoken else ():
                yield NewBatch(
                    wave=wave,
                    event=event,
                    sheets=form.sheets.data or 0,
                    language=language,
                    large_print=size == "large",
                )
