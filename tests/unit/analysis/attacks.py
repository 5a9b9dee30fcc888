"""Random tables of answers, and somebody who solves for what is hidden in many of them at once.

The attacker is written apart from the code that protects: a table is rows (groups) by kinds of answer, now and perhaps
in an earlier publication; known are the figures that are shown, that groups make up the city, and that nobody was
taken away since. Blocks of one linear programme are the tables, so that one solution says something of each.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import coo_array

from analysis import Indicator, Suppressed, disclosed
from analysis.disclosure.suppression import EstimateTable, suppress_table
from analysis.thresholds import thresholds

KINDS = ("up_a_lot", "up", "same", "down")
QUESTION = (
    Indicator("up", "q", KINDS[:2], KINDS),
    Indicator("a_lot", "q", KINDS[:1], KINDS),
    Indicator("same", "q", KINDS[2:3], KINDS),
    Indicator("down", "q", KINDS[3:], KINDS),
)
OWN_BASES = (
    Indicator("view_up", "q", KINDS[:2], KINDS[:3]),
    Indicator("view_same", "q", KINDS[2:3], KINDS[:3]),
    Indicator("no_view", "q", KINDS[3:], KINDS),
)
'The last kind of answer is in one base, and not in the others, as "don\'t know" is.'
CITY = ("city", "")
ENOUGH = 5
MOST = 10_000
CROSSED = 0.05
Key = tuple[str, str]


def estimates_of(counts: dict[Key, np.ndarray], indicators: tuple[Indicator, ...]) -> pd.DataFrame:
    """Unweighted estimates from the counts of each kind of answer by (dimension, group)."""
    rows = []
    for indicator in indicators:
        yes = [KINDS.index(kind) for kind in indicator.yes]
        base = [KINDS.index(kind) for kind in indicator.base]
        rows += [(indicator.name, *key, int(kinds[base].sum()), int(kinds[yes].sum())) for key, kinds in counts.items()]
    frame = pd.DataFrame(rows, columns=["indicator", "dimension", "group", "n", "yes"])
    percent = 100 * frame["yes"] / frame["n"].where(frame["n"] > 0)
    figures = {"percent_unweighted": percent, "percent": percent, "std_error": 1.5, "design_effect": 1.0}
    return frame.assign(**figures, n_effective=frame["n"].astype(float), lower=percent - 5, upper=percent + 5)


def protected(exact: pd.DataFrame, audience: str, sensitive: list[str], indicators, published=()) -> pd.DataFrame:
    """What `protect` decides (which rows and which bases are hidden), without the rounding that comes after."""
    by_special_category = exact["dimension"].eq("disability")
    protected = (exact["indicator"].isin(sensitive) | by_special_category).to_numpy()
    table = EstimateTable.of(exact, protected, thresholds(audience)).beside(published, None)
    reasons, bases = suppress_table(table, indicators)
    n = pd.Series([Suppressed() if hide else n for n, hide in zip(exact["n"], bases, strict=True)], dtype=object)
    return exact.assign(n=n, hidden_because=reasons)


def totals_of(cells: np.ndarray, names: tuple[str, ...]) -> dict[Key, np.ndarray]:
    """The city, the groups of each dimension and, for two dimensions, the crossed groups; cells (group.. x kinds)."""
    found = {CITY: cells.reshape(-1, len(KINDS)).sum(axis=0)}
    for axis, name in enumerate(names):
        others = tuple(other for other in range(len(names)) if other != axis)
        found |= {(name, f"{name[0]}{i}"): part for i, part in enumerate(cells.sum(axis=others))}
    if len(names) > 1:
        crossed = " x ".join(names)
        for i, j in np.ndindex(cells.shape[:2]):
            found[crossed, f"{names[0][0]}{i} x {names[1][0]}{j}"] = cells[i, j]
    return found


@dataclass
class Block:
    """One table as an attacker sees it: facts and targets as {place of an unknown: weight}."""

    names: list[Key]
    size: int
    facts: list[tuple[dict[int, float], float]] = field(default_factory=list)
    grown: list[dict[int, float]] = field(default_factory=list)
    targets: list[tuple[str, dict[int, float]]] = field(default_factory=list)
    story: object = None

    def place(self, version: int, row: int, kind: int) -> int:
        return (version * len(self.names) + row) * len(KINDS) + kind

    def weights(self, version: int, row: int, kinds: range | list[int], sign: float = 1.0) -> dict[int, float]:
        return {self.place(version, row, kind): sign for kind in kinds}


def block_of(
    tables: list[tuple[pd.DataFrame, pd.DataFrame]], indicators: tuple[Indicator, ...], story: object
) -> Block:
    """What is seen of one or two versions of a table, each (exact, protected); the newest first."""
    first = tables[0][0]
    keys = first[first["indicator"] == indicators[0].name][["dimension", "group"]]
    names = list(keys.itertuples(index=False, name=None))
    block = Block(names, len(tables) * len(names) * len(KINDS), story=story)
    for version, (exact, seen) in enumerate(tables):
        for indicator in indicators:
            _read(block, version, indicator, exact, seen, of_before=tables[1] if version == 0 and tables[1:] else None)
        for total, parts in _sums(names):
            for kind in range(len(KINDS)):
                fact = {block.place(version, names.index(part), kind): 1.0 for part in parts}
                block.facts.append((fact | {block.place(version, names.index(total), kind): -1.0}, 0.0))
    if len(tables) > 1:
        half = len(names) * len(KINDS)
        block.grown = [{place: -1.0, half + place: 1.0} for place in range(half)]
    return block


def _read(block, version, indicator, exact, seen, of_before) -> None:
    here = (exact["indicator"] == indicator.name).to_numpy()
    yes = [KINDS.index(kind) for kind in indicator.yes]
    everybody = [KINDS.index(kind) for kind in indicator.base]
    no = [kind for kind in everybody if kind not in yes]
    before = _shown_before(of_before, indicator) if of_before else {}
    for row, (n, count, told_n, why) in enumerate(
        zip(exact["n"][here], exact["yes"][here], seen["n"][here], seen["hidden_because"][here], strict=True)
    ):
        # what rounding and withholding hide besides is given to the attacker for nothing
        base_hidden = isinstance(told_n, Suppressed) and str(told_n) == "[c]"
        name = f"{indicator.name} {block.names[row]} version {version}"
        then = before.get(block.names[row])
        if not base_hidden:
            block.facts.append((block.weights(version, row, everybody), float(n)))
        if why == "":
            block.facts.append((block.weights(version, row, yes), float(count)))
        elif then is None or _far(then, n, count):
            block.targets += [
                (f"{name} {what}", block.weights(version, row, k)) for what, k in (("yes", yes), ("no", no))
            ]
            if base_hidden:
                block.targets.append((f"{name} n", block.weights(version, row, everybody)))
        if version == 0 and then is not None and why != "" and (n, count) != then:
            # what was added since is a table of its own: its yes and no must not be known either
            for what, kinds in (("added yes", yes), ("added no", no)):
                then_minus = block.weights(1, row, kinds, -1.0)
                block.targets.append((f"{name} {what}", block.weights(0, row, kinds) | then_minus))


def _shown_before(table, indicator) -> dict[Key, tuple[int, int]]:
    exact, seen = table
    here = (exact["indicator"] == indicator.name) & (seen["hidden_because"] == "")
    return {(row.dimension, row.group): (row.n, row.yes) for row in exact[here].itertuples()}


def _far(then: tuple[int, int], n: int, yes: int) -> bool:
    """Whether a figure moved so far that the old one does not give the new one away."""
    return max(abs(n - then[0]), abs(yes - then[1]), abs(n - yes - then[0] + then[1])) >= 10


def _sums(names: list[Key]) -> list[tuple[Key, list[Key]]]:
    found = []
    for dimension in dict.fromkeys(dimension for dimension, _ in names if dimension != "city"):
        members = [name for name in names if name[0] == dimension]
        if " x " not in dimension:
            found.append((CITY, members))
            continue
        for side, column in enumerate(dimension.split(" x ")):
            for value in dict.fromkeys(group.split(" x ")[side] for _, group in members):
                found.append(((column, value), [name for name in members if name[1].split(" x ")[side] == value]))
    return found


class Attack:
    """Many tables in one linear programme."""

    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = blocks
        self.start = np.cumsum([0, *(block.size for block in blocks)])
        self.equal, self.values = self._matrix([(f, v) for block in blocks for f, v in block.facts], "facts")
        self.under, self.tops = self._matrix([(f, 0.0) for block in blocks for f in block.grown], "grown")
        self.low = [np.full(len(block.targets), np.inf) for block in blocks]
        self.high = [np.full(len(block.targets), -np.inf) for block in blocks]

    def _matrix(self, rows, part):
        at, column, weight = [], [], []
        number = 0
        for start, block in zip(self.start, self.blocks, strict=False):
            for fact in (fact for fact, _ in block.facts) if part == "facts" else block.grown:
                at += [number] * len(fact)
                column += [start + place for place in fact]
                weight += fact.values()
                number += 1
        if not rows:
            return None, None
        matrix = coo_array((weight, (at, column)), shape=(number, self.start[-1])).tocsr()
        return matrix, np.array([value for _, value in rows])

    def leaks(self) -> list[tuple[str, float, object]]:
        """Every hidden count that lies in an interval narrower than 5."""
        todo = [[(target, sign) for target in range(len(b.targets)) for sign in (1.0, -1.0)] for b in self.blocks]
        while any(todo):
            cost = np.zeros(self.start[-1])
            for number, (start, block) in enumerate(zip(self.start, self.blocks, strict=False)):
                while todo[number]:
                    target, sign = todo[number].pop(0)
                    if self.high[number][target] - self.low[number][target] < ENOUGH:
                        for place, weight in block.targets[target][1].items():
                            cost[start + place] = sign * weight
                        break
            if cost.any():
                self._look(cost)
        return [
            (name, float(high - low), block.story)
            for block, lows, highs in zip(self.blocks, self.low, self.high, strict=True)
            for (name, _), low, high in zip(block.targets, lows, highs, strict=True)
            if high - low < ENOUGH - 1e-6
        ]

    def _look(self, cost: np.ndarray) -> None:
        found = linprog(
            cost,
            self.under,
            self.tops,
            self.equal,
            self.values,
            bounds=(0, MOST),
            method="highs",
            options={"presolve": True},
        )
        assert found.status == 0, found.message
        for number, (start, block) in enumerate(zip(self.start, self.blocks, strict=False)):
            for target, (_, weights) in enumerate(block.targets):
                value = sum(weight * found.x[start + place] for place, weight in weights.items())
                self.low[number][target] = min(self.low[number][target], value)
                self.high[number][target] = max(self.high[number][target], value)


def random_cells(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Counts that are small often, sometimes 0, and large now and then."""
    scale = random.choice([2.0, 8.0, 30.0], size=(*shape, 1))
    return random.poisson(scale * random.dirichlet([0.7] * len(KINDS), size=shape) * random.integers(0, 3, (*shape, 1)))


