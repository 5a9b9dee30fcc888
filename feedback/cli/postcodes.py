"""`flask postcodes`: let residents find their ward by postcode."""

from __future__ import annotations

from pathlib import Path

import click

from feedback.cli import ACTOR, CommandGroup, bar, harmless
from feedback.places import current_place

command = CommandGroup("postcodes", help="Postcodes, which are looked up for the ward and never kept.")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and change nothing.")
@click.option("--yes", "reason", default="", metavar="REASON", help="Replace although the file looks wrong: say why.")
def import_file(file: Path, dry_run: bool, reason: str) -> None:
    """Replace the postcodes of the place by those of an ONSPD or NSPL file (the large CSV, of any year)."""
    from feedback.services.importing.csv_files import size_of
    from feedback.services.importing.postcodes import import_postcodes, wards_without

    place = current_place()
    with bar(size_of(file), f"Reading {file.name}") as move:
        found = import_postcodes(file, place, move, actor=ACTOR, reason=reason, rehearse=dry_run)
    done = "would be loaded" if dry_run else "loaded"
    click.echo(f"{len(found.wards):,} live postcodes of {place.name} in {len(set(found.wards.values()))} wards {done}.")
    click.echo(f"Passed over: {found.ended:,} ended, {found.without_ward:,} without a ward.")
    if without := wards_without(found, place):
        click.echo(f"No postcode in {len(without)} wards: {harmless(', '.join(without))}.")
    click.echo(
        "This was a dry run: nothing was changed." if dry_run else "`flask postcodes undo` puts the former back."
    )


@command.command("undo")
def undo_import() -> None:
    """Put back the postcodes that the last import replaced. A second time puts the later ones back."""
    from feedback.services.importing.place_data import undo

    count = undo("postcodes", current_place(), actor=ACTOR)
    click.echo(f"The former postcodes are back: {count:,}.")
