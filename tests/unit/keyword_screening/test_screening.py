"""Words that may say somebody is in danger: found however they are typed, and not in what merely sounds alike."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from feedback.demonstration.content import read_content
from feedback.keyword_screening import screen_text, word_lists
from feedback.keyword_screening.lists import WordsError
from feedback.keyword_screening.normalisation import LONGEST, normal

PHRASES = yaml.safe_load((Path(__file__).parent / "phrases.yaml").read_text(encoding="utf-8"))

GOOD = """
language: xx
state: draft
reviewed_by: ""
reviewed_on: ""
sets: {who: [he, she, my (dad|mum)]}
groups:
  - {code: hits, label: Hits, phrases: ["<who> ... hits me", "really? scared"]}
"""


@pytest.mark.parametrize("text", PHRASES["danger"])
def test_words_of_danger_are_found(text: str) -> None:
    assert screen_text(text)
    assert screen_text(f"The park is dark. {text}. Thank you!")
    assert screen_text(text.upper())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\t", "\u2028", "\x0b", "\x85"])
def test_a_new_line_parts_words(end: str) -> None:
    assert screen_text(f"The park is dark{end}my husband hits me{end}thank you")
    assert screen_text(f"my husband{end}hits me")


@pytest.mark.parametrize("text", PHRASES["harmless"])
def test_what_people_write_about_their_city_is_let_through(text: str) -> None:
    assert screen_text(text) == ()


def test_nothing_that_the_demonstration_says_is_held() -> None:
    phrases = read_content("phrases.yaml")
    said = [str(text) for text in (*phrases["whole"], *phrases["awkward"])]
    for theme in phrases["themes"]:
        said += [*theme["because"], *(ask.format(where=phrases["where"][0]) for ask in theme["asks"])]
    assert [text for text in said if screen_text(text)] == []


@pytest.mark.parametrize("text", ["", " ", "\0", "\u202e", "!!!", "a " * 20_000, "k*" * 50_000, "he my " * 20_000])
def test_odd_texts_are_no_worry_and_no_work(text: str) -> None:
    assert screen_text(text) == ()


def test_only_so_much_of_a_text_is_read() -> None:
    assert len(normal("ab " * LONGEST)) <= LONGEST


def test_every_list_says_that_nobody_has_reviewed_it_yet() -> None:
    lists = word_lists()
    assert lists[0].language == "en"
    assert {words.language for words in lists} == {"en", "ar", "es", "fa", "pa", "pl", "pt", "ro", "zh-Hans", "zh-Hant"}
    assert all((words.state, words.reviewed_by, words.reviewed_on) == ("draft", "", None) for words in lists)
    assert all(words.size >= 10 for words in lists)


def test_lines_are_read_as_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "xx.yaml").write_text(GOOD)
    (words,) = word_lists(tmp_path)
    pattern = words.groups[0].written
    for text in ("my dad always hits me", "she hits me", "scared", "really scared"):
        assert pattern.search(f" {normal(text)} "), text
    for text in ("she one two three four five hits me", "she hits meadows", "unscared", "dad hits me"):
        assert not pattern.search(f" {normal(text)} "), text


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ("sets:", "more: 1\nsets:", "it must have the keys"),
        ("<who>", "<whom>", "names the unknown set 'whom'"),
        ("really? scared", "...?!", "has no letters"),
        ("state: draft", "state: reviewed", "state is draft, or reviewed with"),
        ('["<who> ... hits me", "really? scared"]', "[]", "has no phrases"),
    ],
)
def test_a_fault_names_the_file(tmp_path: Path, was: str, now: str, sentence: str) -> None:
    (tmp_path / "xx.yaml").write_text(GOOD.replace(was, now))
    with pytest.raises(WordsError, match=sentence) as error:
        word_lists(tmp_path)
    assert str(error.value).startswith("xx.yaml: ")
