"""What files and pages gave away of the answers of a wave, remembered so that the next ones are protected against it.

Whoever may read a file for partners may read one for everybody, and releases: so all of them count, whoever the next
one is for. Analysts see everything, and nothing is remembered of their files.
"""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy.exc import OperationalError

from feedback.clock import today
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Disclosure, Release, Wave
from feedback.queries.disclosures import remembered
from feedback.services.waves.freezing import lock_wave


class AnotherMeanwhile(Refusal):
    """Two files were made at once, and neither could be protected against the other."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "Another file for partners or everybody was made of these answers at the same moment, and the two could be "
            "subtracted from each other. Ask for this one again."
        )


def given_away(wave: Wave, only: Sequence[str] | None = None) -> tuple[pd.DataFrame, ...]:
    """Return what was given away of a wave (by all that is remembered, or by what is named): a frame for each."""
    return tuple(_read(one) for one in remembered(wave) if only is None or one.slug in only)


def remember(given: Mapping[str, pd.DataFrame], waves: Sequence[Wave], audience: str, known: Sequence[str]) -> None:
    """Keep what is about to be handed out, and commit; the same as before is kept once.

    `given` by the slug of a wave; `known`: names of what it was protected against.

    Raises:
        AnotherMeanwhile: something else was given away of one of these waves since.

    """
    db.session.commit()
    try:
        for wave in sorted(waves, key=lambda wave: wave.id):
            if wave.slug in given:
                _remember(wave, audience, given[wave.slug], known)
        db.session.commit()
    except OperationalError as busy:  # SQLite: somebody wrote between our reading and our writing
        db.session.rollback()
        raise AnotherMeanwhile from busy


def _remember(wave: Wave, audience: str, given: pd.DataFrame, known: Sequence[str]) -> None:
    lock_wave(wave)
    there = remembered(wave)
    if not {one.slug for one in there} <= set(known):
        db.session.rollback()
        raise AnotherMeanwhile
    content = given.to_csv(index=False).encode()
    digest, told = hashlib.sha256(content).hexdigest(), _told(given)
    if any(told <= _told(_read(one)) for one in there):
        return
    kept = {"content": gzip.compress(content, mtime=0), "digest": digest}
    db.session.add(Disclosure(wave_id=wave.id, made_on=today(), audience=audience, **kept))


def _told(given: pd.DataFrame) -> set[tuple[object, ...]]:
    """What was shown: a record that shows nothing besides another one of its audience adds nothing to it."""
    rows = given[given["n"].notna()].fillna({"yes": -1.0})
    return set(rows[["audience", "indicator", "dimension", "group", "n", "yes"]].itertuples(index=False, name=None))


def _read(one: Release | Disclosure) -> pd.DataFrame:
    content = gzip.decompress(one.content) if isinstance(one, Disclosure) else one.disclosed
    numbers = ("n", "yes", "hidden_n", "hidden_yes")
    texts: dict[str, Any] = dict.fromkeys(("indicator", "dimension", "group", "audience"), "str")
    kinds = texts | dict.fromkeys(numbers, "float64")
    empty = {name: [""] for name in numbers}
    return pd.read_csv(io.BytesIO(content), dtype=kinds, keep_default_na=False, na_values=empty)
