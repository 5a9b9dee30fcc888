"""Batches, sheets and keyings, with as few words as each test needs. Everything is invented."""

from __future__ import annotations

from sqlalchemy import select

from feedback.extensions import db
from feedback.models import PaperSheet, Response
from feedback.services.paper.batches import NewBatch, make_batch
from feedback.services.paper.keying import form_of, save_first, save_second
from forms.paper import read_keyed
from tests.integration.staff.scenes import add_wave

FIRST, SECOND = "first@example.com", "second@example.com"


def batch_of(wave=None, sheets=3, **given):
    values = {"second_share": 0, **given}
    return make_batch(NewBatch(wave=wave or add_wave(), sheets=sheets, **values), actor=FIRST)


def serials(batch):
    wanted = select(PaperSheet.serial).filter_by(batch_code=batch.code).order_by(PaperSheet.number)
    return list(db.session.scalars(wanted))


def keyed(batch, **typed):
    """What somebody keyed: everything left blank but what is given, with dots written as two underscores."""
    form = form_of(batch)
    blank = {field.id: "" if field.optional else "b" for field in form.fields}
    read = read_keyed(form, blank | {name.replace("__", "."): text for name, text in typed.items()})
    assert read.errors == {}
    return read


def key(batch, serial, *, actor=FIRST, **typed):
    return save_first(batch, serial, keyed(batch, **typed), actor=actor)


def key_again(batch, serial, *, actor=SECOND, **typed):
    return save_second(batch, serial, keyed(batch, **typed), actor=actor)


def sheet(serial):
    db.session.expire_all()
    return db.session.get_one(PaperSheet, serial)


def responses():
    db.session.expire_all()
    return list(db.session.scalars(select(Response)))
