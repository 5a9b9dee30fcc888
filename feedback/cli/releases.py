"""`flask releases`: publish figures, and check that published ones can be made again."""

from __future__ import annotations

import click

from feedback.cli import ACTOR, CommandGroup, harmless, show_steps
from feedback.extensions import only_reading

command = CommandGroup("releases", help="Published figures.")


@command.command("publish")
@click.argument("wave")
@click.option("--note", default="", help="A note that appears with the release.")
@click.option("--what-changed", default="", help="Needed by a correction: what changed since the last release.")
@click.option("--without-suspected", is_flag=True, help="Exclude possible automated responses.")
@click.option("--without", multiple=True, help="Exclude those with a sign alone: burst, or burst@2026-11-21T12 (UTC).")
def publish(wave: str, note: str, what_changed: str, without_suspected: bool, without: tuple[str, ...]) -> None:
    """Publish the figures of a closed wave for good. Its answers are frozen and its receipts erased."""
    from feedback.queries.waves import wave_by_slug
    from feedback.services.releases import ReleaseRequest, publish_wave

    counted = not without_suspected
    wanted = ReleaseRequest(note=note, what_changed=what_changed, suspected=counted, without=without)
    release = publish_wave(wave_by_slug(wave), ACTOR, wanted, show_steps)
    click.echo(f"Published {release.slug}: {release.answers_count:,} answers, code {release.code_version}.")
    for file in release.files:
        click.echo(f"  {file.sha256}  {file.name}")


@command.command("check")
@click.argument("wave")
@click.argument("number", type=int)
@click.pass_context
def check(context: click.Context, wave: str, number: int) -> None:
    """Make a release again from the stored answers and compare them byte for byte; exit code 1 on a difference."""
    from feedback.queries.releases import release_by_number
    from feedback.services.releases.reproduction import check_release

    with only_reading():
        release = release_by_number(wave, number)
    checked = check_release(release, show_steps)
    for name, same in checked.same.items():
        click.echo(f"{name}: {'identical' if same else 'DIFFERENT'}")
    for reason in checked.reasons:
        click.echo(harmless(reason))
    if not checked.good:
        context.exit(1)


@command.command("list")
def list_releases() -> None:
    """List every published release."""
    from feedback.queries.releases import published, replaced_by

    with only_reading():
        for release in published(replaced=True):
            later = replaced_by(release)
            replaced = f" (replaced by {later})" if later else ""
            click.echo(harmless(f"{release.slug}  {release.published_at:%Y-%m-%d}  {release.wave.title}{replaced}"))
