"""The headline figures of the whole area beside every earlier year, and their chart."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.counts.indicators import Indicator
from analysis.estimation.multiple_testing import significance_mark
from analysis.report.phrases import CLASSES, SIGNIFICANCE
from analysis.report.summary_rows import FIRST, NOBODY, NOT_APPLICABLE, Pages, figure
from analysis.rows import each
from analysis.study import CITY
from analysis.workbook import SheetColumn, Worksheet

TOPICS = {
    "safety": "Feeling safe",
    "change": "Change over 12 months",
    "confidence": "Confidence and getting on",
    "experience": "Experience of crime",
    "reporting": "Reporting",
    "problems": "Problems",
    "priorities": "Priorities",
    "barriers": "Barriers to reporting",
}


def headline_names(pages: Pages) -> list[str]:
    """Return the measures that stand for themselves, in order of asking.

    Not items of a list, such as one problem, nor the other side of a measure that is there already (not a victim).
    """
    alone = [measure for measure in pages.summary.study.measures if not measure.family]
    return [
        measure.name
        for place, measure in enumerate(alone)
        if not any(_other_side(measure.indicator, before.indicator) for before in alone[:place])
    ]


def _other_side(indicator: Indicator, other: Indicator) -> bool:
    same = (indicator.question, indicator.kind, indicator.asked) == (other.question, other.kind, other.asked)
    base = set(indicator.base)
    return same and bool(base) and base == set(other.base) and set(indicator.yes) == base - set(other.yes)


def headline_sheet(pages: Pages) -> Worksheet:
    """One row a headline figure and earlier year."""
    return earlier_sheet(
        pages,
        headline_names(pages),
        name="Headline figures",
        title=f"Headline figures for {pages.place} alongside earlier years",
        summary="This year's figures for the whole area alongside each earlier year, and what the comparison allows",
    )


def earlier_sheet(pages: Pages, names: list[str], *, name: str, title: str, summary: str) -> Worksheet:
    """City figures of `names` beside every earlier year: one row a measure and earlier year, the newest year first."""
    rows = pages.rows(names, [CITY], year=None)
    rows = rows.assign(_place=rows["indicator"].map(names.index)).sort_values("_place", kind="stable")
    return Worksheet(
        name=name,
        title=title,
        summary=summary,
        source=pages.source,
        base=pages.base,
        lines=(pages.interval_line, *_explained(rows), SIGNIFICANCE),
        columns=_columns(pages),
        rows=[_row(pages, row) for row in each(_shown(rows.drop(columns="_place")))],
    )


def _columns(pages: Pages) -> tuple[SheetColumn, ...]:
    return (
        SheetColumn(name="Figure", width=FIRST),
        SheetColumn(name="Topic", width=24),
        SheetColumn(name=f"{pages.year} (%)", kind="percent"),
        SheetColumn(name="Lower limit (%)", kind="percent"),
        SheetColumn(name="Upper limit (%)", kind="percent"),
        SheetColumn(name=f"Responses {pages.year} (number)", kind="count"),
        SheetColumn(name="Effective responses (number)", kind="count"),
        SheetColumn(name="Earlier year", width=14),
        SheetColumn(name="Earlier figure (%)", kind="percent"),
        SheetColumn(name="Earlier responses (number)", kind="count"),
        SheetColumn(name="Difference (percentage points)", kind="points"),
        SheetColumn(name="Lower limit of the difference (percentage points)", kind="points"),
        SheetColumn(name="Upper limit of the difference (percentage points)", kind="points"),
        SheetColumn(name="Comparability", width=18),
        SheetColumn(name="Significance", empty=NOT_APPLICABLE, width=14),
        SheetColumn(name="What may be said", empty=NOT_APPLICABLE, width=120),
    )


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out the row of this wave alone where an earlier year stands beside the figure; the newest year first."""
    beside = rows[rows["baseline_year"] != ""]["indicator"].unique()
    kept = rows[(rows["baseline_year"] != "") | ~rows["indicator"].isin(beside)]
    order = {name: place for place, name in enumerate(dict.fromkeys(kept["indicator"]))}
    keyed = kept.assign(_place=kept["indicator"].map(order))
    return keyed.sort_values(["_place", "baseline_year"], ascending=[True, False], kind="stable").drop(columns="_place")


def _row(pages: Pages, row: Any) -> list[object]:
    start = [pages.label(row.indicator), TOPICS.get(pages.measures[row.indicator].topic, ""), *figure(row)]
    if not row.baseline_year:
        return [*start, "none", *[NOT_APPLICABLE] * 5, NOT_APPLICABLE, NOT_APPLICABLE, "No earlier figure is known."]
    return [*start, row.baseline_year, *beside(row), row.comparability, shown_mark(row), row.sentence]


def beside(row: Any) -> list[object]:
    """Return earlier percent and n, difference and its limits: `[x]` where not known, `[z]` where there can be none."""
    apart = row.comparability == "not comparable"
    before = NOBODY if row.kind == "wave" and row.baseline_n == 0 else row.baseline_percent
    difference = [row.difference, row.difference_lower, row.difference_upper]
    return [before, row.baseline_n, *([NOT_APPLICABLE] * 3 if apart else difference)]


def shown_mark(row: Any) -> str:
    if row.comparability == "break in series":
        return "[b]"
    return significance_mark(row.p_adjusted) or NOT_APPLICABLE


def _explained(rows: pd.DataFrame) -> list[str]:
    used = set(rows["comparability"])
    return [f"{name.capitalize()}: {text}" for name, text in CLASSES.items() if name in used]


def newest_wave(pages: Pages) -> str | None:
    """Return the year of the newest earlier wave whose answers are at hand."""
    years = [earlier.wave.facts.year for earlier in pages.summary.earlier if earlier.in_base]
    return years[-1] if years else None
