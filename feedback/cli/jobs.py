"""`flask jobs`: work that was asked for on a page."""

from __future__ import annotations

import uuid

import click

from feedback.cli import CommandGroup
from feedback.cli.summary import uncollected

command = CommandGroup("jobs", help="Background jobs that were started on a page.", hidden=True)


@command.command("run")
@click.option("--job", type=click.UUID, required=True)
def run(job: uuid.UUID) -> None:
    """Run a background job."""
    from feedback.services.job_kinds import run_job

    with uncollected():
        run_job(job)
