"""From the answers of a wave to the files of a release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis import AnalysisError
from analysis.release import (
    Imprint,
    changes_between,
    document_of,
    menu_of,
    only_menu,
    study_of_menu,
)
from analysis.rows import keys
from analysis.study import Study
from analysis.summary.model import Summary
from analysis.summary.summarise import summarise
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Release, Wave
from feedback.queries import releases as queries
from feedback.queries.disclosures import given_before
from feedback.queries.waves import earlier_waves
from feedback.release_files import RELEASE_FILES, Finished
from feedback.services.jobs import ReportProgress
from feedback.services.releases.basis import settings_of
from feedback.services.releases.response_digest import ResponseDigest, answers_of
from feedback.services.summaries import study_of

STEPS = 12


@dataclass(frozen=True)
class Made:
    """The files of a release by name, why figures are hidden in it, what it gives away, and what it was made from."""

    files: Mapping[str, bytes]
    hidden: list[list[str]]
    disclosed: bytes
    answers: ResponseDigest
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """A release to be made. `earlier`: slugs of waves to compare with; `already`: of what to protect it against.

    `suspected`: whether answers that may come from a machine are counted; `without`: signs of those that are not.
    """

    wave: Wave
    imprint: Imprint
    earlier: Sequence[str]
    already: Sequence[str]
    suspected: bool = True
    without: Sequence[str] = ()


def wanted_release(wave: Wave, release: Release, *, suspected: bool, without: Sequence[str] = ()) -> Wanted:
    """Return what the next release of a wave is to be made of, as things stand now."""
    earlier = [one.slug for one in earlier_waves(wave)]
    already = given_before([wave, *earlier_waves(wave)])
    return Wanted(wave, imprint_of(release), earlier, already, suspected, without)


def imprint_of(release: Release) -> Imprint:
    """Return what a release says about itself."""
    return Imprint(
        number=release.number,
        published_on=release.made_on,
        note=release.note,
        what_changed=release.what_changed,
        replaces=release.number - 1,
    )


def make_release(wanted: Wanted, report_progress: ReportProgress = lambda step, done, total: None) -> Made:
    """Make every file of a release. The same answers, settings and code give the same bytes.

    Raises:
        Refusal: the figures cannot be made honestly, or answers changed meanwhile; the text says why.

    """
    report_progress("Reading the answers", 0, STEPS)
    before = answers_of(wanted.wave, whole=True)
    study = study_of(
        wanted.wave,
        audience="public",
        suspected=wanted.suspected,
        without=wanted.without,
        made_on=wanted.imprint.published_on,
        earlier=wanted.earlier,
        already=wanted.already,
        whole=True,
    )
    counted = {"counted": wanted.suspected, "without": list(wanted.without)}
    settings = settings_of(wanted.wave, study, already=wanted.already, suspected=counted)
    replaced = _replaced(wanted)
    if answers_of(wanted.wave, whole=True).digest != before.digest:
        raise Refusal("Answers were changed while the figures were being made. Make the preview again.")
    db.session.commit()  # reading is over: while the figures are made nobody must wait for this transaction
    try:
        return _made(
            wanted, study_of_menu(study, menu_of(study.dimensions)), replaced, before, settings, report_progress
        )
    except AnalysisError as error:
        raise Refusal(str(error)) from error


def _made(
    wanted: Wanted,
    study: Study,
    replaced: Mapping[str, Any] | None,
    answers: ResponseDigest,
    settings: Mapping[str, Any],
    report_progress: ReportProgress,
) -> Made:
    menu, imprint = menu_of(study.dimensions), wanted.imprint
    whole = summarise(study, lambda step, done, total: report_progress(step, done + 1, STEPS))
    summary = only_menu(whole, menu)
    report_progress("Writing the document", STEPS - 3, STEPS)
    document = document_of(summary, menu, imprint)
    if replaced is not None:
        imprint = replace(imprint, changes=changes_between(replaced, document))
        document = document_of(summary, menu, imprint)
    report_progress("Writing the files", STEPS - 2, STEPS)
    finished = Finished(summary, document, imprint)
    files = {name: file.content(finished) for name, file in RELEASE_FILES.items()}
    return Made(files, _hidden(summary), whole.disclosed.to_csv(index=False).encode(), answers, settings)


def _replaced(wanted: Wanted) -> Mapping[str, Any] | None:
    """The document of the release that is corrected; None for a first release."""
    if not wanted.imprint.replaces:
        return None
    return queries.document_of(queries.release_by_number(wanted.wave.slug, wanted.imprint.replaces))


def _hidden(summary: Summary) -> list[list[str]]:
    """Every hidden figure of the wave itself and why, for the analyst who decides."""
    rows = summary.current
    rows = rows[rows["hidden_because"] != ""]
    columns = ["indicator", "dimension", "group", "hidden_because"]
    return [list(map(str, row)) for row in keys(rows, columns)]
