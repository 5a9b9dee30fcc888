"""The question types. A new type is one module here and one line in this registry."""

from __future__ import annotations

from forms.questions.base import Column, Option, Paper, Posted, Question
from forms.questions.choose_up_to import ChooseUpTo
from forms.questions.grid import Grid
from forms.questions.long_text import LongText
from forms.questions.place import Place
from forms.questions.several_choices import SeveralChoices
from forms.questions.short_text import ShortText
from forms.questions.single_choice import SingleChoice
from forms.questions.whole_number import WholeNumber

QUESTION_TYPES: dict[str, type[Question]] = {
    kind.type: kind
    for kind in (SingleChoice, SeveralChoices, Grid, ChooseUpTo, ShortText, LongText, WholeNumber, Place)
}

__all__ = ["QUESTION_TYPES", "Column", "Option", "Paper", "Posted", "Question"]
