"""For whom a workbook is made, and what is hidden from them."""

from __future__ import annotations

from wtforms import BooleanField

from analysis.vocabulary import AUDIENCES
from feedback.staff_forms import RadioChoice, StaffForm, options

# A test holds these numbers against `analysis/thresholds.csv`: reading it here would load pandas for a page of words.
HIDDEN = {
    "analyst": "Nothing is hidden. Do not share it",
    "partner": "Figures from fewer than 10 answers, and small numbers in sensitive questions, are hidden",
    "public": "Figures from fewer than 30 answers, and small numbers in sensitive questions, are hidden; "
    "numbers of answers are rounded to 5",
}


class AudienceForm(StaffForm):
    without_suspected = BooleanField("Exclude possible automated responses")
    audience = RadioChoice(
        "Who will read it?", choices=options(AUDIENCES, HIDDEN), wrong="Select who will read the workbook"
    )
