"""How the figures were made, what they may be compared with, and what self-selection could do to them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.report.phrases import SELF_SELECTED, day, interval_note, number
from analysis.report.sheets.headline import headline_names
from analysis.report.sheets.weights import weighting_steps
from analysis.report.summary_rows import FIRST, NOT_APPLICABLE, Pages
from analysis.rows import each
from analysis.study import CITY, WaveFacts
from analysis.summary.model import Summary
from analysis.thresholds import limits, thresholds
from analysis.vocabulary import AUDIENCES, METHODS
from analysis.workbook import SheetColumn, Worksheet

FACTORS = (1.0, 1.25, 1.5, 2.0)
VICTIM_TOPICS = ("experience",)
COMMENTS = (
    "Comments",
    "Themes are found by a reviewed dictionary, wording by a word list. Both are experimental.",
)


def method_sheet(pages: Pages) -> Worksheet:
    return Worksheet(
        name="Method",
        title=f"How the figures were made, {pages.summary.study.facts.title}",
        summary="How people were asked, weighting, intervals, tests, what is hidden",
        source=pages.source,
        columns=(SheetColumn(name="Step", width=40), SheetColumn(name="What was done", width=120)),
        rows=[list(step) for step in method_steps(pages.summary)],
    )


def method_steps(summary: Summary) -> list[tuple[str, str]]:
    """Return how the figures were made, as (step, what was done)."""
    facts = summary.study.facts
    return [
        (
            "Survey",
            f"{facts.title}, questionnaire {facts.survey} version {facts.version}, from {day(facts.opens_on)} to "
            f"{day(facts.closes_on)}. {METHODS.get(facts.method, facts.method)}.",
        ),
        (
            "Who is counted",
            f"{facts.who_first}: {number(summary.in_base)} responses. Others are excluded and are counted on the "
            "cover.",
        ),
        *weighting_steps(summary),
        (
            "Percentages",
            "Each percentage is of the people who gave an answer that counts. Don't know, prefer not to say and not "
            "answered are left out of the base. The unweighted base is shown beside every figure.",
        ),
        *_lists_of_items(summary),
        (
            "Intervals",
            "95% intervals by Wilson's method on the effective number of responses (Kish) in each figure's own base. "
            f"{interval_note(facts.method)}",
        ),
        *_paper(facts),
        *_testing(),
        ("Small numbers", _hiding(summary)),
        *([COMMENTS] if summary.study.comments else []),
    ]


def _paper(facts: WaveFacts) -> list[tuple[str, str]]:
    """How well answers on paper were keyed; nothing for a wave without paper."""
    check = facts.keying
    if check is None or not check.sheets:
        return []
    keyed = f"Answers on {check.sheets:,} sheets of paper were keyed in by hand."
    if not check.fields or not check.interval:
        return [("Answers on paper", f"{keyed} None was keyed twice, so the error rate is not known.")]
    low, high = check.interval
    return [
        (
            "Answers on paper",
            f"{keyed} {check.twice:,} of them, chosen at random, were keyed a second time without seeing the first: "
            f"{check.differing:,} of {check.fields:,} fields differed, {check.percent:.1f}% (95% interval {low:.1f}% "
            f"to {high:.1f}%, Wilson). That is before the differences were settled by looking at each sheet.",
        )
    ]


def _lists_of_items(summary: Summary) -> list[tuple[str, str]]:
    """Who is in the base where people ticked items of a list."""
    told = {
        "priorities": (
            "Priorities",
            "Of everybody who answered the question. People who said 'None of these' answered it and chose nothing "
            "from the list, so they are in the base; leaving them out would make every priority look more popular.",
        ),
        "barriers": (
            "Barriers to reporting",
            "Of everybody who did not report. Ticking nothing counts as naming no reason; people who only said 'prefer "
            "not to say' are left out, because that is not a no.",
        ),
    }
    return [step for topic, step in told.items() if summary.study.topic(topic)]


def _testing() -> list[tuple[str, str]]:
    return [
        (
            "Differences",
            "Pooled score test and Newcombe's interval on effective numbers. Differences are taken before rounding. No "
            f"test with fewer than {limits().test_base} responses or {limits().test_effective} effective ones on "
            "either side.",
        ),
        (
            "Many comparisons",
            "P-values are adjusted by Benjamini and Hochberg's method. A family is: the groups of one dimension for "
            "one figure and comparison; for the whole area, the figures of one topic beside one earlier year. A "
            "difference may be marked as significant although its own interval just includes 0, or the other way "
            "round: "
            "the interval is of one comparison by itself and widens each side by its own error, the test pools both "
            "sides and is adjusted for all comparisons of the family. The mark takes precedence.",
        ),
        (
            "Earlier published figures",
            "Where only a percentage and the size of the survey were published, the difference is tested with a design "
            "effect of 1 and of 1.5 and at both edges of the rounding; where it is not known whether people without a "
            "view were counted, also with them in the base; where it is not known to have been weighted, also without "
            "weights. It is called tested only if all agree, otherwise not clear.",
        ),
    ]


def _hiding(summary: Summary) -> str:
    limit = thresholds(summary.study.audience)
    if not limit.hide_base_under:
        return (
            "For analysts: nothing is hidden. Figures from fewer than "
            f"{limit.flag_base_under} responses carry [u]. For analysts only. Do not share."
        )
    rounded = f" Bases are rounded to {limit.round_bases_to}." if limit.round_bases_to > 1 else ""
    return (
        f"{AUDIENCES[summary.study.audience]}: figures from fewer than {limit.hide_base_under} responses are "
        f"hidden [c], and so are others that would give them away by subtraction.{rounded} "
        "Answers about crime that people experienced are shown for the whole area only."
    )


def comparability_sheet(pages: Pages) -> Worksheet:
    """Every earlier wave and published figure with its class, whether or not it stands beside a figure of this wave."""
    return Worksheet(
        name="Comparability",
        title="What this year's figures may be compared with, and why",
        summary="Each earlier wave and published figure: whether it may be compared, and why",
        source=pages.source,
        columns=(
            SheetColumn(name="About", width=FIRST),
            SheetColumn(name="Earlier year", width=16),
            SheetColumn(name="Earlier figure (%)", kind="percent"),
            SheetColumn(name="Earlier responses (number)", kind="count"),
            SheetColumn(name="Comparability", width=18),
            SheetColumn(name="Reason", empty=NOT_APPLICABLE, width=60),
            SheetColumn(name="What may be said", empty=NOT_APPLICABLE, width=120),
            SheetColumn(name="Where it was published", empty=NOT_APPLICABLE, width=50),
        ),
        rows=[[row[name] for name in COMPARED] for row in comparability_rows(pages)],
    )


COMPARED = ("label", "year", "percent", "n", "comparability", "reason", "sentence", "source")


def comparability_rows(pages: Pages) -> list[dict[str, Any]]:
    """Return every earlier wave's and published figure of the whole area with its verdict.

    Keys: those of `COMPARED`, and `indicator` (empty where this wave has no such figure).
    """
    return [*_waves(pages), *_published(pages)]


def _waves(pages: Pages) -> list[dict[str, Any]]:
    figures = pages.figures
    rows = figures[(figures["kind"] == "wave") & (figures["dimension"] == CITY)]
    titles = {earlier.wave.facts.year: earlier.wave.facts.title for earlier in pages.summary.earlier}
    return [
        {
            "indicator": row.indicator,
            "label": pages.label(row.indicator),
            "year": row.baseline_year,
            "percent": row.baseline_percent,
            "n": row.baseline_n,
            "comparability": row.comparability,
            "reason": row.reason,
            "sentence": row.sentence,
            "source": titles[row.baseline_year],
        }
        for row in each(rows)
    ]


def _published(pages: Pages) -> list[dict[str, Any]]:
    return [
        {
            "indicator": row.indicator if row.indicator in pages.measures else "",
            "label": row.label,
            "year": row.baseline_year if row.used else row.year,
            "percent": row.baseline_percent,
            "n": row.baseline_n,
            "comparability": row.comparability,
            "reason": row.reason,
            "sentence": row.sentence,
            "source": row.source,
        }
        for row in each(pages.summary.published)
    ]


def selection_sheet(pages: Pages) -> Worksheet | None:
    """What the share of victims would be if victims were k times as likely to answer: p / (p + k (1 - p))."""
    rows = selection_rows(pages)
    if not rows:
        return None
    return Worksheet(
        name="Self-selection",
        title="What self-selection could do: shares if people with experience of crime answer more often",
        summary="How the share of victims and witnesses would change if they answer more often than others",
        source=pages.source,
        base=pages.base,
        lines=(
            SELF_SELECTED,
            f"The weights allow for {pages.summary.study.census.known or 'who people are'}, not for experience of "
            "crime. If those who have it are k times as "
            "likely to answer as others of the same kind, the true share is p / (p + k (1 - p)). Nobody knows k.",
        ),
        columns=(
            SheetColumn(name="Figure", width=FIRST),
            SheetColumn(name="How many times as likely to answer (ratio)", kind="ratio"),
            SheetColumn(name="Share if that were so (%)", kind="percent"),
            SheetColumn(name="Responses (number)", kind="count"),
        ),
        rows=[[pages.label(name), factor, percent, n] for name, factor, percent, n in rows],
    )


def selection_rows(pages: Pages) -> list[tuple[str, float, float, Any]]:
    """Return (indicator, how many times as likely to answer, percent if that were so, base); none for a sample."""
    if pages.summary.study.facts.method == "sample":
        return []
    measures = (measure for topic in VICTIM_TOPICS for measure in pages.summary.study.topic(topic))
    alone = set(headline_names(pages))  # not "not a victim", which would fall where it must rise
    names = [measure.name for measure in measures if measure.name in alone]
    rows = pages.rows(names, [CITY])
    shown = rows[pd.to_numeric(rows["percent"], errors="coerce").notna()]
    digits = 1 if thresholds(pages.summary.study.audience).hide_base_under else 12
    return [
        (row.indicator, factor, round(_selected(float(row.percent), factor), digits), row.n)
        for row in each(shown)
        for factor in FACTORS
    ]


def _selected(percent: float, factor: float) -> float:
    share = percent / 100
    return 100 * share / (share + factor * (1 - share))
