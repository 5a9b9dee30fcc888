"""Who answered, beside who lives here, and how much weighting costs."""

from __future__ import annotations

from typing import Any

from analysis.counts.substantive import NOT_STATED
from analysis.report.summary_rows import FIRST, NOT_APPLICABLE, Pages
from analysis.rows import each
from analysis.summary.model import Summary
from analysis.suppressed import Suppressed
from analysis.thresholds import thresholds
from analysis.workbook import SheetColumn, Worksheet


def profile_sheet(pages: Pages) -> Worksheet:
    """Respondents by each characteristic beside the Census, unweighted and weighted."""
    return Worksheet(
        name="Response profile",
        title=f"Who answered and who lives in {pages.place}: the response profile against Census 2021",
        summary="Who answered compared with who lives here, and the design effect of weighting",
        source=f"{pages.source}; Census 2021, Office for National Statistics",
        base="everybody in the base; shares are of those who stated the characteristic",
        lines=(weighting_line(pages), *_census_lines(pages)),
        columns=(
            SheetColumn(name="Characteristic", width=FIRST),
            SheetColumn(name="Group", width=44),
            SheetColumn(name="Responses (number)", kind="count"),
            SheetColumn(name="Share of responses (%)", kind="percent", empty=NOT_APPLICABLE),
            SheetColumn(name="Share of residents, Census 2021 (%)", kind="percent", empty=NOT_APPLICABLE),
            SheetColumn(
                name="Responses compared with residents (percentage points)", kind="points", empty=NOT_APPLICABLE
            ),
            SheetColumn(name="Share after weighting (%)", kind="percent", empty=NOT_APPLICABLE),
        ),
        rows=[_row(pages, row) for row in each(pages.summary.profile)],
    )


def weighting_line(pages: Pages) -> str:
    """Say the design effect and the effective number of responses of the whole base."""
    weighting = pages.summary.weighting
    if isinstance(pages.summary.in_base, Suppressed):
        return "Few people answered; the number is hidden."
    if weighting.how == "unweighted":
        return " ".join(weighting.notes)
    precise = (
        f"Design effect of weighting: {weighting.design_effect:.2f}. The {pages.summary.in_base:,} responses in the "
        f"base are as precise as {effective_responses(pages.summary):,} responses of a simple random sample."
    )
    return " ".join([precise, *weighting.left_out.values()])


def effective_responses(summary: Summary) -> int:
    """Return the effective number of responses of the whole base, rounded as the audience's bases are."""
    step = thresholds(summary.study.audience).round_bases_to
    return int(summary.weighting.n_effective / step + 0.5) * step


def _census_lines(pages: Pages) -> list[str]:
    weighted = set(pages.summary.weighting.variables)
    context = [d.label for d in pages.summary.study.dimensions if d.name not in weighted and d.characteristic]
    of_whom = pages.summary.study.census.of_whom
    lines = [of_whom] if of_whom else []
    if context:
        lines.append(f"Shown for context, not used for weighting: {', '.join(context)}.")
    return lines


def _row(pages: Pages, row: Any) -> list[object]:
    dimension = pages.summary.study.dimension(row.dimension)
    shares = [row.percent_of_stated, row.population_percent, row.difference, row.weighted_percent]
    label = "Not stated" if row.group == NOT_STATED else dimension.groups.get(row.group, row.group)
    return [dimension.label, label, row.respondents, *shares]
