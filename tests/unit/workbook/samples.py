"""An invented workbook with every kind of sheet, small enough to read."""

from dataclasses import replace
from datetime import UTC, datetime

from analysis.workbook import Book, Chart, Note, Series, SheetColumn, Total, Worksheet

SOURCE = "Invented Survey 2026"
HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://x.example","click")',
    "@SUM(A1)",
    "+44 23 8000 0000",
    "-5",
    "#N/A",
    "<script>alert('x')</script>",
    "\u202etxt.exe",
    "two\nlines & \"quotes\" 'and' <tags>",
    "  spaces around  ",
    "🚨🚔 not safe 👩🏽‍🦽",
    "0012",
    "1e5",
    "TRUE",
    "[zz]",
    "[note 99]",
    "شارع غير آمن",
)


class Hidden:
    """A figure that cannot be formatted as a number, like that of disclosure control."""

    def __str__(self) -> str:
        return "[c]"


WARDS = Worksheet(
    name="By ward",
    title="Feeling safe after dark, by ward",
    columns=(
        SheetColumn(name="Ward"),
        SheetColumn(name="Base (number of responses)", kind="count"),
        SheetColumn(name="Percent (%)", kind="percent"),
        SheetColumn(name="Lower limit (%)", kind="percent"),
        SheetColumn(name="Upper limit (%)", kind="percent"),
        SheetColumn(name="Difference from the rest (points) [note 1]", kind="points"),
        SheetColumn(name="p value", kind="p_value"),
        SheetColumn(name="Marks"),
    ),
    rows=(
        ("Bargate", 1140, 41.26, 35.0, 48.0, -3.25, 0.0004, "[s]"),
        ("Bassett", 152, 48.0, 40.5, 55.5, 2.5, 0.41, "[ns]"),
        ("Bevois", Hidden(), Hidden(), Hidden(), Hidden(), Hidden(), Hidden(), "[c]"),
        ("Coxford", 28, 51.9, 33.0, 70.1, None, float("nan"), "[u]"),
    ),
    source=SOURCE,
    base="Residents aged 16 and over who gave a view",
    summary="Feeling safe after dark against the rest of the city",
    lines=("People chose whether to take part, so the true figure may lie outside the interval.",),
)
BARS = Worksheet(
    name="Chart by ward",
    title="Chart of feeling safe after dark, by ward",
    columns=WARDS.columns[:1] + WARDS.columns[2:5],
    rows=tuple((row[0], *row[2:5]) for row in WARDS.rows),
    source=SOURCE,
    chart=Chart(
        kind="bar",
        title="Feels safe after dark, by ward",
        description="Horizontal bars, the largest first, with 95% intervals that overlap. Bevois is not shown.",
        category="Ward",
        category_title="Ward",
        value_title="Percent (%)",
        series=(Series(value="Percent (%)", lower="Lower limit (%)", upper="Upper limit (%)"),),
        descending=True,
        maximum=100,
    ),
)
LINE = Worksheet(
    name="Chart over time",
    title="Chart of feeling safe since 2017",
    columns=(
        SheetColumn(name="Time of day"),
        SheetColumn(name="Year", kind="year"),
        SheetColumn(name="Percent (%)", kind="percent"),
        SheetColumn(name="Method"),
    ),
    rows=(
        ("By day", 2017, 84.0, "sample survey"),
        ("By day", 2019, 81.0, "sample survey"),
        ("By day", 2020, None, "sample survey"),
        ("By day", 2021, 75.0, "sample survey"),
        ("By day", 2025, 76.0, "open survey"),
        ("By day", 2026, 78.0, "open survey"),
        ("After dark", 2017, 44.0, "sample survey"),
        ("After dark", 2019, 41.0, "sample survey"),
        ("After dark", 2026, 38.0, "open survey"),
    ),
    source=SOURCE,
    chart=Chart(
        kind="line",
        title="Feels safe since 2017",
        description="Two lines, broken where the method changed and where there is no figure.",
        category="Year",
        category_title="Year",
        value_title="Percent (%)",
        series=(Series(value="Percent (%)"),),
        split="Time of day",
        segment="Method",
        maximum=100,
    ),
)
COLUMNS = Worksheet(
    name="Chart of channels",
    title="Chart of responses by channel, two years",
    columns=(
        SheetColumn(name="Channel"),
        SheetColumn(name="2025", kind="count"),
        SheetColumn(name="2026", kind="count"),
    ),
    rows=(("Online", 1500, 1100), ("Paper", 400, 300)),
    source=SOURCE,
    chart=Chart(
        kind="column",
        title="Responses by channel",
        description="Two columns for each channel; online is the largest in both years.",
        category="Channel",
        category_title="Channel",
        value_title="Number of responses",
        series=(Series(value="2025"), Series(value="2026")),
    ),
)
COMMENTS = Worksheet(
    name="Comments",
    title="Comments as they were written",
    columns=(SheetColumn(name="Number", kind="count"), SheetColumn(name="Comment")),
    rows=tuple(enumerate(HOSTILE, start=1)),
    source=SOURCE,
)
BOOK = Book(
    title="Invented Survey 2026: summary",
    organisation="Invented Partnership",
    contact="data@partnership.example",
    date="21 November 2026",
    sheets=(WARDS, BARS, LINE, COLUMNS, COMMENTS),
    summary=("What residents said in 2026.",),
    facts=(("Open", "1 September to 31 October 2026"),),
    totals=(
        Total(label="Responses received", value=2400, explanation="All responses of the wave"),
        Total(label="In the base", value=2340, explanation="Residents of the area, 16 and over"),
        Total(label="Excluded: under 16", value=60, explanation="2,340 + 60 = 2,400"),
    ),
    notes=(Note(number=1, text="The rest is every other ward."),),
    keywords=("community safety", "survey"),
    created=datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
)


def book_of(*sheets: Worksheet, **changes: object) -> Book:
    """Return the sample with other sheets or other facts."""
    return replace(BOOK, **({"sheets": sheets} if sheets else {}), **changes)
