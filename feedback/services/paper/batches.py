"""Batches of paper sheets: made, marked as they come back, and signed off. Every change is recorded."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select, update

from feedback.clock import today
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.keys import Purpose, ring
from feedback.models import Event, PaperBatch, PaperKeying, PaperSheet, Wave
from feedback.queries.paper import batch_by_code, counts
from feedback.queries.questionnaires import languages_of
from feedback.services.audit import record
from feedback.services.paper.serials import new_batch_code, read_serial, serial_of, shown

MOST_SHEETS = 500
LONGEST_GRACE = 90  # days
LONGEST_REASON = 200
MOST_AT_ONCE = 1000  # serials typed or scanned into one box
LONGEST_NAMED = 40  # characters of what is told back of a line
CODES_TO_TRY = 40


@dataclass(frozen=True, kw_only=True)
class NewBatch:
    """What is decided about a batch; `second_share` in percent of sheets, `grace_days` after the wave's last day."""

    wave: Wave
    sheets: int
    event: Event | None = None
    language: str = "en"
    large_print: bool = False
    second_share: int = 10
    grace_days: int = 14


@dataclass(frozen=True)
class Marked:
    """What came of serials that were typed together: how many were marked, and a sentence for each that was not."""

    done: int
    refused: dict[str, str]


def make_batch(new: NewBatch, *, actor: str) -> PaperBatch:
    """Make a batch with its sheets, and commit.

    Raises:
        Refusal: a choice does not exist or is out of bounds, or the wave takes no answers any more.

    """
    _check(new)
    code = _free_code()
    batch = PaperBatch(
        code=code,
        wave_id=new.wave.id,
        event_id=new.event.id if new.event else None,
        questionnaire_id=new.wave.questionnaire_id,
        language=new.language,
        large_print=new.large_print,
        second_share=new.second_share,
        grace_days=new.grace_days,
        key=ring().seal(Purpose.PAPER_BATCHES, secrets.token_bytes(32), code.encode()),
        made_by=actor,
    )
    db.session.add(batch)
    db.session.flush()
    numbered = [
        {"serial": serial_of(batch.code, number), "batch_code": batch.code, "number": number}
        for number in range(1, new.sheets + 1)
    ]
    db.session.execute(insert(PaperSheet), numbered)
    record(actor, "paper batch made", batch.code, wave=new.wave.slug, sheets=new.sheets, language=new.language)
    db.session.commit()
    return batch


def change_batch(batch: PaperBatch, *, second_share: int, grace_days: int, actor: str) -> None:
    """Change how many sheets are keyed twice from now on, and how long sheets may be keyed; commit.

    Raises:
        Refusal: out of bounds, or the batch was signed off.

    """
    refuse_signed_off(batch)
    _check_bounds(second_share, grace_days)
    record(actor, "paper batch changed", batch.code, second_share=second_share, grace_days=grace_days)
    batch.second_share, batch.grace_days = second_share, grace_days
    db.session.commit()


def mark_returned(typed: str, *, actor: str) -> Marked:
    """Mark the sheets whose serials were typed or scanned, one a line, as returned, and commit.

    Those that cannot be marked stay as they are; each is told with a sentence.
    """
    return _each(typed, _returned, actor, "paper sheets returned")


def void_sheets(batch: PaperBatch, typed: str, reason: str, *, actor: str) -> Marked:
    """Take sheets of a batch out of use for a reason, and commit; see `mark_returned`.

    Raises:
        Refusal: no reason was given, or the batch was signed off.

    """
    refuse_signed_off(batch)
    why = " ".join(reason.split())
    if not why or len(why) > LONGEST_REASON:
        raise Refusal(f"Say in up to {LONGEST_REASON} characters why these sheets are void, such as: spoiled by rain.")

    def void(sheet: PaperSheet) -> None:
        _refuse_other_batch(sheet, batch)
        _void(sheet, why)

    return _each(typed, void, actor, "paper sheets made void", reason=why)


