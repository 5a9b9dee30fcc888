"""The response profile as an audience may see it: how many people of each group answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.counts.substantive import NOT_STATED
from analysis.disclosure import FIGURES, disclosed, propagate_suppression, protect
from analysis.profile.response_profile import COLUMNS
from analysis.study import CITY
from analysis.thresholds import thresholds

EVERYBODY = "everybody"
WHOLE = "all who stated it"
"What a breakdown adds up to: remembered with it, so that a group does not follow from the others of two profiles."
SHARES = ("percent_of_stated", "weighted_percent")


@dataclass(frozen=True)
class People:
    """The profile as it is shown, the numbers of people by group (missing where hidden), and what it gives away."""

    profile: pd.DataFrame
    respondents: pd.DataFrame
    disclosed: pd.DataFrame


def protect_profile(profile: pd.DataFrame, audience: str, published: Sequence[pd.DataFrame] = ()) -> People | None:
    """Hide small groups of the profile like any base, and their shares with them; None for an empty profile.

    Shares of those who stated a characteristic add up to 100, so that "not stated" protects no group.
    """
    if profile.empty:
        return None
    exact, seen = [], []
    for name, rows in _as_estimates(profile).groupby("dimension", sort=False):
        stated = rows[rows["group"] != NOT_STATED]
        whole = int(stated["n"].sum())
        city = rows.iloc[:1].assign(dimension=CITY, group="", n=whole, yes=whole // 2)
        known = [_of_breakdown(one, str(name)) for one in published]
        for table in (pd.concat([stated, city]), rows[rows["group"] == NOT_STATED]):
            table = table.reset_index(drop=True)
            of_city = table["dimension"] == CITY
            called = {
                "dimension": table["dimension"].where(~of_city, name),
                "group": table["group"].where(~of_city, WHOLE),
            }
            seen.append(protect(table, audience, published=known).assign(**called))
            exact.append(table.assign(**called))
    protected, counted = pd.concat(seen, ignore_index=True), pd.concat(exact, ignore_index=True)
    told = disclosed(counted, protected, audience)
    return People(_shown(profile, audience, protected), told[["dimension", "group", "n"]], told)


def _of_breakdown(published: pd.DataFrame, name: str) -> pd.DataFrame:
    """What was told of the people in the groups of one breakdown, with those that they added up to as the city."""
    rows = published[(published["indicator"] == EVERYBODY) & (published["dimension"] == name)]
    whole = rows["group"] == WHOLE
    return rows.assign(dimension=rows["dimension"].mask(whole, CITY), group=rows["group"].mask(whole, ""))


def _as_estimates(profile: pd.DataFrame) -> pd.DataFrame:
    n = profile["respondents"].to_numpy(dtype=np.int64)
    figures = pd.DataFrame({column: np.zeros(len(profile)) for column in FIGURES})
    keys = {column: profile[column].to_numpy() for column in ("dimension", "group")}
    return figures.assign(indicator=EVERYBODY, **keys, n=n, yes=n // 2)


def _shown(profile: pd.DataFrame, audience: str, protected: pd.DataFrame) -> pd.DataFrame:
    if thresholds(audience).hide_base_under:
        profile = profile.assign(**{name: profile[name].astype(float).round(1) for name in SHARES})
    table = profile.assign(indicator=EVERYBODY).rename(columns={"respondents": "n"})
    return propagate_suppression(table, audience, protected).rename(columns={"n": "respondents"})[list(COLUMNS)]
