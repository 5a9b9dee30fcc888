"""The pages about paper without scripts: an ordinary form from the register to the settled sheet."""

from __future__ import annotations

import re

import pytest

from feedback.extensions import db
from feedback.models import Review, Wave
from feedback.queries.paper import batch_by_code, batches
from feedback.services.paper.batches import mark_returned
from feedback.services.paper.serials import shown
from feedback.services.safeguarding.queue import Decision, decide
from tests.integration.paper.scenes import batch_of, key, key_again, responses, serials, sheet
from tests.integration.staff.scenes import HOSTILE, add_event, add_staff, add_wave, sign_in
from tests.pages import text_of

NINE = (
    "safe_local_day",
    "safe_local_dark",
    "crime_change",
    "asb_change",
    "priorities",
    "safer_text",
    "ward",
    "age_band",
)
BLANK = {f"k.{name}": "b" for name in (*NINE, "sex")}


@pytest.fixture
def office(sqlite_app):
    """Clients of an officer and an administrator, and a batch of the open wave of which every sheet is keyed twice."""
    with sqlite_app.app_context():
        add_staff("officer")
        add_staff("administrator")
        batch = batch_of(second_share=100)
        found = serials(batch)
        code = batch.code
    clients = [sign_in(sqlite_app.test_client(), role) for role in ("officer", "administrator")]
    return sqlite_app, *clients, code, found


def message(page):
    return text_of(page.select_one(".govuk-notification-banner__content"))


def errors(response):
    return re.sub(r"\s+", " ", response.get_data(as_text=True)).split("govuk-error-summary__list")[1].split("</ul>")[0]


def test_a_batch_is_made_on_a_form_and_stands_in_the_register(office) -> None:
    app, officer, _admin, _code, _serials = office
    wanted = {"wave": "safety-now", "language": "en", "size": "large", "sheets": "7"}
    response = officer.submit("/officer/paper/make", {**wanted, "second_share": "20", "grace_days": "3"})
    with app.app_context():
        made = batch_by_code(response.location.rsplit("/", 1)[1])
        assert (made.large_print, made.second_share, made.grace_days, made.event_id) == (True, 20, 3, None)
    page = officer.page(response.location)
    assert "7: 7 printed, 0 returned, 0 keyed, 0 void" in text_of(page.main)
    assert made.code in text_of(officer.page("/officer/paper").table)
    for wrong in ({"sheets": "501"}, {"sheets": "x"}, {"language": "tlh"}, {"grace_days": "-1"}, {"second_share": ""}):
        assert "govuk-error-summary" in officer.submit("/officer/paper/make", {**wanted, **wrong}, 200).text


def test_a_sheet_is_keyed_checked_changed_and_saved_without_a_script(office) -> None:
    app, officer, _admin, code, (one, *_rest) = office
    response = officer.submit(f"/officer/paper/{code}/key", {"serial": shown(one).lower()})
    where = response.location
    assert where.endswith(f"/key/{one}")
    page = officer.page(where)
    assert len(page.select("[data-key]")) == 9
    again = officer.submit(where, {**BLANK, "k.sex": "9", "k.age_band": ""}, 200)
    assert "Question 9 has boxes 1 to 3. There is no box 9." in errors(again)
    assert "Question 8: type what the sheet says, or b if it was left blank." in errors(again)
    check = officer.submit(where, {**BLANK, "k.sex": "1", "k.safer_text": HOSTILE, "k.ward": "m"}, 200)
    assert "More ticks than allowed" in check.text
    assert "1 Female" in check.text
    assert "<script>alert" not in check.text
    change = officer.submit(where, {**BLANK, "k.sex": "1", "change": "yes"}, 200)
    assert 'name="k.sex" type="text"' in change.text
    saved = officer.submit(where, {**BLANK, "k.sex": "1", "k.priorities": "1 17", "save": "yes"}, 200)
    assert "None of these" in errors(saved)
    done = officer.submit(where, {**BLANK, "k.sex": "1", "k.priorities": "17", "save": "yes"})
    assert "It was chosen to be keyed a second time" in message(officer.page(done.location))
    with app.app_context():
        assert [row.answers for row in responses()] == [{"priorities": ["none"], "sex": "female"}]


def test_what_routing_leads_past_is_dropped_with_a_notice(office) -> None:
    app, officer, *_others = office
    with app.app_context():
        batch = batch_of(add_wave("long", survey="community-safety"))
        code, one = batch.code, serials(batch)[0]
    where = f"/officer/paper/{code}/key/{one}"
    page = officer.page(where)
    typed = {box["name"]: "" if box.has_attr("data-optional") else "b" for box in page.select("[data-key]")}
    answers = {"k.equality_gate": "2", "k.ethnic_group": "1", "k.experience.asb": "3", "k.reported_asb": "1 2"}
    check = officer.submit(where, {**typed, **answers}, 200)
    notice = text_of(officer_soup(check).select_one(".govuk-inset-text"))
    assert "Question 23 was answered, although earlier answers mean it should be skipped." in notice
    assert "Question 52 was answered" in notice
    officer.submit(where, {**typed, **answers, "save": "yes"})
    with app.app_context():
        (stored,) = responses()
        assert stored.answers == {"equality_gate": "no", "experience": {"asb": "neither"}}


