"""For whom a workbook is made, and what is hidden from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from wtforms import BooleanField, SelectMultipleField

from analysis.thresholds import thresholds
from analysis.vocabulary import AUDIENCES
from feedback.bot_signs import SignChoice
from feedback.staff.forms import RadioChoice, StaffForm, options

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
    audience = RadioChoice(
        "Who will read it?", choices=options(AUDIENCES, HIDDEN), wrong="Select who will read the workbook"
    )
