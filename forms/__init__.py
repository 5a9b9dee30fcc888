"""What is asked: question types, questionnaires, routing and wording. Knows no database and no web."""

from forms.building import parse_questionnaire
from forms.derived import Characteristic, Exclusion, Group, IndicatorSpec
from forms.errors import AnswerError, QuestionnaireError, UnknownQuestion
from forms.loading import load_questionnaire, questionnaire_files, shared_characteristics
from forms.page import Page, Reading
from forms.place_words import differs_in_place_alone, with_ward_names
from forms.questionnaire import Questionnaire
from forms.questions import QUESTION_TYPES, Column, Option, Question
from forms.routing import Condition
from forms.translating import Catalogue, missing, texts, translated

__all__ = [
    "QUESTION_TYPES",
    "AnswerError",
    "Catalogue",
    "Characteristic",
    "Column",
    "Condition",
    "Exclusion",
    "Group",
    "IndicatorSpec",
    "Option",
    "Page",
    "Question",
    "Questionnaire",
    "QuestionnaireError",
    "Reading",
    "UnknownQuestion",
    "differs_in_place_alone",
    "load_questionnaire",
    "missing",
    "parse_questionnaire",
    "questionnaire_files",
    "shared_characteristics",
    "texts",
    "translated",
    "with_ward_names",
]
