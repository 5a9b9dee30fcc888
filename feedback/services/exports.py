"""Workbooks that staff ask for."""

from __future__ import annotations

from feedback.errors import Refusal
from feedback.models import Job, Wave
from feedback.models.staff import AUDIENCES
from feedback.services.jobs import JobResult, ReportProgress, Started, start_job
from feedback.services.snapshots import refuse_without_figures


def start_export(wave: Wave, actor: str, audience: str, *, without_suspected: bool = False) -> Started:
    """Start making the workbook of `wave` that `audience` may read.

    Raises:
        Refusal: there is no such audience, or no figures could be made now.

    """
    if audience not in AUDIENCES:
        raise Refusal(f"{audience[:20]!r} is not an audience. Use one of: {', '.join(AUDIENCES)}.")
    refuse_without_figures(wave)
    wanted = {"audience": audience, "without_suspected": without_suspected}
    return start_job("workbook", wave, actor, wanted, has_comments=True)


def make_export(job: Job, report_progress: ReportProgress) -> JobResult:
    """Make the workbook that a job is about. Raises Refusal where the figures cannot be made."""
    from feedback.services.summaries import make_workbook  # pandas, which no page needs

    counted = not job.wanted["without_suspected"]
    made = make_workbook(job.wave, audience=job.wanted["audience"], suspected=counted, progress=report_progress)
    return JobResult(made.content, made.basis.told())
