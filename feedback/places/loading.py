"""From a folder of YAML and CSV to a checked place pack."""

from __future__ import annotations

import re
from pathlib import Path

from feedback.places import geography, keeping, populations, published, support
from feedback.places.pack import PlacePack
from feedback.places.pack_files import PackRow, PlaceError, entries, read_yaml, unique
from forms.option_lists import OPTION_KEYS

PACKS = Path(__file__).resolve().parent
AUTHORITY = re.compile(r"[A-Z]\d{8}", re.ASCII)
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
        authority_code=_authority(place),
        website=place.text("website"),
        exit_url=_exit(place),
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


def _authority(place: PackRow) -> str:
    code = place.text("authority_code", required=True)
    if not AUTHORITY.fullmatch(code):
        raise place.fault(f"authority_code is {code!r}. It is a letter and eight digits, such as E06000045.")
    return code


def _exit(place: PackRow) -> str:
    address = place.text("exit_url", required=True)
    if not address.startswith("https://"):
        raise place.fault(f"exit_url is {address!r}. It must begin with https://.")
    return address


def _lists(place: PackRow) -> dict[str, object]:
    lists = place.values["lists"]
    if not isinstance(lists, dict):
        raise place.fault("lists must hold option lists by name; write {} where there are none.")
    for name, body in lists.items():
        whole = body if isinstance(body, dict) else {"options": body}
        options = entries(PackRow(f"{place.where}, lists: {name}", whole), "options", OPTION_KEYS)
        for option in options:
            option.text("code", required=True)
            option.text("label", required=True)
        unique(options, "code")
        if not options:
            raise place.fault(f"lists: {name} has no options. Add some, or leave the list out.")
    return lists
