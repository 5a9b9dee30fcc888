"""Nothing hidden can be recovered: thousands of random tables, solved for what they hide."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import AnalysisError, Dimension, Indicator, Suppressed, disclosed, estimate, protect
from tests.unit.analysis.attacks import (
    CITY,
    KINDS,
    OWN_BASES,
    QUESTION,
    Attack,
    block_of,
    estimates_of,
    protected,
    random_block,
    totals_of,
)

TOGETHER = 200
"Tables in one linear programme."


def leaks_of(tables: int, seed: int, *, again: bool, question=QUESTION) -> list[tuple[str, float, object]]:
    random = np.random.default_rng(seed)
    blocks = [random_block(random, again=again, question=question) for _ in range(tables)]
    assert sum(bool(block.targets) for block in blocks) > tables / 2
    return [leak for start in range(0, tables, TOGETHER) for leak in Attack(blocks[start : start + TOGETHER]).leaks()]


@pytest.mark.parametrize("tables", [400, pytest.param(2000, marks=pytest.mark.long)])
def test_no_hidden_count_can_be_recovered(tables: int):
    """One or two dimensions, one to four indicators of one question, sensitive or not, for partners and the public."""
    assert leaks_of(tables, 20261121, again=False) == []


def test_no_hidden_count_can_be_recovered_from_two_publications():
    """The same with some answers more, after a first publication: neither the counts nor what was added."""
    assert leaks_of(100, 20261121, again=True) == []


@pytest.mark.parametrize("tables", [100, pytest.param(300, marks=pytest.mark.long)])
def test_no_hidden_count_can_be_recovered_from_bases_that_differ(tables: int):
    assert leaks_of(tables, 20261121, again=False, question=OWN_BASES) == []
    assert leaks_of(tables // 6, 20261121, again=True, question=OWN_BASES) == []


@pytest.mark.parametrize(("audience", "most"), [("partner", 3), ("public", 4)])
def test_a_few_people_beside_bases_that_differ_hide_few_groups(audience: str, most: int):
    """Seven people who did not tell their age, and a question of which "don't know" has a base of its own."""
    ages = [[44, 14, 17, 2], [116, 19, 31, 0], [156, 32, 37, 6], [167, 31, 45, 3], [199, 40, 73, 5], [4, 2, 1, 0]]
    exact = estimates_of(totals_of(np.array(ages), ("age",)), OWN_BASES)
    ordinary = Dimension(name="age", label="Age", groups={}, special_category=False)
    seen = protect(exact, audience, indicators=OWN_BASES, dimensions=[ordinary])
    hidden = {(row.dimension, row.group) for row in seen.itertuples() if row.hidden_because}
    assert ("age", "a5") in hidden
    assert CITY not in hidden
    assert len(hidden) <= most


@pytest.mark.long
def test_no_hidden_count_can_be_recovered_from_many_publications():
    assert leaks_of(2000, 7, again=True) == []


def table(rows: list[list[int]]) -> pd.DataFrame:
    return estimates_of(totals_of(np.array(rows), ("ward",)), QUESTION)


LARGE = [[40, 50, 60, 70], [41, 51, 61, 71], [42, 52, 62, 72]]


def test_the_attack_finds_a_group_left_over():
    exact = table([*LARGE, [2, 1, 2, 1]])
    seen = protected(exact, "partner", [], QUESTION)
    assert Attack([block_of([(exact, seen)], QUESTION, "")]).leaks() == []
    seen.loc[seen["group"] == "w0", "hidden_because"] = ""
    seen.loc[seen["group"] == "w0", "n"] = 220
    found = Attack([block_of([(exact, seen)], QUESTION, "")]).leaks()
    assert {name for name, _, _ in found} >= {f"{one.name} ('ward', 'w3') version 0 n" for one in QUESTION}


def test_the_attack_finds_an_answer_left_over():
    """Crime is up, the same or down: who sees two of them and the base sees the third."""
    rows = [[40, 50, 60, 2], *LARGE]
    exact = table(rows)
    apart = protect(exact, "partner", sensitive=["down"])
    together = protect(exact, "partner", sensitive=["down"], indicators=QUESTION)
    assert set(apart.loc[apart["hidden_because"] != "", "indicator"]) == {"down"}
    found = Attack([block_of([(exact, apart)], QUESTION, "")]).leaks()
    assert ("down ('ward', 'w0') version 0 yes", 0.0, "") in found
    assert Attack([block_of([(exact, together)], QUESTION, "")]).leaks() == []


def test_estimates_know_their_question(frame_of):
    """Without being told: a frame fresh from `estimate` is protected as one question."""
    frame = frame_of(
        ward=[f"w{number // 300}" for number in range(900)],
        q=[KINDS[3] if number in (1, 2) else KINDS[number % 3] for number in range(900)],
    )
    seen = protect(estimate(frame, QUESTION, ["ward"]), "partner", sensitive=["down"])
    assert set(seen.loc[(seen["hidden_because"] != "") & (seen["group"] == "w0"), "indicator"]) > {"down"}


def test_the_base_of_why_is_hidden_with_did_not_report():
    """23 met it and 20 did not report it: who sees that 20 were asked why knows of the 3 who did."""
    told = Indicator("told", "told", ("no",), ("yes", "no"))
    why = Indicator("why", "why", ("fear",), kind="multi", asked=(("told", ("no",)),))
    frame = pd.DataFrame({"told": ["no"] * 20 + ["yes"] * 3, "why": ["fear"] * 9 + [""] * 14}, dtype="str")
    seen = protect(estimate(frame, [told, why], []), "partner", sensitive=["told", "why"])
    assert seen["n"].map(str).tolist() == ["23", "[c]"]
    assert seen["percent"].map(str).tolist() == ["[c]", "[c]"]


class TestPublishedBefore:
    def test_a_few_answers_more_are_not_told(self):
        """Two more answers in one ward: neither that ward nor the city may be seen anew."""
        old, new = table(LARGE), table([[41, 51, 60, 70], *LARGE[1:]])
        first = protect(old, "partner", indicators=QUESTION)
        assert (first["hidden_because"] == "").all()
        again = protect(new, "partner", indicators=QUESTION, published=[disclosed(old, first, "partner")])
        hidden = again[again["hidden_because"] != ""]
        assert set(zip(hidden["dimension"], hidden["group"], strict=True)) == {CITY, ("ward", "w0")}
        assert set(hidden["hidden_because"]) == {"too close to what was published before"}
        assert (protect(new, "partner", indicators=QUESTION)["hidden_because"] == "").all()

    def test_many_answers_more_are_told(self):
        old, new = table(LARGE), table([[part + 12 for part in row] for row in LARGE])
        record = disclosed(old, protect(old, "partner", indicators=QUESTION), "partner")
        assert (protect(new, "partner", indicators=QUESTION, published=[record])["hidden_because"] == "").all()

    def test_the_same_answers_again_give_the_same(self):
        exact = table([*LARGE, [2, 1, 2, 1], [9, 9, 9, 9]])
        first = protect(exact, "public", indicators=QUESTION)
        again = protect(exact, "public", indicators=QUESTION, published=[disclosed(exact, first, "public")])
        assert again["hidden_because"].ne("").equals(first["hidden_because"].ne(""))

    def test_what_was_hidden_stays_hidden(self):
        """A ward of 8 that grows to 40 does not tell by subtraction what it was."""
        old, new = table([*LARGE, [2, 2, 2, 2]]), table([*LARGE, [10, 10, 10, 10]])
        record = disclosed(old, protect(old, "partner", indicators=QUESTION), "partner")
        again = protect(new, "partner", indicators=QUESTION, published=[record])
        assert (again.loc[again["group"] == "w3", "hidden_because"] != "").all()

    def test_what_was_hidden_is_shown_when_enough_have_come(self):
        """Ten more people, ten more yes and ten more no in every answer: nobody can reckon back to the eight."""
        old = table([*LARGE, [2, 2, 2, 2]])
        record = disclosed(old, protect(old, "partner", indicators=QUESTION), "partner")
        for more, shown in ((12, True), (9, False)):
            new = table([[part + 12 for part in row] for row in LARGE] + [[2 + more] * 4])
            again = protect(new, "partner", indicators=QUESTION, published=[record])
            assert (again.loc[again["group"] == "w3", "hidden_because"] == "").all() == shown

    def test_a_record_without_what_was_hidden_keeps_it_hidden(self):
        """Releases of before remember only what they showed."""
        old, new = table([*LARGE, [2, 2, 2, 2]]), table([[part + 40 for part in row] for row in [*LARGE, [2, 2, 2, 2]]])
        record = disclosed(old, protect(old, "partner", indicators=QUESTION), "partner")
        kept = record.drop(columns=["hidden_n", "hidden_yes"])
        again = protect(new, "partner", indicators=QUESTION, published=[kept])
        assert (again.loc[again["group"] == "w3", "hidden_because"] != "").all()
        again = protect(new, "partner", indicators=QUESTION, published=[record])
        assert (again.loc[again["group"] == "w3", "hidden_because"] == "").all()

    def test_a_wider_audience_hides_what_a_narrower_one_did(self):
        """Partners read the public tables too."""
        exact = table([*LARGE, [2, 2, 2, 2], [4, 4, 4, 4]])
        partner = protect(exact, "partner", indicators=QUESTION)
        hidden = partner["hidden_because"] != ""
        public = protect(exact, "public", indicators=QUESTION, published=[disclosed(exact, partner, "partner")])
        assert (public.loc[hidden, "hidden_because"] != "").all()
        other = protect(exact, "partner", indicators=QUESTION, published=[disclosed(exact, public, "public")])
        assert other["hidden_because"].ne("").sum() <= public["hidden_because"].ne("").sum()

    def test_what_is_not_a_record_is_refused(self):
        exact = table(LARGE)
        seen = protect(exact, "public")
        with pytest.raises(AnalysisError, match="lacks the column 'audience'; give what `disclosed` returned"):
            protect(exact, "public", published=[exact])
        with pytest.raises(AnalysisError, match="holds hidden or withheld counts"):
            protect(exact, "public", published=[seen.assign(audience="public")])
        with pytest.raises(AnalysisError, match="are not those of the estimates"):
            disclosed(exact.iloc[1:], seen, "public")


class TestRespondents:
    """How many people are in each group is shown beside the figures, in the response profile."""

    EXACT = table([*LARGE, [2, 2, 2, 2], [8, 8, 8, 8]])

    def hidden_with(self, *n: float) -> list[str]:
        groups = [f"w{number}" for number in range(5)]
        people = pd.DataFrame({"dimension": "ward", "group": groups, "n": n})
        seen = protect(self.EXACT, "partner", indicators=QUESTION, respondents=people)
        return sorted(seen.loc[seen["n"].map(lambda n: isinstance(n, Suppressed)), "group"].unique())

    def test_a_group_that_is_hidden_there_is_hidden_here(self):
        missing = float("nan")
        assert self.hidden_with(230, missing, 240, missing, 40) == ["w1", "w3"]

    def test_a_base_hardly_smaller_than_its_group_is_not_protected_by_another_like_it(self):
        assert self.hidden_with(230, 234, 238, 30, 60) == ["w3", "w4"]
        assert self.hidden_with(230, 234, 238, 9, 33) == ["w0", "w3", "w4"]
