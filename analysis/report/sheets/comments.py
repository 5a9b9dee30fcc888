"""What people wrote, by theme and by wording; nobody's words stand here."""

from __future__ import annotations

from analysis.report.summary_rows import FIRST, NOT_APPLICABLE, Pages
from analysis.rows import each
from analysis.summary.free_text import FreeText
from analysis.suppressed import Suppressed
from analysis.text import measured_accuracy
from analysis.workbook import SheetColumn, Worksheet

EXPERIMENTAL = (
    "Experimental: comments are read by rule, in English only, not by a person. Use this to decide what to read first, "
    "not as a measurement."
)


def comment_sheets(pages: Pages) -> list[Worksheet]:
    """Two sheets for each question with comments: themes and wording."""
    several = len(pages.summary.text) > 1
    sheets: list[Worksheet] = []
    for place, text in enumerate(pages.summary.text, start=1):
        suffix = f" {place}" if several else ""
        sheets += [_themes(pages, text, suffix), _wording(pages, text, suffix)]
    return sheets


def _themes(pages: Pages, text: FreeText, suffix: str) -> Worksheet:
    return Worksheet(
        name=f"Comment themes{suffix}",
        title=f"What people wrote about: themes in answers to “{text.asked}”",
        summary="Themes of the comments, found by a reviewed dictionary (experimental)",
        source=pages.source,
        base=_base(text),
        lines=(
            EXPERIMENTAL,
            measured_accuracy().sentence,
            "A comment may touch several themes. "
            f"Themes with fewer than {text.fewest} comments are marked [u] or hidden.",
        ),
        columns=(
            SheetColumn(name="Theme", width=FIRST),
            SheetColumn(name="Comments (number)", kind="count"),
            SheetColumn(name="Share of all comments (%)", kind="percent"),
            SheetColumn(name="Worded negatively (number)", kind="count"),
            SheetColumn(
                name="Share of the theme's comments worded negatively (%)", kind="percent", empty=NOT_APPLICABLE
            ),
            SheetColumn(name="Flags", empty="none", width=12),
        ),
        rows=[
            [row.label, row.n, row.percent, row.n_negative, row.percent_negative, row.flags]
            for row in each(text.themes)
        ],
    )


def _wording(pages: Pages, text: FreeText, suffix: str) -> Worksheet:
    return Worksheet(
        name=f"Comment wording{suffix}",
        title=f"How answers to “{text.asked}” are worded",
        summary="How many comments are worded negatively, neutrally or positively (experimental)",
        source=pages.source,
        base=_base(text),
        lines=(EXPERIMENTAL, "A wish is often worded negatively: this says how people write, not how they feel."),
        columns=(
            SheetColumn(name="Wording", width=FIRST),
            SheetColumn(name="Comments (number)", kind="count"),
            SheetColumn(name="Share of all comments (%)", kind="percent"),
            SheetColumn(name="Flags", empty="none", width=12),
        ),
        rows=[[row.wording, row.n, row.percent, row.flags] for row in each(text.wording)],
    )


def _base(text: FreeText) -> str:
    if isinstance(text.comments, Suppressed):
        return f"fewer than {text.fewest} comments of people in the base"
    if not text.comments:
        return "nobody in the base wrote a comment"
    return f"{text.comments:,} comments of people in the base, not weighted"
