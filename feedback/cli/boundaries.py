"""`flask boundaries`: draw the wards on the public map with their outlines."""

from __future__ import annotations

from pathlib import Path

import click

from feedback.cli import ACTOR, CommandGroup
from feedback.places import current_place

command = CommandGroup("boundaries", help="Outlines of wards, for the maps of published results.")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and change nothing.")
@click.option("--yes", "reason", default="", metavar="REASON", help="Replace although the file looks wrong: say why.")
def import_file(file: Path, dry_run: bool, reason: str) -> None:
    """Replace the outlines of the wards by those of a GeoJSON file of today's wards."""
    from feedback.services.importing.boundaries import import_boundaries

    place = current_place()
    count = import_boundaries(file, place, actor=ACTOR, reason=reason, rehearse=dry_run)
    if dry_run:
        click.echo(f"{count} wards of {place.name} would have their outlines. This was a dry run: nothing was changed.")
    else:
        click.echo(
            f"{count} wards of {place.name} have their outlines now. `flask boundaries undo` puts the former back."
        )


@command.command("undo")
def undo_import() -> None:
    """Put back the outlines that the last import replaced. A second time puts the later ones back."""
    from feedback.services.importing.place_data import undo

    count = undo("boundaries", current_place(), actor=ACTOR)
    click.echo(f"The former outlines are back: {count} wards.")
