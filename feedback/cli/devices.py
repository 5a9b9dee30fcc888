"""`flask devices`: files that tablets saved, and the keys that answers are sealed with."""

from __future__ import annotations

from pathlib import Path

import click

from feedback.cli import ACTOR, CommandGroup, bar, harmless
from feedback.errors import Refusal

command = CommandGroup("devices", help="Tablets: what they saved as a file, and the keys of their events.")


@command.command("import-queue")
@click.argument("file", type=click.Path(path_type=Path))
def import_queue(file: Path) -> None:
    """Bring in a file that a tablet saved. A second time adds nothing."""
    from feedback.services.tablets.queue_files import count_items, import_queue_file

    try:
        content = file.read_bytes()
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from error
    with bar(count_items(content), "Answers") as moved:
        report = import_queue_file(content, actor=ACTOR, progress=moved)
    click.echo(harmless(f"{report.event.title} ({report.event.code}): {sum(report.outcomes.values()):,} answers."))
    for outcome, count in sorted(report.outcomes.items()):
        click.echo(f"{outcome.replace('_', ' ').capitalize()}: {count:,}.")
    for message, count in sorted(report.waiting.items()):
        click.echo(harmless(f"  {count:,}: {message}"))


@command.command("check-keys")
@click.pass_context
def check_keys(context: click.Context) -> None:
    """Say whether every event's key can be opened with the SECRET_KEY in use."""
    from feedback.services.tablets.event_keys import lost_keys

    lost = lost_keys()
    if not lost:
        click.echo("Every key of an event can be opened.")
        return
    click.echo(f"Cannot be opened with this SECRET_KEY: {', '.join(lost)}.")
    click.echo("Answers sealed for these events wait. Bring them back with `flask devices reseal-keys`.")
    context.exit(1)


@command.command("reseal-keys")
@click.option("--former", prompt="Former SECRET_KEY", hide_input=True, help="Asked for when it is not given.")
@click.pass_context
def reseal(context: click.Context, former: str) -> None:
    """Seal the keys of events anew after SECRET_KEY was changed."""
    from feedback.services.safeguarding.quarantined_forms import flag_all_unseen
    from feedback.services.tablets.event_keys import lost_keys, reseal_keys

    done = reseal_keys(former)
    flag_all_unseen()
    click.echo(f"Sealed anew: {', '.join(done)}." if done else "No key could be opened with this former SECRET_KEY.")
    if lost_keys():
        context.exit(1)
