import math

import pandas as pd
import pytest

from analysis.text import lexicon_version, measured_accuracy, sentiment
from analysis.text.lexicon import entries


def wording(text):
    return sentiment([text])["wording"].item()


@pytest.mark.parametrize(
    "text",
    [
        "I don't feel safe",
        "I don\u2019t feel safe here at night, the lights are broken",
        "not safe at all",
        "It is not a safe place",
        "I have never really felt comfortable here",
        "Wouldnt walk safely there",
        "This area is no longer safe",
        "Safe by day but not after dark",
        "the lights are broken",
        "I was stabbed",
        "I feel unsafe",
        "drug dealing in the park",
        "DRUG DEALING!!!",
        "no police, no lights",
        "I used to feel safe",
    ],
)
def test_what_textblob_alone_gets_wrong_is_negative(text):
    assert wording(text) == "negative"


@pytest.mark.parametrize(
    "text",
    [
        "More police",
        "More visible policing and better lighting to feel safe",
        "I would feel safer with more CCTV",
        "Late buses",
        "young black men",
        "gay and disabled people",
        "old people and young people",
        "the main road",
    ],
)
def test_wishes_amounts_and_words_about_people_carry_no_feeling(text):
    assert sentiment([text])["polarity"].item() == 0
    assert wording(text) == "neutral"


@pytest.mark.parametrize(
    "text", ["I feel safe here", "Friendly area, no problems", "The police were helpful", "not bad"]
)
def test_good_words_are_positive(text):
    assert wording(text) == "positive"


@pytest.mark.parametrize("text", ["", "   ", None, float("nan"), pd.NA, "...", "👍", "12", "الشارع غير آمن"])
def test_nothing_that_can_be_read_has_no_wording(text):
    scored = sentiment([text])
    assert scored["wording"].item() == "none"
    assert math.isnan(scored["polarity"].item())


def test_the_index_and_the_texts_stay_as_they_are():
    texts = pd.Series(["Broken lights", "", "Nice"], index=[7, 3, 9])
    before = texts.copy()
    scored = sentiment(texts)
    assert list(scored.index) == [7, 3, 9]
    assert list(scored["wording"]) == ["negative", "none", "positive"]
    assert list(scored.columns) == ["polarity", "wording"]
    pd.testing.assert_series_equal(texts, before)
    assert sentiment([]).empty


@pytest.mark.parametrize(
    "text",
    [
        "not " * 25_000,
        "don't feel " * 10_000,
        "unsafe" * 20_000,
        "a-" * 50_000,
        "(!) :-( " * 10_000,
        "\u202e<script>alert('not safe')</script>\x00=1+1",
        "'" * 100_000,
        "anything but " * 8_000 + "safe",
    ],
)
def test_hostile_texts_are_scored(text):
    """Without end where a pattern goes back and forth: this test would not finish."""
    assert len(sentiment([text])) == 1


def test_agreement_with_a_person_is_measured_on_comments_not_used_for_tuning():
    measured = measured_accuracy()
    assert measured.n == 32
    assert measured.wording_agrees >= 70
    assert measured.negative_found >= 65
    assert measured.negative_right >= 90
    assert measured.opposite == 0
    assert f"On {measured.n} invented comments" in measured.sentence
    assert measured_accuracy("tune").wording_agrees >= measured.wording_agrees


def test_the_lexicon_has_no_faults():
    forms = [entry.form for entry in entries()]
    assert len(forms) == len(set(forms))
    assert sum(entry.polarity is not None for entry in entries()) >= 150
    assert all(entry.polarity is None or -1 <= entry.polarity <= 1 for entry in entries())
    assert all(form == form.lower().strip() for form in forms)
    assert len(lexicon_version()) == 12
