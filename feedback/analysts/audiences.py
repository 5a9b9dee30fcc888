"""For whom a workbook is made, and what is hidden from them."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import BooleanField, SelectMultipleField

from analysis.thresholds import thresholds
from analysis.vocabulary import AUDIENCES
from feedback.staff.forms import RadioChoice, StaffForm, codes_of, options

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
    not_weighted_by = SelectMultipleField(
        "Do not weight by",
        description="Only where one of these is known to be wrong. The workbook says which was left out, and why",
        validate_choice=False,
    )
    audience = RadioChoice(
        "Who will read it?", choices=options(AUDIENCES, HIDDEN), wrong="Select who will read the workbook"
    )

    def offer(self, margins: Mapping[str, str]) -> AudienceForm:
        """Fill the choice of what the figures need not be weighted by (variable to label)."""
        self.not_weighted_by.choices = options(margins)
        return self

    @property
    def left_out(self) -> list[str]:
        """The margins that are to be left out, by name."""
        return sorted(codes_of(self.not_weighted_by) & set(self.not_weighted_by.data or ()))
