"""What is said of a release that was made by an earlier version of the program."""

from __future__ import annotations

from feedback.services.releases.reproduction import _in_todays_names, _told_then


def test_a_threshold_that_was_only_renamed_did_not_change() -> None:
    now = {"protection_interval": 5, "differencing_limit": 10, "hide_base_under": 30}
    then = {"narrowest": 5, "differ_under": 10}
    assert _told_then(now, _in_todays_names(then)) == _in_todays_names(then)
    assert _told_then({**now, "protection_interval": 3}, _in_todays_names(then)) != _in_todays_names(then)