def officer_soup(response):
    from bs4 import BeautifulSoup

    return BeautifulSoup(response.get_data(as_text=True), "html5lib")


def test_the_second_keyer_is_another_person_sees_nothing_and_differences_are_settled(office) -> None:
    app, officer, admin, code, (one, *_rest) = office
    with app.app_context():
        key(batch_by_code(code), one, actor="officer@example.com", sex="1", age_band="3", safer_text="first words")
    refused = officer.submit(f"/officer/paper/{code}/again", {"serial": one}, 200)
    assert "Somebody else must key it the second time." in errors(refused)
    where = f"/officer/paper/{code}/again/{one}"
    page = admin.page(where)
    assert all(not box.get("value") and not box.text.strip() for box in page.select("[data-key]"))
    assert "first words" not in page.text
    check = admin.submit(where, {**BLANK, "k.sex": "2", "k.age_band": "4", "k.safer_text": "First words."}, 200)
    assert "Female" not in text_of(officer_soup(check).dl)
    data = {**BLANK, "k.sex": "2", "k.age_band": "4", "k.safer_text": "First words.", "save": "yes"}
    done = admin.submit(where, data)
    assert "2 of 9 fields differ" in message(admin.page(done.location))
    settle = f"/officer/paper/{code}/settle/{one}"
    page = officer.page(settle)
    assert [text_of(legend) for legend in page.select("legend")] == ["8 How old are you?", "9 What is your sex?"]
    assert "Choose what the sheet says at question 8." in errors(officer.submit(settle, {"r.sex": "second"}, 200))
    wrong = officer.submit(settle, {"r.sex": "second", "r.age_band": "other", "o.age_band": "77"}, 200)
    assert "Question 8 has boxes 1 to 10" in errors(wrong)
    officer.submit(settle, {"r.sex": "second", "r.age_band": "other", "o.age_band": "5"})
    with app.app_context():
        assert responses()[0].answers == {"safer_text": "first words", "age_band": "35_44", "sex": "male"}
    assert "2 of 9 fields differed on 1 sheet keyed twice: 22.2%" in text_of(
        officer.page(f"/officer/paper/{code}").main
    )
    assert officer.get(settle).status_code == 400


@pytest.mark.parametrize("turn", [1, 2])
def test_words_of_danger_in_either_keying_reach_a_reviewer_and_not_who_settles(office, turn: int) -> None:
    app, officer, admin, code, (one, *_rest) = office
    words = ["He hits me", "More lights"] if turn == 1 else ["More lights", "He hits me"]
    with app.app_context():
        batch = batch_by_code(code)
        key(batch, one, actor="officer@example.com", sex="1", safer_text=words[0])
        key_again(batch, one, actor="administrator@example.com", sex="2", safer_text=words[1])
        (review,) = db.session.scalars(db.select(Review))
        assert (review.question, review.outcome) == ("safer_text", None)
        assert responses()[0].answers == {"safer_text": "He hits me", "sex": "female"}
        id = review.id
    settle = f"/officer/paper/{code}/settle/{one}"
    page = admin.page(settle)
    assert "Held for a reviewer, and not shown here" in text_of(page.main)
    assert "More lights" in text_of(page.main)
    assert "hits" not in page.text
    choice = {"r.safer_text": "first", "r.sex": "second"}
    assert "waiting for a reviewer" in admin.submit(settle, choice, 400).get_data(as_text=True)
    with app.app_context():
        decide(id, Decision(outcome="kept_out"), "reviewer@example.com")
    assert "hits" not in admin.page(settle).text
    admin.submit(settle, choice)
    with app.app_context():
        assert responses()[0].answers == {"safer_text": words[0], "sex": "male"}


def test_who_keys_a_sheet_can_have_its_words_held(office) -> None:
    app, officer, admin, code, (one, two, *_rest) = office
    where = f"/officer/paper/{code}/key/{one}"
    typed = {**BLANK, "k.safer_text": "He is at number twelve"}
    check = officer_soup(officer.submit(where, typed, 200))
    box = check.select_one("#flag")
    assert (box["type"], box.get("checked")) == ("checkbox", None)
    assert "call 999 first" in text_of(check.main)
    change = officer_soup(officer.submit(where, {**typed, "flag": "y", "change": "yes"}, 200))
    assert change.select_one("input[type=hidden][name=flag]")
    assert officer_soup(officer.submit(where, {**typed, "flag": "y"}, 200)).select_one("#flag[checked]")
    assert not officer_soup(officer.submit(where, BLANK, 200)).select("#flag")  # no words, nothing to hold
    officer.submit(where, {**typed, "flag": "y", "save": "yes"})
    officer.submit(f"/officer/paper/{code}/key/{two}", {**typed, "save": "yes"})
    with app.app_context():
        (review,) = db.session.scalars(db.select(Review))
        assert (review.question, review.reasons, review.outcome) == ("safer_text", ["staff"], None)
    assert not officer_soup(admin.submit(f"/officer/paper/{code}/again/{one}", typed, 200)).select("#flag")


