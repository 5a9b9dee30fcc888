"""`flask draft`: unfinished answers."""

from __future__ import annotations

import click

from feedback.cli import CommandGroup

command = CommandGroup("draft", help="Unfinished answers, kept encrypted for some hours.")


@command.command("purge")
def purge() -> None:
    """Delete the drafts that have expired. Run it every hour."""
    from feedback.services.answers.drafts import purge_drafts
    from feedback.services.at_rest.rewriting import wipe_deleted

    click.echo(f"{purge_drafts()} expired drafts deleted.")
    wipe_deleted()
