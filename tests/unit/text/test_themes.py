import pandas as pd
import pytest

from analysis.text import DictionaryError, load_dictionary, measured_accuracy, sentiment, theme_summary, themes
from analysis.text.accuracy import labelled_sample


def touched(text):
    (row,) = themes([text]).to_dict("records")
    return {code for code, found in row.items() if found}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Street LIGHTS are out", {"lighting"}),
        ("badly lit", {"lighting"}),
        ("New traffic lights", {"traffic"}),
        ("police officers patrolling", {"police"}),
        ("Housing officer never calls", {"housing"}),
        ("The car park", {"other"}),
        ("Parking is bad", {"traffic"}),
        ("People dealing in the park", {"drugs", "parks"}),
        ("rough-sleepers in doorways", {"begging"}),
        ("e-scooters", {"traffic"}),
        ("Young people need a youth club", {"young_people"}),
        ("women followed home", {"women"}),
        ("fly tipping, dog mess", {"litter"}),
        ("I was robbed at knifepoint; stabbed", {"theft", "violence"}),
        ("heart attack", {"other"}),
        ("Nothing to add", {"other"}),
        ("شارع", {"other"}),
        ("", set()),
        ("   ", set()),
        (None, set()),
        (float("nan"), set()),
    ],
)
def test_a_comment_touches_the_themes_a_person_would_say(text, codes):
    assert touched(text) == codes


def test_index_columns_and_texts_are_kept():
    texts = pd.Series(["lights", ""], index=["b", "a"])
    found = themes(texts)
    assert list(found.index) == ["b", "a"]
    assert list(found.columns) == [*load_dictionary().labels, "other"]
    assert found.dtypes.eq(bool).all()
    assert themes([]).empty


def test_the_summary_counts_comments_not_words():
    texts = ["lights lights broken lights", "More lights", "Broken bus stop", "Hello", "", None]
    summary = theme_summary(themes(texts), sentiment(texts)).set_index("theme")
    assert summary.loc["lighting"].to_dict() == {
        "label": "Street lighting",
        "n": 2,
        "percent": 50.0,
        "n_negative": 1,
        "percent_negative": 50.0,
        "base": 4,
    }
    assert summary.loc["transport", ["n", "percent_negative"]].to_list() == [1, 100.0]
    assert summary.index[0] == "lighting"
    assert summary.index[-1] == "other"
    assert summary.loc["other", "n"] == 1
    assert len(summary) == len(load_dictionary().themes) + 1
    assert pd.isna(summary.loc["drugs", "percent_negative"])


def test_a_summary_of_nothing_has_every_theme_and_no_percent():
    summary = theme_summary(themes([]), sentiment([]))
    assert summary["n"].sum() == 0
    assert summary["percent"].isna().all()
    assert len(summary) == len(load_dictionary().themes) + 1


def test_agreement_with_a_person_is_measured():
    assert measured_accuracy().themes_found >= 80
    assert measured_accuracy().themes_right >= 65


def test_labels_of_the_sample_are_themes():
    codes = {code for row in labelled_sample()["themes"] for code in row.split(";") if code}
    assert codes <= set(load_dictionary().labels)
    assert set(labelled_sample()["wording"]) == {"negative", "neutral", "positive"}


def test_hostile_and_many_texts_are_read():
    """Without end where a pattern goes back and forth: this test would not finish."""
    assert len(themes(["police " * 20_000, "x" * 100_000, "'" * 100_000, "\u202e\x00<script>"])) == 4
    assert len(themes([f"Broken lights and drug dealing in the park {number}" for number in range(5_000)])) == 5_000


GOOD = "version: 1\nthemes:\n  - {code: dogs, label: Dogs, words: [dog], phrases: [off the lead]}\n"


def test_another_dictionary_can_be_used(tmp_path):
    (tmp_path / "own.yaml").write_text(GOOD)
    own = load_dictionary(tmp_path / "own.yaml")
    assert themes(["Dogs off the lead", "cats"], own).to_dict("list") == {"dogs": [True, False], "other": [False, True]}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("themes: [", "cannot be read"),
        ("themes: []", "must hold `version`"),
        ("version: 1\nthemes: []", "at least one theme"),
        (GOOD.replace("dogs,", "other,"), "is no code"),
        (GOOD.replace("words: [dog]", "words: [dog, 5]"), "must be a list of texts"),
        (GOOD.replace("words: [dog]", "words: [big dog]"), "move it to `phrases`"),
        (GOOD.replace("words:", "wrods:"), "a theme has code"),
        (GOOD + GOOD.splitlines()[2], "its own code"),
    ],
)
def test_a_faulty_dictionary_is_refused_by_a_sentence(tmp_path, text, sentence):
    (tmp_path / "faulty.yaml").write_text(text)
    with pytest.raises(DictionaryError, match=sentence):
        load_dictionary(tmp_path / "faulty.yaml")
