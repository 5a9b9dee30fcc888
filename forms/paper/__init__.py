"""A questionnaire on paper: what stands on the sheet, and what somebody keys from a sheet that came back."""

from forms.paper.comparing import Comparison, compare, settled
from forms.paper.keying import BLANK, ILLEGIBLE, KEYS, MULTIPLE, Keyed, in_words, read_keyed, read_one
from forms.paper.layout import END, Box, Field, Gate, PaperForm, PaperPart, PaperQuestion, paper_form

__all__ = [
    "BLANK",
    "END",
    "ILLEGIBLE",
    "KEYS",
    "MULTIPLE",
    "PaperQuestion",
    "Box",
    "Comparison",
    "Field",
    "Gate",
    "Keyed",
    "PaperForm",
    "PaperPart",
    "compare",
    "in_words",
    "paper_form",
    "read_keyed",
    "read_one",
    "settled",
]
