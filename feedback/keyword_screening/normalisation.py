"""What people write, in the one form that the lists are compared with: as they meant it, not as they typed it."""

from __future__ import annotations

import re
import unicodedata

APOSTROPHES = re.compile("['\u2018\u2019\u201b\u02b9\u02bb\u02bc\u2032\uff07`\u00b4]")
SHORTENED = re.compile(rf"(?<=\w){APOSTROPHES.pattern}(ll|d)\b", re.IGNORECASE)  # English: "my husband'll", "he'd"
IN_FULL = {"ll": " will", "d": " would"}
APART = re.compile(
    r"[^\w\u0900-\u0dff@$!*+]+"
)  # vowel signs of Indian scripts are no \\w; signs that stand for letters stay: "k!ll", "r@pe", "k*ll"
SIGNS = "@$!*+"  # within a word they stand for letters, at its ends they do not
REPEATED = re.compile(r"(\w|[@$!*+])\1+")
UNSEEN = {"Cf", "Cc"}
# Marks above and below Latin, Greek and Cyrillic letters, and the vowel signs of Arabic script. Vowel signs of Gurmukhi
# are letters: they stay.
MARKS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670\u0640]")
ONE_LETTER = str.maketrans("أإآىیکةłø", "اااييكهlo")  # spellings of one letter
LOOK_ALIKES = str.maketrans("аеорсухіѕјкмнтв", "aeopcyxisjkmhtb")  # Cyrillic; no list is in Cyrillic letters
RUN = re.compile(r"(?<!\S)(?:\w (?=\w(?: |$))){2,}\w(?!\S)")
LONGEST = 20_000  # characters of one text; no question lets through as many


def normal(text: str) -> str:
    """Return text in small letters without accents, marks, apostrophes and doubled letters, one space between words.

    A shortened word that has its apostrophe is written in full: "he'll" as "he will", "she'd" as "she would".
    """
    full = SHORTENED.sub(lambda found: IN_FULL[found[1].lower()], text[:LONGEST])
    folded = unicodedata.normalize("NFKC", APOSTROPHES.sub("", full)).casefold()
    bare = MARKS.sub("", unicodedata.normalize("NFD", folded)).translate(ONE_LETTER)
    lined = " ".join(unicodedata.normalize("NFC", bare).split())  # a new line is a control character, and parts words
    seen = "".join(sign for sign in lined if unicodedata.category(sign) not in UNSEEN)
    split = APART.sub(" ", seen.translate(LOOK_ALIKES)).replace("_", " ").split()
    words = filter(None, (word.strip(SIGNS) for word in split))
    return REPEATED.sub(r"\1", " ".join(words))


def spelled_out(words: str) -> list[str]:
    """Return each run of three or more single letters of a normal text as one word: "k i l" gives "kil"."""
    return [_joined(run) for run in RUN.findall(words)]


def with_runs_joined(words: str) -> str:
    """Return a normal text in which such runs stand as words."""
    return RUN.sub(_joined_match, words)


def _joined_match(run: re.Match[str]) -> str:
    return _joined(run[0])


def _joined(run: str) -> str:
    return REPEATED.sub(r"\1", run.replace(" ", ""))
