"""For whom a workbook is made, and what is hidden from them."""

from __future__ import annotations

from wtforms import BooleanField

from analysis.thresholds import thresholds
from analysis.vocabulary import AUDIENCES
from feedback.staff.forms import RadioChoice, StaffForm, options

PARTNER, PUBLIC = thresholds("partner"), thresholds("public")
SMALL = "and small numbers in sensitive questions, are hidden"
HIDDEN = {
    "analyst": "Nothing is hidden. Do not share it",
    "partner": f"Figures from fewer than {PARTNER.hide_base_under} answers, {SMALL}",
    "public": f"Figures from fewer than {PUBLIC.hide_base_under} answers, {SMALL}; "
    f"numbers of answers are rounded to {PUBLIC.round_bases_to}",
}


class AudienceForm(StaffForm):
    without_suspected = BooleanField("Exclude possible automated responses")
    audience = RadioChoice(
        "Who will read it?", choices=options(AUDIENCES, HIDDEN), wrong="Select who will read the workbook"
    )
