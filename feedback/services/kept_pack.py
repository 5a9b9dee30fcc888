"""The place pack as it was read last without a fault: a slip in a file must not end a survey that is open.

A copy lies in the database. Where a file of the pack has a fault, the service goes on with the copy, says so at its
start and to administrators, and reads the corrected pack when it is started again.
"""

from __future__ import annotations

import atexit
import io
import shutil
import zipfile
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from feedback.clock import today
from feedback.extensions import db
from feedback.models import KeptPack
from feedback.places import FALLBACK, PlaceError, PlacePack, load_place

KINDS = {".yaml", ".csv", ".po"}
EPOCH = (1980, 1, 1, 0, 0, 0)  # of every file in the copy, so that the same files make the same copy


def register(app: Flask) -> None:
    app.extensions[FALLBACK] = kept_pack


def keep_pack(place: PlacePack) -> None:
    """Keep a copy of a pack that has no fault, in the transaction of the caller; the same one is kept once."""
    name, content = _name(), _packed(place.folder)
    digest = sha256(content).hexdigest()
    kept = db.session.get(KeptPack, name)
    if kept is None:
        db.session.add(KeptPack(place=name, read_on=today(), digest=digest, content=content))
    elif kept.digest != digest:
        kept.read_on, kept.digest, kept.content = today(), digest, content


def kept_pack(fault: PlaceError) -> tuple[PlacePack, str]:
    """Return the copy to go on with, and a sentence that names the fault and the day of the copy.

    Raises:
        PlaceError: the fault, where there is no copy, or none that can be read.

    """
    try:
        kept = db.session.get(KeptPack, _name())
    except SQLAlchemyError:  # the tables are not there yet
        db.session.rollback()
        raise fault from None
    if kept is None:
        raise fault
    told = f"{fault} Until then the service goes on with the place pack as it was on {kept.read_on:%-d %B %Y}."
    return _unpacked(kept.content), told


def _name() -> str:
    return str(current_app.config["SETTINGS"].place)


def _packed(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in KINDS):
            archive.writestr(zipfile.ZipInfo(path.relative_to(folder).as_posix(), EPOCH), path.read_bytes())
    return packed.getvalue()


def _unpacked(content: bytes) -> PlacePack:
    folder = mkdtemp(prefix="place-pack-")  # translations are read from it whenever a language is asked for
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return load_place(folder)
