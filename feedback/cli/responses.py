"""`flask responses`: bring in answers that were collected elsewhere."""

from __future__ import annotations

import csv
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from feedback.cli import ACTOR, CommandGroup, bar, harmless
from feedback.errors import Refusal

if TYPE_CHECKING:
    from feedback.services.importing.reports import ImportReport
    from feedback.services.importing.responses import OnRejection
    from feedback.services.importing.rows import Rejection

SHOWN = 50  # rejections on the screen; --report has them all
FORMULA = ("=", "+", "-", "@", "\t", "\r")

NOT_WRITTEN = {
    "asks": "Nothing was written: say first what is to become of the columns named above.",
    "refused": "Nothing was written, because rows are refused. Correct them, or add --accept-good to leave them out.",
}

command = CommandGroup("responses", help="Answers that were collected elsewhere.")


@command.command("map-template")
@click.option("--wave", required=True, help="Short name of the wave.")
@click.option("--preset", default="", help="The tool that writes the files, such as surveymonkey.")
def template(wave: str, preset: str) -> None:
    """Print a map to start from: every question with its codes."""
    from feedback.queries.waves import wave_by_slug
    from feedback.services.importing.template import map_template

    click.echo(harmless(map_template(wave_by_slug(wave), preset)), nl=False)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--wave", required=True, help="Short name of the wave.")
@click.option("--map", "map_file", required=True, type=click.Path(path_type=Path), help="What the columns mean (YAML).")
@click.option("--apply", is_flag=True, help="Write. Without it everything is checked and nothing is written.")
@click.option("--accept-good", is_flag=True, help="Write the good rows even when others are refused.")
@click.option("--without", multiple=True, metavar="COLUMN", help="Lose the answers in this column. May come again.")
@click.option("--sheet", default="", help="The sheet of a workbook, where the map does not name it.")
@click.option("--report", "report_file", type=click.Path(path_type=Path), help="Write every refused row to this CSV.")
@click.pass_context
def import_file(
    context: click.Context,
    file: Path,
    wave: str,
    map_file: Path,
    apply: bool,
    accept_good: bool,
    without: tuple[str, ...],
    sheet: str,
    report_file: Path | None,
) -> None:
    """Check a file of answers (CSV or Excel), and write them with --apply: all rows or none. Again adds nothing."""
    from feedback.services.importing.maps import load_map
    from feedback.services.importing.responses import Import, import_responses

    given = load_map(map_file)
    with _rejections(report_file) as on_rejection:
        wanted = Import(
            path=file,
            slug=wave,
            map=given,
            actor=ACTOR,
            apply=apply,
            accept_good=accept_good,
            without=without,
            sheet=sheet,
            on_rejection=on_rejection,
        )
        report = import_responses(wanted, bar)
    _say(report)
    if report.written is None and (report.asks or (report.refused and not accept_good)):
        if apply:
            click.echo(NOT_WRITTEN["asks" if report.asks else "refused"])
        context.exit(1)
    if not apply:
        click.echo("This was a dry run: nothing was written. Add --apply to write.")


@command.command("imports")
def list_imports() -> None:
    """List the files of answers that were brought in, each with the number that `undo-import` takes."""
    from feedback.queries.imports import imports

    for known in imports():
        undone = f"; undone on {known.undone_on:%-d %B %Y}" if known.undone_on else ""
        counts = f"{known.counts['stored']:,} responses to {known.wave.slug}"
        click.echo(harmless(f"{known.id}  {known.imported_on:%-d %B %Y}  {known.file}: {counts}{undone}"))


@command.command("undo-import")
@click.argument("number", type=click.UUID)
@click.option("--yes", is_flag=True, help="Do not ask whether to go on.")
def undo(number: UUID, yes: bool) -> None:
    """Remove all answers that came with an import, while the figures of their wave are not published."""
    from feedback.extensions import only_reading
    from feedback.queries.imports import imports
    from feedback.services.importing.remembering import undo_import

    with only_reading():
        said = next((f"{one.file} to {one.wave.title}" for one in imports() if one.id == number), "")
    if said and not yes:
        click.confirm(harmless(f"Permanently remove the answers that came with {said}?"), abort=True)
    click.echo(f"Removed {undo_import(number, ACTOR):,} responses. The file can be imported again.")


