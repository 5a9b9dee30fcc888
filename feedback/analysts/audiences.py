"""For whom a workbook is made, and what is hidden from them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
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


WEIGHTED = "weighted"  # says that the form offered margins: none of them ticked is a choice too


class AudienceForm(StaffForm):
    without_suspected = BooleanField("Exclude possible automated responses")
    weighted_by = SelectMultipleField(
        "Weight by",
        description="Leave all of them selected unless one is known to be wrong. The workbook says which was left out",
        validate_choice=False,
    )
    audience = RadioChoice(
        "Who will read it?", choices=options(AUDIENCES, HIDDEN), wrong="Select who will read the workbook"
    )

    def offer(self, margins: Mapping[str, str]) -> AudienceForm:
        """Fill the choice of margins (variable to label): all of them, unless the form was sent with fewer."""
        self.weighted_by.choices = options(margins)
        if not self.is_submitted() or WEIGHTED not in request.form:
            self.weighted_by.data = list(margins)
        return self

    @property
    def not_weighted_by(self) -> list[str]:
        return sorted(codes_of(self.weighted_by) - set(self.weighted_by.data or ()))
