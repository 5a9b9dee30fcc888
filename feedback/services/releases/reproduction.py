"""Making a published release again from the stored answers, to see that it gives the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from feedback.extensions import only_reading
from feedback.models import Release
from feedback.services.jobs import ReportProgress
from feedback.services.releases.basis import code_version
from feedback.services.releases.files import Made, Wanted, imprint_of, make_release
from feedback.services.releases.response_digest import ResponseDigest

CALLED = {
    "thresholds": "The thresholds of suppression",
    "margins": "The Census margins",
    "merges": "The reviewed list of merged categories",
    "fewest": "The number of responses that a weighting group needs",
    "menu": "The menu of figures",
    "place": "The published figures, Census shares or names of wards of the place pack",
    "questionnaires": "A questionnaire",
    "earlier": "The answers of an earlier wave",
    "already": "The earlier releases",
    "suspected": "Who is excluded from the base",
    "versions": "The libraries or Python",
}

NOW_CALLED = {"narrowest": "protection_interval", "differ_under": "differencing_limit"}
"Thresholds that releases of version 0.1 keep under another name."


@dataclass(frozen=True)
class Reproduction:
    """`same`: file name to whether the bytes are equal. `intact`: whether what is stored is what was published.

    `answers`: whether the responses are those that it was made from. `reasons`: sentences that say what differs.
    """

    same: Mapping[str, bool]
    intact: bool
    answers: bool
    reasons: tuple[str, ...]

    @property
    def good(self) -> bool:
        return self.intact and self.answers and all(self.same.values())


def check_release(release: Release, report_progress: ReportProgress = lambda step, done, total: None) -> Reproduction:
    """Make a release again and compare every file, byte for byte; nothing is written.

    Raises:
        Refusal: the figures cannot be made any more; the text says why.

    """
    with only_reading():
        return _compared(release, report_progress)


def _compared(release: Release, report_progress: ReportProgress) -> Reproduction:
    settings = release.settings
    earlier = [one["wave"] for one in settings["earlier"]]
    counted, without = settings["suspected"]["counted"], settings["suspected"].get("without", ())
    wanted = Wanted(release.wave, imprint_of(release), earlier, settings["already"], counted, without)
    made = make_release(wanted, report_progress)
    stored = {file.name: file for file in release.files}
    same = {name: made.files.get(name) == file.content for name, file in stored.items()}
    intact = all(hashlib.sha256(file.content).hexdigest() == file.sha256 for file in stored.values())
    answers = made.answers.digest == release.answers_digest
    return Reproduction(same, intact, answers, tuple(_reasons(release, made, intact)))


def _reasons(release: Release, made: Made, intact: bool) -> Iterator[str]:
    if not intact:
        yield "A stored file no longer has the sha256 that was kept when it was published."
    if made.answers.digest != release.answers_digest:
        before = ResponseDigest(release.answers_count, release.answers_digest, release.fingerprints)
        yield (
            f"The answers are not those that the release was made from: {release.answers_count:,} then, "
            f"{made.answers.count:,} now; {made.answers.differ(before):,} are only in one of the two."
        )
    for name, words in CALLED.items():
        then = _in_todays_names(_plain(release.settings[name]))
        if _told_then(made.settings[name], then) != then:
            yield f"{words} changed since."
    if code_version() != release.code_version:
        yield f"The program changed: it was {release.code_version}, it is {code_version()}."


def _in_todays_names(then: Any) -> Any:
    return {NOW_CALLED.get(name, name): value for name, value in then.items()} if isinstance(then, Mapping) else then


def _told_then(now: Any, then: Any) -> Any:
    """What is set now, without numbers that were not kept when the release was made."""
    plain = _plain(now)
    return {key: plain.get(key) for key in then} if isinstance(then, Mapping) and len(then) < len(plain) else plain


def _plain(value: Any) -> Any:
    """As it comes back from JSON, where a tuple is a list."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
