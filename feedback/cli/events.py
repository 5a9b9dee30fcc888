"""`flask events`: a year's programme of events from a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedback.cli import ACTOR, CommandGroup, harmless
from feedback.errors import Refusal
from feedback.extensions import only_reading

if TYPE_CHECKING:
    from feedback.services.events.annual_programme import AnnualProgramme

command = CommandGroup("events", help="Events: places and times where answers are collected.")


@command.command("template")
def template() -> None:
    """Print a programme to start from: the names of the columns and one event."""
    from feedback.queries.events import waves_to_ask
    from feedback.services.events.annual_programme import programme_template

    with only_reading():
        click.echo(harmless(programme_template(waves_to_ask()).replace("\r\n", "\n")), nl=False)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", is_flag=True, help="Write. Without it everything is checked and nothing is written.")
@click.pass_context
def import_file(context: click.Context, file: Path, apply: bool) -> None:
    """Check a programme, and add its events with --apply: all of them or none. A second time adds nothing."""
    from feedback.queries.events import waves_to_ask
    from feedback.services.events.annual_programme import add_programme, read_programme

    found = read_programme(_text_of(file), waves_to_ask())
    _say(found)
    if found.faults:
        click.echo("Nothing was written, because rows have errors. Correct them and try again.")
        context.exit(1)
    if not apply:
        click.echo("This was a dry run: nothing was written. Add --apply to write.")
        return
    click.echo(f"Written: {add_programme(found, actor=ACTOR):,} events.")


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Refusal(f"{file.name} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from error
    except UnicodeError as error:
        raise Refusal(f"{file.name} is not UTF-8. Save the sheet as CSV (UTF-8) and import that.") from error


def _say(found: AnnualProgramme) -> None:
    for fault in found.faults:
        where = f", column {fault.column}" if fault.column else ""
        click.echo(harmless(f"Line {fault.line}{where}: {fault.reason}"))
    click.echo(f"{len(found.new):,} new, {found.known:,} already added, {len(found.faults):,} errors.")
