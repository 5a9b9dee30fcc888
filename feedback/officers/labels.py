"""What groups and standings are called on the officers' pages."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.counts.substantive import NOT_STATED
from analysis.profile.representation import GroupStanding, WiderGroups, smallest
from analysis.study import Dimension
from feedback.channels import CHANNELS
from feedback.places.records import WardEstimates
from feedback.small_counts import shown_count

CHANNEL = "channel"
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


def dimension_names(dimensions: Iterable[Dimension]) -> dict[str, str]:
    """Return what each breakdown is called, in the order of showing: characteristics, then how people answered."""
    return {known.name: known.label for known in dimensions} | {CHANNEL: "How they answered"}


def group_names(dimensions: Iterable[Dimension]) -> dict[tuple[str, str], str]:
    """Return what each group is called, by dimension and code."""
    dimensions = tuple(dimensions)
    named = {(known.name, code): label for known in dimensions for code, label in known.groups.items()}
    named |= {(CHANNEL, code): words for code, words in CHANNELS.items()}
    return named | {(name, NOT_STATED): "Not stated" for name in dimension_names(dimensions)}


def wider_groups(estimates: WardEstimates) -> WiderGroups:
    """Return what the place knows ward by ward in wider groups, as `analysis` takes it."""
    return WiderGroups(estimates.characteristic, tuple((one.code, one.groups) for one in estimates.groups))


def count_words(row: GroupStanding) -> str:
    """Return a count as it may be shown: a number, "fewer than 10", or that it is not shown."""
    if row.n is not None:
        return shown_count(row.n)
    return f"fewer than {smallest()}" if row.small else HIDDEN
