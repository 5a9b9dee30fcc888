"""From a folder of YAML and CSV to a checked place pack."""

from __future__ import annotations

from pathlib import Path

from feedback.places import geography, keeping, populations, published, support
from feedback.places.pack import PlacePack
from feedback.places.pack_files import PackRow, PlaceError, read_yaml

PACKS = Path(__file__).resolve().parent
PLACE_KEYS = (
    *("slug", "name", "partnership", "council", "police", "authority_code", "authority_source", "website"),
    *("exit_url", "bsl_video", "contacts", "ward_vintages", "current_vintage", "population", "tiles", "lists"),
)


def load_place(name_or_folder: str | Path) -> PlacePack:
    """Read and check a place pack: a name such as `southampton`, or the path of a folder.

    Raises:
        PlaceError: there is no such pack, or one of its files has a fault; the text names file, row and remedy.

    """
    folder = _folder(name_or_folder)
    place = read_yaml(folder, "place.yaml", PLACE_KEYS, optional=("ward_estimates",))
    vintages = geography.read_vintages(place)
    current = place.choice("current_vintage", [vintage.id for vintage in vintages])
    wards = geography.read_wards(folder, vintages)
    todays = [ward for ward in wards if ward.vintage == current]
    if not todays:
        raise PlaceError(f"wards.csv: there is no ward of the current vintage {current!r}. Add them.")
    population = populations.read_population(place)
    margins = populations.read_margins(folder, todays, population)
    fewest, merges = populations.read_merges(folder, margins)
    return PlacePack(
        folder=folder,
        slug=place.text("slug", required=True),
        name=place.text("name", required=True),
        partnership=place.text("partnership", required=True),
        council=place.text("council", required=True),
        police=place.text("police", required=True),
        authority_code=place.text("authority_code", required=True),
        website=place.text("website"),
        exit_url=place.text("exit_url", required=True),
        bsl_video=support.read_video(place),
        contacts=support.read_contacts(place),
        current_vintage=current,
        vintages=vintages,
        all_wards=wards,
        overlap=geography.read_overlap(folder, wards, current),
        population=population,
        ward_estimates=populations.read_ward_estimates(place, margins),
        minimum_cell=fewest,
        help_lines=support.read_help_lines(folder),
        languages=support.read_languages(folder),
        retention=keeping.read_periods(folder),
        tiles=geography.read_tiles(folder, todays),
        lists=_lists(place),
        margin_rows=margins,
        merge_rows=merges,
        profile_rows=populations.read_profile(folder, todays),
        baseline_rows=published.read_baselines(folder, wards),
    )


def _folder(name_or_folder: str | Path) -> Path:
    named = isinstance(name_or_folder, str) and "/" not in name_or_folder
    folder = PACKS / name_or_folder if named else Path(name_or_folder)
    if not (folder / "place.yaml").is_file():
        known = ", ".join(sorted(path.parent.name for path in PACKS.glob("*/place.yaml")))
        raise PlaceError(f"There is no place pack {str(name_or_folder)!r}. Set PLACE to one of: {known}.")
    return folder


def _lists(place: PackRow) -> dict[str, object]:
    lists = place.values["lists"]
    if not isinstance(lists, dict):
        raise place.fault("lists must hold option lists by name; write {} where there are none.")
    return lists
