"""Workbooks that staff ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from feedback.errors import Refusal
from feedback.models import Job, Wave
from feedback.models.staff import AUDIENCES
from feedback.queries.answers.suspicions import checked_choices
from feedback.services.jobs import JobResult, ReportProgress, Started, start_job
from feedback.services.snapshots import refuse_without_figures


def start_export(
    wave: Wave,
    actor: str,
    audience: str,
    *,
    without_suspected: bool = False,
    without: Sequence[str] = (),
    not_weighted_by: Sequence[str] = (),
) -> Started:
    """Start making the workbook of `wave` that `audience` may read; `without` names signs of machines to exclude.

    See `make_workbook`.

    Raises:
        Refusal: there is no such audience or sign, or no figures could be made now.

    """
    if audience not in AUDIENCES:
        raise Refusal(f"{audience[:20]!r} is not an audience. Use one of: {', '.join(AUDIENCES)}.")
    refuse_without_figures(wave)
    wanted: dict[str, Any] = {"audience": audience, "without_suspected": without_suspected}
    if without and not without_suspected:
        wanted["without"] = checked_choices(wave, without)
    if not_weighted_by:
        wanted["not_weighted_by"] = list(not_weighted_by)
    return start_job("workbook", wave, actor, wanted, has_comments=True)


def make_export(job: Job, report_progress: ReportProgress) -> JobResult:
    """Make the workbook that a job is about. Raises Refusal where the figures cannot be made."""
    from feedback.services.summaries import make_workbook  # pandas, which no page needs

    asked = job.wanted
    made = make_workbook(
        job.wave,
        audience=asked["audience"],
        suspected=not asked["without_suspected"],
        without=asked.get("without", ()),
        not_weighted_by=asked.get("not_weighted_by", ()),
        progress=report_progress,
    )
    return JobResult(made.content, made.basis.told())
