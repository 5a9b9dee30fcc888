"""What came of reading a file of answers, for the person who brings it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

OWN_WORDS = 20  # characters, with a space among them; codes have none
MOST_TOLD = 500


@dataclass
class ImportReport:
    """What a file holds. `rows` = `new` + `here_already` + `refused`; here already is what was stored before.

    `ignored`: columns that the map does not use; of these `personal` identify people and are never stored, and `lost`
    hold answers (column to filled cells) that nobody gave up yet. `doubts`: sentences about what the map claims.
    `twice`: rows with the id of an earlier row; `changed`: with that of other stored answers; `held`: with words that a
    reviewer must see; `told`: hashes of new answers with words of a person's own. `left_out`: question id -> answers
    that the questionnaire does not ask after the row's others. `written` and `import_id`: None when nothing was.
    """

    rows: int = 0
    new: int = 0
    here_already: int = 0
    refused: int = 0
    ignored: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    lost: Mapping[str, int] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    twice: int = 0
    changed: int = 0
    held: int = 0
    told: set[str] = field(default_factory=set, repr=False)
    written: Counter[str] | None = None
    import_id: UUID | None = None

    def see_new(self, answers: Mapping[str, object], told: str) -> None:
        """Remember new answers that hold words of a person's own: no two people write the same."""
        own = any(isinstance(text, str) and len(text) > OWN_WORDS and " " in text for text in answers.values())
        if own and len(self.told) < MOST_TOLD:
            self.told.add(told)

    @property
    def asks(self) -> bool:
        """Whether something must be decided or corrected first, even if the good rows alone are wanted."""
        return bool(self.lost or self.doubts)
