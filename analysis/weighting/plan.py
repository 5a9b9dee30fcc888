"""Choose the margins a wave can bear, join categories that are too small, rake, and keep a record of what was done."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations

import pandas as pd

from analysis.errors import AnalysisError
from analysis.weighting.raking import rake

LARGEST = 5.0
LOWEST = 0.2
CAPS = (5.0, 5.5, 6.0, 6.5, 7.0, 7.5, 8.0)


@dataclass(frozen=True, kw_only=True)
class CollapsedCategories:
    """Two or more categories of one margin that are weighted as one, and why."""

    variable: str
    categories: tuple[str, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class WeightingResult:
    """Weights of a wave's base (summing to the population, or all 1) and how they came about.

    `how` is `raked`, `bounded` or `unweighted`; `cap` the bound in means where bounded; `largest` the largest weight
    in means; `notes` whole sentences for the method sheet; `left_out` variable to the sentence that says why it is not
    weighted by, which is among the notes.
    """

    weights: pd.Series[float]
    how: str
    variables: tuple[str, ...]
    merges: tuple[CollapsedCategories, ...]
    notes: tuple[str, ...]
    largest: float
    cap: float | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def n_effective(self) -> float:
        """Kish's effective number of responses: (sum w)^2 / sum w^2; 0 for nobody."""
        squares = float((self.weights**2).sum())
        return float(self.weights.sum()) ** 2 / squares if squares else 0.0

    @property
    def design_effect(self) -> float | None:
        return len(self.weights) / self.n_effective if len(self.weights) else None


def weight_to_margins(
    base: pd.DataFrame,
    margins: pd.DataFrame,
    merges: pd.DataFrame,
    *,
    minimum_cell: int = 1,
    without: Collection[str] = (),
) -> WeightingResult:
    """Weight `base` (one row a person) to `margins` (`variable, category, population`) as far as the answers allow.

    A category with fewer than `minimum_cell` people is joined with the first that `merges` (`variable, category, into`)
    offers; one that stays empty costs its margin, as do margins that contradict the others and those in `without`, each
    with a note. Weights above 5 times the mean are replaced by bounded calibration (0.2 to 5 means, the cap raised to 8
    at most).
    """
    variables = [v for v in margins["variable"].unique() if v in base.columns and (base[v] != "").any()]
    if base.empty or not variables:
        why = "Nobody answered." if base.empty else "Nobody gave a characteristic that the Census knows."
        return _unweighted(base, f"The figures are not weighted. {why}")
    left_out = {
        v: f"The figures are not weighted by {_named(v)}: an analyst chose so." for v in variables if v in without
    }
    joined = _joined(base, margins, merges, [v for v in variables if v not in left_out], minimum_cell)
    left_out |= {variable: _nobody_from(variable, empty) for variable, empty in joined.empty.items()}
    kept = tuple(v for v in joined.variables if v not in left_out)
    if not kept:
        few = "The figures are not weighted: too few people answered to compare with the Census."
        return _unweighted(base, *(left_out.values() or [few]), left_out=left_out)
    return _rake(joined, kept, left_out)


def _nobody_from(variable: str, empty: Collection[str]) -> str:
    return (
        f"The figures are not weighted by {_named(variable)}: nobody answered from {', '.join(empty)}, and the "
        "reviewed list of merged categories has no group to combine them with."
    )


def _named(variable: str) -> str:
    return variable.replace("_", " ")


def _unweighted(base: pd.DataFrame, *notes: str, left_out: Mapping[str, str] | None = None) -> WeightingResult:
    weights = pd.Series(1.0, index=base.index)
    return WeightingResult(
        weights=weights, how="unweighted", variables=(), merges=(), notes=notes, largest=1.0, left_out=left_out or {}
    )


@dataclass(frozen=True)
class _Joined:
    """The base and margins with small categories joined, the log, and by variable what nobody answered from."""

    frame: pd.DataFrame
    targets: pd.DataFrame
    done: tuple[CollapsedCategories, ...]
    empty: Mapping[str, tuple[str, ...]]

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(map(str, self.targets["variable"].unique()))


def _rake(joined: _Joined, kept: tuple[str, ...], left_out: Mapping[str, str]) -> WeightingResult:
    """Rake to as many of the margins in `kept` as can be met together, the first ones before the later."""
    why = ""
    for chosen in _fewer(kept):
        targets = joined.targets[joined.targets["variable"].isin(chosen)].reset_index(drop=True)
        done = tuple(one for one in joined.done if one.variable in chosen or one.variable not in (*kept, *left_out))
        try:
            found = _held(joined.frame[list(chosen)], targets, chosen, done)
        except AnalysisError as error:
            why = why or str(error)
            continue
        told = {v: f"The figures are not weighted by {_named(v)}: {why}" for v in kept if v not in chosen}
        whole = {**left_out, **told}
        return replace(found, notes=(*whole.values(), *found.notes), left_out=whole)
    notes = (*left_out.values(), f"The figures are not weighted: {why}")
    return _unweighted(joined.frame, *notes, left_out={**left_out, **dict.fromkeys(kept, notes[-1])})


