"""Which responses a release was made from: how many, and a hash that any change of them changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select

from feedback.extensions import db
from feedback.models import Response, Wave

SIZE = 8  # bytes of a response's fingerprint


@dataclass(frozen=True)
class ResponseDigest:
    """`digest`: sha256 over id and payload hash of every response, in order of id. `fingerprints`: 8 bytes each."""

    count: int
    digest: str
    fingerprints: bytes

    def differ(self, other: ResponseDigest) -> int:
        """How many responses are in one and not in the other; a changed one counts twice."""
        return len(_parts(self.fingerprints) ^ _parts(other.fingerprints))


def answers_of(wave: Wave) -> ResponseDigest:
    """Return which responses a wave holds now."""
    whole, parts, count = hashlib.sha256(), [], 0
    rows = select(Response.id, Response.payload_hash).where(Response.wave_id == wave.id).order_by(Response.id)
    for id, payload_hash in db.session.execute(rows).yield_per(10_000):
        line = f"{id.hex} {payload_hash}\n".encode()
        whole.update(line)
        parts.append(hashlib.sha256(line).digest()[:SIZE])
        count += 1
    return ResponseDigest(count, whole.hexdigest(), b"".join(sorted(parts)))


def _parts(fingerprints: bytes) -> set[bytes]:
    return {fingerprints[place : place + SIZE] for place in range(0, len(fingerprints), SIZE)}
