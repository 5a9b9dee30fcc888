"""A reviewed questionnaire becomes a definition: shared parts, repeats, named lists and words are written out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.building import Faults, name_of
from forms.option_lists import OPTION_KEYS, Item, OptionLists
from forms.wording import Words, fill

OPTIONS_OF = frozenset({"options", "rows"})  # keys whose lists hold whole options
GROUPS_OF = frozenset({"groups"})  # ... codes with labels
CODES_OF = frozenset({"any_of", "none_of", "yes", "base", "codes", "overall"})  # ... codes alone
SECTIONS = {"pages": "page", "characteristics": "characteristic", "exclusions": "exclusion", "indicators": "indicator"}
SHARED = "shared.yaml"
ID_KEY = {"question": "id", "indicator": "id", "characteristic": "name", "exclusion": "code"}


@dataclass
class Expansion:
    """What a reviewed file may refer to. `shared`: kind (question, indicator ...) -> name -> what it stands for."""

    lists: OptionLists
    shared: Mapping[str, Mapping[str, Any]]
    words: Words
    faults: Faults

    def questionnaire(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """The whole definition; faults go to `self.faults`."""
        head = {key: value for key, value in raw.items() if key not in SECTIONS}
        definition: dict[str, Any] = self._filled(head, self.words, "questionnaire")
        for section, what in SECTIONS.items():
            if section in raw:
                definition[section] = list(self._items(raw[section], what, self.words))
        return definition

    def _items(self, items: Any, what: str, words: Words) -> Iterator[Any]:
        """The items of a section: switched-off ones left out, shared ones fetched, repeated ones written out."""
        if not isinstance(items, list):
            self.faults.add(f"{what} list", "is not a list")
            return
        for item in items:
            item = self._fetched(item, what)
            if not isinstance(item, Mapping):
                self.faults.add(name_of(item, what), f"is not a mapping: {item!r}")
            elif item.get("on", True) is True:
                yield from self._repeated({k: v for k, v in item.items() if k != "on"}, what, words)
            elif item["on"] is not False:
                self.faults.add(name_of(item, what), "has an `on` that is neither true nor false")

    def _fetched(self, item: Any, what: str) -> Any:
        if not isinstance(item, Mapping) or "use" not in item:
            return item
        known = self.shared.get(what, {})
        if set(item) != {"use"} or item["use"] not in known:
            self.faults.add(name_of(item, what), f"uses the unknown shared {what} `{item['use']}`")
            return {"on": False}
        self.faults.fetched[f"{what} `{item['use']}`"] = SHARED
        return {ID_KEY.get(what, "id"): item["use"], **known[item["use"]]}

    def _repeated(self, item: Item, what: str, words: Words) -> Iterator[Any]:
        if "repeat" not in item:
            yield self._written_out(item, what, words)
            return
        template = {key: value for key, value in item.items() if key not in ("repeat", "by")}
        for one in self.lists.taken(item["repeat"], name_of(item, what)):
            own = {**words, "code": one["code"], "label": one["label"], **one.get("words", {})}
            for other in self._crossed(item, what):
                yield self._written_out(template, what, {**own, **other})

    def _crossed(self, item: Item, what: str) -> Iterator[Words]:
        """The words of a second list that a repeat is crossed with; once without any where there is none."""
        if "by" not in item:
            yield {}
            return
        for one in self.lists.taken(item["by"], name_of(item, what)):
            yield {"by_code": one["code"], "by_label": one["label"]}

    def _written_out(self, item: Item, what: str, words: Words) -> Any:
        numbers = {key: value for key, value in item.items() if isinstance(value, int)}
        words = {**words, **numbers}
        name = self._filled(name_of(item, what), words, f"a {what}")
        questions = item.get("questions")
        rest = {key: value for key, value in item.items() if key != "questions"}
        written = self._filled(self._listed(rest, name), words, name)
        if questions is not None:
            written["questions"] = list(self._items(questions, "question", words))
        return written

    def _filled(self, value: Any, words: Words, name: str) -> Any:
        return fill(value, words, lambda word: self.faults.add(name, f"uses the unknown word {{{word}}}"))

    def _listed(self, value: Any, name: str, key: str = "") -> Any:
        """`value` with every reference to a named list replaced by what the list holds."""
        if key in OPTIONS_OF:
            return [{k: v for k, v in item.items() if k != "words"} for item in self._chosen(value, name)]
        if key in GROUPS_OF:
            return [self._group(item, name) for item in self._chosen(value, name)]
        if key in CODES_OF and isinstance(value, list):
            return [code for item in value for code in self._codes(item, name)]
        if isinstance(value, Mapping):
            return {k: self._listed(item, name, k) for k, item in value.items()}
        if isinstance(value, list):
            return [self._listed(item, name) for item in value]
        return value

    def _chosen(self, value: Any, name: str) -> Iterator[Any]:
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str) or (isinstance(item, Mapping) and "list" in item):
                yield from self.lists.taken(item, name)
            elif isinstance(item, Mapping):
                yield item
            else:
                self.faults.add(name, f"has an option that is not a mapping: {item!r}")

    def _group(self, item: Item, name: str) -> Item:
        for key in sorted(set(item) - OPTION_KEYS - {"when"}):
            self.faults.add(name, f"has the unknown key `{key}` at the group `{item.get('code')}`. Correct it")
        kept = {key: value for key, value in item.items() if key in ("code", "label")}
        own = {key: value for key, value in item.items() if key not in ("hint", "exclusive", "divider", "words")}
        return self._listed(own, name) if "when" in item else kept

    def _codes(self, item: Any, name: str) -> Iterator[Any]:
        if isinstance(item, Mapping):
            yield from (one["code"] for one in self.lists.taken(item, name))
        else:
            yield item
