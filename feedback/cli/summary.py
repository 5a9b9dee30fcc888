"""`flask summary export`: the Strategic Assessment workbook of a wave."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path

import click

from feedback.cli import ACTOR, Group, harmless, sentence_of
from feedback.errors import Refusal
from feedback.models.staff import AUDIENCES

command = Group("summary", help="Figures of a wave.")


class Unable(click.ClickException):
    """What was asked for cannot be done; the sentence says why."""

    exit_code = 2


@command.command("export")
@click.option("--wave", "slug", help="Slug of the wave, such as community-safety-2026.")
@click.option("--out", type=click.Path(path_type=Path), help="The workbook to write (.xlsx).")
@click.option("--estimates", type=click.Path(path_type=Path), help="Also write the tidy table of estimates (.csv).")
@click.option(
    "--audience",
    type=click.Choice(AUDIENCES),
    default="analyst",
    show_default=True,
    help="Who will see it: small numbers are hidden from partners and the public.",
)
@click.option("--without-suspected", is_flag=True, help="Count answers that may come from a machine apart.")
@click.option("--job", type=click.UUID, help="Make the workbook of a download that was started on a page.")
def export(
    slug: str | None,
    out: Path | None,
    estimates: Path | None,
    audience: str,
    without_suspected: bool,
    job: uuid.UUID | None,
) -> None:
    """Write the workbook of a wave, and with --estimates the table that all its figures are drawn from."""
    try:
        if job is not None:
            _run_job(job)
        else:
            _write(slug, out, estimates, audience, suspected=not without_suspected)
    except Refusal as refusal:
        raise Unable(sentence_of(refusal)) from refusal


def _write(slug: str | None, out: Path | None, estimates: Path | None, audience: str, *, suspected: bool) -> None:
    from feedback.queries.waves import wave_by_slug
    from feedback.services.audit import file_name, record_alone
    from feedback.services.summaries import check_writable, make_workbook, write_files

    if slug is None or out is None:
        raise Refusal("Say which wave and where to: --wave SLUG --out FILE.xlsx")
    for path in (out, estimates):
        if path is not None:
            check_writable(path)
    wave = wave_by_slug(slug)
    workbook = make_workbook(wave, audience=audience, suspected=suspected, progress=_show)
    record_alone(
        ACTOR,
        "workbook exported",
        slug,
        file=file_name(out),
        audience=audience,
        estimates=bool(estimates),
        suspected=suspected,
    )
    write_files(workbook, out, estimates)
    click.echo(harmless(f"Wrote {out}" + (f" and {estimates}" if estimates else "")))
    if not workbook.in_base:
        raise Refusal(f"Nobody in the base of {slug} has answered yet. The workbook says so and holds no figures.")


def _show(step: str, done: int, total: int) -> None:
    """One line for each step; on a terminal it is written over."""
    if not step:
        return
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{step} ({done} of {total})", nl=False, err=True)
    else:
        click.echo(f"{step} ({done} of {total})", err=True)


def _run_job(job: uuid.UUID) -> None:
    from feedback.services.exports import run_export

    run_export(job)
