"""What cannot be said: made from what is missing, broken, small or self-selected in a summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from analysis.counts.substantive import NOT_STATED
from analysis.report.phrases import SELF_SELECTED, listed
from analysis.report.summary_rows import Pages
from analysis.rows import each
from analysis.study import CITY
from analysis.suppressed import Suppressed
from analysis.thresholds import limits as thresholds

Limit = tuple[str, str]
CLASSES = (
    ("break in series", "shown beside this year's but not compared, because the method, area or wording changed"),
    ("not testable", "shown but not tested, because the number of responses is not known or too small"),
    ("not clear", "not clear: whether they differ depends on what was not published about the earlier survey"),
    ("not comparable", "not compared, because they are about another area, another question or other people"),
)


def limits(pages: Pages, not_asked: Sequence[str]) -> list[Limit]:
    """Return (about, sentence) pairs, the widest first."""
    found = [*_method(pages), *_earlier(pages), *_groups(pages), *_unstated(pages)]
    if not_asked:
        found.append(
            ("Not asked", f"This survey did not ask for: {listed(not_asked)}. Nothing can be said about such groups.")
        )
    if pages.summary.study.comments:
        found.append(("Comments", "Themes and wording of comments are experimental: read by rule, not by a person."))
    return found


def _method(pages: Pages) -> Iterator[Limit]:
    study, weighting = pages.summary.study, pages.summary.weighting
    if study.facts.method != "sample":
        yield (
            "Who took part",
            f"{SELF_SELECTED} Weighting to the Census does not correct that: people with an interest in safety, and "
            "victims, may answer more often.",
        )
    if study.made_on <= study.facts.closes_on:
        yield "Still open", "The survey was still open when these figures were made, so they may change."
    for note in weighting.notes:
        yield "Weighting", note
    if weighting.merges:
        yield "Weighting", "Some small groups were weighted together with a neighbour; see the sheet Method."
    if study.facts.demonstration:
        yield "Demonstration", "Every answer is invented, so nothing here says anything about real residents."


def _earlier(pages: Pages) -> Iterator[Limit]:
    figures = pages.figures
    city = figures[(figures["dimension"] == CITY) & (figures["baseline_year"] != "")]
    if city.empty:
        yield "Earlier years", "No earlier figure is known, so nothing can be said about change."
        return
    yield from _areas(pages)
    for name, words in CLASSES:
        rows = city[city["comparability"] == name]
        if len(rows):
            named = [
                f"{pages.label(str(indicator))} ({', '.join(dict.fromkeys(years))})"
                for indicator, years in rows.groupby("indicator", sort=False)["baseline_year"]
            ]
            yield f"Earlier years: {name}", f"Earlier figures {words}: {'; '.join(named)}."


def _areas(pages: Pages) -> Iterator[Limit]:
    """Groups of today that an earlier wave did not know by the same code, such as wards after new boundaries."""
    for earlier in pages.summary.earlier:
        then = {(known.name, code) for known in earlier.wave.dimensions for code in known.groups}
        for dimension in pages.summary.study.dimensions:
            new = [label for code, label in dimension.groups.items() if (dimension.name, code) not in then]
            if new:
                year = earlier.wave.facts.year
                yield f"Groups since {year}", f"Not a group of the same code in {year}, so not compared: {listed(new)}."


def _groups(pages: Pages) -> Iterator[Limit]:
    fewest = thresholds().test_base
    for dimension in pages.summary.study.dimensions:
        profile = pages.summary.profile
        rows = profile[(profile["dimension"] == dimension.name) & (profile["group"] != NOT_STATED)]
        told = [(pages.group(dimension.name, row.group), row.respondents) for row in each(rows)]
        hidden = [label for label, n in told if isinstance(n, Suppressed)]
        if hidden:
            yield (
                f"Hidden groups: {dimension.label.lower()}",
                f"Hidden, because few answered or because they would reveal a small group: {listed(hidden)}.",
            )
        small = [label for label, n in told if not isinstance(n, Suppressed) and n < fewest]
        if small:
            yield (
                f"Small groups: {dimension.label.lower()}",
                f"Fewer than {fewest} responses, so not tested, and to be read with care where shown: {listed(small)}.",
            )


def _unstated(pages: Pages) -> Iterator[Limit]:
    profile = pages.summary.profile
    rows = profile[profile["group"] == NOT_STATED]
    many = [
        f"{pages.summary.study.dimension(name).label.lower()} ({n:,})"
        for name, n in zip(rows["dimension"], rows["respondents"], strict=True)
        if _at_least(n, 1)
    ]
    if many:
        yield (
            "Not stated",
            f"Some people did not state everything about themselves: {listed(many)}. They count for {pages.place} as a "
            "whole and for no group.",
        )


def _at_least(n: object, limit: int) -> bool:
    number = pd.to_numeric(pd.Series([n]), errors="coerce").iloc[0]
    return bool(number >= limit)
