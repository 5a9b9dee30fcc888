"""Hide from a whole summary what its audience must not see: figures, comparisons, ranks, totals and sentences."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis.counts.substantive import NOT_STATED
from analysis.disclosure import disclosed, propagate_suppression, protect
from analysis.estimation.multiple_testing import significance_mark
from analysis.profile.protected_profile import protect_profile
from analysis.rows import each, keys
from analysis.study import CITY, EarlierWave, Study
from analysis.summary.model import Summary
from analysis.suppressed import Suppressed
from analysis.thresholds import Thresholds, thresholds
from analysis.trend.area_matching import WARD
from analysis.trend.benchmarks import BREAK, TESTED
from analysis.trend.earlier_waves import CURRENT, GROUP

HIDDEN = "Hidden so that nobody can be recognised."
HIDDEN_BEFORE = "hidden in the earlier year"
ABOUT_CRIME_MET = ("experience", "reporting", "barriers")


@dataclass(frozen=True)
class ProtectedEstimates:
    """Protected estimates of this wave and of each earlier one (by year)."""

    now: pd.DataFrame
    before: Mapping[str, pd.DataFrame]


def protect_summary(summary: Summary, estimates: pd.DataFrame) -> Summary:
    """Return the summary as its audience may see it; `estimates` are the exact ones that it was made from."""
    study, audience = summary.study, summary.study.audience
    summary, estimates = _without_details(summary, estimates)
    people = protect_profile(summary.profile, audience, study.published)
    respondents = None if people is None else people.respondents
    shown = ProtectedEstimates(
        _protected(study, study, estimates, respondents),
        {one.wave.facts.year: _protected(study, one.wave, one.estimates) for one in summary.earlier},
    )
    limits = thresholds(audience)
    priorities = (
        propagate_suppression(summary.priorities, audience, shown.now)
        if len(summary.priorities)
        else summary.priorities
    )
    gives_away = [disclosed(estimates, shown.now, audience), *([people.disclosed] if people else [])]
    return replace(
        summary,
        **_totals(summary, limits),
        earlier=tuple(replace(one, in_base=_people(one.in_base, limits)) for one in summary.earlier),
        figures=_figures(summary, shown, limits),
        rest=propagate_suppression(summary.rest, audience, shown.now),
        priorities=priorities,
        profile=summary.profile if people is None else people.profile,
        published=_published(summary.published, shown.now),
        disclosed=pd.concat(gives_away, ignore_index=True),
        disclosed_earlier={
            one.wave.facts.slug: disclosed(one.estimates, shown.before[one.wave.facts.year], audience)
            for one in summary.earlier
        },
    )


def _totals(summary: Summary, limits: Thresholds) -> dict[str, Any]:
    """Numbers of the cover. Few people counted apart are hidden together, and the sum that would give them away."""
    excluded = _counted_apart(summary.excluded, limits)
    hidden = any(isinstance(n, Suppressed) for n in excluded.values())
    return {
        "received": Suppressed() if hidden else limits.rounded(summary.received),
        "in_base": _people(summary.in_base, limits),
        "excluded": excluded,
    }


def _without_details(summary: Summary, estimates: pd.DataFrame) -> tuple[Summary, pd.DataFrame]:
    """Outside the analysts' room, items about crime that people met are told for the whole area and for no group.

    Nor are those who did not state a characteristic a group: it would only serve to hide a large one beside it.
    """
    study = summary.study
    if not thresholds(study.audience).hide_base_under:
        return summary, estimates
    kept = {measure.name for measure in study.measures if not (measure.family and measure.topic in ABOUT_CRIME_MET)}

    def told(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame[frame["indicator"].isin(kept) | (frame["dimension"] == CITY)]
        rows = rows[rows["group"] != NOT_STATED]
        return rows.reset_index(drop=True)

    earlier = tuple(replace(one, estimates=told(one.estimates)) for one in summary.earlier)
    ranked = summary.priorities
    fewer = replace(
        summary,
        figures=told(summary.figures),
        rest=told(summary.rest),
        priorities=told(ranked) if len(ranked) else ranked,
        earlier=earlier,
    )
    return fewer, told(estimates)


def _protected(
    study: Study, of: Study | EarlierWave, estimates: pd.DataFrame, respondents: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Estimates of a wave with the breakdowns of its own questionnaire, and beside what was published of it.

    What this wave knows to be special-category data is that in an earlier wave too, whatever was said of it then.
    """
    special = {known.name for known in study.dimensions if known.special_category}
    there = set(estimates["indicator"])
    sensitive = sorted(measure.name for measure in study.measures if measure.sensitive and measure.name in there)
    return protect(
        estimates,
        study.audience,
        sensitive=sensitive,
        indicators=[measure.indicator for measure in study.measures],
        dimensions=[known for known in of.dimensions if known.name not in special],
        published=of.published,
        respondents=respondents,
    )


