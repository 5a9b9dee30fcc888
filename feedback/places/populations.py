"""Known populations: margins for weighting, their reviewed merges, and counts for context."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from feedback.places.pack_files import PackRow, PlaceError, entries, read_csv, read_yaml, unique
from feedback.places.records import Merge, Population, PopulationMargin, Profile, Ward, WardEstimates, WiderGroup
from forms import shared_characteristics

MARGIN_COLUMNS = ("variable", "category", "label", "count", "universe", "source")
PROFILE_COLUMNS = (
    *("variable", "ward", "category", "label", "count", "universe"),
    *("reference_date", "source", "note"),
)
POPULATION = ("total", "all_ages", "reference_date", "source", "note", "known", "of_whom", "scaled")
WARD = "ward"
ALL_AGES, ADULTS = "all_ages", "16_and_over"
TOLERANCE = 0.001  # Census tables of one population differ by a few people, because cells are perturbed


def read_population(place: PackRow) -> Population:
    content = place.values["population"]
    if not isinstance(content, dict):
        raise place.fault("population must hold total, all_ages, reference_date, source and note.")
    row = PackRow(f"{place.where}, population", content).only(POPULATION)
    total, everybody = row.whole("total", 1), row.whole("all_ages", 1)
    if total > everybody:
        raise row.fault(f"total ({total}) is more than all_ages ({everybody}). Exchange or correct them.")
    texts = {name: row.text(name) for name in ("note", "known", "of_whom", "scaled")}
    return Population(total, everybody, row.day("reference_date"), row.text("source", required=True), **texts)


def read_margins(folder: Path, wards: Sequence[Ward], population: Population) -> tuple[PopulationMargin, ...]:
    """Margins that all add up to `population.total`: of every characteristic that surveys share and are weighted by.

    Counts of all ages are turned into shares of the total: residents of 16 and over, to whole people by largest
    remainder, so that every variable sums to exactly the same number.
    """
    rows = read_csv(folder, "margins.csv", MARGIN_COLUMNS)
    unique(rows, "variable", "category")
    categories = {
        known.name: tuple(ward.code for ward in wards) if known.name == WARD else tuple(g.code for g in known.groups)
        for known in shared_characteristics()
        if known.weighted
    }
    margins: list[PopulationMargin] = []
    for variable, known in categories.items():
        part = [row for row in rows if row.choice("variable", categories) == variable]
        margins += _variable(variable, part, known, population)
    return tuple(margins)


def _variable(
    variable: str, rows: Sequence[PackRow], known: Sequence[str], population: Population
) -> list[PopulationMargin]:
    for row in rows:
        row.choice("category", known)
    missing = [category for category in known if category not in {row.text("category") for row in rows}]
    if missing:
        raise PlaceError(f"margins.csv: {variable} has no row for {missing[0]!r}. Add it.")
    universes = {row.choice("universe", (ALL_AGES, ADULTS)) for row in rows}
    if len(universes) > 1:
        raise PlaceError(f"margins.csv: the rows of {variable} mix {ALL_AGES} and {ADULTS}. Give all of them one.")
    universe = universes.pop()
    counts = [row.whole("count", 1) for row in rows]
    _check_sum(variable, sum(counts), universe, population)
    people = counts if universe == ADULTS else _scaled(counts, population.total)
    return [
        PopulationMargin(variable, row.text("category"), row.text("label"), number, count, universe, row.text("source"))
        for row, number, count in zip(rows, people, counts, strict=True)
    ]


def _check_sum(variable: str, found: int, universe: str, population: Population) -> None:
    expected = population.total if universe == ADULTS else population.all_ages
    allowed = 0 if universe == ADULTS else round(expected * TOLERANCE)
    if abs(found - expected) > allowed:
        raise PlaceError(
            f"margins.csv: the counts of {variable} add up to {found:,}, but place.yaml says {expected:,} "
            f"({universe}). Correct the row that is wrong or missing."
        )


def _scaled(counts: Sequence[int], total: int) -> list[int]:
    exact = [count * total / sum(counts) for count in counts]
    people = [int(number) for number in exact]
    short = total - sum(people)
    for place in sorted(range(len(exact)), key=lambda i: people[i] - exact[i])[:short]:
        people[place] += 1
    return people


def read_ward_estimates(place: PackRow, margins: Sequence[PopulationMargin]) -> WardEstimates:
    """What is known ward by ward in wider groups only, if the place knows anything."""
    if "ward_estimates" not in place.values:
        return WardEstimates()
    content = place.values["ward_estimates"]
    if not isinstance(content, dict):
        raise place.fault("ward_estimates must hold characteristic, variable and groups. Leave it out for none.")
    row = PackRow(f"{place.where}, ward_estimates", content).only(("characteristic", "variable", "groups"))
    variable = row.choice("characteristic", {margin.variable for margin in margins})
    known = [margin.category for margin in margins if margin.variable == variable]
    rows = entries(row, "groups", ("code", "label", "groups", "estimated"))
    unique(rows, "code")
    groups = tuple(
        WiderGroup(
            code=one.text("code", required=True),
            label=one.text("label", required=True),
            groups=one.words("groups", known),
            estimated=one.words("estimated"),
        )
        for one in rows
    )
    return WardEstimates(variable, row.text("variable", required=True), groups)


def read_merges(folder: Path, margins: Sequence[PopulationMargin]) -> tuple[int, tuple[Merge, ...]]:
    """Return the fewest people a category may have, and where smaller ones go in order of preference."""
    content = read_yaml(folder, "merges.yaml", ("fewest", "variables"))
    known: dict[str, list[str]] = {}
    for margin in margins:
        known.setdefault(margin.variable, []).append(margin.category)
    variables = content.values["variables"]
    if not isinstance(variables, dict):
        raise content.fault("variables must hold a list for each variable.")
    merges: list[Merge] = []
    for variable in variables:
        if variable not in known:
            raise content.fault(f"{variable!r} is not a variable of margins.csv. Use: {', '.join(known)}.")
        rows = entries(PackRow("merges.yaml", variables), variable, ("category", "into", "reason"))
        unique(rows, "category")
        merges += [merge for row in rows for merge in _merges(variable, row, known[variable])]
    return content.whole("fewest", 1, 1000), tuple(merges)


def _merges(variable: str, row: PackRow, known: Sequence[str]) -> list[Merge]:
    category, into = row.choice("category", known), row.words("into", known)
    if category in into:
        raise row.fault(f"{category} cannot be merged into itself. Name a neighbour.")
    return [Merge(variable, category, target, row.text("reason", required=True)) for target in into]


def read_profile(folder: Path, wards: Sequence[Ward]) -> tuple[Profile, ...]:
    rows = read_csv(folder, "profile.csv", PROFILE_COLUMNS)
    unique(rows, "variable", "ward", "category")
    codes = {"", *(ward.code for ward in wards)}
    for row in rows:
        if row.text("ward") not in codes:
            raise row.fault(
                f"ward {row.text('ward')!r} is not a ward of wards.csv. Correct the code or leave it empty."
            )
    return tuple(
        Profile(
            variable=row.text("variable", required=True),
            ward=row.text("ward"),
            category=row.text("category", required=True),
            label=row.text("label", required=True),
            population=row.whole("count"),
            universe=row.text("universe"),
            reference_date=row.day("reference_date"),
            source=row.text("source", required=True),
            note=row.text("note"),
        )
        for row in rows
    )
