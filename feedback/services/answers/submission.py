"""The only writer of responses, whatever the door: web form, import, demonstration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select, update

from feedback.clock import today
from feedback.extensions import db
from feedback.models import Conflict, Event, Response, Suspicion, Wave
from feedback.models import Tally as TallyRow
from feedback.models.devices import Outcome
from feedback.receipt_codes import CODES_TO_TRY, code_again, receipt_maker
from feedback.services.answers.conflicts import refuse_another_conflict
from feedback.services.answers.drafts import OpenDraft, delete_sent
from feedback.services.answers.floods import count_arrivals
from feedback.services.answers.validation import AnswerRefused, CheckedSubmission, Submission, check_submission
from feedback.services.audit import record
from feedback.services.safeguarding.queue import flag_for_safeguarding, flag_instead
from feedback.services.upserts import add_to_count, insert_into, insert_new
from feedback.services.waves.freezing import share_lock_waves

__all__ = [
    "AnswerRefused",
    "Receipt",
    "Submission",
    "replace_answers",
    "store_batch",
    "store_checked",
    "submit_response",
    "submit_responses",
]

STORED: Final = "stored"
ALREADY_STORED: Final = "already_stored"
CONFLICT: Final = "conflict"
Tally = Counter[tuple[int, date, str]]  # how many were stored by wave, day and channel
CHUNK = 500
RESPONSES, CONFLICTS, TALLIES = Response.__table__, Conflict.__table__, TallyRow.__table__
SUSPICIONS = Suspicion.__table__


@dataclass(frozen=True)
class Receipt:
    """`outcome` is stored, already_stored or conflict. A conflict is kept for review and has no `code`.

    Nor have answers that were stored before under a key of the service that is missing now.
    """

    code: str
    outcome: Outcome


@dataclass(frozen=True)
class _Coded:
    """A receipt code, and what the database keeps of it."""

    code: str
    hash: str


def submit_response(submission: Submission, draft: OpenDraft | None = None) -> Receipt:
    """Store one person's answers and commit. The same submission again returns the same receipt.

    The `draft` that they were kept in until now is deleted with it.

    Raises:
        Closed: the wave is not open.
        AnswerRefused: an answer is not one that the questionnaire allows.
        Refusal: the submission is malformed (id, channel, event, questionnaire of another survey).

    """
    by_web = submission.by_web
    with _one_transaction() as tally:
        checked = check_submission(submission)
        receipt = _store([checked], tally)[0]
        if draft and receipt.code:
            delete_sent(draft)
    if by_web and receipt.outcome == STORED:
        count_arrivals([checked])
    return receipt


def submit_responses(
    submissions: Iterable[Submission], progress: Callable[[int], object] | None = None
) -> Counter[str]:
    """Store many in one transaction: all of them or, when one is refused, none. Return how many had which outcome.

    `progress` is called with the number of submissions done since the last call.
    """
    return store_checked(map(check_submission, submissions), progress)


def store_checked(
    checked: Iterable[CheckedSubmission],
    progress: Callable[[int], object] | None = None,
    before_commit: Callable[[Counter[str]], object] | None = None,
    on_stored: Callable[[list[CheckedSubmission]], object] | None = None,
) -> Counter[str]:
    """The second half of `submit_responses`, for a caller that has checked them.

    `before_commit` is called with the outcomes, in the same transaction, after `on_stored` with those that were new.
    """
    outcomes: Counter[str] = Counter()
    remaining = iter(checked)
    with _one_transaction() as tally:
        while batch := list(islice(remaining, CHUNK)):
            receipts = _store(batch, tally)
            outcomes.update(receipt.outcome for receipt in receipts)
            if on_stored:
                on_stored([one for one, receipt in zip(batch, receipts, strict=True) if receipt.outcome == STORED])
            if progress:
                progress(len(batch))
        if before_commit:
            before_commit(outcomes)
    return outcomes


def store_batch(
    checked: Sequence[CheckedSubmission], before_commit: Callable[[Sequence[Receipt]], object]
) -> list[Receipt]:
    """Store a few in one transaction, and commit; return their receipts in order.

    `before_commit` is called with the receipts, in the same transaction: what it writes is true exactly when they are.
    """
    with _one_transaction() as tally:
        receipts = _store(checked, tally) if checked else []
        before_commit(receipts)
    return receipts


def give_to_event(wave: Wave, source: Event, target: Event, channel: str = "") -> int:
    """Let the responses to `wave` that came through one event (by `channel`, if named) belong to another; count them.

    Commits nothing: who moves them records it in the same transaction.

    Raises:
        Frozen: the wave's figures are published.

    """
    share_lock_waves([wave.id])
    chosen = [Response.wave_id == wave.id, Response.event_id == source.id]
    if channel:
        chosen.append(Response.channel == channel)
    moved = db.session.execute(update(Response).where(*chosen).values(event_id=target.id))
    return int(moved.rowcount)  # type: ignore[attr-defined]


def replace_answers(submission: Submission, *, actor: str, why: str) -> bool:
    """Put other answers in the place of a stored response, in the caller's transaction, and record it.

    For answers that staff corrected with the sheet of paper in hand. Month, channel, event and receipt stay, on which
    the tallies were counted. Returns whether there was such a response: one that was withdrawn is not put back.

    Raises:
        Closed: the wave's figures are published.
        AnswerRefused, Refusal: as of `submit_response`.

    """
    share_lock_waves([submission.wave.id])
    checked = check_submission(submission)
    stored = db.session.scalar(select(Response).filter_by(id=submission.id).with_for_update())
    if stored is None:
        return False
    flag_instead(stored, checked.row["answers"], checked.concerns)
    for column in ("answers", "payload_hash", "ward_code", "ward_vintage"):
        setattr(stored, column, checked.row[column])
    record(actor, why, submission.wave.slug, answers=1)
    return True


@contextmanager
def _one_transaction() -> Iterator[Tally]:
    """Commit what was stored together with its tally, or nothing.

    The tally is written last: its rows are shared by everybody who answers on the same day.
    """
    tally: Tally = Counter()
    try:
        yield tally
        for (wave_id, day, channel), count in sorted(tally.items()):
            add_to_count(TALLIES, {"wave_id": wave_id, "day": day, "channel": channel}, count)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def _store(batch: Sequence[CheckedSubmission], tally: Tally) -> list[Receipt]:
    """Insert what is new and count it, compare what is not, keep what differs; receipts in order."""
    new = _insert({checked.row["id"]: checked for checked in reversed(batch)})
    late = {checked.row["wave_id"] for checked in batch if checked.row["id"] in new and checked.day < today()}
    share_lock_waves(
        late
    )  # who publishes meanwhile has waited for the rows, or these are too late; others are still open
    _mark([checked for checked in batch if checked.signals and checked.row["id"] in new])
    held = _existing_rows([checked.row["id"] for checked in batch if checked.row["id"] not in new])
    receipts = []
    for checked in batch:
        row = checked.row
        stored = new.pop(row["id"], None)
        if stored:
            flag_for_safeguarding(row["id"], checked.concerns)
            held[row["id"]] = (row["payload_hash"], stored.hash)
            tally[row["wave_id"], checked.day, row["channel"]] += 1
            receipts.append(Receipt(stored.code, STORED))
        else:
            receipts.append(_compare(checked, *held[row["id"]]))
    return receipts


def _insert(given: Mapping[UUID, CheckedSubmission]) -> dict[UUID, _Coded]:
    """Insert the rows that are new; return the receipt code of each, and what is kept of it.

    In order of id, so that two batches with the same ids wait for one another and never both.
    """
    maker = receipt_maker()
    waiting, codes = dict(sorted(given.items())), dict[UUID, _Coded]()
    for attempt in range(CODES_TO_TRY):
        chosen = {key: (not attempt and one.receipt) or maker.code(key, attempt) for key, one in waiting.items()}
        tried = {key: _Coded(code, maker.hash(code)) for key, code in chosen.items()}
        inserted = insert_new(RESPONSES, [{**one.row, "receipt_hash": tried[key].hash} for key, one in waiting.items()])
        codes |= {key: tried[key] for key in inserted}
        left = [key for key in waiting if key not in inserted]
        known = _existing_rows(left)
        waiting = {key: waiting[key] for key in left if key not in known}
        if not waiting:
            return codes
    raise RuntimeError(f"no free receipt code for {len(waiting)} responses")


def _mark(suspected: Sequence[CheckedSubmission]) -> None:
    """Keep the signs beside responses that were just inserted, without their hour, in no order of a tablet or file."""
    if suspected:
        rows = [{"response_id": one.row["id"], "kind": kind} for one in suspected for kind in sorted(one.signals)]
        rows.sort(key=lambda row: row["response_id"])
        db.session.execute(insert_into(SUSPICIONS).on_conflict_do_nothing(), rows)


def _existing_rows(keys: Sequence[UUID]) -> dict[UUID, tuple[str, str | None]]:
    """The payload hash and receipt hash of the stored responses among `keys`."""
    if not keys:
        return {}
    columns = RESPONSES.c
    found = select(columns.id, columns.payload_hash, columns.receipt_hash).where(columns.id.in_(keys))
    return {row.id: (row.payload_hash, row.receipt_hash) for row in db.session.execute(found)}


def _compare(checked: CheckedSubmission, payload_hash: str, kept_receipt: str | None) -> Receipt:
    """The same content gets the same receipt; other content is kept for review and learns nothing.

    Raises:
        TooManyConflicts: more contents came under this id than are kept.

    """
    row = checked.row
    if row["payload_hash"] == payload_hash:
        return Receipt(code_again(row["id"], kept_receipt), ALREADY_STORED)
    refuse_another_conflict(row["id"], row["payload_hash"])
    columns = ("questionnaire_id", "channel", "month", "answers", "payload_hash")
    kept = {"id": uuid4(), "response_id": row["id"], **{column: row[column] for column in columns}}
    if insert_new(CONFLICTS, [kept]):
        flag_for_safeguarding(row["id"], checked.concerns, conflict_id=kept["id"])
    return Receipt("", CONFLICT)
