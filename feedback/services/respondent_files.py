"""Respondent files: asked for with a reason, made in the background, each download recorded, erased after a day."""

from __future__ import annotations

from sqlalchemy import update

from feedback.errors import NotFound, Refusal
from feedback.extensions import db, only_reading
from feedback.models import Job, RespondentDownload, Wave
from feedback.models.jobs import KEPT
from feedback.models.types import utc_now
from feedback.queries.answers.snapshots import Basis, basis_of
from feedback.services.audit import record
from feedback.services.jobs import JobResult, ReportProgress, Started, start_job
from feedback.services.snapshots import advance, refuse_without_figures
from feedback.typed_text import one_line

FORMATS = ("csv", "sav", "comments")
SHORTEST, LONGEST = 10, 500
GONE = "This file is erased a day after it was made. Ask for it again."


def start_file(wave: Wave, actor: str, kind: str, reason: str) -> Started:
    """Start making a file of `kind` (csv, sav, comments) with a row for each person.

    Raises:
        Refusal: there is no such kind, the reason says nothing, or no figures could be made now.

    """
    if kind not in FORMATS:
        raise Refusal(f"{kind[:20]!r} is not a kind of file. Use one of: {', '.join(FORMATS)}.")
    said = one_line(reason)
    if not SHORTEST <= len(said) <= LONGEST:
        raise Refusal(f"Say what you need the file for, in {SHORTEST} to {LONGEST} characters.")
    refuse_without_figures(wave)
    erase_old()
    wanted = {"kind": kind, "reason": said}
    return start_job("respondent_file", wave, actor, wanted, has_comments=kind == "comments")


def make_file(job: Job, report_progress: ReportProgress) -> JobResult:
    """Make the file that a job is about, of the last snapshot of its wave. Raises what `counted_rows` raises."""
    from feedback.services.respondents.comments import comments_csv  # pandas, which no page needs
    from feedback.services.respondents.table import respondent_table
    from feedback.services.respondents.writing import as_csv, as_sav

    report_progress("Reading the answers", 0, 2)
    wave, kind = job.wave, job.wanted["kind"]
    advance(wave)
    basis = basis_of(wave)
    if kind == "comments":
        with only_reading():
            content, count = comments_csv(wave)
        return JobResult(content, {"rows": count, **basis.told()})
    with only_reading():  # it takes seconds, and nobody's answer must wait for it
        table, title = respondent_table(wave), _title(wave, basis)
    report_progress("Writing the file", 1, 2)
    write = {"csv": as_csv, "sav": as_sav}[kind]
    return JobResult(write(table, title), {"rows": len(table.rows), **basis.told()})


def _title(wave: Wave, basis: Basis) -> str:
    """What a file is called inside: first how many answers are in it and from which day, as a title may be cut."""
    of_day = f" as of {basis.as_of.isoformat()}" if basis.as_of else ""
    return f"{basis.answers:,} answers{of_day}: {wave.title}"


def download_file(job: Job, actor: str) -> bytes:
    """Record that somebody takes a file away, commit, and return its content.

    Raises:
        NotFound: it is not finished, or erased already.

    """
    content = job.content
    if content is None or not job.is_there:
        raise NotFound(GONE)
    id, slug, wanted = job.id, job.wave.slug, dict(job.wanted)
    db.session.commit()  # what was read is let go first: SQLite refuses to turn a read into a write
    db.session.add(RespondentDownload(job_id=id, taken_by=actor))
    record(actor, "respondent file downloaded", slug, **wanted)
    db.session.commit()
    return content


def erase_old() -> None:
    """Erase the content of files that are older than a day; what was asked for, and by whom, stays."""
    old = Job.kind == "respondent_file", Job.asked_at < utc_now() - KEPT, Job.content.is_not(None)
    db.session.execute(update(Job).where(*old).values(content=None))
