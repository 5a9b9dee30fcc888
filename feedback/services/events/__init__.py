"""Events: places and times where answers are collected. Made, changed, cancelled, staffed, noted, imported."""

from feedback.services.events.adding import NewEvent, add_events
from feedback.services.events.creation import change_event, details_of, make_event, moved_to
from feedback.services.events.details import EventDetails, EventRefused, faults_of
from feedback.services.events.lifecycle import cancel_event, delete_event, restore_event
from feedback.services.events.moving import Moving, move_answers
from feedback.services.events.notes import add_note, remove_note
from feedback.services.events.roster import set_roster

__all__ = [
    "EventDetails",
    "EventRefused",
    "Moving",
    "NewEvent",
    "add_events",
    "add_note",
    "cancel_event",
    "change_event",
    "delete_event",
    "details_of",
    "faults_of",
    "make_event",
    "move_answers",
    "moved_to",
    "remove_note",
    "restore_event",
    "set_roster",
]
