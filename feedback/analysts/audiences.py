"""For whom a workbook is made, and what is hidden from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from wtforms import BooleanField, SelectMultipleField

from analysis.thresholds import thresholds
from analysis.vocabulary import AUDIENCES
from feedback.bot_signs import SignChoice
from feedback.staff.forms import RadioChoice, StaffForm, codes_of, options

PARTNER, PUBLIC = thresholds("partner"), thresholds("public")
SMALL = "and small numbers in sensitive questions, are hidden"
HIDDEN = {
    "analyst": "Nothing is hidden. Do not share it",
    "partner": f"Figures from fewer than {PARTNER.hide_base_under} answers, {SMALL}",
    "public": f"Figures from fewer than {PUBLIC.hide_base_under} answers, {SMALL}; "
    f"numbers of answers are rounded to {PUBLIC.round_bases_to}",
}


MOST_CHOICES = 60  # hours of signs; the command line takes any


class ExclusionForm(StaffForm):
    """What a form asks that makes figures: which answers that may come from a machine are excluded."""

    without_suspected = BooleanField("Exclude possible automated responses")
    without = SelectMultipleField("Exclude those with these signs only", validate_choice=False)

    def offer(self, choices: Mapping[SignChoice, int]) -> Self:
        """Offer each sign, and the newest hours of each that a crowd shares."""
        shown = sorted(choices, key=lambda one: -(one.hour or 10**9))[:MOST_CHOICES]
        kept = {one.code: f"{one.words} ({choices[one]:,})" for one in choices if one in shown}
        self.without.choices = options(kept)
        return self

    def excluded(self) -> list[str]:
        """Return the codes of the signs that are excluded, where not all are."""
        return [] if self.without_suspected.data else list(self.without.data or ())


class AudienceForm(ExclusionForm):
    """Whom a workbook is for, and what it is made of."""

    not_weighted_by = SelectMultipleField(
        "Do not weight by",
        description="Only where one of these is known to be wrong. The workbook says which was left out, and why",
        validate_choice=False,
    )
    audience = RadioChoice(
        "Who will read it?", choices=options(AUDIENCES, HIDDEN), wrong="Select who will read the workbook"
    )

    def offer_margins(self, margins: Mapping[str, str]) -> AudienceForm:
        """Fill the choice of what the figures need not be weighted by (variable to label)."""
        self.not_weighted_by.choices = options(margins)
        return self

    @property
    def left_out(self) -> list[str]:
        """The margins that are to be left out, by name."""
        return sorted(codes_of(self.not_weighted_by) & set(self.not_weighted_by.data or ()))