def undo_void(batch: PaperBatch, serial: str, *, actor: str) -> None:
    """Give a void sheet the state back that it had, and commit.

    Raises:
        Refusal: the sheet is not void, is of another batch, or the batch was signed off.

    """
    refuse_signed_off(batch)
    sheet = locked_sheet(serial)
    _refuse_other_batch(sheet, batch)
    if sheet.state != "void":
        raise Refusal(f"Sheet {shown(serial)} is not void. Nothing was changed.")
    sheet.state, sheet.state_before, sheet.void_reason = sheet.state_before, "", ""
    record(actor, "paper sheet no longer void", batch.code, sheet=shown(serial))
    db.session.commit()


def sign_off(batch: PaperBatch, *, actor: str) -> None:
    """Close a batch for good, and commit: all that leads from serials to responses is erased, and all keyings.

    What remains are sheets with their states, and how many fields were compared and differed.

    Raises:
        Refusal: something still waits to be keyed or settled, or the batch was signed off before.

    """
    refuse_signed_off(batch)
    _refuse_unfinished(batch)
    _erase(batch, actor)
    db.session.commit()


def sign_off_all(wave: Wave, *, actor: str) -> None:
    """Sign off every batch of a wave that is being frozen, finished or not, in the caller's transaction.

    From then on no answer can be added or settled, so nothing may lead to one either.
    """
    unfinished = select(PaperBatch).where(PaperBatch.wave_id == wave.id, PaperBatch.key.is_not(None))
    for batch in db.session.scalars(unfinished).all():
        _erase(batch, actor)


def _erase(batch: PaperBatch, actor: str) -> None:
    of_batch = select(PaperSheet.serial).where(PaperSheet.batch_code == batch.code)
    # The sheets first: who keys one at this moment is waited for, and what they keyed is there to be erased.
    db.session.execute(
        update(PaperSheet).where(PaperSheet.batch_code == batch.code).values(keyed_by="", response_id=None)
    )
    db.session.execute(delete(PaperKeying).where(PaperKeying.serial.in_(of_batch)))
    batch.key, batch.signed_off_at, batch.signed_off_by = None, datetime.now(UTC), actor
    record(actor, "paper batch signed off", batch.code, wave=batch.wave.slug)


def refuse_signed_off(batch: PaperBatch) -> None:
    if batch.key is None:
        raise Refusal(f"Batch {batch.code} was signed off, so nothing in it can change any more.")


def locked_sheet(serial: str) -> PaperSheet:
    """Return a sheet as it is now; nobody else changes it until this transaction ends.

    Raises:
        Refusal: no sheet has this serial.

    """
    wanted = select(PaperSheet).filter_by(serial=serial).with_for_update().execution_options(populate_existing=True)
    sheet = db.session.scalar(wanted)
    if sheet is None:
        raise Refusal(f"Serial number {shown(serial)} is not known: no sheet with it was ever made here.")
    return sheet


def refuse_void(sheet: PaperSheet) -> None:
    if sheet.state == "void":
        raise Refusal(
            f"Sheet {shown(sheet.serial)} is void ({sheet.void_reason}). If that is wrong, undo it on the page of "
            f"batch {sheet.batch_code} first. Nothing was changed."
        )


def _check(new: NewBatch) -> None:
    if not 1 <= new.sheets <= MOST_SHEETS:
        raise Refusal(f"Enter how many sheets to make: 1 to {MOST_SHEETS}. Make another batch if you need more.")
    _check_bounds(new.second_share, new.grace_days)
    if new.event is not None and not new.event.offers(new.wave):
        raise Refusal(f"{new.event.title} does not collect answers to {new.wave.title}.")
    if new.language not in {spoken.code for spoken in languages_of(new.wave.questionnaire)}:
        raise Refusal(f"{new.wave.title} is not available in {new.language[:20]!r}.")
    if new.wave.frozen_at is not None:
        raise Refusal(f"The figures of {new.wave.title} are published, so it takes no more answers.")
    if new.wave.closes_on < today():
        raise Refusal(f"{new.wave.title} is closed, so no new sheets can be handed out.")


