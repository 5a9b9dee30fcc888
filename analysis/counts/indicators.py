"""What an indicator is: which answers say yes, and who is in its base."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from analysis.errors import AnalysisError, listed

SEPARATOR = ";"
KINDS = ("single", "multi")


@dataclass(frozen=True)
class Indicator:
    """A yes/no figure made from one question.

    `question` is a column of the responses; `yes` the answers that count; `base` the answers that are in the base
    (empty: any answer). `kind` "multi" means several codes in one cell joined by ";". `asked`, if given, is a tuple of
    (column, answers): the base is everybody for whom any of these holds, so that nothing ticked is a no; a `base`
    given with it narrows it further. `outside` are answers that say nothing ("Prefer not to say"): who gave these
    alone is not in the base. `allowed`, if given, are all answers that the question offers: what is counted and can
    never be given is refused, where without it the figure would be 0 % and look like one.
    """

    name: str
    question: str
    yes: tuple[str, ...]
    base: tuple[str, ...] = ()
    kind: str = "single"
    asked: tuple[tuple[str, tuple[str, ...]], ...] = ()
    outside: tuple[str, ...] = ()
    allowed: tuple[str, ...] = field(default=(), compare=False, kw_only=True)

    def __post_init__(self) -> None:
        for name in ("yes", "base", "outside", "allowed"):
            object.__setattr__(self, name, _answers(getattr(self, name)))
        object.__setattr__(self, "asked", tuple((column, _answers(codes)) for column, codes in self.asked))
        if self.kind not in KINDS:
            raise AnalysisError(f"Indicator '{self.name}' is of kind '{self.kind}'; choose one of {listed(KINDS)}.")
        if not self.name or not self.question:
            raise AnalysisError("An indicator needs a name and the column of its question.")
        if not self.yes:
            raise AnalysisError(f"Indicator '{self.name}' has no answer that counts as yes; name at least one.")
        left_out = [answer for answer in self.yes if answer not in self.base] if self.base else []
        if (self.kind == "single" and left_out) or not set(self.yes).isdisjoint(self.outside):
            raise AnalysisError(
                f"Indicator '{self.name}' counts {listed(left_out or self.yes)} as yes but leaves it out of its base; "
                "add it to the base."
            )
        self._refuse_impossible()

    def _refuse_impossible(self) -> None:
        given = [*self.yes, *self.base, *self.outside] if self.allowed else []
        if unknown := [answer for answer in dict.fromkeys(given) if answer not in self.allowed]:
            raise AnalysisError(
                f"Indicator '{self.name}' counts {listed(unknown)}, which nobody can answer to '{self.question}'; "
                f"choose from {listed(self.allowed)}."
            )

    @cached_property
    def _counted(self) -> frozenset[str]:
        return frozenset(self.base)

    @cached_property
    def _wanted(self) -> frozenset[str]:
        return frozenset(self.yes)

    @cached_property
    def _silent(self) -> frozenset[str]:
        return frozenset(self.outside)

    def place(self, answer: str) -> int:
        """0 outside the base, 1 in the base, 2 in the base and a yes; for one cell as it stands ("" is blank)."""
        given = answers_in(answer) if self.kind == "multi" else {answer} - {""}
        counted = not self._counted.isdisjoint(given) if self.base else bool(given or self.asked)
        refused = bool(given) and self._silent.issuperset(given)
        return (counted and not refused) * (2 - self._wanted.isdisjoint(given))


@lru_cache(maxsize=4096)
def answers_in(cell: str) -> frozenset[str]:
    """The codes in one cell of a question with several answers."""
    return frozenset(cell.split(SEPARATOR)) - {""}


def meets(answer: str, codes: Iterable[str]) -> bool:
    """Whether a cell holds one of the codes, alone or among several joined by ";"."""
    wanted = set(codes)
    return answer in wanted or not wanted.isdisjoint(answers_in(answer))


def check_indicators(indicators: Sequence[Indicator]) -> tuple[Indicator, ...]:
    """The indicators as a tuple, with names that occur once."""
    names = [indicator.name for indicator in indicators]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise AnalysisError(f"Two indicators are called {listed(doubled)}; give each its own name.")
    return tuple(indicators)


def _answers(answers: Iterable[str]) -> tuple[str, ...]:
    if isinstance(answers, str):
        raise AnalysisError(f"Answers are given as a tuple, not as the text '{answers}'; write ('{answers}',).")
    return tuple(answers)
