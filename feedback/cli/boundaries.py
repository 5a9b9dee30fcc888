"""`flask boundaries`: draw the wards on the public map with their outlines."""

from __future__ import annotations

from pathlib import Path

import click

from feedback.cli import ACTOR, CommandGroup
from feedback.places import current_place

command = CommandGroup("boundaries", help="Outlines of wards, for the maps of published results.")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_file(file: Path) -> None:
    """Replace the outlines of the wards by those of a GeoJSON file of today's wards."""
    from feedback.services.importing.boundaries import import_boundaries

    place = current_place()
    count = import_boundaries(file, place, actor=ACTOR)
    click.echo(f"{count} wards of {place.name} have their outlines now.")
