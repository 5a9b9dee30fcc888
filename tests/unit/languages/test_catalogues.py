"""Every catalogue of every language: whole, up to date, with its words in braces, in the script of the language."""

from __future__ import annotations

import re
from functools import cache

import pytest

from feedback.places import Language, load_place
from feedback.translation.catalogues import (
    CatalogueKind,
    Text,
    is_translated,
    kinds,
    missing_from,
    read_catalogue,
    translated_into,
    written,
)

PLACE = load_place("southampton")
KINDS = {kind.name: kind for kind in kinds(PLACE)}
LANGUAGES = {language.code: language for language in translated_into(PLACE)}
EVERY = [pytest.param(KINDS[kind], LANGUAGES[code], id=f"{code}-{kind}") for code in LANGUAGES for kind in KINDS]

PLACEHOLDER = re.compile(r"\{\w+\}|%\(\w+\)[sd]|%%")
SCRIPT = {
    "pa": re.compile(r"[\u0a00-\u0a7f]"),
    "fa": re.compile(r"[\u0600-\u06ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "zh-Hans": re.compile(r"[\u4e00-\u9fff]"),
    "zh-Hant": re.compile(r"[\u4e00-\u9fff]"),
}
# Names of services, which people must recognise when they call, and words that both languages have.
SAME = {
    *("Southampton", "Crimestoppers", "Victim Support", "Yellow Door", "Galop", "Stop Hate UK", "Childline", "NSPCC"),
    *("Samaritans", "Hampton Trust", "Test", "Test:", "Cookies", "Important", "Error:", "Error: ", "No", "Bullying"),
    *("“%(answer)s”",),
}


@cache
def strings(kind: CatalogueKind, language: Language) -> list[tuple[Text, str]]:
    """Each translation with its English; every plural by itself."""
    found: list[tuple[Text, str]] = []
    for text, message in read_catalogue(kind.path(language.code)).items():
        forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        found += [(text, str(form)) for form in forms if form]
    return found


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_nothing_is_missing_and_the_file_is_what_an_update_would_write(kind: CatalogueKind, language: Language) -> None:
    """A new text on a page of residents, or a changed one: run `flask languages update`, then translate it."""
    assert missing_from(kind, language.code) == []
    assert kind.path(language.code).read_bytes() == written(kind, language), "run `flask languages update`"


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_words_to_be_filled_in_are_kept(kind: CatalogueKind, language: Language) -> None:
    wrong = []
    for text, string in strings(kind, language):
        english = text if isinstance(text, str) else text[1]
        if set(PLACEHOLDER.findall(english)) != set(PLACEHOLDER.findall(string)):
            wrong.append((english, string))
    assert wrong == []


@pytest.mark.parametrize(("kind", "language"), [case for case in EVERY if "easy" not in str(case.id)])
def test_nothing_was_left_in_english(kind: CatalogueKind, language: Language) -> None:
    left = [text for text, string in strings(kind, language) if string == text and text not in SAME]
    assert left == []


@pytest.mark.parametrize("code", SCRIPT)
def test_the_script_is_that_of_the_language(code: str) -> None:
    words = [(text, string) for kind in KINDS.values() for text, string in strings(kind, LANGUAGES[code])]
    foreign = [string for text, string in words if not SCRIPT[code].search(string) and text not in SAME]
    assert [string for string in foreign if re.search(r"[A-Za-z]{3}", string)] == []


@pytest.mark.parametrize(("code", "coding"), [("zh-Hans", "gb2312"), ("zh-Hant", "big5")])
def test_each_chinese_is_written_in_its_own_characters(code: str, coding: str) -> None:
    text = "".join(string for kind in KINDS.values() for _, string in strings(kind, LANGUAGES[code]))
    han = {character for character in text if "\u4e00" <= character <= "\u9fff"}
    assert {character for character in han if not character.encode(coding, "ignore")} == set()


def test_farsi_is_not_written_with_arabic_letters() -> None:
    text = "".join(string for kind in KINDS.values() for _, string in strings(kind, LANGUAGES["fa"]))
    assert not set("يكة") & set(text)


@pytest.mark.parametrize("code", LANGUAGES)
def test_telephones_and_codes_are_written_in_the_figures_of_the_keys(code: str) -> None:
    text = "".join(string for kind in KINDS.values() for _, string in strings(kind, LANGUAGES[code]))
    assert not re.search(r"[٠-٩۰-۹੦-੯]", text)


def test_an_empty_or_doubtful_translation_counts_as_missing() -> None:
    kind, language = KINDS["questionnaires"], LANGUAGES["pl"]
    message = read_catalogue(kind.path(language.code))["Very safe"]
    assert is_translated(message)
    message.flags.add("fuzzy")
    assert not is_translated(message)
    assert not is_translated(None)
