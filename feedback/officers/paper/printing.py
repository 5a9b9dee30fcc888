"""Sheets as they are printed from the browser, in the language of their batch."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from feedback.errors import NotFound, Refusal
from feedback.models import Event, HelpLine, PaperBatch, PaperSheet
from feedback.officers import blueprint
from feedback.officers.qr import QrCode, qr_code
from feedback.places import current_place
from feedback.queries.help_lines import all_help_lines
from feedback.queries.paper import batch_by_code, counts, sheets
from feedback.queries.questionnaires import questionnaire_in, questionnaire_of
from feedback.services.paper.keying import receipt_of
from feedback.services.paper.serials import shown
from feedback.staff.access import staff
from feedback.translation.languages import speaking
from forms import Questionnaire
from forms.paper import PaperForm, PaperPart, PaperQuestion, paper_form

LARGEST_PART = 100  # sheets that are shown and printed together
QUESTIONS_TOGETHER = 900  # so that a browser can lay out a part within seconds
LONG_LABEL = {False: 26, True: 12}  # letters of a label beyond which three columns are too narrow, by large print


@dataclass(frozen=True)
class Printed:
    """One sheet: its serial as printed and as a code, and the receipt that stays with the person."""

    serial: str
    code: QrCode
    receipt: str


@dataclass(frozen=True)
class SheetWords:
    """All that stands on every sheet of a batch."""

    asked: Questionnaire
    form: PaperForm
    event: Event | None
    help_lines: list[HelpLine]
    contact: str
    privacy: str
    large: bool

    @property
    def first_harm(self) -> PaperPart | None:
        """The part before which help is named; None where nothing asks about harm."""
        return next((part for part in self.form.parts if part.page.harm), None)

    @property
    def help_before(self) -> int:
        """The number of the question before which help is named."""
        return self.first_harm.questions[0].number if self.first_harm else 0

    def columns(self, question: PaperQuestion) -> int:
        """Into how many columns the boxes of a question fit."""
        longest = max((len(box.option.label) for box in question.boxes), default=0)
        sends_on = any(box.go_to is not None for box in question.boxes)
        short = longest <= LONG_LABEL[self.large] and not sends_on
        if len(question.boxes) < 6:
            return 3 if short and len(question.boxes) == 3 else 1
        return 3 if short and len(question.boxes) > 8 else 2


def part_size(form: PaperForm) -> int:
    """How many sheets are shown together: fewer where the questionnaire is long."""
    return max(5, min(LARGEST_PART, QUESTIONS_TOGETHER // max(1, len(form.questionnaire.questions))))


def parts_of(batch: PaperBatch) -> int:
    """Into how many parts the sheets of a batch are printed."""
    return ceil(counts([batch])[batch.code].total / part_size(paper_form(questionnaire_of(batch.questionnaire))))


@blueprint.get("/paper/<code>/print")
@staff("officer", "administrator")
def paper_print(code: str) -> ResponseReturnValue:
    batch = batch_by_code(code)
    if batch.key is None:
        raise Refusal(f"Batch {batch.code} was signed off, so its sheets cannot be printed any more.")
    part, of = request.args.get("part", 1, type=int), parts_of(batch)
    if not 1 <= part <= of:
        raise NotFound(f"Batch {batch.code} is printed in {of} parts. There is no part {part}.")
    size = part_size(paper_form(questionnaire_of(batch.questionnaire)))
    found = sheets(batch, (part - 1) * size + 1, part * size)
    sides = 1 if request.args.get("sides") == "1" else 2
    return _page(batch, found, part=part, of=of, sides=sides)


def _page(batch: PaperBatch, found: list[PaperSheet], **shown_as: int) -> str:
    """The page is for staff, in English; the sheets on it are in the language of the batch."""
    usable = [sheet for sheet in found if sheet.state != "void"]
    with speaking(batch.language) as spoken:
        drawn = render_template(
            "officers/paper/sheets.html",
            batch=batch,
            wave=batch.wave,
            spoken=spoken,
            sheet=_words(batch, spoken.code),
            sheets=[printed(batch, sheet) for sheet in usable],
        )
        numbered, empty = gettext("Page {page} of {pages}"), gettext("This page is empty on purpose.")
    return render_template(
        "officers/paper/print.html",
        batch=batch,
        sheets=Markup(drawn),  # noqa: S704 - made by our own template, which escapes
        first=found[0].number,
        last=found[-1].number,
        page_words=numbered,
        empty_words=empty,
        **shown_as,
    )


def printed(batch: PaperBatch, sheet: PaperSheet) -> Printed:
    name = shown(sheet.serial)
    return Printed(name, qr_code(name), receipt_of(batch, sheet.serial))


def _words(batch: PaperBatch, language: str) -> SheetWords:
    in_language, place = questionnaire_in(batch.questionnaire, language), current_place()
    site = current_app.config["SETTINGS"].site_url
    return SheetWords(
        asked=in_language,
        form=paper_form(in_language, questionnaire_of(batch.questionnaire)),
        event=batch.event,
        help_lines=[line for line in all_help_lines() if line.shown],
        contact=place.contact_for("accessibility") or place.contact,
        privacy=f"{site}{url_for('public.privacy')}" if site else "",
        large=batch.large_print,
    )