def _fewer(kept: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """All margins, then all but one, the last left out first, and so on."""
    for size in range(len(kept), 0, -1):
        yield from combinations(kept, size)


def _held(
    frame: pd.DataFrame, targets: pd.DataFrame, kept: tuple[str, ...], done: tuple[CollapsedCategories, ...]
) -> WeightingResult:
    weights = rake(frame, targets)
    largest = float(weights.max() / weights.mean())
    if largest <= LARGEST:
        return WeightingResult(weights=weights, how="raked", variables=kept, merges=done, notes=(), largest=largest)
    for cap in CAPS:
        try:
            bounded = rake(frame, targets, bounds=(LOWEST, cap))
        except AnalysisError:
            continue
        note = (
            f"Plain raking would have given somebody {largest:.1f} times the mean weight, so the weights were held "
            f"between {LOWEST:g} and {cap:g} times the mean; they still meet every Census total exactly."
        )
        top = float(bounded.max() / bounded.mean())
        return WeightingResult(
            weights=bounded, how="bounded", variables=kept, merges=done, notes=(note,), largest=top, cap=cap
        )
    note = (
        f"The largest weight is {largest:.1f} times the mean: no bound up to {CAPS[-1]:g} meets the Census totals. "
        "Treat figures of small groups with care."
    )
    return WeightingResult(weights=weights, how="raked", variables=kept, merges=done, notes=(note,), largest=largest)


def _joined(
    base: pd.DataFrame, margins: pd.DataFrame, merges: pd.DataFrame, variables: list[str], minimum_cell: int
) -> _Joined:
    frame = pd.DataFrame(index=base.index)
    told = margins["label"] if "label" in margins.columns else margins["category"]
    labels = dict(zip(zip(margins["variable"], margins["category"], strict=True), told, strict=True))
    targets, done, stuck = [], [], dict[str, tuple[str, ...]]()
    for variable in variables:
        margin = margins[margins["variable"] == variable].set_index("category")["population"]
        counts = base[variable].value_counts().reindex(margin.index, fill_value=0)
        rules = _rules(merges, variable)
        blocks, log = _blocks({str(name): int(n) for name, n in counts.items()}, rules, minimum_cell)
        empty = [block for block in blocks if len(blocks) > 1 and _size(block, counts) == 0]
        if empty:
            stuck[variable] = tuple(labels.get((variable, category), category) for block in empty for category in block)
        done += [CollapsedCategories(variable=variable, categories=tuple(block), reason=log[block]) for block in log]
        names = {category: "+".join(block) for block in blocks for category in block}
        frame[variable] = base[variable].map(names).fillna("").astype(str)
        if len(blocks) > 1:
            total = margin.groupby([names[str(name)] for name in margin.index], sort=False).sum()
            targets.append(pd.DataFrame({"variable": variable, "category": total.index, "population": total.values}))
    none = pd.DataFrame(columns=["variable", "category", "population"])
    return _Joined(frame, pd.concat(targets, ignore_index=True) if targets else none, tuple(done), stuck)


Block = tuple[str, ...]
Rules = Mapping[str, list[tuple[str, str]]]


def _rules(merges: pd.DataFrame, variable: str) -> Rules:
    rules: dict[str, list[tuple[str, str]]] = {}
    for row in merges[merges["variable"] == variable].to_dict("records"):
        rules.setdefault(row["category"], []).append((row["into"], row.get("reason", "")))
    return rules


def _blocks(counts: Mapping[str, int], rules: Rules, minimum_cell: int) -> tuple[list[Block], dict[Block, str]]:
    """Join blocks, smallest first, until none that has a rule is too small; with the reason of each joined."""
    blocks: list[Block] = [(category,) for category in counts]
    reasons: dict[Block, str] = {}
    while len(blocks) > 1:
        small = [
            block for block in blocks if sum(counts[c] for c in block) < minimum_cell and _partner(block, blocks, rules)
        ]
        if not small:
            break
        block = min(small, key=lambda one: sum(counts[c] for c in one))
        partner, reason = _partner(block, blocks, rules) or (block, "")
        joined = tuple(c for c in counts if c in block or c in partner)
        told = [reasons.pop(part) for part in (block, partner) if part in reasons]
        reasons[joined] = "; ".join(dict.fromkeys([*told, reason]))
        blocks = [b for b in blocks if b not in (block, partner)] + [joined]
    return blocks, reasons


def _partner(block: Block, blocks: list[Block], rules: Rules) -> tuple[Block, str] | None:
    for category in block:
        for into, reason in rules.get(category, []):
            other = next((one for one in blocks if into in one and one != block), None)
            if other:
                return other, reason
    return None


def _size(block: Block, counts: pd.Series[int]) -> int:
    return int(counts[list(block)].sum())
