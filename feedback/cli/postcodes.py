"""`flask postcodes`: let residents find their ward by postcode."""

from __future__ import annotations

from pathlib import Path

import click

from feedback.cli import ACTOR, CommandGroup, bar
from feedback.places import current_place

command = CommandGroup("postcodes", help="Postcodes, which are looked up for the ward and never kept.")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_file(file: Path) -> None:
    """Replace the postcodes of the place by those of an ONSPD or NSPL file (the large CSV, of any year)."""
    from feedback.services.importing.csv_files import size_of
    from feedback.services.importing.postcodes import import_postcodes

    place = current_place()
    with bar(size_of(file), f"Reading {file.name}") as move:
        found = import_postcodes(file, place, move, actor=ACTOR)
    click.echo(f"{len(found.wards):,} live postcodes of {place.name} in {len(set(found.wards.values()))} wards loaded.")
    click.echo(f"Passed over: {found.ended:,} ended, {found.without_ward:,} without a ward.")
