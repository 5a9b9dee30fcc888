"""People who answer at known moments, one after the other, so that what an attacker finds can be compared with it."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import time_machine
from sqlalchemy.engine import make_url

from feedback.clock import today
from feedback.extensions import db
from feedback.models import Wave
from feedback.services.answers.drafts import open_draft, save_draft
from feedback.services.answers.submission import submit_response
from tests.integration.at_rest.sqlite_pages import SqliteFiles
from tests.makers import SOME_ANSWERS, make_wave, submission

PEOPLE = 60
ARABIC = "أضواء أكثر في الحديقة ليلاً من فضلكم"
LONG = "strategy-consultation"
TEXTS = ("plan_missing", "plan_effect")


def random_ids(count: int, seed: int = 7) -> list[UUID]:
    """Ids that are random and the same in every run, so that nothing here fails by chance."""
    source = random.Random(seed)
    return [UUID(bytes=source.randbytes(16), version=4) for _ in range(count)]


def moments() -> Iterator[datetime]:
    """Twenty a day on three days that end now."""
    begin = datetime.now(UTC) - timedelta(days=2, hours=1)
    for number in range(PEOPLE):
        yield begin + timedelta(days=number // 20, minutes=3 * (number % 20))


def short_survey() -> Wave:
    return make_wave()


def long_survey() -> Wave:
    return make_wave(LONG)


def words_of(number: int, length: int = 500) -> str:
    """Long words that no compression makes shorter, with a mark; every third person writes Arabic."""
    source = random.Random(number)
    noise = base64.b64encode(source.randbytes(length)).decode()
    said = f"{ARABIC} {number:04d} {ARABIC * (length // 50)}" if number % 3 == 0 else f"person{number:04d} {noise}"
    return said[:length]


def all_answer(wave: Wave, *, by_draft: bool = False) -> list[str]:
    """Let everybody answer; return their ids in the order in which they came. Every fifth answers twice."""
    came = []
    for number, (id, moment) in enumerate(zip(random_ids(PEOPLE), moments(), strict=True)):
        with time_machine.travel(moment, tick=False):
            came.append(_one_answers(wave, number, id, by_draft=by_draft))
    assert moment.date() <= today()
    return came


def _one_answers(wave: Wave, number: int, id: UUID, *, by_draft: bool) -> str:
    draft = save_draft(open_draft(wave, {}), {"given": {}}) if by_draft else None
    answers = {**SOME_ANSWERS, "safer_text": words_of(number)}
    if wave.survey == LONG:
        answers = {text: words_of(number, 1500) for text in TEXTS}
    given = submission(wave, id=draft.response_id if draft else id, answers=answers, signals=frozenset({"fast"}))
    submit_response(given, draft)
    if number % 2 == 0:
        changed = {**answers, TEXTS[0] if wave.survey == LONG else "safer_text": f"again {words_of(number)}"[:500]}
        submit_response(submission(wave, id=given.id, answers=changed))
    return given.id.hex


def files() -> SqliteFiles:
    """The database's files as they are now."""
    db.session.remove()
    database = make_url(str(db.engine.url)).database
    assert database
    return SqliteFiles(Path(database))
