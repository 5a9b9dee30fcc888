"""Comments: how they are worded and what they are about. Experimental, English only, without any corpus."""

from analysis.text.accuracy import Accuracy, measured_accuracy
from analysis.text.dictionary import Dictionary, DictionaryError, Theme, load_dictionary
from analysis.text.lexicon import lexicon_version
from analysis.text.polarity import BAND, sentiment
from analysis.text.themes import OTHER, theme_summary, themes

__all__ = [
    "BAND",
    "OTHER",
    "Accuracy",
    "Dictionary",
    "DictionaryError",
    "Theme",
    "lexicon_version",
    "load_dictionary",
    "measured_accuracy",
    "sentiment",
    "theme_summary",
    "themes",
]
