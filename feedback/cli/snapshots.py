"""`flask snapshots`: from when on which answers count for figures."""

from __future__ import annotations

import click

from feedback.cli import CommandGroup

command = CommandGroup("snapshots", help="Which answers figures are drawn from.")


@command.command("take")
def take() -> None:
    """Take the day's snapshot of every wave where one is due. Pages and files do so too when they are asked for."""
    from feedback.services.snapshots import advance_all

    click.echo(f"{advance_all():>9,}  snapshots taken")
