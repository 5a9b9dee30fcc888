"""The order of the sheets, and the cover that adds up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from analysis.report.imprint import Imprint
from analysis.report.percentage_charts import headline_chart
from analysis.report.phrases import day, interval_note, listed
from analysis.report.sheets.breakdowns import breakdown_sheets, not_asked, ward_chart
from analysis.report.sheets.comments import comment_sheets
from analysis.report.sheets.findings import findings_sheet
from analysis.report.sheets.headline import headline_sheet
from analysis.report.sheets.lists import barrier_sheets, priority_sheet, problem_sheets, reporting_sheet
from analysis.report.sheets.method import comparability_sheet, method_sheet, selection_sheet
from analysis.report.sheets.profile import profile_sheet, weighting_line
from analysis.report.sheets.revisions import changes_sheet
from analysis.report.sheets.trends import trend_sheet
from analysis.report.summary_rows import Pages
from analysis.study import WaveFacts
from analysis.summary.model import Summary
from analysis.suppressed import Suppressed
from analysis.vocabulary import AUDIENCES, METHODS
from analysis.workbook import Book, Note, Total, Worksheet

HIDDEN = {
    "analyst": "nothing is hidden. Do not share",
    "partner": "small numbers are hidden",
    "public": "small numbers are hidden and bases rounded",
}
OPTIONAL = {"problems": "Problems", "barriers": "Barriers to reporting", "priorities": "Priorities"}


def make_book(summary: Summary, imprint: Imprint | None = None) -> Book:
    """Describe the Strategic Assessment workbook of a summary; `imprint` where it belongs to a published release."""
    pages = Pages(summary)
    facts = summary.study.facts
    made = summary.study.made_on
    return Book(
        title=f"{facts.title}: figures for the Strategic Assessment",
        organisation=facts.partnership,
        contact=facts.contact or f"{facts.partnership}, the team that ran the survey",
        date=day(made),
        summary=_opening(pages),
        facts=(*_release(imprint), *_facts(pages)),
        totals=_totals(summary),
        notes=_notes(summary),
        keywords=("community safety", "survey", facts.place, pages.year),
        demonstration=facts.demonstration,
        created=datetime(made.year, made.month, made.day, tzinfo=UTC),
        sheets=tuple(sheet for sheet in (changes_sheet(pages, imprint), *_sheets(pages)) if sheet is not None),
    )


def _sheets(pages: Pages) -> list[Worksheet | None]:
    return [
        findings_sheet(pages),
        headline_sheet(pages),
        headline_chart(pages),
        trend_sheet(pages),
        *breakdown_sheets(pages),
        ward_chart(pages),
        *problem_sheets(pages),
        reporting_sheet(pages),
        *barrier_sheets(pages),
        priority_sheet(pages),
        *comment_sheets(pages),
        profile_sheet(pages),
        selection_sheet(pages),
        method_sheet(pages),
        comparability_sheet(pages),
    ]


def _opening(pages: Pages) -> tuple[str, ...]:
    facts, summary = pages.summary.study.facts, pages.summary
    if not summary.in_base:
        first = f"There are no figures of {facts.title} yet. The sheets show what will be reported."
    else:
        first = (
            f"What residents of {facts.place} said in {facts.title} about safety, crime and anti-social behaviour, "
            "alongside earlier years, with the number of responses behind every figure and what it may be compared "
            "with."
        )
    return (first, interval_note(facts.method), weighting_line(pages))


def _facts(pages: Pages) -> tuple[tuple[str, str], ...]:
    facts: WaveFacts = pages.summary.study.facts
    audience = pages.summary.study.audience
    missing = [*not_asked(pages), *(t for name, t in OPTIONAL.items() if not pages.summary.study.topic(name))]
    left_out = ((("Not asked in this survey", f"{listed(missing)}; there is no sheet for them"),)) if missing else ()
    return (
        ("Survey", f"{facts.title} ({facts.survey}, questionnaire version {facts.version})"),
        ("Open", f"{day(facts.opens_on)} to {day(facts.closes_on)}{_still_open(pages)}"),
        *_as_of(pages.summary),
        ("How people were asked", METHODS.get(facts.method, facts.method)),
        ("Made for", f"{AUDIENCES[audience]}: {HIDDEN[audience]}"),
        *left_out,
    )


def _as_of(summary: Summary) -> tuple[tuple[str, str], ...]:
    """The day of the snapshot and how many answers it holds, as far as the audience may know."""
    if summary.study.as_of is None:
        return ()
    told = summary.in_base if isinstance(summary.received, Suppressed) else summary.received
    what = "in the base" if isinstance(summary.received, Suppressed) else "in all"
    held = "" if isinstance(told, Suppressed) else f": {told:,} answers {what}"
    return (("Figures as of", f"{day(summary.study.as_of)}{held}. Answers that came later are not in them"),)


def _release(imprint: Imprint | None) -> tuple[tuple[str, str], ...]:
    if imprint is None:
        return ()
    said = [("Release", f"number {imprint.number}, published on {day(imprint.published_on)}; its figures are frozen")]
    if imprint.replaces:
        said.append((f"What changed since release {imprint.replaces}", imprint.what_changed))
    return (*said, *([("Note", imprint.note)] if imprint.note else []))


def _still_open(pages: Pages) -> str:
    study = pages.summary.study
    return (
        "; still open when this was made, so the figures may change" if study.made_on <= study.facts.closes_on else ""
    )


def _totals(summary: Summary) -> tuple[Total, ...]:
    """Received = in the base + counted apart; where small numbers apart are hidden, only the base can be told."""
    excluded, labels = summary.excluded, summary.study.exclusions
    in_base = Total(
        label="In the base",
        value=summary.in_base,
        explanation=f"{summary.study.facts.who_first}: everybody the figures describe",
    )
    if isinstance(summary.in_base, Suppressed):
        return (replace(in_base, explanation=f"{in_base.explanation}. The number is hidden, because it is small"),)
    if any(isinstance(n, Suppressed) for n in excluded.values()):
        few = f"Others were excluded ({'; '.join(labels.values())}); their number is hidden, because it is small"
        return (replace(in_base, explanation=f"{in_base.explanation}. {few}"),)
    parts = " + ".join(f"{number:,}" for number in (summary.in_base, *excluded.values()))
    added = sum((summary.in_base, *excluded.values()))
    rounded = "" if added == summary.received else " (each number is rounded)"
    received = Total(
        label="Responses received",
        value=summary.received,
        explanation=f"In the base + excluded: {parts} = {summary.received:,}{rounded}",
    )
    apart = [
        Total(label=f"Excluded: {label}", value=excluded[code], explanation="Not in any figure")
        for code, label in labels.items()
    ]
    return (received, in_base, *apart)


def _notes(summary: Summary) -> tuple[Note, ...]:
    texts = [
        "A percentage is of the people who gave an answer that counts; its unweighted base is shown beside it.",
        "Effective responses: the number of responses of a simple random sample that would be as precise (Kish).",
        "Every percentage with its interval and bases, every comparison with an earlier year or with everybody else, "
        "and every rank is also in the tidy table of estimates (CSV), keyed by indicator, dimension, group and "
        "baseline_year. Control totals, the response profile, themes of comments, self-selection and earlier figures "
        "that are not compared with this survey's are not estimates and appear only here.",
    ]
    return tuple(Note(number=place, text=text) for place, text in enumerate(texts, start=1))
