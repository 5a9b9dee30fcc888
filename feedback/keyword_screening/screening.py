"""Finding concerns in what somebody wrote, whatever language it is in and however it was typed."""

from __future__ import annotations

from feedback.keyword_screening.lists import word_lists
from feedback.keyword_screening.normalisation import normal, spelled_out, with_runs_joined


def screen_text(text: str) -> tuple[str, ...]:
    """Return the codes of the groups that `text` has words of, each once; empty where nothing concerns.

    Every list is asked, because people answer in other languages than the page's.
    """
    words = normal(text)
    if not words:
        return ()
    spaced, run_together, spelled = f" {with_runs_joined(words)} ", words.replace(" ", ""), spelled_out(words)
    found: dict[str, None] = {}
    for each in word_lists():
        for group in each.groups:
            sought = run_together if each.without_spaces else spaced
            hit = group.written.search(sought) or any(group.run_together.search(word) for word in spelled)
            if hit:
                found[group.code] = None
    return tuple(found)
