"""`flask keys`: which keys the service has, what is sealed under each, and moving it all to the newest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from feedback.cli import ACTOR, CommandGroup, harmless

if TYPE_CHECKING:
    from feedback.services.key_rotation import Seals

command = CommandGroup("keys", help="SECRET_KEY and the former ones in SECRET_KEY_FALLBACKS.")


@command.command("check")
@click.pass_context
def check(context: click.Context) -> None:
    """Say what is sealed under which key, and which former keys can be dropped; exit code 1 if a key is missing."""
    from feedback.services.key_rotation import check_keys

    found = check_keys()
    for line in (*_keys(), *_stored(found), *_depending(), *_advice(found)):
        click.echo(harmless(line))
    if any(seals.lost for seals in found):
        context.exit(1)


@command.command("rotate")
@click.pass_context
def rotate(context: click.Context) -> None:
    """Seal anew, under SECRET_KEY, what the keys of SECRET_KEY_FALLBACKS open. Can be interrupted and run again."""
    from feedback.services.key_rotation import check_keys, rotate_keys

    done = rotate_keys(ACTOR, lambda label, number, of: click.echo(f"{label.capitalize()}: {number} of {of}."))
    click.echo(f"Sealed anew: {done}." if done else "Nothing had to be sealed anew.")
    found = check_keys()
    for line in (*_ends(), *_advice(found)):
        click.echo(harmless(line))
    if any(seals.lost for seals in found):
        context.exit(1)


@command.command("give-up")
@click.option("--yes", is_flag=True, help="Do not ask whether to go on.")
def give_up(yes: bool) -> None:
    """Delete what no key opens, where the former key is lost for ever: secrets of the service, keys of events."""
    from feedback.services.key_rotation import give_up_lost

    question = (
        "Receipts and links that were made with a key that is lost will never be found again, and what tablets sealed "
        "for these events will never be opened. Go on?"
    )
    if not yes:
        click.confirm(question, abort=True)
    found = give_up_lost(ACTOR)
    click.echo(f"Secrets of the service given up: {found.secrets}.")
    if found.events:
        click.echo(harmless(f"Events with a new key: {', '.join(found.events)}. Load them on their tablets anew."))


def _keys() -> list[str]:
    from feedback.keys import ring

    newest, *former = ring().names
    return [
        f"SECRET_KEY is the key {newest}.",
        *(f"SECRET_KEY_FALLBACKS has the former key {name}." for name in former),
    ]


def _stored(found: Sequence[Seals]) -> list[str]:
    from feedback.keys import ring

    lines = []
    for seals in found:
        parts = [f"{count} under {name}" for name, count in zip(ring().names, seals.opened, strict=True)]
        missing = f", {len(seals.lost)} that no key opens ({', '.join(seals.lost)})" if seals.lost else ""
        lines.append(f"{seals.purpose.label.capitalize()}: {', '.join(parts)}{missing}.")
    return lines


def _depending() -> list[str]:
    """What is made from the secrets of the service, and so needs no key of its own."""
    from feedback.keys import secret_missing
    from feedback.queries.answers.receipts import count_receipts

    missing = ", and some may not be found until a former key is back" if secret_missing() else ""
    return [f"Receipts: {count_receipts():,} answers have one{missing}."]


def _ends() -> list[str]:
    from feedback.keys import NOTHING, Purpose

    ended = [f"{purpose.label} ({purpose.ends})" for purpose in Purpose if purpose.ends != NOTHING]
    kept = [purpose.label for purpose in Purpose if purpose.ends == NOTHING]
    return [f"A new SECRET_KEY ends: {', '.join(ended)}.", f"It does not end: {', '.join(kept)}."]


def _advice(found: Sequence[Seals]) -> list[str]:
    from feedback.keys import ring
    from feedback.services.key_rotation import needed

    lines = []
    for place, name in enumerate(ring().names[1:], 1):
        count = needed(found, place)
        needs = (
            f"is needed for {count}: run `flask keys rotate`" if count else "can be dropped: nothing stored needs it"
        )
        lines.append(f"The former key {name} {needs}.")
    if any(seals.lost for seals in found):
        lines.append("A former key is missing. Add it to SECRET_KEY_FALLBACKS, and nothing is lost.")
    return lines or ["Everything that is stored opens with SECRET_KEY."]
