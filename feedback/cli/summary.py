"""`flask summary export`: the Strategic Assessment workbook of a wave."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from feedback.cli import ACTOR, CommandGroup, harmless, sentence_of, show_steps
from feedback.errors import Refusal
from feedback.extensions import only_reading
from feedback.models.staff import AUDIENCES
from feedback.release_files import RELEASE_FILES

command = CommandGroup("summary", help="Figures of a wave.")


class Unable(click.ClickException):
    """What was asked for cannot be done; the sentence says why."""

    exit_code = 2


@contextmanager
def uncollected() -> Iterator[None]:
    """Do without the search for garbage, a tenth of the time of a workbook: what it leaves goes with the process."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@command.command("export")
@click.option("--wave", "slug", help="Short name of the wave, such as community-safety-2026.")
@click.option("--release", help="Instead of a wave, a published release of it, such as community-safety-2025/1.")
@click.option("--out", type=click.Path(path_type=Path), help="The workbook to write (.xlsx).")
@click.option("--estimates", type=click.Path(path_type=Path), help="Also write the tidy table of estimates (.csv).")
@click.option(
    "--audience",
    type=click.Choice(AUDIENCES),
    default="analyst",
    show_default=True,
    help="Who will see it: small numbers are hidden from partners and the public.",
)
@click.option("--without-suspected", is_flag=True, help="Exclude possible automated responses.")
@click.option("--without", multiple=True, help="Exclude those with a sign alone: burst, or burst@2026-11-21T12 (UTC).")
@click.option("--not-weighted-by", multiple=True, help="Leave a margin, such as ward, out of the weights.")
@click.option("--document", type=click.Path(path_type=Path), help="Of a release: also write its document (.json).")
@click.option("--codebook", type=click.Path(path_type=Path), help="Of a release: also write its codebook (.csv).")
def export(
    slug: str | None,
    release: str | None,
    out: Path | None,
    estimates: Path | None,
    audience: str,
    without_suspected: bool,
    without: tuple[str, ...],
    not_weighted_by: tuple[str, ...],
    document: Path | None,
    codebook: Path | None,
) -> None:
    """Write the workbook of a wave or release, and with --estimates the table that its figures are drawn from."""
    try:
        with uncollected():
            if release is not None:
                given = {"out": out, "estimates": estimates, "document": document, "codebook": codebook}
                _write_release(release, slug, {file.name: given[file.option] for file in RELEASE_FILES.values()})
            else:
                made_of = {**_counted(without_suspected, without), "not_weighted_by": not_weighted_by}
                _write(slug, out, estimates, audience, made_of)
    except Refusal as refusal:
        raise Unable(sentence_of(refusal)) from refusal


def _counted(without_suspected: bool, without: Sequence[str]) -> dict[str, Any]:
    if without_suspected or not without:
        return {"suspected": not without_suspected}
    return {"suspected": True, "without": list(without)}


def _write(
    slug: str | None, out: Path | None, estimates: Path | None, audience: str, made_of: Mapping[str, Any]
) -> None:
    from feedback.queries.answers.suspicions import checked_choices
    from feedback.queries.waves import wave_by_slug
    from feedback.services.audit import file_name, record_alone
    from feedback.services.snapshots import advance
    from feedback.services.summaries import make_workbook
    from feedback.services.whole_files import check_writable, write_files

    if slug is None or out is None:
        raise Refusal("Say which wave and where to: --wave SLUG --out FILE.xlsx")
    for path in (out, estimates):
        if path is not None:
            check_writable(path)
    wave = wave_by_slug(slug)
    advance(wave)
    with only_reading():
        checked_choices(wave, made_of.get("without", ()))
    workbook = make_workbook(wave, audience=audience, **made_of, progress=show_steps)
    record_alone(
        ACTOR,
        "workbook exported",
        slug,
        file=file_name(out),
        audience=audience,
        estimates=bool(estimates),
        **{name: list(value) if name == "not_weighted_by" else value for name, value in made_of.items() if value != ()},
    )
    write_files({out: workbook.content} | ({estimates: workbook.estimates} if estimates else {}))
    click.echo(harmless(f"Wrote {out}" + (f" and {estimates}" if estimates else "")))
    if not workbook.in_base:
        raise Refusal(
            f"There are no figures of {slug} yet: they are made from {workbook.basis.needed} answers on. "
            "The workbook says so and holds none."
        )


def _write_release(name: str, wave: str | None, wanted: Mapping[str, Path | None]) -> None:
    """Write files of a published release as they are stored: nothing is computed again."""
    from feedback.queries.releases import file_of, published_release
    from feedback.services.audit import file_name, record_alone
    from feedback.services.whole_files import check_writable, write_files

    slug, _slash, number = name.rpartition("/")
    paths = {file: path for file, path in wanted.items() if path is not None}
    if wave is not None or not slug or not number.isdecimal() or not paths:
        raise Refusal("Say which release and where to: --release SLUG/NUMBER --out FILE.xlsx")
    for path in paths.values():
        check_writable(path)
    with only_reading():
        release = published_release(slug, int(number))
        contents = {path: file_of(release, file).content for file, path in paths.items()}
    record_alone(ACTOR, "release exported", release.slug, files=[file_name(path) for path in contents])
    write_files(contents)
    click.echo(harmless(f"Wrote {', '.join(str(path) for path in contents)}"))
