"""Serial numbers: a mistyped one is noticed, and no sign looks like another."""

from __future__ import annotations

import pytest

from analysis.estimation.keying_error import KeyingCheck
from feedback.errors import Refusal
from feedback.services.paper.serials import ALPHABET, LENGTH, new_batch_code, read_serial, serial_of, shown

SERIALS = [serial_of("K7M", number) for number in (1, 2, 23, 500)] + [serial_of("223", 12166)]


def test_signs_that_look_alike_are_not_used() -> None:
    assert not set(ALPHABET) & set("01BGILOQSUZAE")
    assert len(set(ALPHABET)) == len(ALPHABET) == 23


def test_serials_of_a_batch_differ_and_begin_with_its_code() -> None:
    serials = {serial_of("K7M", number) for number in range(1, 501)}
    assert len(serials) == 500
    assert {serial[:3] for serial in serials} == {"K7M"}
    assert {len(serial) for serial in serials} == {LENGTH}


@pytest.mark.parametrize("serial", SERIALS)
def test_case_spaces_and_hyphens_make_no_difference(serial) -> None:
    assert read_serial(f"  {shown(serial).lower()} ") == serial
    assert read_serial(" ".join(serial)) == serial


@pytest.mark.parametrize("serial", SERIALS)
def test_every_wrong_sign_is_noticed(serial) -> None:
    for place in range(LENGTH):
        for sign in ALPHABET:
            if sign != serial[place]:
                with pytest.raises(Refusal, match="mistyped"):
                    read_serial(serial[:place] + sign + serial[place + 1 :])


@pytest.mark.parametrize("serial", SERIALS)
def test_every_pair_that_changed_places_is_noticed(serial) -> None:
    for one in range(LENGTH):
        for other in range(one):
            signs = list(serial)
            signs[one], signs[other] = signs[other], signs[one]
            if signs != list(serial):
                with pytest.raises(Refusal, match="mistyped"):
                    read_serial("".join(signs))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the serial number that is printed on the sheet."),
        ("K7M", "Serial number K7M cannot be right: it must have 7 letters and numbers, such as K7M-223H."),
        (
            "K7M-22O7",
            "Serial number K7M-22O7 cannot be right: serial numbers do not contain the character O. "
            "Check it with the sheet.",
        ),
        ("x" * 10_000, "cannot be right"),
        ("\x00\u202e", "Enter the serial number that is printed on the sheet."),
    ],
)
def test_what_is_no_serial_is_told_in_a_sentence(typed, sentence) -> None:
    with pytest.raises(Refusal) as caught:
        read_serial(typed)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 150


def test_codes_of_batches_are_of_the_same_signs() -> None:
    codes = {new_batch_code() for _ in range(200)}
    assert set("".join(codes)) <= set(ALPHABET)
    assert len(codes) > 190
    with pytest.raises(ValueError, match="no sheet number 0"):
        serial_of("K7M", 0)


def test_the_error_rate_has_wilsons_interval() -> None:
    check = KeyingCheck(sheets=100, twice=10, fields=200, differing=3)
    assert check.percent == 1.5
    assert check.interval == pytest.approx((0.5114, 4.3166), abs=1e-4)  # Wilson 1927 by hand: 3 of 200
    assert KeyingCheck(5, 0, 0, 0).percent is None
    assert KeyingCheck(5, 0, 0, 0).interval is None
    assert KeyingCheck(5, 1, 50, 0).interval[0] == 0.0


def test_example_in_hints_is_a_real_serial() -> None:
    assert read_serial("K7M-223H") == serial_of("K7M", 1)
