"""A batch of paper for an event of the demonstration: some sheets came back, one was spoiled, none is keyed yet."""

from __future__ import annotations

from feedback.queries.paper import batches, sheets
from feedback.queries.waves import events, open_waves
from feedback.services.paper.batches import NewBatch, make_batch, mark_returned, void_sheets

ACTOR = "demonstration"
SHEETS, RETURNED = 12, 5
SPOILED = "Spoiled by rain (demonstration)"


def add_demonstration_paper() -> None:
    """Make the batch and commit, unless there is paper already or no open wave has an event."""
    found = [(wave, of_wave[-1]) for wave in open_waves() if (of_wave := events(wave))]
    if batches() or not found:
        return
    wave, event = found[0]
    batch = make_batch(NewBatch(wave=wave, event=event, sheets=SHEETS, second_share=50), actor=ACTOR)
    serials = [sheet.serial for sheet in sheets(batch)]
    mark_returned("\n".join(serials[:RETURNED]), actor=ACTOR)
    void_sheets(batch, serials[-1], SPOILED, actor=ACTOR)
