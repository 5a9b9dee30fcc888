"""Keying sheets: the first keying is stored as a response, a second is compared with it, and a person settles both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import delete, select

from feedback.clock import today
from feedback.errors import Closed, Refusal
from feedback.extensions import db
from feedback.keys import FormerKeyMissing, Key, Purpose, key_from, ring
from feedback.keyword_screening import screen_text
from feedback.models import PaperBatch, PaperKeying, PaperSheet, Response
from feedback.queries.paper import batch_by_code, keyers, keyings, last_day_to_key, sheet_by_serial
from feedback.queries.questionnaires import questionnaire_of
from feedback.queries.safeguarding import undecided_in
from feedback.receipt_codes import code_of
from feedback.services.answers.submission import replace_answers, store_checked
from feedback.services.answers.validation import Submission, check_submission
from feedback.services.paper.batches import locked_sheet, refuse_signed_off, refuse_void
from feedback.services.paper.serials import read_serial, shown
from forms.paper import Comparison, Field, Keyed, PaperForm, compare, paper_form, settled

FIRST, SECOND = 1, 2
TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class Saved:
    """What became of a keying. `outcome` as of a response; `chosen`: the sheet is to be keyed a second time.

    `comparison` is there after a second keying.
    """

    outcome: str
    chosen: bool = False
    comparison: Comparison | None = None


def response_id(batch: PaperBatch, serial: str) -> UUID:
    """Return the id of a sheet's response: the same every time, so that a sheet keyed twice cannot be two responses.

    It takes the batch's key to make, which is sealed; without it nobody can tell the id from the serial.

    Raises:
        Refusal: the batch was signed off.
        FormerKeyMissing: the batch's key cannot be opened.

    """
    return UUID(bytes=_number(batch, "response", serial)[:16], version=4)


def receipt_of(batch: PaperBatch, serial: str) -> str:
    """Return the receipt code that the answers of a sheet will have, for the slip that the person keeps.

    Raises what `response_id` raises.
    """
    return code_of(_number(batch, "receipt", serial))


def form_of(batch: PaperBatch) -> PaperForm:
    """Return the sheet's layout in English, for whoever keys it: numbers and boxes are the same in every language."""
    return paper_form(questionnaire_of(batch.questionnaire))


def sheet_to_key(batch: PaperBatch, typed: str, *, turn: int, actor: str) -> PaperSheet:
    """Return the sheet that somebody wants to key for the first or second time, if it can be keyed.

    Raises:
        Refusal: the serial is mistyped, unknown, void, of another batch, or was keyed; a whole sentence says which.
        Closed: it is too early or too late.

    """
    sheet = sheet_by_serial(read_serial(typed))
    _check(sheet, batch, turn, actor)
    return sheet


def words_of(form: PaperForm, keyed: Keyed) -> tuple[str, ...]:
    """Return the ids of the questions that a keying answers in the person's own words."""
    return tuple(field.question.id for field in form.fields if field.lines and field.value(keyed.answers))


def save_first(batch: PaperBatch, serial: str, keyed: Keyed, *, actor: str, flagged: bool = False) -> Saved:
    """Store what was keyed as the response of a sheet, mark it keyed, and commit; all of it or nothing.

    `flagged`: who keys it thinks that somebody may be in danger, so its words are held whatever they are.

    Raises what `sheet_to_key` raises, and AnswerRefused.
    """
    sheet = _locked(batch, serial, FIRST, actor)
    flags = words_of(form_of(batch), keyed) if flagged else ()
    checked = check_submission(replace(_submission(batch, serial, keyed), flagged=flags))
    id = checked.row["id"]
    chosen = is_chosen(batch, serial)

    def mark(_outcomes: object) -> None:
        sheet.state, sheet.keyed_by, sheet.response_id = "keyed", actor, id
        if chosen:
            sheet.checking = "waiting"
            db.session.add(PaperKeying(serial=serial, turn=FIRST, answers=keyed.answers, marks=keyed.marks))

    outcomes = store_checked([checked], before_commit=mark)
    outcome = next(iter(outcomes))
    return Saved(outcome, chosen)


