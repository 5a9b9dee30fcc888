"""`flask demonstration`: load the invented answers and sign-ins."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from feedback.cli import Command

WIDTH = 30


@click.command("demonstration", cls=Command)
@with_appcontext
def command() -> None:
    """Load what is missing of the demonstration. Refused for a live service and for a database with a real survey."""
    load_with_progress()


def load_with_progress() -> None:
    """Load the demonstration and publish the figures of its closed survey, saying how far it is."""
    from feedback.demonstration import load_demonstration
    from feedback.demonstration.releases import publish_demonstration

    new = load_demonstration(_show)
    click.echo(f"  demonstration: {new:,} new answers" if new else "  demonstration: loaded already")
    if publish_demonstration(_show):
        click.echo("  demonstration: release 1 of last year's survey is published")


def _show(step: str, done: int, total: int) -> None:
    share = done / total if total else 1.0
    bar = "#" * round(WIDTH * share)
    click.echo(f"  [{bar:<{WIDTH}}] {share:4.0%}  {step}")
