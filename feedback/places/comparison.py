"""A changed place pack beside the one in use and beside its own wards: margins that look exchanged, cut or mistyped."""

from __future__ import annotations

from collections.abc import Iterator

from feedback.places.pack import PlacePack
from feedback.places.populations import ALL_AGES, WARD

APART = 0.25  # of a count; between two years a ward of some thousand residents changes by a few per cent
POINTS = 0.01  # of all residents: a quarter of a very small group is a few people
TOTAL_APART = 0.1


def margin_doubts(place: PlacePack, in_use: PlacePack) -> Iterator[str]:
    """Yield what is odd about the margins of `place`, in whole sentences."""
    yield from _beside_wards(place)
    if place.authority_code == in_use.authority_code and place.folder != in_use.folder:
        yield from _beside_former(place, in_use)


def _beside_wards(place: PlacePack) -> Iterator[str]:
    residents = {ward.code: ward.residents for ward in place.wards()}
    for margin in place.margin_rows:
        known = residents.get(margin.category) if margin.variable == WARD and margin.universe == ALL_AGES else None
        if known and abs(margin.count - known) > APART * known:
            yield (
                f"margins.csv: {margin.label} has {margin.count:,} residents, and wards.csv says {known:,}. "
                "Correct the one that is wrong."
            )


def _beside_former(place: PlacePack, in_use: PlacePack) -> Iterator[str]:
    total, former_total = place.population.total, in_use.population.total
    if abs(total - former_total) > TOTAL_APART * former_total:
        yield f"place.yaml: {total:,} residents of 16 and over; the pack in use has {former_total:,}. Check the source."
    former = {(row.variable, row.category): row.population / former_total for row in in_use.margin_rows}
    for row in place.margin_rows:
        share, before = row.population / total, former.get((row.variable, row.category))
        if before is not None and abs(share - before) > max(APART * before, POINTS):
            yield (
                f"margins.csv: {row.variable} {row.label} is {share:.1%} of residents; the pack in use has "
                f"{before:.1%}. Check whether rows are exchanged."
            )
