"""Secrets of the service: random, and sealed, so that the database alone gives nothing away."""

from __future__ import annotations

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import Model


class ServiceSecret(Model):
    """What receipts, links and fingerprints are made from; sealed under the key ring (`feedback/keys.py`).

    Usually there is one. Another begins when the key that opens the first is missing; both are kept.
    """

    __tablename__ = "service_secret"

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
