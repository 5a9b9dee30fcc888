"""Lists of like items: problems, crime met and reported, barriers to reporting, priorities."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.report.percentage_charts import interval_chart
from analysis.report.sheets.headline import earlier_sheet
from analysis.report.summary_rows import FIRST, Pages, figure
from analysis.rows import each
from analysis.study import CITY, Measure
from analysis.summary.barriers import POOLED
from analysis.workbook import SheetColumn, Worksheet

NOT_REPORTED = (
    "people who witnessed or were a victim of the kind of crime and did not report it, without those who only said "
    "'prefer not to say'; ticking nothing counts as naming no reason. Several reasons could be given, so percentages "
    "do not add up to 100"
)


def problem_sheets(pages: Pages) -> list[Worksheet]:
    """Problems of the city alongside earlier years, the same by ward, and their chart."""
    measures = pages.summary.study.topic("problems")
    if not measures:
        return []
    names = [measure.name for measure in sorted(measures, key=lambda measure: measure.family != "problem")]
    charted = [measure.name for measure in measures if measure.family == "problem"] or names
    city = pages.rows(charted, [CITY])
    return [
        earlier_sheet(
            pages,
            names,
            name="Problems",
            title=f"What residents of {pages.place} call a big problem, alongside earlier years",
            summary="Each problem for the whole area, alongside earlier years",
        ),
        interval_chart(
            pages,
            city,
            category="Problem",
            labels=[_item(pages.measures[name]) for name in city["indicator"]],
            name="Chart problems",
            title=f"What residents call a very or fairly big problem, {pages.place}, {pages.year}",
            descending=True,
        ),
        *_by_ward(pages, charted),
    ]


def _by_ward(pages: Pages, names: list[str]) -> list[Worksheet]:
    rows = pages.rows(names, ["ward"])
    if rows.empty:
        return []
    return [
        Worksheet(
            name="Problems by ward",
            title=f"What residents call a very or fairly big problem, by ward, {pages.place}, {pages.year}",
            summary="Each problem for each ward",
            source=pages.source,
            base=pages.base,
            lines=(pages.interval_line,),
            columns=(
                SheetColumn(name="Problem", width=FIRST),
                SheetColumn(name="Ward", width=30),
                *_figure_columns(),
                SheetColumn(name="Flags", empty="none", width=12),
            ),
            rows=[
                [_item(pages.measures[row.indicator]), pages.group(row.dimension, row.group), *figure(row), row.flags]
                for row in each(rows)
            ],
        )
    ]


def reporting_sheet(pages: Pages) -> Worksheet | None:
    """Crime met, not reported, satisfaction and confidence to report, item by item, alongside earlier years."""
    names = [
        measure.name
        for topic in ("experience", "reporting", "confidence")
        for measure in pages.summary.study.topic(topic)
        if measure.family
    ]
    if not names:
        return None
    return earlier_sheet(
        pages,
        names,
        name="Crime experienced and reported",
        title=f"Crime and anti-social behaviour experienced, and whether it was reported, {pages.place}",
        summary="Each kind of crime: who experienced it, did not report it, was satisfied; confidence to report by "
        "channel",
    )


def barrier_sheets(pages: Pages) -> list[Worksheet]:
    """Why people did not report, by kind of crime, and a chart for all kinds together."""
    measures = pages.summary.study.topic("barriers")
    if not measures:
        return []
    rows = pages.rows([measure.name for measure in measures], [CITY])
    pooled = rows[rows["indicator"].str.startswith(f"{POOLED}.")]
    sheets = [
        Worksheet(
            name="Barriers to reporting",
            title=f"Why people did not report, by kind of crime, {pages.place}, {pages.year}",
            summary="Reasons for not reporting, for each kind of crime and for all together",
            source=pages.source,
            base=NOT_REPORTED,
            lines=(pages.interval_line,),
            columns=(
                SheetColumn(name="Kind of crime", width=FIRST),
                SheetColumn(name="Reason for not reporting", width=50),
                *_figure_columns(),
                SheetColumn(name="Flags", empty="none", width=12),
            ),
            rows=[[*_crime_and_reason(pages.measures[row.indicator]), *figure(row), row.flags] for row in each(rows)],
        )
    ]
    if len(pooled):
        title = f"Why people did not report, all kinds of crime together, {pages.place}, {pages.year}"
        labels = [_crime_and_reason(pages.measures[name])[1] for name in pooled["indicator"]]
        sheets.append(
            interval_chart(
                pages,
                pooled,
                category="Reason",
                labels=labels,
                name="Chart barriers",
                title=title,
                descending=True,
                base=NOT_REPORTED,
            )
        )
    return sheets


def priority_sheet(pages: Pages) -> Worksheet | None:
    """Priorities ranked for the city and each ward, with ties and the ranks that the intervals allow."""
    if not pages.summary.study.topic("priorities"):
        return None
    rows = pages.summary.priorities
    by_ward = (rows["dimension"] == "ward").any()
    return Worksheet(
        name="Priorities by ward" if by_ward else "Priorities",
        title=f"What residents want dealt with first{', by ward' if by_ward else ''}, {pages.place}, {pages.year}",
        summary="Priorities ranked for the whole area and for each ward",
        source=pages.source,
        base=(
            f"{pages.summary.study.facts.who} who answered the question; up to three things could be chosen, and "
            "people who said 'None of these' are counted as choosing nothing from the list"
        ),
        lines=(
            pages.interval_line,
            "Equal shares have the same rank. The two columns of possible ranks show the places that a priority "
            "may have when the intervals are taken into account: where they are far apart, the order is not certain.",
        ),
        columns=(
            SheetColumn(name="Area", width=FIRST),
            SheetColumn(name="Rank (number)", kind="count"),
            SheetColumn(name="Priority", width=44),
            SheetColumn(name="Share who chose it (%)", kind="percent"),
            SheetColumn(name="Lower limit (%)", kind="percent"),
            SheetColumn(name="Upper limit (%)", kind="percent"),
            SheetColumn(name="Responses (number)", kind="count"),
            SheetColumn(name="Effective responses (number)", kind="count"),
            SheetColumn(name="Best possible rank (number)", kind="count"),
            SheetColumn(name="Worst possible rank (number)", kind="count"),
            SheetColumn(name="Shares its rank", width=12),
        ),
        rows=[_priority(pages, row) for row in each(_by_area(pages, rows))],
    )


def _by_area(pages: Pages, rows: pd.DataFrame) -> pd.DataFrame:
    order = [(CITY, ""), *pages.ordered_groups]
    places = {key: place for place, key in enumerate(order)}
    areas = [places.get(key, len(order)) for key in zip(rows["dimension"], rows["group"], strict=True)]
    return rows.assign(_area=areas).sort_values("_area", kind="stable").drop(columns="_area")


def _priority(pages: Pages, row: Any) -> list[object]:
    item = _item(pages.measures[row.indicator])
    share = [row.percent, row.lower, row.upper, row.n, row.n_effective]
    tied = row.tied if isinstance(row.tied, str) else ("yes" if row.tied else "no")
    return [pages.group(row.dimension, row.group), row.rank, item, *share, row.rank_from, row.rank_to, tied]


def _figure_columns() -> tuple[SheetColumn, ...]:
    return (
        SheetColumn(name="Percentage (%)", kind="percent"),
        SheetColumn(name="Lower limit (%)", kind="percent"),
        SheetColumn(name="Upper limit (%)", kind="percent"),
        SheetColumn(name="Responses (number)", kind="count"),
        SheetColumn(name="Effective responses (number)", kind="count"),
    )


def _item(measure: Measure) -> str:
    return measure.item or measure.label


def _crime_and_reason(measure: Measure) -> tuple[str, str]:
    return measure.list_label or "All kinds of crime", _item(measure)
