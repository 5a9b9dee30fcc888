"""`flask retention`: delete what has been kept for long enough, in the bytes too. Meant to run every night."""

from __future__ import annotations

import click

from feedback.cli import ACTOR, CommandGroup

command = CommandGroup("retention", help="How long data is kept.")


@command.command("apply")
@click.option("--rehearse", is_flag=True, help="Say what would be deleted, and delete nothing.")
def apply(rehearse: bool) -> None:
    """Delete what has been kept for as long as the place pack says, and rewrite the answers in random order.

    Run it every night.
    """
    from feedback.cli.privacy import rewrite_answers
    from feedback.services.retention import apply_retention, what_is_due

    found = what_is_due() if rehearse else apply_retention(ACTOR)
    for due in found:
        period = due.period
        click.echo(f"{due.count:>9,}  {period.what}: kept {period.length} from {period.since}")
    total = sum(due.count for due in found)
    click.echo(f"{total:>9,}  {'would be deleted' if rehearse else 'deleted'}")
    if not rehearse:
        rewrite_answers()