def random_block(random: np.random.Generator, *, again: bool, question: tuple[Indicator, ...] = QUESTION) -> Block:
    """A random table, protected: one or two dimensions, some indicators of one question, perhaps again with more."""
    sizes = [size for size in (1, 1, 2, 3, 4) if size <= len(question)]
    names, shape = (("ward",), (int(random.integers(1, 7)),))
    if random.random() < CROSSED:
        names, shape = (("ward", "sex"), (int(random.integers(2, 4)), 2))
    elif random.random() < 0.2:
        names = ("disability",)
    members = random.choice(len(question), size=random.choice(sizes), replace=False)
    chosen = tuple(question[i] for i in sorted(members))
    audience = str(random.choice(["partner", "public"]))
    sensitive = [one.name for one in chosen] if random.random() < 0.25 else []
    cells = random_cells(random, shape)
    old = estimates_of(totals_of(cells, names), chosen)
    first = protected(old, audience, sensitive, chosen)
    story = (audience, sensitive, cells.tolist())
    if not again:
        return block_of([(old, first)], chosen, story)
    more = random.poisson(random.choice([0.02, 0.1, 1.0, 4.0]), size=cells.shape)
    new = estimates_of(totals_of(cells + more, names), chosen)
    second = protected(new, audience, sensitive, chosen, [disclosed(old, first, audience)])
    return block_of([(new, second), (old, first)], chosen, (*story, more.tolist()))