def test_serials_come_back_and_are_made_void_on_forms(office) -> None:
    app, officer, _admin, code, (one, two, three) = office
    response = officer.submit("/officer/paper/returned", {"serials": f"{one}\nnonsense"}, 200)
    assert "Serial number nonsense cannot be right" in response.text
    assert "1 sheet marked as returned." in response.text
    officer.submit("/officer/paper/returned", {"serials": two})
    response = officer.submit(f"/officer/paper/{code}/void", {"serials": two, "reason": ""}, 200)
    assert "Enter why they are void" in errors(response)
    officer.submit(f"/officer/paper/{code}/void", {"serials": two, "reason": HOSTILE})
    page = officer.page(f"/officer/paper/{code}?state=void")
    assert shown(two) in text_of(page.table)
    assert shown(three) not in text_of(page.table)
    token = page.select_one("form[action*=undo] input[name=csrf_token]")["value"]
    officer.post(f"/officer/paper/{code}/void/{two}/undo", data={"csrf_token": token})
    with app.app_context():
        assert sheet(two).state == "returned"


def test_an_event_has_paper_of_each_survey_language_and_size_and_a_cover(office) -> None:
    app, officer, *_others = office
    with app.app_context():
        wave = db.session.query(Wave).filter_by(slug="safety-now").one()
        add_event(wave, "QAAAA", title=HOSTILE)
    where = "/officer/events/QAAAA/paper"
    wanted = {"waves": ["safety-now"], "languages": ["en"], "sizes": ["ordinary", "large"], "sheets": "5"}
    assert "Select at least one survey" in errors(officer.submit(where, {**wanted, "waves": []}, 200))
    officer.submit(where, wanted)
    with app.app_context():
        made = [batch for batch in batches() if batch.event_id]
        assert sorted(batch.large_print for batch in made) == [False, True]
        first = shown(serials(made[0])[0])
    assert "Print the cover" in text_of(officer.page(where).main)
    cover = text_of(officer.page(f"{where}/cover").article)
    assert first in cover
    assert "Never leave filled-in forms where others can read them" in cover


def test_printed_sheets_say_what_they_must(office) -> None:
    app, officer, _admin, code, found = office
    page = officer.page(f"/officer/paper/{code}/print")
    articles = page.select("article")
    assert [text_of(a.select_one(".paper-serial")) for a in articles] == [shown(serial) for serial in found]
    words = text_of(articles[0])
    for sentence in (
        "Who may answer: Anybody who lives in, works in, studies in or visits Southampton.",
        "You do not have to answer.",
        "By giving this form back you agree that we count your answers.",
        "Tick up to 3 boxes.",
        "Cut here and keep this part",
    ):
        assert sentence in words
    assert len({text_of(a.select_one(".paper-receipt")) for a in articles}) == len(found)
    with app.app_context():
        batch = batch_of(add_wave("long", survey="community-safety"), large_print=True)
        event_sheet = f"/officer/paper/{batch.code}/print"
    words = text_of(officer.page(event_sheet).article)
    assert (
        "Do not leave this form, filled in or empty, where somebody who hurts or frightens you could read it." in words
    )
    assert "In danger now? Call 999." in words
    assert (
        "Answer only if you ticked “It happened to me” or “I saw or heard it” beside “Hate crime” at question 13."
        in words
    )
    assert "No, skip the equality questions Go to the end of this form" in words
    assert officer.get(f"{event_sheet}?part=2").status_code == 404


def test_signing_off_is_asked_and_then_nothing_can_be_printed_or_keyed(office) -> None:
    app, officer, _admin, code, (one, *_rest) = office
    with app.app_context():
        mark_returned(one, actor="test")
    waits = officer.submit(f"/officer/paper/{code}/sign-off", {}, 400)
    assert "1 of its sheets came back and must be keyed or made void" in waits.text
    with app.app_context():
        key(batch_by_code(code), one)
        key_again(batch_by_code(code), one)
    assert "2 sheets have not come back" in text_of(officer.page(f"/officer/paper/{code}/sign-off").main)
    officer.submit(f"/officer/paper/{code}/sign-off", {})
    assert "Serial numbers can no longer be linked to answers" in text_of(officer.page(f"/officer/paper/{code}").main)
    for path in (f"{code}/print", f"{code}/key/{one}"):
        assert officer.get(f"/officer/paper/{path}").status_code == 400


def test_codes_and_serials_that_do_not_exist_are_sentences(office) -> None:
    _app, officer, _admin, code, (one, *_rest) = office
    for path in ("ZZZ", "%00", "<script>", f"{code}x"):
        assert officer.get(f"/officer/paper/{path}").status_code == 404
    for path in (f"{code}/key/nonsense", f"{code}/settle/{one}", f"{code}/again/{one}", f"{code}/key/223-2223"):
        assert officer.get(f"/officer/paper/{path}").status_code in {400, 404}
    assert officer.get(f"/officer/paper/{code}?page=99999999999999999999&state=x").status_code == 200
    assert officer.get(f"/officer/paper/{code}?page=-1").status_code == 200
