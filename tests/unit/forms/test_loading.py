"""Strict loading: each fault is a sentence that names file, question and fault, and all of them come at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from forms import Questionnaire, QuestionnaireError, load_questionnaire, shared_characteristics
from tests.unit.forms.samples import PLACE, load

HEAD = """
survey: sample
version: 1
title: Sample for {place}
minutes: 1
layout: paged
"""

GOOD = (
    HEAD
    + """
lists:
  tones:
    source: made up for this test
    options:
      - {code: dark, label: Dark, words: {what: the dark tone, sensitive: true}}
      - {code: light, label: Light, words: {what: the light tone, sensitive: false}}
pages:
  - id: first
    title: Tones of {place}
    questions:
      - {id: tone, type: single_choice, label: "Which tone?", options: tones, error: Select a tone}
      - id: scale
        type: grid
        label: How strong?
        rows: tones
        options: [{code: weak, label: Weak}, {list: tones, only: [dark]}]
        error: Select how strong
  - repeat: tones
    id: about_{code}
    title: About {what}
    sensitive: "{sensitive}"
    show_if: [{question: scale, row: "{code}", any_of: [{list: tones, without: [light]}]}]
    questions:
      - id: why_{code}
        type: short_text
        label: Why {what}?
        max_length: 30
        note: At most {max_length} characters
        error: Enter why
        error_long: Enter {max_length} characters or fewer
      - {id: off, on: false, nonsense: true}
characteristics:
  - {name: tone, label: Tone, question: tone, groups: tones, special_category: false}
indicators:
  - repeat: tones
    by: {list: tones, only: [light]}
    id: tone.{code}.{by_code}
    label: "{label} or {by_label}"
    question: tone
    yes: ["{code}"]
    topic: safety
"""
)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(QuestionnaireError) as error:
        load(folder, text)
    assert str(error.value) == "\n".join(error.value.faults)
    return list(error.value.faults)


def test_lists_repeats_and_words_are_written_out(tmp_path: Path) -> None:
    asked = load(tmp_path, GOOD)
    assert asked.title == "Sample for Exampleton"
    assert [page.id for page in asked.pages] == ["first", "about_dark", "about_light"]
    assert [page.title for page in asked.pages] == [
        "Tones of Exampleton",
        "About the dark tone",
        "About the light tone",
    ]
    assert [page.sensitive for page in asked.pages] == [False, True, False]
    assert asked.pages[1].show_if[0].row == "dark"
    assert asked.pages[1].show_if[0].any_of == ("dark",)
    assert list(asked.question("scale").codes("dark")) == ["weak", "dark"]
    assert asked.question("why_dark").label == "Why the dark tone?"
    assert asked.question("why_dark").note == "At most 30 characters"
    assert [group.code for group in asked.characteristics[0].groups] == ["dark", "light"]
    assert [(i.id, i.label) for i in asked.indicators] == [
        ("tone.dark.light", "Dark or Light"),
        ("tone.light.light", "Light or Light"),
    ]


def test_loading_twice_gives_the_same(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).digest() == load(tmp_path, GOOD).digest()


PAGES = """
pages:
  - id: first
    title: First
    questions:
      - {id: a, type: single_choice, label: A, options: yes_no, error: Select A}
      - {id: b, type: single_choice, label: B, options: yes_no, error: Select B}
