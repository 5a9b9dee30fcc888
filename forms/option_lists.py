"""Named option lists: ours in lists.yaml (each with its source), the place's, and a questionnaire's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from forms.building import Faults
from forms.questions import Option
from forms.wording import Words, fill

OPTION_KEYS = frozenset(f.encode_name for f in msgspec.structs.fields(Option)) | {"words"}
REFERENCE_KEYS = frozenset({"list", "only", "without"})

Item = dict[str, Any]


@dataclass
class OptionLists:
    """Lists by name; a list of the place counts before ours, and one of the questionnaire before both."""

    faults: Faults
    items: dict[str, list[Item]] = field(default_factory=dict)

    def add_file(self, lists: Mapping[str, Any], words: Words, what: str = "list") -> None:
        """Lists in our form: name -> {source, options}."""
        for name, body in lists.items():
            label = f"{what} `{name}`"
            if not isinstance(body, Mapping) or set(body) != {"source", "options"}:
                self.faults.add(label, "must have `source` and `options`, and nothing else")
                self.items.setdefault(name, [])
                continue
            self.add(name, body["options"], words, label)

    def add(self, name: str, options: Any, words: Words, label: str) -> None:
        """Put in a list of options, filling in its words. A list that is unfit is a fault."""
        if not isinstance(options, Sequence) or isinstance(options, str):
            self.faults.add(label, "is not a list of options")
            options = ()
        filled = fill(options, words, lambda word: self.faults.add(label, f"uses the unknown word {{{word}}}"))
        self.items[name] = [item for item in filled if self._fit(item, label)]

    def _fit(self, item: Any, label: str) -> bool:
        if not isinstance(item, Mapping) or not {"code", "label"} <= set(item):
            self.faults.add(label, f"has an option without `code` and `label`: {item!r}")
            return False
        for key in sorted(set(item) - OPTION_KEYS):
            self.faults.add(label, f"has the unknown key `{key}` at the option `{item['code']}`")
        return True

    def taken(self, reference: Any, name: str) -> Iterator[Item]:
        """The items that a reference means: `safety`, or {list: safety, only: [...]} or {..., without: [...]}."""
        reference = {"list": reference} if isinstance(reference, str) else reference
        known = isinstance(reference, Mapping) and reference.get("list") in self.items
        if not known or not set(reference) <= REFERENCE_KEYS:
            self.faults.add(name, f"uses an unknown list: {_told(reference)}")
            return
        items = self.items[reference["list"]]
        codes = {item["code"] for item in items}
        for key in ("only", "without"):
            for code in reference.get(key, ()):
                if code not in codes:
                    self.faults.add(name, f"names the unknown code `{code}` of the list `{reference['list']}`")
        only, without = reference.get("only", codes), reference.get("without", ())
        yield from (item for item in items if item["code"] in only and item["code"] not in without)


def _told(reference: Any) -> str:
    name = reference.get("list") if isinstance(reference, Mapping) else reference
    extra = sorted(set(reference) - REFERENCE_KEYS) if isinstance(reference, Mapping) else ()
    return f"`{name}`" + (f" with the unknown keys {', '.join(extra)}" if extra else "")
