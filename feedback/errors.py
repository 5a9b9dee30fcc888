"""Errors that carry the sentence a person will read, and the pages that show them."""

from __future__ import annotations

from flask import Flask


class Refusal(Exception):
    """Something was asked for that cannot be done. `str(refusal)` is a whole sentence for the person who asked."""

    status = 400


class NotFound(Refusal):
    status = 404


class Closed(Refusal):
    """The survey or event is not open."""

    status = 410


def register(app: Flask) -> None:
    """To be written."""