"""

# What is changed in a good file -> the sentence about it.
ONE_FAULT: dict[str, tuple[str, str, str]] = {
    "unknown key": ("label: B,", "label: B, lable: B,", "question `b` has the unknown key `lable`"),
    "missing wording": ("label: B,", "", "question `b` lacks `label`"),
    "empty wording": ("label: B,", "label: '  ',", "question `b` has an empty `label`"),
    "no wording": ("label: B,", "label: ,", "question `b` lacks `label`"),
    "no error sentence": (", error: Select B", "", "question `b` lacks `error`"),
    "wrong kind of value": (
        "label: B,",
        "label: [B],",
        "question `b` has a fault in `label`: Expected `str`, got `array`",
    ),
    "duplicate question": ("{id: b,", "{id: a,", "question `a` is there more than once"),
    "unfit id": ("{id: b,", "{id: b.c,", "question `b.c` has an unfit id; use small letters, digits and underscores"),
    "id of a column beside the answers": (
        "{id: b,",
        "{id: month,",
        "question `month` has an id that stands for something else; none may be channel, event, exclusion, month",
    ),
    "no id": ("{id: b, ", "{", "a question without an id lacks `id`"),
    "unknown list": ("B, options: yes_no", "B, options: yes_nope", "question `b` uses an unknown list: `yes_nope`"),
    "unknown code of a list": (
        "B, options: yes_no",
        "B, options: [{list: yes_no, without: [maybe]}]",
        "question `b` names the unknown code `maybe` of the list `yes_no`",
    ),
    "list and more": (
        "B, options: yes_no",
        "B, options: [{list: yes_no, plus: [maybe]}]",
        "question `b` uses an unknown list: `yes_no` with the unknown keys plus",
    ),
    "duplicate code": (
        "B, options: yes_no",
        "B, options: [{list: yes_no}, {list: yes_no, only: ['no']}]",
        "question `b` has the option code `no` more than once",
    ),
    "unfit code": (
        "B, options: yes_no",
        "B, options: [{list: yes_no}, {code: 'a;b', label: C}]",
        "question `b` has an unfit option code 'a;b'",
    ),
    "unknown key of an option": (
        "B, options: yes_no",
        "B, options: [{code: c, label: C, colour: red}]",
        "question `b` has a fault in `options[0]`: Object contains unknown field `colour`",
    ),
    "option that is a word": (
        "B, options: yes_no",
        "B, options: [7]",
        "question `b` has an option that is not a mapping: 7",
    ),
    "unknown type": (
        "single_choice, label: B",
        "slider, label: B",
        "question `b` has the type 'slider', which is not one of",
    ),
    "unknown word": ("label: B,", "label: 'In {town}',", "question `b` uses the unknown word {town}"),
    "routing to what is asked later": (
        "label: A,",
        "label: A, show_if: [{question: b, any_of: ['yes']}],",
        "question `a` depends on question `b`, which is asked later",
    ),
    "routing to itself": (
        "label: A,",
        "label: A, show_if: [{question: a, any_of: ['yes']}],",
        "question `a` depends on question `a`, which is asked later",
    ),
    "routing to nothing": (
        "label: B,",
        "label: B, show_if: [{question: z, any_of: ['yes']}],",
        "question `b` depends on the unknown question `z`",
    ),
    "routing by an unknown code": (
        "label: B,",
        "label: B, show_if: [{question: a, any_of: [maybe]}],",
        "question `b` depends on the unknown code `maybe` of `a`",
    ),
    "routing by an unknown row": (
        "label: B,",
        "label: B, show_if: [{question: a, row: x, any_of: ['yes']}],",
        "question `b` depends on `a.x`, which has no codes",
    ),
    "routing by nothing": (
        "label: B,",
        "label: B, show_if: [{question: a}],",
        "question `b` depends on question `a` without saying `any_of` or `none_of`",
    ),
    "neither on nor off": (
        "label: B,",
        "label: B, on: maybe,",
        "question `b` has an `on` that is neither true nor false",
    ),
    "unknown shared question": (
        "{id: b, ",
        "{use: b}\n      - {id: b, ",
        "a question without an id uses the unknown shared question `b`",
    ),
    "page without questions": (
        "    questions:",
        "  - id: second\n    title: Second\n    questions:",
        "page `first` has no questions",
    ),
    "unknown key of the page": (
        "title: First",
        "title: First\n    heading: First",
        "page `first` has the unknown key `heading`",
    ),
    "unknown key at the top": (
        "minutes: 1",
        "minutes: 1\nlanguges: [en]",
        "questionnaire has the unknown key `languges`",
    ),
    "no survey": ("survey: sample", "", "questionnaire lacks `survey`"),
    "unfit survey": (
        "survey: sample",
        "survey: My Survey",
        "questionnaire has the unfit survey 'My Survey'; use small letters",
    ),
    "unfit layout": (
        "layout: paged",
        "layout: scroll",
        "questionnaire has the layout 'scroll', which is not one of one_page, paged",
    ),
    "unfit version": ("version: 1", "version: 0", "questionnaire has the version 0, which must be 1 or more"),
    "version in words": (
        "version: 1",
        "version: one",
        "questionnaire has a fault in `version`: Expected `int`, got `str`",
    ),
    "own list without a source": (
        "pages:",
        "lists: {x: {options: []}}\npages:",
        "list `x` must have `source` and `options`, and nothing else",
    ),
}


@pytest.mark.parametrize("kind", ONE_FAULT)
def test_a_fault_is_told(tmp_path: Path, kind: str) -> None:
    before, after, sentence = ONE_FAULT[kind]
    text = HEAD + PAGES
    assert isinstance(load(tmp_path, text), Questionnaire)
    assert before in text
    told = faults(tmp_path, text.replace(before, after, 1))
    assert told[0].startswith(f"sample.yaml: {sentence}")
    assert told[0].endswith(".")
    assert len(told) == 1, told


INDICATOR = "\nindicators:\n  - {id: i, label: I, question: a, yes: ['yes'], base: ['yes', 'no'], topic: safety}\n"

CHARACTERISTIC = (
    "\ncharacteristics: [{name: c, label: C, question: a, groups: yes_no, special_category: true, weighted: false}]\n"
)
SAY = "if it is about health, disability, ethnic group, religion, sexual life, politics or the like (UK GDPR article 9)"

DERIVED_FAULT = {
    "unknown column": (
        INDICATOR.replace("question: a", "question: z"),
        "indicator `i` is made from the unknown column `z`",
    ),
    "unknown code": (
        INDICATOR.replace("yes: ['yes']", "yes: [yep]"),
        "indicator `i` uses the unknown code `yep` of `a`",
    ),
    "yes outside the base": (
        INDICATOR.replace("base: ['yes', 'no']", "base: ['no']"),
        "indicator `i` counts `yes` as yes, which is not in its base",
    ),
    "wrong kind": (
        INDICATOR.replace("topic", "kind: multi, topic"),
        "indicator `i` has the kind multi, but the column `a` holds single",
    ),
    "no such kind": (
        INDICATOR.replace("topic", "kind: mean, topic"),
        "indicator `i` has the kind 'mean', which is not one of",
    ),
    "nothing counts": (INDICATOR.replace("yes: ['yes']", "yes: []"), "indicator `i` has no `yes` codes"),
    "asked by an unknown code": (
        INDICATOR.replace("topic", "asked: [{column: b, codes: [x]}], topic"),
        "indicator `i` uses the unknown code `x` of `b`",
    ),
    "unknown shared indicator": ("\nindicators: [{use: nothing}]\n", "uses the unknown shared indicator `nothing`"),
    "characteristic of nothing": (
        CHARACTERISTIC.replace("question: a", "question: z"),
        "characteristic `c` depends on the unknown question `z`",
    ),
    "characteristic of unknown codes": (
        CHARACTERISTIC.replace("yes_no", "sex"),
        "characteristic `c` depends on the unknown code `female` of `a`",
    ),
    "group without a condition": (
        CHARACTERISTIC.replace("question: a, groups: yes_no", "groups: [{code: x, label: X}]"),
        "characteristic `c` has the group `x` without a condition",
    ),
    "characteristic without the flag": (
        CHARACTERISTIC.replace(", special_category: true", ""),
        f"characteristic `c` lacks `special_category`. Say `special_category: true` {SAY}, otherwise",
    ),
    "a flag that is neither": (
        CHARACTERISTIC.replace("category: true", "category: 'yes'"),
        "characteristic `c` has `special_category: yes`, which is neither true nor false. Say `special_category: true`",
    ),
    "an empty flag": (
        CHARACTERISTIC.replace("category: true", "category: "),
        "characteristic `c` has `special_category: `, which is neither true nor false. Say",
    ),
    "weighted by what": (
        CHARACTERISTIC.replace("weighted: false", "weighted: 3"),
        "characteristic `c` has `weighted: 3`, which is neither true nor false. Say `weighted: true` if",
    ),
    "characteristic without a label": (CHARACTERISTIC.replace("label: C, ", ""), "characteristic `c` lacks `label`"),
    "group without a label": (
        CHARACTERISTIC.replace("groups: yes_no", "groups: [{code: 'yes'}]"),
        "characteristic `c` has the group `yes` without a `label`. Give it one: what people read",
    ),
    "group without a code": (
        CHARACTERISTIC.replace("groups: yes_no", "groups: [{code: 'yes', label: Y}, {label: N}]"),
        "characteristic `c` has the group number 2 without a `code`. Give it one in small letters",
    ),
    "unfit group": (
        CHARACTERISTIC.replace("question: a, groups: yes_no", "groups: [{code: 'a b', label: AB, when: [[]]}]"),
        "characteristic `c` has the unfit group code 'a b'; use letters, digits and underscores",
    ),
    "unfit name": (CHARACTERISTIC.replace("name: c", "name: 'c x d'"), "`c x d` has an unfit name; use small letters"),
    "a name of something else": (
        CHARACTERISTIC.replace("name: c", "name: channel"),
        "characteristic `channel` has a name that stands for something else; none may be called channel, city, event",
    ),
    "a name of another question": (
        CHARACTERISTIC.replace("name: c", "name: b"),
        "characteristic `b` has the name of the question `b`, whose answers it would replace; choose another name",
    ),
    "group that is described in two ways": (
        CHARACTERISTIC.replace(
            "groups: yes_no", "groups: [{code: 'yes', label: Y, when: [[{question: a, any_of: ['no']}]]}]"
        ),
        "characteristic `c` has the group `yes` with a `when` besides its `question`. Leave one of the two out",
    ),
    "group of everybody": (
        CHARACTERISTIC.replace("question: a, groups: yes_no", "groups: [{code: x, label: X, when: [[]]}]"),
        "characteristic `c` has the group `x` without a condition. Say in `when` which answers belong to it",
    ),
    "unknown key of a group": (
        CHARACTERISTIC.replace("groups: yes_no", "groups: [{code: 'yes', label: Y, lable: Yes}]"),
        "characteristic `c` has the unknown key `lable` at the group `yes`. Correct it",
    ),
    "number for a label": (
        CHARACTERISTIC.replace("groups: yes_no", "groups: [{code: 'yes', label: 2024}]"),
        "characteristic `c` has the group `yes` with `label: 2024`, which is no text. Put it in quotes",
    ),
    "group twice": (
        CHARACTERISTIC.replace("groups: yes_no", "groups: [{list: yes_no}, {code: 'yes', label: Y}]"),
        "characteristic `c` has the group `yes` more than once. Leave one of them out",
    ),
    "no groups": (
        CHARACTERISTIC.replace("groups: yes_no", "groups: []"),
        "characteristic `c` has no groups. Give each with `code` and `label`, or leave the characteristic out",
    ),
    "label of another characteristic": (
        CHARACTERISTIC.replace("]", ", {name: d, label: c, question: a, groups: yes_no, special_category: true}]"),
        "characteristic `c` has the label `C` of another characteristic. Give each a label of its own",
    ),
    "label of several lines": (
        CHARACTERISTIC.replace("label: C", 'label: "C\\nD"'),
        "characteristic `c` has a label of several lines. Write it on one line",
    ),
    "name of the number of people": (
        CHARACTERISTIC.replace("name: c", "name: n"),
        "characteristic `n` has a name that stands for something else; none may be called channel, city, event",
    ),
    "exclusion of everybody": (
        "\nexclusions: [{code: x, label: X, when: [[]]}]\n",
        "exclusion `x` has no conditions, so it would leave everybody out",
    ),
    "exclusion by an unknown code": (
        "\nexclusions: [{code: x, label: X, when: [[{question: a, any_of: [z]}]]}]\n",
        "exclusion `x` depends on the unknown code `z` of `a`",
    ),
}


@pytest.mark.parametrize("kind", DERIVED_FAULT)
def test_a_fault_of_what_figures_are_made_from_is_told(tmp_path: Path, kind: str) -> None:
    text, sentence = DERIVED_FAULT[kind]
    assert isinstance(load(tmp_path, HEAD + PAGES + INDICATOR), Questionnaire)
    told = faults(tmp_path, HEAD + PAGES + text)
    assert sentence in told[0]


def test_a_fault_of_a_shared_characteristic_names_the_file_it_stands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = {"characteristic": {"sex": {"label": "Sex", "question": "a", "groups": "yes_no"}}}
    monkeypatch.setattr("forms.loading._shared", lambda: shared)
    told = faults(tmp_path, HEAD + PAGES + "\ncharacteristics: [{use: sex}]\n")
    assert told[0].startswith("sample.yaml: characteristic `sex` (shared.yaml) lacks `special_category`. Say")


SHARED_FAULT: dict[str, tuple[str, str, str]] = {
    "no flag": ("special_category: true", "about: X", "characteristic `sex` lacks `special_category`. Say"),
    "no label of a group": (", label: M", "", "characteristic `sex` has the group `m` without a `label`. Give it one"),
    "no groups": ("groups:", "grups:", "characteristic `sex` has the unknown key `grups`."),
    "unknown list": ("[{code: m, label: M}]", "sexes", "characteristic `sex` uses an unknown list: `sexes`."),
    "no mapping": ("{label: Sex", "[{label: Sex", "characteristic `sex` is not a mapping. Describe it under its name."),
    "no section": (" {sex", " [sex, {sex", "file has `characteristics` that is not a mapping. Give each"),
}
SHARED_FILE = (
    "characteristics: {sex: {label: Sex, question: a, special_category: true, groups: [{code: m, label: M}]}}\n"
)


@pytest.mark.parametrize("kind", SHARED_FAULT)
def test_a_fault_of_what_surveys_share_is_told_before_any_survey_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The place reads its margins by these, so a command that is asked to prepare a database meets them first."""
    before, after, sentence = SHARED_FAULT[kind]
    closed = {"no mapping": ("}}\n", "}]}\n"), "no section": ("}}\n", "}}]\n")}.get(kind, ("", ""))
    text = SHARED_FILE.replace(before, after).replace(*closed)
    (tmp_path / "shared.yaml").write_text(text)
    (tmp_path / "lists.yaml").write_text("{}")
    monkeypatch.setattr("forms.loading.FOLDER", tmp_path)
    with pytest.raises(QuestionnaireError) as error:
        shared_characteristics.__wrapped__()
    assert error.value.faults[0].startswith(f"shared.yaml: {sentence}")


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = (HEAD + PAGES).replace("layout: paged", "layout: scroll").replace("{id: b,", "{id: b, colour: red,")
    text = text.replace("label: A,", "label: A, show_if: [{question: z, any_of: [x]}],")
    assert faults(tmp_path, text + INDICATOR.replace("yes: ['yes']", "yes: [yep]")) == [
        "sample.yaml: question `b` has the unknown key `colour`.",
        "sample.yaml: questionnaire has the layout 'scroll', which is not one of one_page, paged.",
        "sample.yaml: question `a` depends on the unknown question `z`. Name one that is asked, or ask it.",
        "sample.yaml: indicator `i` uses the unknown code `yep` of `a`.",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\na: 2", "file is not valid YAML: line 2, the key `a` appears twice"),
        ("a: [1, 2", "file is not valid YAML: line"),
        ("- a", "file does not hold a mapping"),
        ("", "file does not hold a mapping"),
        ("1: a", "file is not valid YAML: line 1, the key 1 is not a word"),
        ("? [a]\n: b", "file is not valid YAML: line 1, the key ['a'] is not a word"),
        ("a: !!python/object:os.system {}", "file is not valid YAML: line 1, could not determine a constructor"),
        ("pages: 7", "page list is not a list"),
        ("pages: [7]", "is not a mapping: 7"),
        ("lists: 7", "questionnaire has `lists` that is not a mapping"),
    ],
)
def test_what_is_no_questionnaire_is_told(tmp_path: Path, text: str, sentence: str) -> None:
    assert any(sentence in fault for fault in faults(tmp_path, text))


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(QuestionnaireError, match=r"^none.yaml: file cannot be read"):
        load_questionnaire(tmp_path / "none.yaml", PLACE)
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QuestionnaireError, match=r"^binary.yaml: file is not valid YAML"):
        load_questionnaire(tmp_path / "binary.yaml", PLACE)


