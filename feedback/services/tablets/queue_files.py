"""Queue files: what a tablet could not send, saved as a file and brought in by staff through the same door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from feedback.errors import NotFound, Refusal
from feedback.messages.decoding import Malformed, decode
from feedback.messages.shapes import MOST_ITEMS, QueueFile, Result, nameless
from feedback.models import Device, Event
from feedback.queries.tablets.devices import device_by_id
from feedback.queries.waves import event_by_code
from feedback.services.audit import record_alone
from feedback.services.tablets.event_keys import key_id
from feedback.services.tablets.sync import FormSource, sync
from feedback.typed_text import one_line

LARGEST_FILE = 10 * 1024 * 1024
UNTOUCHED = "Nothing was stored, and the file stays as it is."


class BadQueueFile(Refusal):
    """The whole file is refused and nothing of it stored."""


@dataclass(frozen=True)
class QueueReport:
    """What became of the items of a file: how many had which outcome, and why those wait that wait (message: count)."""

    event: Event
    device: Device | None
    outcomes: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)


def import_queue_file(content: bytes, *, actor: str, progress: Callable[[int], object] | None = None) -> QueueReport:
    """Send the items of a queue file through the sync door, record it, and commit; a second time adds nothing.

    `progress` is called with the number of items done since the last call.

    Raises:
        BadQueueFile: it is no queue file, it is too large, or it belongs to another service.

    """
    file = _read(content)
    event, device = _origin(file)
    _refuse_foreign(file, event)
    report = QueueReport(event, device)
    signals = frozenset[str]() if device else frozenset({"unsigned"})  # whoever has an event's link can seal for it
    for start in range(0, len(file.items), MOST_ITEMS):
        batch = file.items[start : start + MOST_ITEMS]
        _add(report, sync(FormSource(event, device, from_file=True, signals=signals), batch))
        if progress:
            progress(len(batch))
    name = device.name if device else "not known here"
    record_alone(actor, "queue file imported", event.code, device=name, outcomes=dict(report.outcomes))
    return report


def count_items(content: bytes) -> int:
    """Return how many items a file has, for a progress bar. Raises BadQueueFile."""
    return len(_read(content).items)


def _read(content: bytes) -> QueueFile:
    if len(content) > LARGEST_FILE:
        raise BadQueueFile(f"The file is larger than {LARGEST_FILE // 2**20} MB, which no tablet saves. {UNTOUCHED}")
    try:
        file = decode(content, QueueFile, "the file")
    except Malformed as fault:
        raise BadQueueFile(f"This is not a queue file that a tablet saved. {fault} {UNTOUCHED}") from fault
    if place := nameless(file.items):
        raise BadQueueFile(f"Item {place} of the file has no number, so that it could not be kept. {UNTOUCHED}")
    return file


def _origin(file: QueueFile) -> tuple[Event, Device | None]:
    """The device, if it is known here, and its event; else the event that the file names."""
    try:
        device = device_by_id(UUID(file.device))
    except (ValueError, NotFound):
        device = None
    try:
        return (device.event, device) if device else (event_by_code(file.event), None)
    except NotFound as refusal:
        raise BadQueueFile(_foreign(file)) from refusal


def _refuse_foreign(file: QueueFile, event: Event) -> None:
    """Of another service is a file of which no item was sealed for this event."""
    keys = [item.get("key") for item in file.items if "sealed" in item]
    if keys and key_id(event) not in keys:
        raise BadQueueFile(_foreign(file))


def _foreign(file: QueueFile) -> str:
    site = one_line(file.site)[:100] or "not named in it"
    return f"This file belongs to another service ({site}), which alone can open it. Bring it in there. {UNTOUCHED}"


def _add(report: QueueReport, results: list[Result]) -> None:
    for result in results:
        report.outcomes[result.outcome] += 1
        if result.outcome == "held":
            report.waiting[result.message] += 1
