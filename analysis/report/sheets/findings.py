"""What changed, for whom, where, and what cannot be said: sentences made by rule from adjusted tests alone.

Nothing is chosen by hand: every tested difference is either in a sentence of its own or in the list of those without
a clear difference, in the order of asking.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.report.phrases import listed, points, sentence, span, whole
from analysis.report.sheets.breakdowns import not_asked
from analysis.report.sheets.headline import headline_names
from analysis.report.sheets.limits import limits
from analysis.report.summary_rows import Pages
from analysis.rows import each
from analysis.study import CITY, Dimension
from analysis.workbook import SheetColumn, Worksheet

LEVEL = 0.05


@dataclass(frozen=True)
class Finding:
    part: str
    about: str
    text: str


def findings_sheet(pages: Pages) -> Worksheet:
    """The strategic-assessment summary, one sentence or two a row."""
    return Worksheet(
        name="Summary",
        title=f"What changed in {pages.place}, for whom and where, and what cannot be said",
        summary="The findings in sentences, and what cannot be said",
        source=pages.source,
        base=pages.base,
        lines=(
            pages.interval_line,
            "Every sentence is produced by rule from the figures in this workbook. A difference is only named when "
            "it is "
            "statistically significant after allowing for many comparisons (Benjamini and Hochberg, 5%).",
            "Percentages are rounded to whole numbers; differences are taken before rounding and may seem out by one.",
        ),
        columns=(
            SheetColumn(name="What can be said", width=110),
            SheetColumn(name="Part", width=26),
            SheetColumn(name="About", width=34),
        ),
        rows=[[finding.text, finding.part, finding.about] for finding in findings(pages)],
    )


def findings(pages: Pages) -> list[Finding]:
    """All findings in order: what changed, for whom, where, problems and priorities, what cannot be said."""
    if not pages.summary.in_base:
        nobody = "There are no figures yet, so nothing can be said."
        return [Finding("What cannot be said", "Everything", nobody)]
    dimensions = [d for d in pages.summary.study.dimensions if d.name != "channel"]
    found = _changes(pages)
    for dimension in sorted(dimensions, key=lambda one: one.name == "ward"):
        found += _differences(pages, dimension)
    found += _largest(pages)
    return [*found, *(Finding("What cannot be said", about, text) for about, text in limits(pages, not_asked(pages)))]


def _changes(pages: Pages) -> list[Finding]:
    figures = pages.figures
    lists = _lists(pages)
    names = [name for members in lists.values() for name in members]
    tested = figures[(figures["comparability"] == "tested") & figures["indicator"].isin(names) & _numbers(figures)]
    city = tested[tested["dimension"] == CITY]
    if city.empty:
        return [Finding("What changed", pages.place, "No earlier figure can be tested against this year's.")]
    found: list[Finding] = []
    for year in sorted(city["baseline_year"].unique(), reverse=True):
        rows = city[city["baseline_year"] == year]
        found += [_change(pages, row) for row in each(rows[_clear(rows)])]
        for about, members in lists.items():
            same = rows[~_clear(rows) & rows["indicator"].isin(members)]["indicator"]
            if len(same):
                text = f"No clear change since {year}: {'; '.join(_short(pages, name) for name in same)}."
                found.append(Finding("What changed", f"Since {year}: {about}", text))
    return found + _group_changes(pages, tested)


def _lists(pages: Pages) -> dict[str, list[str]]:
    """What is looked at for change, by rule: the headline figures, each problem and each priority."""
    problems = [m.name for m in pages.summary.study.topic("problems") if m.family == "problem"]
    priorities = [m.name for m in pages.summary.study.topic("priorities")]
    return {"headline figures": headline_names(pages), "problems": problems, "priorities": priorities}


def _short(pages: Pages, name: str) -> str:
    return pages.measures[name].item or pages.label(name)


def _numbers(rows: pd.DataFrame) -> pd.Series[bool]:
    return pd.to_numeric(rows["p_adjusted"], errors="coerce").notna()


def _clear(rows: pd.DataFrame) -> pd.Series[bool]:
    return pd.to_numeric(rows["p_adjusted"], errors="coerce") < LEVEL


def _change(pages: Pages, row: Any) -> Finding:
    verb = "rose" if row.difference > 0 else "fell"
    text = (
        f"{pages.label(row.indicator)}: {verb} from {whole(row.baseline_percent)} in {row.baseline_year} to "
        f"{whole(row.percent)} in {pages.year}, by {points(row.difference)} "
        f"({span(row.difference_lower, row.difference_upper)})."
    )
    return Finding("What changed", f"Since {row.baseline_year}", text)


def _group_changes(pages: Pages, tested: pd.DataFrame) -> list[Finding]:
    found: list[Finding] = []
    groups = tested[(tested["dimension"] != CITY) & (tested["dimension"] != "channel") & (tested["kind"] == "wave")]
    groups = groups[groups["indicator"].isin(headline_names(pages))]
    for dimension in pages.summary.study.dimensions:
        rows = groups[groups["dimension"] == dimension.name]
        if rows.empty:
            continue
        clear = rows[_clear(rows)]
        part = "Where it changed" if dimension.name == "ward" else "For whom it changed"
        for row in each(clear):
            said = _change(pages, row).text.removesuffix(".")
            found.append(Finding(part, pages.group(row.dimension, row.group), f"{said}, among this group."))
        if clear.empty:
            text = (
                f"In no group by {dimension.label.lower()} did a headline figure change clearly. That does not mean "
                "that nothing changed: groups are small."
            )
            found.append(Finding(part, dimension.label, text))
    return found


def _differences(pages: Pages, dimension: Dimension) -> list[Finding]:
    rest = pages.rest
    part = "Where" if dimension.name == "ward" else "For whom"
    found, silent = [], []
    for name in headline_names(pages):
        rows = rest[(rest["indicator"] == name) & (rest["dimension"] == dimension.name)]
        clear = rows[_clear(rows)]
        if clear.empty:
            silent += [pages.label(name)] if _numbers(rows).any() else []
            continue
        found.append(Finding(part, dimension.label, _difference(pages, name, clear)))
    if silent:
        text = f"No clear difference by {dimension.label.lower()}: {'; '.join(silent)}."
        found.append(Finding(part, f"{dimension.label}: no clear difference", text))
    return found


def _difference(pages: Pages, name: str, clear: pd.DataFrame) -> str:
    dimension = pages.summary.study.dimension(str(clear["dimension"].iloc[0]))
    if len(clear) == len(dimension.groups) == 2:
        sides = [f"{pages.group(row.dimension, row.group)} {whole(row.percent_in)}" for row in each(clear)]
        return sentence(f"{pages.label(name)}: {listed(sides)}")
    sides = []
    for word, rows in (("higher", clear[clear["difference"] > 0]), ("lower", clear[clear["difference"] < 0])):
        if len(rows):
            named = [_against(pages, row) for row in each(rows)]
            sides.append(f"{word} in {listed(named)}")
    return sentence(f"{pages.label(name)}: {'; '.join(sides)}")


def _against(pages: Pages, row: Any) -> str:
    group = pages.group(row.dimension, row.group)
    return f"{group} ({whole(row.percent_in)} against {whole(row.percent_rest)} of everybody else)"


def _largest(pages: Pages) -> list[Finding]:
    found = []
    problems = [m.name for m in pages.summary.study.topic("problems") if m.family == "problem"]
    if problems:
        text = f"Most often called a very or fairly big problem: {_top(pages, problems)}"
        found.append(Finding("Problems and priorities", "Problems", text))
    priorities = pages.summary.priorities
    city = priorities[priorities["dimension"] == CITY] if len(priorities) else priorities
    if len(city):
        text = f"Most often chosen to be dealt with first: {_top(pages, list(city['indicator']))}"
        found.append(Finding("Problems and priorities", "Priorities", text))
    pooled = [m.name for m in pages.summary.study.topic("barriers") if m.name.startswith("barrier.any.")]
    if pooled:
        text = f"Reasons given most often for not reporting, all kinds of crime together: {_top(pages, pooled)}"
        found.append(Finding("Problems and priorities", "Barriers to reporting", text))
    return found


def _top(pages: Pages, names: Iterable[str]) -> str:
    rows = pages.rows(names, [CITY])
    shown = rows[pd.to_numeric(rows["percent"], errors="coerce").notna()]
    if shown.empty:
        return "nothing can be shown, because too few people were asked."
    first = shown.assign(percent=shown["percent"].astype(float)).sort_values("percent", ascending=False, kind="stable")
    items = [(pages.measures[row.indicator].item or pages.label(row.indicator), row) for row in each(first)]
    named = [f"{_within(label)} ({whole(row.percent)})" for label, row in items[:3]]
    bases = sorted({int(row.n) for _label, row in items[:3]})
    of = " to ".join(f"{n:,}" for n in dict.fromkeys((bases[0], bases[-1])))
    unsettled = len(items) > 1 and any(
        float(items[place][1].lower) <= float(items[place + 1][1].upper) for place in range(min(3, len(items) - 1))
    )
    doubt = " Their intervals overlap, so the order is not certain." if unsettled else ""
    return f"{listed(named)}, of {of} responses.{doubt}"


def _within(label: str) -> str:
    """A label inside a sentence: without its capital, unless the word is "I"."""
    return label if label.startswith("I ") else f"{label[:1].lower()}{label[1:]}"
