"""Pictures of published figures: what is drawn where, and what is never drawn."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from feedback.public.results.chart_geometry import intervals, short_lines, step_of, tile_map, trend
from feedback.public.results.outlines import Projection, area, middle
from feedback.public.results.release_document import interval, marks_of, percent, points
from feedback.services.importing.boundaries import simplify_ring

FIGURE = {"percent": 43.5, "lower": 40.2, "upper": 46.9, "n": 120, "flags": "", "earlier": []}
HIDDEN = {"percent": "[c]", "lower": "[c]", "upper": "[c]", "n": "[c]", "flags": "[c]", "earlier": []}


def before(year: str, value: object, comparability: str) -> dict[str, object]:
    return {"year": year, "percent": value, "comparability": comparability}


def test_a_dot_stands_at_its_percentage_and_a_hidden_figure_has_none() -> None:
    chart = intervals([("Shown", FIGURE), ("Hidden", HIDDEN)], {"percent": 50})
    shown, hidden = chart.marks
    assert (shown.x, shown.lower, shown.upper) == (134.5, 124.6, 144.7)
    assert hidden.x is None
    assert hidden.words == "[c]"
    assert chart.line == 154.0
    assert chart.height == 6 + 2 * 40 + 24


def test_the_whole_is_not_drawn_where_it_is_hidden() -> None:
    assert intervals([("Shown", FIGURE)], HIDDEN).line is None


def test_a_trend_joins_only_what_was_tested() -> None:
    earlier = [before("2024", 41.0, "tested"), before("2021", 50.0, "break in series"), before("2017", "[x]", "tested")]
    found = trend("2026", {**FIGURE, "earlier": earlier})
    assert [(point.year, point.joined is not None, point.broken) for point in found.points] == [
        ("2021", False, True),
        ("2024", True, False),
        ("2026", False, False),
    ]


def test_there_is_no_trend_of_nothing() -> None:
    assert trend("2026", FIGURE) is None
    assert trend("2026", {**HIDDEN, "earlier": [before("2024", 41.0, "tested")]}) is None
    assert trend("2026", {**FIGURE, "earlier": [before("2017", 90.0, "not comparable")]}) is None


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0%"), (0.4, "0%"), (0.5, "1%"), (42.5, "43%"), (100, "100%"), ("[c]", "[c]")]
)
def test_percentages_are_rounded_half_up_and_marks_stay(value: object, words: str) -> None:
    assert percent(value) == words


@pytest.mark.parametrize(("value", "words"), [(2.5, "+3"), (-2.4, "−2"), (0.2, "0"), (-0.4, "0"), ("[b]", "[b]")])
def test_differences_have_a_sign_or_are_nothing(value: object, words: str) -> None:
    assert points(value) == words


def test_words_and_marks_of_a_figure() -> None:
    assert interval(FIGURE) == "40 to 47%"
    assert interval(HIDDEN) == ""
    assert marks_of({**FIGURE, "flags": "[u]"}) == {"[u]"}
    assert marks_of(HIDDEN) == {"[c]"}


def test_a_tile_has_a_shade_only_with_a_figure() -> None:
    places = [SimpleNamespace(code=code, column=column, row=0) for column, code in enumerate(("A", "B", "C", "Z"))]
    drawn = tile_map(places, {"A": "North", "B": "South", "C": "West"}, {"A": FIGURE, "B": HIDDEN})
    assert [(tile.code, tile.step, tile.words) for tile in drawn.tiles] == [
        ("A", 2, "44%"),
        ("B", None, "[c]"),
        ("C", None, ""),
    ]


@pytest.mark.parametrize(("value", "step"), [(0, 0), (19.9, 0), (20, 1), (79.9, 3), (80, 4), (100, 4), ("[c]", None)])
def test_shades_have_fixed_steps(value: object, step: int | None) -> None:
    assert step_of(value) == step


def test_long_names_stand_on_two_short_lines() -> None:
    assert short_lines("Banister and Polygon") == ("Banister &", "Polygon")
    assert short_lines("Bevois") == ("Bevois",)
    assert short_lines("Extraordinarily long") == ("Extraordi.", "long")


def test_an_outline_keeps_its_corners_and_loses_what_is_too_small_to_see() -> None:
    square = [[0, 0], [0.5, 0.00001], [1, 0], [1, 1], [0, 1], [0, 0]]
    assert simplify_ring(square) == [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
    assert simplify_ring([[0, 0], [0.5, 0.1], [1, 0]]) == [[0, 0], [0.5, 0.1], [1, 0]]


def test_area_and_middle_of_a_ring() -> None:
    assert area([(0, 0), (4, 0), (4, 2), (0, 2)]) == 8
    assert middle([(0, 0), (4, 0), (4, 2), (0, 2)]) == (2, 1)
    assert middle([(1, 1), (1, 1)]) == (1, 1)


def test_north_is_up_and_the_picture_is_filled() -> None:
    projection = Projection.around([(-1.5, 50.9), (-1.3, 50.95)])
    assert projection.at((-1.5, 50.95)) == (4, 4)
    assert projection.at((-1.3, 50.9))[0] == 336
    assert projection.at((-1.3, 50.9))[1] > 4
