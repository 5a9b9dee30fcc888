"""Which tables are rewritten: all that hold an answer or follow one. A new table is rewritten unless it is named here.

What is written when an answer comes lies in the bytes in the order of coming, whatever its columns say.
"""

from __future__ import annotations

from sqlalchemy import Table

from feedback.extensions import db

# Tables that hold an answer, or the id of one without a foreign key. What points to these is found by its key.
HOLD_ANSWERS = {
    "response": "the answers",
    "draft": "answers that are not sent yet, sealed",
    "held": "forms that wait, and the id of the response that one may become",
    "arrival": "the ids of responses by tablet, until it is signed off",
    "ledger_entry": "the ids of forms by number, until the tablet is signed off",
    "paper_sheet": "the id of the response by sheet, until the batch is signed off",
    "paper_keying": "what was keyed, until the sheet is settled",
}
# Tables that nothing is written to when an answer comes; they are left as they are.
LEFT_ALONE = {
    "action": "what the partnership did",
    "boundary": "outlines of wards",
    "event": "made by staff before answers come",
    "event_officer": "who is at an event",
    "event_wave": "what an event asks",
    "former_place_data": "public lists as they were before they were replaced",
    "help_line": "kept by staff",
    "kept_pack": "the place pack as it was when it last had no fault",
    "postcode": "a public list",
    "questionnaire": "published wording, which cannot change",
    "release": "published figures, which cannot change; its fingerprints of answers are sorted",
    "release_file": "published files, which cannot change",
    "role": "of staff",
    "roles_users": "of staff",
    "service_secret": "made once",
    "user": "of staff",
    "wave": "made by staff before answers come",
    "web_authn": "of staff",
}


def rewritten_tables() -> list[Table]:
    """Return the tables that hold an answer or lead to one, parents first: rewritten by id in one transaction each."""
    found: list[Table] = []
    for table in db.metadata.sorted_tables:
        if table.name in HOLD_ANSWERS or any(key.column.table in found for key in table.foreign_keys):
            found.append(table)
    return found


def compacted_tables() -> list[Table]:
    """Return the tables that lead to no answer, but from which rows go or are counted up: former versions are wiped."""
    others = set(db.metadata.sorted_tables) - set(rewritten_tables())
    return sorted((table for table in others if table.name not in LEFT_ALONE), key=lambda table: table.name)