def _check_bounds(second_share: int, grace_days: int) -> None:
    if not 0 <= second_share <= 100:
        raise Refusal("The share of sheets to key twice must be between 0 and 100 percent.")
    if not 0 <= grace_days <= LONGEST_GRACE:
        raise Refusal(f"Sheets may be keyed for 0 to {LONGEST_GRACE} days after the last day of the wave.")


def _free_code() -> str:
    """Return a code that no batch has; the code is the key, so two makers at once cannot share one."""
    for _ in range(CODES_TO_TRY):
        code = new_batch_code()
        if db.session.get(PaperBatch, code) is None:
            return code
    raise RuntimeError("no free code for a batch of paper sheets")


def _each(typed: str, change: Callable[[PaperSheet], None], actor: str, action: str, **detail: str) -> Marked:
    """Apply `change` to each sheet named in `typed`; record how many were changed in each batch; commit.

    In order of serial, so that two people with the same sheets wait for one another and never both.
    """
    serials, refused = _serials(typed)
    done: Counter[str] = Counter()
    for serial in sorted(serials):
        try:
            sheet = locked_sheet(serial)
            change(sheet)
            done[sheet.batch_code] += 1
        except Refusal as refusal:
            refused[shown(serial)] = str(refusal)
    for code, number in sorted(done.items()):
        record(actor, action, code, sheets=number, **detail)
    db.session.commit()
    return Marked(done.total(), refused)


def _serials(typed: str) -> tuple[set[str], dict[str, str]]:
    """Return the serials among what was typed, and a sentence for each line that is none."""
    named = [text for text in re.split(r"[\n,;]", typed) if text.strip()]
    if not named:
        raise Refusal("Enter or scan at least one serial number.")
    if len(named) > MOST_AT_ONCE:
        raise Refusal(f"Enter at most {MOST_AT_ONCE:,} serial numbers at a time.")
    serials: set[str] = set()
    refused: dict[str, str] = {}
    for text in named:
        try:
            serials.add(read_serial(text))
        except Refusal as refusal:
            refused[text.strip()[:LONGEST_NAMED]] = str(refusal)
    return serials, refused


def _returned(sheet: PaperSheet) -> None:
    if batch_by_code(sheet.batch_code).key is None:
        raise Refusal(
            f"Sheet {shown(sheet.serial)} was received too late: batch {sheet.batch_code} was signed off, so its "
            "counts are final and its answers cannot be added. Tell the analyst how many sheets came late, and "
            "destroy them safely."
        )
    refuse_void(sheet)
    if sheet.state == "keyed":
        raise Refusal(f"Sheet {shown(sheet.serial)} was keyed already. Nothing was changed.")
    if sheet.state == "returned":
        raise Refusal(f"Sheet {shown(sheet.serial)} was marked as returned before.")
    sheet.state = "returned"


def _void(sheet: PaperSheet, reason: str) -> None:
    refuse_void(sheet)
    if sheet.state == "keyed":
        raise Refusal(f"Sheet {shown(sheet.serial)} was keyed, and its answers count, so it cannot be made void.")
    sheet.state_before, sheet.state, sheet.void_reason = sheet.state, "void", reason


def _refuse_other_batch(sheet: PaperSheet, batch: PaperBatch) -> None:
    if sheet.batch_code != batch.code:
        other = batch_by_code(sheet.batch_code)
        of_wave = "" if other.wave_id == batch.wave_id else f", which belongs to {other.wave.title}"
        raise Refusal(
            f"Sheet {shown(sheet.serial)} is not of batch {batch.code} but of batch {other.code}{of_wave}. "
            "Nothing was changed."
        )


def _refuse_unfinished(batch: PaperBatch) -> None:
    found = counts([batch])[batch.code]
    for number, what in (
        (found.states["returned"], "came back and must be keyed or made void"),
        (found.waiting, "must be keyed a second time"),
        (found.differing, "must be settled"),
    ):
        if number:
            raise Refusal(f"Batch {batch.code} cannot be signed off yet: {number} of its sheets {what}.")
