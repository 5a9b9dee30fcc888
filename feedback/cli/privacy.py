"""`flask privacy`: what the bytes of the database say."""

from __future__ import annotations

import click

from feedback.cli import ACTOR, CommandGroup
from feedback.errors import Refusal

command = CommandGroup("privacy", help="What the bytes of the database give away.")


@command.command("rewrite")
def rewrite() -> None:
    """Rewrite the answers in random order, so that the files tell nothing of order and time. Before each backup."""
    rewrite_answers()


def rewrite_answers() -> None:
    """Rewrite, and say so; what could not be done ends the command with its sentence."""
    from feedback.services.at_rest import rewriting

    done = rewriting.rewrite(ACTOR)
    click.echo(f"Rewritten in random order: {done.tables} tables, in {done.seconds:.1f} seconds.")
    if done.left:
        raise Refusal(done.left)
