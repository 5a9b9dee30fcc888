"""`flask languages`: bring the catalogues up to date with the pages and questionnaires, and count what they lack."""

from __future__ import annotations

import click

from feedback.cli import CommandGroup
from feedback.places import current_place
from feedback.translation.catalogues import kinds, missing_from, translated_into, update

command = CommandGroup("languages", help="Translations of pages, questionnaires and the place.")


@command.command("update")
def update_all() -> None:
    """Write new texts into every catalogue, to be translated there. Translations stay."""
    place = current_place()
    for language in translated_into(place):
        for kind in kinds(place):
            if update(kind, language):
                click.echo(f"{kind.path(language.code)}: changed")
    count()


@command.command("missing")
def count_missing() -> None:
    """Say how many texts each language lacks."""
    count()


def count() -> None:
    place = current_place()
    for language in translated_into(place):
        counts = {kind.name: len(missing_from(kind, language.code)) for kind in kinds(place)}
        lacks = ", ".join(f"{number} of {name}" for name, number in counts.items())
        click.echo(f"{language.code} ({language.name}, {language.state}): missing {lacks}")
