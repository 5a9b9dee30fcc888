"""`flask respondents`: files with a row for each person."""

from __future__ import annotations

import click

from feedback.cli import CommandGroup

command = CommandGroup("respondents", help="Files with a row for each person.")


@command.command("erase")
def erase() -> None:
    """Erase the content of files that are older than a day."""
    from feedback.extensions import db
    from feedback.services.at_rest.rewriting import wipe_deleted
    from feedback.services.respondent_files import erase_old

    erase_old()
    db.session.commit()
    wipe_deleted()
    click.echo("Respondent files older than a day are erased.")
