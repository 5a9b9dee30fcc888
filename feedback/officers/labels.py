"""What groups and standings are called on the officers' pages."""

from __future__ import annotations

from analysis.counts.substantive import NOT_STATED
from analysis.profile.representation import SMALLEST, GroupStanding
from feedback.channels import CHANNELS
from feedback.places import current_place
from feedback.small_counts import shown_count

AGES = {"16_24": "16 to 24", "25_34": "25 to 34", "35_64": "35 to 64", "65_plus": "65 and over"}
DIMENSIONS = {
    "ward": "Ward where people live",
    "age_band": "Age",
    "sex": "Sex",
    "ethnic_group": "Ethnic group",
    "channel": "Channel",
}
# A sign beside the words, so that neither colour nor reading alone carries the meaning.
STANDINGS = {
    "far_below": ("\N{BLACK DOWN-POINTING TRIANGLE}\N{BLACK DOWN-POINTING TRIANGLE}", "Less than half its share"),
    "below": ("\N{BLACK DOWN-POINTING TRIANGLE}", "Below its share"),
    "near": ("\N{BLACK CIRCLE}", "About its share"),
    "above": ("\N{BLACK UP-POINTING TRIANGLE}", "Above its share"),
    "few": ("\N{EN DASH}", "Too few to say"),
    "hidden": ("\N{EN DASH}", "Not shown"),
}
HIDDEN = "not shown"


def group_names() -> dict[tuple[str, str], str]:
    """Return what each group is called, by dimension and code."""
    place = current_place()
    margins = zip(place.margins["variable"], place.margins["category"], place.margins["label"], strict=True)
    named = {(str(variable), str(category)): str(label) for variable, category, label in margins}
    named |= {("ward", ward.code): ward.name for ward in place.wards()}
    named |= {("channel", code): words for code, words in CHANNELS.items()}
    return named | {(dimension, NOT_STATED): "Not stated" for dimension in DIMENSIONS}


def count_words(row: GroupStanding) -> str:
    """Return a count as it may be shown: a number, "fewer than 10", or that it is not shown."""
    if row.n is not None:
        return shown_count(row.n)
    return f"fewer than {SMALLEST}" if row.small else HIDDEN