def save_second(batch: PaperBatch, serial: str, keyed: Keyed, *, actor: str) -> Saved:
    """Compare a second keying with the first, count what differs, and commit. Where nothing does, it is settled.

    Raises what `sheet_to_key` raises, and Refusal where nobody knows which answers are those of the sheet.
    """
    sheet = _locked(batch, serial, SECOND, actor)
    form = form_of(batch)
    comparison = compare(form, _keyed(keyings(sheet)[0]), keyed)
    sheet.fields, sheet.differing = comparison.compared, len(comparison.differing)
    if comparison.differing:
        sheet.checking = "differs"
        first = _keyed(keyings(sheet)[0])
        db.session.add(PaperKeying(serial=serial, turn=SECOND, answers=keyed.answers, marks=keyed.marks))
        _show_reviewer(sheet, (first, keyed), comparison, actor)
    else:
        _settle(sheet)
    db.session.commit()
    return Saved("compared", comparison=comparison)


def _show_reviewer(sheet: PaperSheet, pair: tuple[Keyed, Keyed], comparison: Comparison, actor: str) -> None:
    """Let words that may say somebody is in danger stand in the answers, and be held, if only the second has them.

    They would reach no reviewer before somebody settles the sheet, and none at all where the first is chosen.
    """
    first, second = pair
    only_second = [
        field for field in comparison.differing if screening_terms(field, second) and not screening_terms(field, first)
    ]
    if only_second:
        right = {field.id: second if field in only_second else first for field in comparison.differing}
        answers = settled(form_of(sheet.batch), pair, right)
        replace_answers(_corrected(sheet, answers), actor=actor, why="words of a second keying held")


def screening_terms(field: Field, keyed: Keyed) -> bool:
    """Whether a keying has words in a field that may say somebody is in danger: shown to reviewers alone."""
    return bool(field.lines) and bool(screen_text(str(field.value(keyed.answers) or "")))


def differences(batch: PaperBatch, serial: str) -> tuple[tuple[Keyed, Keyed], Comparison]:
    """Return both keyings of a sheet that waits to be settled, and where they differ.

    Raises:
        Refusal: nothing of this sheet waits to be settled.

    """
    sheet = sheet_by_serial(read_serial(serial))
    refuse_signed_off(batch)
    if sheet.batch_code != batch.code or sheet.checking != "differs":
        raise Refusal(f"There is nothing to settle for sheet {shown(sheet.serial)}. Nothing was changed.")
    first, second = (_keyed(row) for row in keyings(sheet))
    return (first, second), compare(form_of(batch), first, second)


def settle(batch: PaperBatch, serial: str, right: dict[str, Keyed], *, actor: str) -> bool:
    """Make the settled answers the response of a sheet, and commit; `right`: the keying to take for each field.

    Returns whether they were stored: answers that the person had removed meanwhile are not put back.

    Raises:
        Refusal: nothing waits to be settled, a difference is left open, the wave's figures are published, words of
            the sheet wait for a reviewer, who would not see what is settled away, or nobody knows which answers are
            those of the sheet.

    """
    sheet = locked_sheet(serial)
    pair, comparison = differences(batch, serial)
    left = [found.number for found in comparison.differing if found.id not in right]
    if left:
        raise Refusal(f"Choose what is right for question {left[0]}.")
    if undecided_in(_answers_of(sheet)):
        raise Refusal(
            f"Words of sheet {shown(serial)} are waiting for a reviewer. Settle the sheet when the reviewer has "
            "decided. "
            "Nothing was changed."
        )
    answers = settled(form_of(batch), pair, right)
    stored = replace_answers(_corrected(sheet, answers), actor=actor, why="two keyings of a sheet settled")
    _settle(sheet)
    db.session.commit()
    return stored


def forget_keyings(withdrawn: Response) -> None:
    """Delete what is kept of a response that is withdrawn, in the caller's transaction: keyings that wait, its id."""
    for sheet in db.session.scalars(select(PaperSheet).filter_by(response_id=withdrawn.id).with_for_update()):
        sheet.response_id = None
        if sheet.checking in ("waiting", "differs"):
            _settle(sheet)


def is_chosen(batch: PaperBatch, serial: str) -> bool:
    """Whether a sheet is to be keyed twice: by chance, fixed by a hash that nobody can foresee or influence."""
    draw = int.from_bytes(_number(batch, "second keying", serial)[:8], "big") % TEN_THOUSAND
    return draw < batch.second_share * TEN_THOUSAND // 100


