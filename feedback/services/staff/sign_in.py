"""Deciding whether a password is right, and slowing down whoever guesses.

Guesses are counted by account, never by address: a whole library may share one. An account that does not exist is
counted alike, so that nobody learns from the answer which accounts there are. The count is raised before the password
is looked at; however many guesses arrive at once, no more than the free ones are tried.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from math import ceil

from flask_security.utils import hash_password, verify_password
from sqlalchemy import delete, func, select

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.keys import Key, Purpose, every_key, newest_key
from feedback.models import SignInFailure, User
from feedback.models.types import utc_now
from feedback.services.upserts import insert_into

FREE_GUESSES = 5
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
LONGEST_PASSWORD = 200

WRONG = (
    "The email address or the password is not right, or the account is closed. "
    "If you have forgotten your password, ask an administrator to reset it."
)


class WrongPassword(Refusal):
    """Nobody can sign in with this email address and password."""


class TooManyGuesses(Refusal):
    """The account has to wait before the next guess; the password was not looked at."""

    status = 429


def check_password(email: str, password: str) -> User:
    """Return the active account that this email address and password open. Commits.

    Raises:
        WrongPassword: there is none; the sentence is the same whatever is wrong.
        TooManyGuesses: the account must wait; says how long.

    """
    _take_guess(_known_hash(email))
    user = _account(email)
    stored = user.password if user and user.active else None
    # The write lock must not be held while the hash is computed: it takes a tenth of a second on purpose.
    db.session.commit()
    if not _is_right(password, stored):
        raise WrongPassword(WRONG)
    forget_guesses(email)
    db.session.commit()
    found = _account(email)
    if found is None:
        raise WrongPassword(WRONG)
    return found


def forget_guesses(email: str) -> None:
    hashes = [_hash(key, email) for key in every_key(Purpose.SIGN_IN_GUESSES)]
    db.session.execute(delete(SignInFailure).where(SignInFailure.account_hash.in_(hashes)))


def normal_password(password: str) -> str:
    """Return the form in which a password is hashed: the same letters typed on two keyboards are the same."""
    return unicodedata.normalize("NFKD", password)


def account_hash(email: str) -> str:
    """Return the key of an account in the table of guesses, from which its email address cannot be read."""
    return _hash(newest_key(Purpose.SIGN_IN_GUESSES), email)


def _known_hash(email: str) -> str:
    """Return the key under which guesses at an account are counted: of an earlier secret where it was used."""
    new = account_hash(email)
    hashes = [_hash(key, email) for key in every_key(Purpose.SIGN_IN_GUESSES)]
    counted = select(SignInFailure.account_hash).where(SignInFailure.account_hash.in_(hashes))
    return db.session.scalar(counted.order_by(SignInFailure.count.desc()).limit(1)) or new


def _hash(key: Key, email: str) -> str:
    return key.fingerprint(email.strip().lower().encode(errors="replace"))


def wait_after(count: int) -> timedelta:
    """Return how long an account waits after `count` wrong passwords: none, then 1, 2, 4, 8 and 15 minutes."""
    if count < FREE_GUESSES:
        return timedelta(0)
    return min(timedelta(minutes=2 ** min(count - FREE_GUESSES, 10)), LONGEST_WAIT)


def _take_guess(account: str) -> None:
    now = utc_now()
    db.session.execute(delete(SignInFailure).where(SignInFailure.last_at < now - FORGOTTEN_AFTER))
    new = insert_into(SignInFailure.__table__).values(account_hash=account, count=0, last_at=now)
    db.session.execute(new.on_conflict_do_nothing())
    row = db.session.scalars(select(SignInFailure).filter_by(account_hash=account).with_for_update()).one()
    ready = row.last_at + wait_after(row.count)
    if row.count >= FREE_GUESSES and ready > now:  # who waited for the lock may have come before the last guess
        db.session.rollback()
        raise TooManyGuesses(_waiting_sentence(ready, now))
    row.count, row.last_at = row.count + 1, now
    db.session.commit()


def _waiting_sentence(ready: datetime, now: datetime) -> str:
    minutes = ceil((ready - now) / timedelta(minutes=1))
    wait = "1 minute" if minutes <= 1 else f"{minutes} minutes"
    return f"There were too many wrong passwords for this account. Wait {wait}, then try again."


def _account(email: str) -> User | None:
    if "\0" in email:
        return None
    return db.session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))


def _is_right(password: str, stored: str | None) -> bool:
    if len(password) > LONGEST_PASSWORD:
        return False
    if stored is None:
        hash_password(normal_password(password))  # as slow as a real account, so that the time says nothing
        return False
    return bool(verify_password(normal_password(password), stored))
