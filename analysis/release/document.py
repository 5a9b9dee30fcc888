"""The canonical document of a release: everything that a page, a table or a chart of it may show.

Its shape is described in `docs/release-format.md`. A number is a number; where none may or can stand there is a text
in square brackets ("[c]" hidden, "[x]" not known, "[z]" not applicable, "[w]" nobody answered), so that nothing can
format it as a number by mistake.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from analysis.release.figures import Figures, counted, number, rank_rows
from analysis.release.menu import Menu
from analysis.report.imprint import Imprint
from analysis.report.phrases import CLASSES, interval_note
from analysis.report.sheets.findings import findings
from analysis.report.sheets.headline import TOPICS
from analysis.report.sheets.method import comparability_rows, method_steps, selection_rows
from analysis.report.sheets.profile import effective_responses, weighting_line
from analysis.report.summary_rows import Pages
from analysis.rows import each
from analysis.study import CITY, Measure
from analysis.summary.barriers import POOLED
from analysis.summary.model import Summary
from analysis.vocabulary import METHODS
from analysis.workbook.shorthand import standard_shorthand

FORMAT = "safe-city-feedback/release/1"
POOLED_WORDS = "If you did not report it, why not? (Asked for each kind of crime; here all kinds together.)"
NOTES = (
    "A percentage is of the people who gave an answer that counts; its unweighted base (n) is shown beside it.",
    "n_effective: the number of responses of a simple random sample that would be as precise (Kish).",
    "Intervals are 95% intervals. Differences are taken before rounding and may seem out by one.",
    "Figures that are not here were not published: a release is a reviewed menu, not every possible table.",
)


def document_of(summary: Summary, menu: Menu, imprint: Imprint) -> dict[str, Any]:
    """Return the document of a protected summary that was cut down to the menu."""
    pages = Pages(summary)
    figures = Figures(pages)
    return {
        "format": FORMAT,
        "release": _release(summary, imprint),
        "facts": _facts(pages),
        "topics": [{"id": name, "label": label} for name, label in TOPICS.items() if summary.study.topic(name)],
        "dimensions": _dimensions(pages),
        "indicators": [_indicator(figures, measure, menu) for measure in summary.study.measures],
        "priorities": rank_rows(summary.priorities),
        "profile": _profile(pages),
        "comparability": [_compared(row) for row in comparability_rows(pages)],
        "findings": [{"part": one.part, "about": one.about, "text": one.text} for one in findings(pages)],
        "self_selection": [
            {"indicator": name, "times_as_likely": factor, "percent": number(percent), "n": number(n)}
            for name, factor, percent, n in selection_rows(pages)
        ],
        "method": [{"step": step, "text": text} for step, text in method_steps(summary)],
        "meanings": _meanings(),
        "notes": list(NOTES),
    }


def written(document: Mapping[str, Any]) -> bytes:
    """Return the document as canonical JSON: UTF-8, keys sorted, one line feed at the end; equal for equal documents.

    Raises:
        ValueError: a number is not finite.

    """
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return f"{text}\n".encode()


def _release(summary: Summary, imprint: Imprint) -> dict[str, Any]:
    return {
        "wave": summary.study.facts.slug,
        "number": imprint.number,
        "published_on": imprint.published_on.isoformat(),
        "note": imprint.note,
        "what_changed": imprint.what_changed,
        "replaces": imprint.replaces or None,
        "changes": [asdict(change) for change in imprint.changes],
    }


def _facts(pages: Pages) -> dict[str, Any]:
    summary, facts = pages.summary, pages.summary.study.facts
    weighting, labels = summary.weighting, summary.study.exclusions
    return {
        "title": facts.title,
        "survey": facts.survey,
        "questionnaire_version": facts.version,
        "year": facts.year,
        "place": facts.place,
        "partnership": facts.partnership,
        "contact": facts.contact,
        "opens_on": facts.opens_on.isoformat(),
        "closes_on": facts.closes_on.isoformat(),
        "method": facts.method,
        "method_words": METHODS.get(facts.method, facts.method),
        "demonstration": facts.demonstration,
        "received": number(summary.received),
        "in_base": number(summary.in_base),
        "excluded": [{"id": code, "label": labels[code], "n": number(n)} for code, n in summary.excluded.items()],
        "weighted": weighting.how != "unweighted",
        "design_effect": round(weighting.design_effect or 1.0, 2),
        "n_effective": effective_responses(summary),
        "largest_weight": round(weighting.largest, 2),
        "weighting_words": weighting_line(pages),
        "interval_words": interval_note(facts.method),
        "base_words": pages.base,
    }


def _dimensions(pages: Pages) -> list[dict[str, Any]]:
    whole = {"id": CITY, "label": "Whole area", "groups": [{"id": "", "label": pages.place}]}
    others = [
        {
            "id": dimension.name,
            "label": dimension.label,
            "groups": [{"id": code, "label": label} for code, label in dimension.groups.items()],
        }
        for dimension in pages.summary.study.dimensions
    ]
    return [whole, *others]


def _indicator(figures: Figures, measure: Measure, menu: Menu) -> dict[str, Any]:
    asked = asked_words(measure)
    return {
        "id": measure.name,
        "label": measure.label,
        "item": measure.item,
        "list": measure.family,
        "topic": measure.topic,
        "headline": menu.is_headline(measure.name),
        "sensitive": measure.sensitive,
        **asked,
        "figures": figures.of(measure.name),
    }


def asked_words(measure: Measure) -> dict[str, Any]:
    """Return the question as asked, the answers that are counted and those that make the base, in words.

    A question that the base came from by its routing (only people who had not reported something) has no list of
    base answers.
    """
    if measure.name.startswith(f"{POOLED}."):
        return {"question": POOLED_WORDS, "answers_counted": [measure.item], "answers_in_base": []}
    try:
        _kind, label, _hint, item, codes = json.loads(measure.wording)
    except ValueError:
        label, item, codes = measure.wording, measure.wording, {}
    return {
        "question": label if item == label else f"{label} {item}",
        "answers_counted": [codes.get(code, code) for code in measure.indicator.yes],
        "answers_in_base": [codes.get(code, code) for code in measure.indicator.base],
    }


def _profile(pages: Pages) -> list[dict[str, Any]]:
    return [
        {
            "dimension": row.dimension,
            "group": row.group,
            "n": number(row.respondents),
            "percent": number(row.percent_of_stated, "[z]", digits=1),
            "census_percent": number(row.population_percent, "[z]", digits=1),
            "difference": number(row.difference, "[z]", digits=1),
            "weighted_percent": number(row.weighted_percent, "[z]", digits=1),
        }
        for row in each(pages.summary.profile)
    ]


def _compared(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "percent": number(row["percent"]), "n": counted(row["n"])}


def _meanings() -> dict[str, Any]:
    return {
        "marks": {item.mark: {"short": item.short, "meaning": item.meaning} for item in standard_shorthand()},
        "comparability": dict(CLASSES),
    }
