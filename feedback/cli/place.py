"""`flask place`: check a place pack before it is used."""

from __future__ import annotations

import click
from flask import current_app

from feedback.cli import CommandGroup, harmless

command = CommandGroup("place", help="The place pack: everything particular to one partnership.")


@command.command("check")
@click.argument("name_or_folder", required=False)
def check(name_or_folder: str | None) -> None:
    """Read a place pack (the one in use unless named) and say what it holds, or what is wrong with it."""
    from feedback.places import current_place, load_place
    from feedback.places.comparison import margin_doubts

    place = load_place(name_or_folder or current_app.config["SETTINGS"].place)
    shown = sum(line.shown for line in place.help_lines)
    click.echo(f"{place.name} ({place.partnership})")
    click.echo(f"  {len(place.wards())} wards, {place.population.total:,} residents of 16 and over")
    click.echo(f"  {len(place.baseline_rows)} published figures")
    click.echo(f"  {len(place.help_lines)} help lines, {shown} of them shown from the start")
    for doubt in margin_doubts(place, current_place()):
        click.echo(harmless(f"  check this: {doubt}"))
    empty = [contact.label for contact in place.contacts if not contact.value]
    if empty:
        click.echo(f"  to be filled in before real use: {'; '.join(empty)}")
