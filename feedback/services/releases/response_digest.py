"""Which responses a release was made from: how many, and a hash that any change of them changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from feedback.models import Wave
from feedback.queries.answers.snapshots import counted_rows

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


def answers_of(wave: Wave, *, whole: bool = False) -> ResponseDigest:
    """Return which responses figures of a wave are drawn from now; `whole` and what is raised as `counted_rows`."""
    all_of_it, parts, count = hashlib.sha256(), [], 0
    for row in counted_rows(wave, whole=whole):
        line = f"{row.id.hex} {row.payload_hash}\n".encode()
        all_of_it.update(line)
        parts.append(hashlib.sha256(line).digest()[:SIZE])
        count += 1
    return ResponseDigest(count, all_of_it.hexdigest(), b"".join(sorted(parts)))


def _parts(fingerprints: bytes) -> set[bytes]:
    return {fingerprints[place : place + SIZE] for place in range(0, len(fingerprints), SIZE)}