@pytest.mark.parametrize("text", ["yes", "no", "on", "off", "2026-01-02", "1_000", "0x1F", "16:30", "1.5", "NO"])
def test_plain_words_stay_words(tmp_path: Path, text: str) -> None:
    asked = load(tmp_path, (HEAD + PAGES).replace("label: B", f"label: {text}"))
    assert asked.question("b").label == text


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ({**PLACE, "lists": {"x": [{"code": "a"}]}}, "list `x` of the place has an option without `code` and `label`"),
        ({**PLACE, "lists": {"x": "a"}}, "list `x` of the place is not a list of options"),
        (
            {**PLACE, "lists": {"x": [{"code": "a", "label": "A", "colour": "red"}]}},
            "list `x` of the place has the unknown key `colour` at the option `a`",
        ),
    ],
)
def test_a_fault_in_the_lists_of_a_place_is_told(tmp_path: Path, place: dict[str, Any], sentence: str) -> None:
    path = tmp_path / "sample.yaml"
    path.write_text(HEAD + PAGES)
    with pytest.raises(QuestionnaireError, match=sentence):
        load_questionnaire(path, place)


def test_a_list_of_the_place_counts_before_ours(tmp_path: Path) -> None:
    path = tmp_path / "sample.yaml"
    path.write_text(HEAD + PAGES)
    own = [{"code": "aye", "label": "Aye from {place}"}, {"code": "nay", "label": "Nay"}]
    asked = load_questionnaire(path, {**PLACE, "lists": {"yes_no": own}})
    assert asked.question("a").codes() == {"aye": "Aye from Exampleton", "nay": "Nay"}
