"""The measure of reading age itself."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from tests.reading_age import reading_age, sentences, syllables

BY_HAND = {
    1: "safe ward dark give asked called times help",
    2: "police council people answer answered being quiet places reading respond city street after",
    3: "area violence created idea ideas partnership behaviour surveys' residents together",
    4: "community anybody's information experience organisation",
}


def test_syllables_are_within_a_tenth_of_what_people_count() -> None:
    counted = {word: number for number, words in BY_HAND.items() for word in words.split()}
    counted.update({"surveys'": 2, "organisation": 5, "being": 2})
    off = {word: (syllables(word), number) for word, number in counted.items() if syllables(word) != number}
    assert sum(found - number for found, number in off.values()) / len(counted) == pytest.approx(0, abs=0.1), off


def test_harder_words_and_longer_sentences_need_older_readers() -> None:
    easy = BeautifulSoup("<main><p>Do you feel safe at home? Tell us here.</p></main>", "html5lib").main
    hard = BeautifulSoup(
        "<main><p>Perceptions of neighbourhood deterioration were subsequently operationalised.</p></main>",
        "html5lib",
    ).main
    assert reading_age(easy) < 7
    assert reading_age(hard) > 20


def test_headings_labels_and_items_are_sentences_of_their_own() -> None:
    page = BeautifulSoup("<main><h1>One two three</h1><ul><li>Four five six</li></ul></main>", "html5lib").main
    assert sentences(page) == [["One", "two", "three"], ["Four", "five", "six"]]