@command.command("withdraw")
@click.argument("code")
@click.option("--yes", is_flag=True, help="Do not ask whether to go on.")
def withdraw(code: str, yes: bool) -> None:
    """Remove the answers of a person who asks for it and gives their receipt code."""
    from feedback.extensions import only_reading
    from feedback.services.answers.withdrawal import wave_to_withdraw_from, withdraw_response

    with only_reading():  # so that nobody's answer waits for this question to be answered
        title = wave_to_withdraw_from(code)
    if not yes:
        click.confirm(harmless(f"Permanently remove one person's answers to {title}?"), abort=True)
    slug = withdraw_response(code, ACTOR)
    click.echo(f"Removed one person's answers from {slug}. Daily counts do not change.")
    click.echo("Files kept here that held them are erased; what was taken away before still counts them.")
    click.echo("Answers that were imported come back when their file is imported again.")


@contextmanager
def _rejections(report_file: Path | None) -> Iterator[OnRejection]:
    """Yield what shows the first rejections on the screen, and writes all of them to the report if one is wanted."""
    told = 0

    def show(rejection: Rejection) -> None:
        nonlocal told
        told += 1
        if told <= SHOWN:
            where = f", column {rejection.column}" if rejection.column else ""
            value = f": {rejection.value!r}" if rejection.value else ""
            click.echo(f"Line {rejection.line}{where}{value}: {rejection.reason}.")

    with _report(report_file) as write:

        def write_rejection(rejection: Rejection) -> None:
            show(rejection)
            write(rejection)

        yield write_rejection
    if told > SHOWN:
        rest = f"and {told - SHOWN:,} more faults"
        click.echo(
            f"... {rest}; they are in {report_file.name}." if report_file else f"... {rest}; --report lists all."
        )


@contextmanager
def _report(path: Path | None) -> Iterator[OnRejection]:
    """A CSV of rejections. A cell that a spreadsheet would take for a formula gets an apostrophe in front."""
    if path is None:
        yield lambda rejection: None
        return
    try:
        file = path.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {(error.strerror or 'unknown reason').lower()}.") from error
    with file:
        writer = csv.writer(file)
        writer.writerow(("line", "column", "value", "reason"))
        yield lambda rejection: writer.writerow([_harmless(cell) for cell in rejection])


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _say(report: ImportReport) -> None:
    click.echo(
        f"{report.rows:,} rows: {report.new:,} new, {report.here_already:,} here already, {report.refused:,} refused."
    )
    _say_columns(report)
    for sentence in (*report.notes, *(f"Check this: {doubt}" for doubt in report.doubts)):
        click.echo(harmless(sentence))
    if report.doubts:
        click.echo("Correct the map or the file; or list a column under `checked` in the map if it is right as it is.")
    for question, count in sorted(report.left_out.items()):
        why = "the questionnaire does not ask it after the row's other answers"
        click.echo(f"{count:,} answers to {question} are left out: {why}.")
    if report.held:
        waiting = "wait for a reviewer" if report.written is not None else "would wait for a reviewer"
        click.echo(f"{report.held:,} responses with words that may say somebody is in danger {waiting}.")
    if report.written is not None:
        kept = report.written["conflict"]
        review = f", {kept:,} kept for review because they differ from a stored response" if kept else ""
        click.echo(f"Written: {report.written['stored']:,} responses{review}.")
    if report.import_id:
        click.echo(f"`flask responses undo-import {report.import_id}` takes them back.")


def _say_columns(report: ImportReport) -> None:
    from feedback.services.importing.rows import shown

    if report.personal:
        named = ", ".join(map(shown, report.personal))
        click.echo(f"Columns that identify people; they are never stored: {named}.")
    if report.ignored:
        click.echo(f"Columns that the map does not use: {', '.join(map(shown, report.ignored))}.")
    if report.lost:
        lost = ", ".join(f"{shown(name)} ({count:,} cells)" for name, count in report.lost.items())
        click.echo(f"These columns hold answers that would be lost: {lost}.")
        click.echo(f"Use them in the map; or give each up: --without {shlex.quote(shown(next(iter(report.lost))))}, ")
        click.echo("or list them under `ignored` in the map.")