def _figures(summary: Summary, shown: ProtectedEstimates, limits: Thresholds) -> pd.DataFrame:
    """Every year's rows hidden where this wave's figure or that year's is, with the flags that belong to them."""
    parts = []
    for year, rows in summary.figures.groupby("baseline_year", sort=False):
        sources = [shown.now, *([shown.before[str(year)]] if _of_wave(rows) else [])]
        seen = propagate_suppression(rows, limits.audience, sources)
        if _of_wave(rows):
            seen["baseline_n"] = _rounded_column(seen["baseline_n"], limits)
        parts.append(seen.assign(sentence=_sentences(rows, seen)) if limits.hide_base_under else seen)
    figures = pd.concat(parts) if parts else summary.figures
    flags = shown.now.set_index(GROUP)["flags"].to_dict()
    nearly = {(one.wave.facts.year, WARD, group) for one in summary.earlier for group in one.nearly}
    reasons = shown.now.set_index(GROUP)["hidden_because"].to_dict()
    named = [((row.indicator, row.dimension, row.group), row) for row in each(figures)]
    told = [_flags(row, flags[key], nearly) for key, row in named]
    why = [_why(row, reasons[key]) for key, row in named]
    return figures.assign(flags=told, hidden_because=why).loc[summary.figures.index].reset_index(drop=True)


def _of_wave(rows: pd.DataFrame) -> bool:
    return bool((rows["kind"] == "wave").all())


def _sentences(exact: pd.DataFrame, seen: pd.DataFrame) -> list[str]:
    """Sentences without what is hidden, and with the base as it is shown."""
    result = []
    for before, after in zip(each(exact), each(seen), strict=True):
        if isinstance(after.percent, Suppressed):
            result.append(HIDDEN if before.baseline_year != CURRENT else "")
        else:
            result.append(before.sentence.replace(f"({before.n:,.0f} answers)", f"({after.n:,.0f} answers)"))
    return result


def _flags(row: Any, flags: str, nearly: Collection[tuple[str, str, str]]) -> str:
    """Shorthand of a row; "[b]" also where a ward is only nearly the area it was."""
    if isinstance(row.percent, Suppressed):
        return "[c]"
    moved = row.comparability == TESTED and (row.baseline_year, row.dimension, row.group) in nearly
    broken = "[b]" if row.comparability == BREAK or moved else ""
    tested = significance_mark(row.p_adjusted) if row.baseline_year != CURRENT else ""
    return f"{flags}{broken}{tested}"


def _why(row: Any, reason: str) -> str:
    """Why a row is hidden: for analysts who decide, never for the audience, whom a reason would tell too much."""
    if not isinstance(row.percent, Suppressed):
        return ""
    return reason or HIDDEN_BEFORE


def _published(published: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    if published.empty:
        return published
    hidden = set(keys(now[now["hidden_because"] != ""], GROUP))
    exact = {(row.indicator, row.dimension, row.group): row.n for row in each(now)}
    told = []
    for row in each(published):
        key = (row.indicator, row.dimension, row.group)
        text = HIDDEN if key in hidden else row.sentence
        if key in exact and key not in hidden:
            text = text.replace(f"({row.exact_n:,.0f} answers)", f"({exact[key]:,.0f} answers)")
        told.append(text)
    return published.assign(sentence=told).drop(columns="exact_n")


def _counted_apart(excluded: Mapping[str, int], limits: Thresholds) -> Mapping[str, Any]:
    """Small numbers of people counted apart are hidden, all of them together, so that none follows from the others."""
    small = any(0 < n < limits.hide_base_under for n in excluded.values())
    if small:
        return dict.fromkeys(excluded, Suppressed())
    return {reason: limits.rounded(n) for reason, n in excluded.items()}


def _people(n: int, limits: Thresholds) -> int | Suppressed:
    """A number of people who answered; a few must not be rounded to nobody."""
    return Suppressed() if 0 < n < limits.hide_base_under else limits.rounded(n)


def _rounded_column(column: pd.Series[Any], limits: Thresholds) -> pd.Series[Any]:
    if limits.round_bases_to <= 1:
        return column
    return column.map(lambda n: n if isinstance(n, Suppressed) or n != n else float(limits.rounded(int(n))))
