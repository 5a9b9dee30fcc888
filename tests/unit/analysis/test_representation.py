"""Who has not been heard from: shares, standings, suggestions, and no small count that could be worked out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from analysis import Dimension
from analysis.profile.representation import GRID, CoverageBoard, WiderGroups, hide, smallest, where_next, whom_next
from analysis.profile.representation import representation as reach_of

WARDS = ("A", "B", "C", "D")
SMALLEST = smallest()
AGES = {
    "16_24": ("16_17", "18_24"),
    "25_34": ("25_34",),
    "35_64": ("35_44", "45_54", "55_64"),
    "65_plus": ("65_74", "75_plus"),
}
WIDER = WiderGroups("age_band", tuple(AGES.items()))
DIMENSIONS = [Dimension(name=name, label=name) for name in ("ward", "age_band", "sex", "ethnic_group")]
BANDS = [band for bands in AGES.values() for band in bands]
COLUMNS = ["ward", "age_band", "sex", "ethnic_group", "channel", "n"]


@pytest.fixture(scope="module")
def population() -> pd.DataFrame:
    rows = [("ward", ward, 1000) for ward in WARDS]
    rows += [("age_band", band, 500) for band in BANDS]
    rows += [("sex", "female", 2000), ("sex", "male", 2000)]
    rows += [("ethnic_group", "white", 3000), ("ethnic_group", "other", 1000)]
    rows += [(GRID, f"{ward} x {age}", 125 * len(bands)) for ward in WARDS for age, bands in AGES.items()]
    return pd.DataFrame(rows, columns=["variable", "category", "population"])


def reach(frame: pd.DataFrame, known: pd.DataFrame, target: int | None, *more: Dimension) -> CoverageBoard:
    return reach_of(frame, known, target, [*DIMENSIONS, *more], WIDER)


def people(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def everywhere(n: int, **by_ward: int) -> pd.DataFrame:
    """So many people of every age band and sex in each ward, all online."""
    return people(
        *(
            (w, band, sex, "white", "online", by_ward.get(w, n))
            for w in WARDS
            for band in BANDS
            for sex in ("female", "male")
        )
    )


def test_nobody_has_answered(population: pd.DataFrame) -> None:
    board = reach(people(), population, 400)
    assert board.received is None
    assert {row.n for row in board.rows.values()} == {None}
    assert where_next(board) == whom_next(board) == []
    assert board.rows["ward", "A"].target == 100


def test_answers_stand_beside_their_share(population: pd.DataFrame) -> None:
    board = reach(everywhere(10, B=4, C=7, D=20), population, 1000)
    assert board.received == 16 * 41
    rows = {row.group: (row.n, row.target, row.expected, row.standing) for row in board.of("ward")}
    share = 16 * 41 / 4
    assert rows == {
        "A": (160, 250.0, share, "near"),
        "B": (64, 250.0, share, "far_below"),
        "C": (112, 250.0, share, "below"),
        "D": (320, 250.0, share, "above"),
    }
    assert [(place.ward, place.missing) for place in where_next(board)] == [("B", 100), ("C", 52)]
    assert [row.group for row in whom_next(board)] == ["other"]


def test_who_is_missed_most_in_a_ward_is_told(population: pd.DataFrame) -> None:
    old = everywhere(10)
    old.loc[(old["ward"] == "A") & old["age_band"].isin(AGES["35_64"]), "n"] = 1
    (place, *_rest) = where_next(reach(old, population, None))
    assert (place.ward, place.whom) == ("A", "35_64")
    assert place.row.target is None


def test_a_question_that_was_not_asked_has_no_rows(population: pd.DataFrame) -> None:
    board = reach(everywhere(10).assign(ethnic_group="", sex=""), population, None)
    assert board.of("ethnic_group") == board.of("sex") == []
    assert board.received == 640


def test_a_small_count_is_hidden_with_another_that_would_give_it_away(population: pd.DataFrame) -> None:
    four_men = people(("A", "25_34", "female", "white", "paper", 96), ("A", "25_34", "male", "white", "paper", 4))
    board = reach(four_men, population, None)
    told = {row.group: (row.n, row.small) for row in board.of("sex")}
    assert told == {"female": (None, False), "male": (None, True)}
    assert board.received == 100
    assert {row.group: row.standing for row in board.of("sex")}["female"] == "hidden"


def test_two_small_counts_that_only_nine_and_nine_can_make_are_hidden_with_a_third() -> None:
    counts = {("city", ""): 118, ("sex", "a"): 9, ("sex", "b"): 9, ("sex", "c"): 40, ("sex", "d"): 60}
    assert hide(tuple(counts.items())) == {("sex", "a"), ("sex", "b"), ("sex", "c")}


def known_to_within(counts: dict[tuple[str, str], int], hidden: frozenset[tuple[str, str]]) -> float:
    """The narrowest interval that somebody who reads the lists and their labels can place a small count in."""
    narrowest = float("inf")
    for dimension in {name for name, _ in counts} - {"city"}:
        part = {key: n for key, n in counts.items() if key[0] == dimension}
        unknown = [key for key in part if key in hidden]
        if not unknown:
            continue
        rest = counts["city", ""] - sum(n for key, n in part.items() if key not in hidden)
        bounds = [(0, SMALLEST - 1) if part[key] < SMALLEST else (SMALLEST, None) for key in unknown]
        for place, key in enumerate(unknown):
            if part[key] < SMALLEST:
                goal = np.eye(len(unknown))[place]
                ends = [
                    linprog(sign * goal, A_eq=np.ones((1, len(unknown))), b_eq=[rest], bounds=bounds).x[place]
                    for sign in (1, -1)
                ]
                narrowest = min(narrowest, ends[1] - ends[0])
    return narrowest


def test_no_small_count_of_random_lists_can_be_worked_out() -> None:
    chance = np.random.default_rng(7)
    for _ in range(60):
        groups = int(chance.integers(3, 7))
        parts = chance.negative_binomial(1, 0.04, groups)
        counts = {("city", ""): int(parts.sum()), **{("sex", str(i)): int(n) for i, n in enumerate(parts)}}
        hidden = hide(tuple(counts.items()))
        assert not [key for key, n in counts.items() if n < SMALLEST and key not in hidden]
        assert ("city", "") in hidden or known_to_within(counts, hidden) >= 5, counts


def test_standings_of_hidden_counts_follow_from_what_is_shown(population: pd.DataFrame) -> None:
    """Two boards that differ only in hidden small counts are the same board."""
    boards = []
    for small in (3, 6):
        frame = everywhere(12)
        frame.loc[frame["ward"] == "A", "n"] = 0
        extra = people(
            ("A", "25_34", "female", "white", "online", small), ("B", "25_34", "female", "white", "online", 9 - small)
        )
        boards.append(reach(pd.concat([frame, extra]), population, 500))
    first, second = boards
    hidden = {key for key, row in first.rows.items() if row.n is None}
    assert ("ward", "A") in hidden
    assert {first.rows[key].standing for key in hidden} == {second.rows[key].standing for key in hidden}
    assert [place.ward for place in where_next(first)] == [place.ward for place in where_next(second)] == ["A"]


SIZE = Dimension(name="size", label="Size", groups={"small": "Small", "large": "Large"})


def test_a_characteristic_whose_population_nobody_knows_has_counts_alone(population: pd.DataFrame) -> None:
    board = reach(everywhere(10).assign(size=["small", "large"] * 32), population, 1000, SIZE)
    assert [(row.group, row.n, row.target, row.expected) for row in board.of("size")] == [
        ("small", 320, None, None),
        ("large", 320, None, None),
    ]
    assert "size" not in board.known
    assert "size" not in {row.dimension for row in whom_next(board)}


def test_a_list_that_nothing_is_known_beside_goes_before_the_whole_is_hidden(population: pd.DataFrame) -> None:
    """2 of 24, beside 11 and 11: the labels of the two others would tell the first to within 5."""
    sizes = Dimension(name="size", label="Size", groups={"s": "Small", "m": "Middling", "l": "Large"})
    cells = {("female", "s"): 2, ("female", "m"): 10, ("male", "m"): 1, ("male", "l"): 11}
    frame = pd.DataFrame([(*key, "online", n) for key, n in cells.items()], columns=["sex", "size", "channel", "n"])
    known = population[population["variable"] == "sex"]
    board = reach_of(frame, known, None, [DIMENSIONS[2], sizes])
    assert board.received == 24
    assert [row.n for row in board.of("sex")] == [12, 12]
    assert not board.of("size")
