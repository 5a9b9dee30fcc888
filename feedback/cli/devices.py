"""`flask devices`: files that tablets saved."""

from __future__ import annotations

from pathlib import Path

import click

from feedback.cli import ACTOR, CommandGroup, bar, harmless
from feedback.errors import Refusal

command = CommandGroup("devices", help="Tablets: import the files that they saved.")


@command.command("import-queue")
@click.argument("file", type=click.Path(path_type=Path))
def import_queue(file: Path) -> None:
    """Import a file that a tablet saved. A second time adds nothing."""
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
