"""What a timer runs: `flask draft`, `flask retention`, `flask snapshots`; before each backup also `flask privacy`."""

from __future__ import annotations

import click

from feedback.cli import ACTOR, CommandGroup
from feedback.errors import Refusal

drafts = CommandGroup("draft", help="Unfinished answers, kept encrypted for some hours.")
retention = CommandGroup("retention", help="How long data is kept.")
snapshots = CommandGroup("snapshots", help="Which answers figures are drawn from.")
privacy = CommandGroup("privacy", help="What the bytes of the database give away.")
commands = (drafts, retention, snapshots, privacy)


@drafts.command("purge")
def purge() -> None:
    """Delete the drafts that have expired. Run it every hour."""
    from feedback.services.answers.drafts import purge_drafts
    from feedback.services.at_rest.rewriting import wipe_deleted

    click.echo(f"{purge_drafts()} expired drafts deleted.")
    wipe_deleted()


@retention.command("apply")
@click.option("--rehearse", is_flag=True, help="Say what would be deleted, and delete nothing.")
def apply(rehearse: bool) -> None:
    """Delete what has been kept for as long as the place pack says, and rewrite the answers in random order.

    Run it every night.
    """
    from feedback.services.retention import apply_retention, what_is_due

    found = what_is_due() if rehearse else apply_retention(ACTOR)
    for due in found:
        period = due.period
        click.echo(f"{due.count:>9,}  {period.what}: kept {period.length} from {period.since}")
    total = sum(due.count for due in found)
    click.echo(f"{total:>9,}  {'would be deleted' if rehearse else 'deleted'}")
    if not rehearse:
        _rewrite()


@snapshots.command("take")
def take() -> None:
    """Take the day's snapshot of every wave where one is due. Pages and files do so too when they are asked for."""
    from feedback.services.snapshots import advance_all

    click.echo(f"{advance_all():>9,}  snapshots taken")


@privacy.command("rewrite")
def rewrite() -> None:
    """Rewrite the answers in random order, so that the files tell nothing of order and time. Before each backup."""
    _rewrite()


def _rewrite() -> None:
    """Rewrite, and say so; what could not be done ends the command with its sentence."""
    from feedback.services.at_rest import rewriting

    done = rewriting.rewrite(ACTOR)
    click.echo(f"Rewritten in random order: {done.tables} tables, in {done.seconds:.1f} seconds.")
    if done.left:
        raise Refusal(done.left)
