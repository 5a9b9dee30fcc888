"""What a correction changed, figure by figure."""

from __future__ import annotations

from analysis.report.imprint import Imprint
from analysis.report.summary_rows import FIRST, Pages
from analysis.workbook import SheetColumn, Worksheet


def changes_sheet(pages: Pages, imprint: Imprint | None) -> Worksheet | None:
    """Every figure that is not what it was in the release that this one replaces; None for a first release."""
    if imprint is None or not imprint.replaces:
        return None
    nothing = ("No figure that was published before has changed.",) if not imprint.changes else ()
    return Worksheet(
        name="What changed",
        title=f"What changed since release {imprint.replaces}",
        summary="Each figure that differs from the release that this one replaces",
        source=pages.source,
        lines=(f"Why: {imprint.what_changed}", *nothing),
        columns=(
            SheetColumn(name="Figure", width=FIRST),
            SheetColumn(name="Group", width=30),
            SheetColumn(name="What", width=30),
            SheetColumn(name="Before", width=20),
            SheetColumn(name="After", width=20),
        ),
        rows=[
            [change.label, change.group_label, change.what, change.before, change.after] for change in imprint.changes
        ],
    )
