"""`flask prepare`: what a database needs before anybody can use it."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from feedback.cli import Command, harmless
from feedback.errors import Refusal


@click.command("prepare", cls=Command)
@click.option("--demo", is_flag=True, help="Also load the demonstration: invented answers and sign-ins.")
@with_appcontext
def command(demo: bool) -> None:
    """Load help lines, roles and questionnaires that are not there yet. Safe to run at every start."""
    from feedback.places import place_fault
    from feedback.services.preparation import prepare_database

    _check_mode(demo)
    if fault := place_fault():
        click.echo(harmless(f"  place pack: {fault}"), err=True)
    new = prepare_database()
    told = {
        "help lines": new.help_lines,
        "help lines corrected as the place pack says": new.corrected,
        "roles": new.roles,
        "published": new.questionnaires,
        "asked with the words of the place as published (raise the version to ask with today's)": new.older_words,
    }
    for kind, names in told.items():
        if names:
            click.echo(f"  {kind}: {', '.join(names)}")
    if demo:
        _load_demonstration()


def _check_mode(demo: bool) -> None:
    """Invented answers and real ones never share a database."""
    from feedback.queries.waves import holds_demonstration

    settings = current_app.config["SETTINGS"]
    if demo and settings.mode == "live":
        raise Refusal("The demonstration is never loaded into a database for real use. Use MODE=demo.")
    if settings.mode == "live" and holds_demonstration():
        raise Refusal(
            "This database holds demonstration answers, so it cannot be used for real. "
            "Set DATABASE_URL to another database."
        )


def _load_demonstration() -> None:
    from feedback.cli.demonstration import load_with_progress

    load_with_progress()
