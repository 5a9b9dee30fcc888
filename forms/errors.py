"""Errors of this room; each carries whole sentences for the person who can put things right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class QuestionnaireError(ValueError):
    """A questionnaire is not fit to be asked. `faults`: every fault found, each naming file, question and fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class UnknownQuestion(KeyError):
    """No question of the questionnaire has this id."""

    def __str__(self) -> str:
        return f"No question has the id {self.args[0]!r}."


class AnswerError(ValueError):
    """Answers that the questionnaire does not allow. `errors`: question id to the sentence that says what to do."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(self.errors.values()))


class AnswerFault(ValueError):
    """One answer is not allowed. `part`: the row of a grid it is about, empty for the whole question."""

    def __init__(self, sentence: str, part: str = "") -> None:
        super().__init__(sentence)
        self.part = part