def needs_another_person(sheet: PaperSheet, actor: str) -> bool:
    """Whether `actor` keyed the sheet first and there is somebody else who can key it again."""
    return sheet.keyed_by == actor and keyers() > 1


def _number(batch: PaperBatch, what: str, serial: str) -> bytes:
    return _key(batch).number(f"{what}|{serial}".encode())


def _key(batch: PaperBatch) -> Key:
    refuse_signed_off(batch)
    opened = ring().open(Purpose.PAPER_BATCHES, batch.key or b"", batch.code.encode())
    if opened is None:
        raise FormerKeyMissing(f"The key of batch {batch.code}")
    return key_from(opened, Purpose.PAPER_SHEETS)


def _answers_of(sheet: PaperSheet) -> UUID:
    if sheet.response_id is None:
        raise Refusal(
            f"Nobody can tell which answers are those of sheet {shown(sheet.serial)}: its key was lost "
            "before the service was brought to this version. What was keyed first counts. Nothing was changed."
        )
    return sheet.response_id


def _submission(batch: PaperBatch, serial: str, keyed: Keyed) -> Submission:
    """The answers of a sheet that is keyed for the first time, with the receipt on its slip."""
    return replace(_of_batch(batch, response_id(batch, serial), keyed), receipt=receipt_of(batch, serial))


def _corrected(sheet: PaperSheet, keyed: Keyed) -> Submission:
    return _of_batch(sheet.batch, _answers_of(sheet), keyed)


def _of_batch(batch: PaperBatch, id: UUID, keyed: Keyed) -> Submission:
    """The answers count today; those keyed after the wave closed count on its last day."""
    return Submission(
        id=id,
        wave=batch.wave,
        questionnaire=batch.questionnaire,
        answers=keyed.answers,
        channel="paper",
        event=batch.event,
        language=batch.language,
        counted_on=min(today(), batch.wave.closes_on),
    )


def _locked(batch: PaperBatch, serial: str, turn: int, actor: str) -> PaperSheet:
    sheet = locked_sheet(serial)
    db.session.refresh(batch)  # it may have been signed off while the sheet was waited for
    _check(sheet, batch, turn, actor)
    return sheet


def _check(sheet: PaperSheet, batch: PaperBatch, turn: int, actor: str) -> None:
    if sheet.batch_code != batch.code:
        other = batch_by_code(sheet.batch_code)
        raise Refusal(
            f"Sheet {shown(sheet.serial)} is of batch {other.code} of {other.wave.title}, not of batch {batch.code}. "
            "Nothing was changed. Key it with its own batch."
        )
    refuse_signed_off(batch)
    refuse_void(sheet)
    _check_turn(sheet, turn, actor)
    _check_days(batch)


def _check_turn(sheet: PaperSheet, turn: int, actor: str) -> None:
    name = shown(sheet.serial)
    if turn == FIRST and sheet.state == "keyed":
        raise Refusal(f"Sheet {name} was keyed already. Nothing was changed, and its answers count once.")
    if turn == SECOND and sheet.checking != "waiting":
        raise Refusal(f"Sheet {name} is not waiting for a second keying. Nothing was changed.")
    if turn == SECOND and needs_another_person(sheet, actor):
        raise Refusal(f"You keyed sheet {name} first. Somebody else must key it the second time.")


def _check_days(batch: PaperBatch) -> None:
    wave, now = batch.wave, today()
    if wave.frozen_at is not None:
        raise Closed(f"The figures of {wave.title} are published, so no answers can be added or changed.")
    if now < wave.opens_on:
        raise Closed(f"{wave.title} opens on {wave.opens_on:%-d %B %Y}. Sheets can be keyed from then on.")
    if now > last_day_to_key(batch):
        raise Closed(
            f"Sheets of batch {batch.code} could be keyed until {last_day_to_key(batch):%-d %B %Y}. "
            "If this one may still count, give the batch more days first."
        )


def _keyed(row: PaperKeying) -> Keyed:
    return Keyed(row.answers, row.marks)


def _settle(sheet: PaperSheet) -> None:
    """Nothing of a sheet that is settled needs to be known but how many fields differed."""
    sheet.checking = "settled"
    db.session.execute(delete(PaperKeying).where(PaperKeying.serial == sheet.serial))
