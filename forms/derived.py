"""What figures are made from: characteristics, exclusions and indicators, described as data beside the questions."""

from __future__ import annotations

import msgspec

from forms.routing import Answers, Condition, any_holds, codes_given


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One value of a characteristic. `when`: alternatives, each a list of conditions that must all hold."""

    code: str
    label: str
    when: tuple[tuple[Condition, ...], ...] = ()


class Characteristic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A breakdown of the people who answered: by the codes of one `question`, or by the conditions of each group.

    `special_category`: whether it is special-category data (UK GDPR article 9) or treated as such; reviewed files must
    say it, and None stands for a version that was published before they did. `weighted`: whether answers are weighted
    by it where the place knows its population. `about`: what a file with a row for each person says of it, where it is
    made from several questions.
    """

    name: str
    label: str
    question: str = ""
    groups: tuple[Group, ...]
    special_category: bool | None = None
    weighted: bool = False
    about: str = ""

    @property
    def sensitive(self) -> bool:
        """Whether it is protected as special-category data: what nobody said counts as that."""
        return self.special_category is not False

    @property
    def is_weighted(self) -> bool:
        """What was published before anybody said is weighted wherever the place knows its population, as it was."""
        return self.weighted or self.special_category is None

    @property
    def made_from(self) -> frozenset[str]:
        """The ids of the questions that it is made from."""
        of_groups = frozenset(c.question for group in self.groups for when in group.when for c in when)
        return frozenset({self.question}) if self.question else of_groups

    def group_of(self, answers: Answers) -> str:
        """The code of the group that these answers belong to; empty when unknown or not told."""
        given = codes_given(answers.get(self.question)) if self.question else frozenset()
        for group in self.groups:
            if group.code in given if self.question else any_holds(group.when, answers):
                return group.code
        return ""


# What is said of a characteristic besides wording and groups: it may be said later, and changes no answer.
SAID_BESIDE = ("special_category", "weighted", "about")


class Exclusion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is counted apart from the base, and why."""

    code: str
    label: str
    when: tuple[tuple[Condition, ...], ...]

    @property
    def made_from(self) -> frozenset[str]:
        """The ids of the questions that it is made from."""
        return frozenset(condition.question for alternative in self.when for condition in alternative)

    def holds(self, answers: Answers) -> bool:
        return any_holds(self.when, answers)


class RoutedBy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the ways to be asked a routed item: `column` of the frame holds one of `codes`."""

    column: str
    codes: tuple[str, ...]


class IndicatorSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A yes/no figure. `question` is a column of the frame; `asked` is any-of and, where given, makes the base.

    `concept` is the id that published baselines of the same question carry, empty where none exists.
    """

    id: str
    label: str
    question: str
    yes: tuple[str, ...]
    base: tuple[str, ...] = ()
    kind: str = "single"
    conditions: tuple[RoutedBy, ...] = msgspec.field(default=(), name="asked")
    concept: str = ""
    topic: str
    sensitive: bool = False

    @property
    def asked(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(column, codes) pairs, as `analysis.Indicator` takes them."""
        return tuple((condition.column, condition.codes) for condition in self.conditions)
