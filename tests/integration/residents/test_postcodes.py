"""A ward by postcode: looked up, confirmed by the person, forgotten."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from feedback.extensions import db
from feedback.models import Postcode, Response
from tests.integration.residents.test_one_page import SAFE
from tests.makers import BARGATE
from tests.pages import PageClient, text_of

Rows = Callable[[], list[Response]]
TYPED = "so14 9zz"


@pytest.fixture(autouse=True)
def known(app: Flask) -> None:
    with app.app_context():
        db.session.add(Postcode(postcode="SO149ZZ", ward_code=BARGATE))
        db.session.commit()


def test_without_a_postcode_file_there_is_only_the_list(app: Flask, client: PageClient, fast: str) -> None:
    with app.app_context():
        db.session.execute(text("delete from postcode"))
        db.session.commit()
    assert client.page(fast).find(id="ward.postcode") is None


def test_a_postcode_becomes_a_ward_to_confirm_and_is_forgotten(client: PageClient, fast: str, stored: Rows) -> None:
    answer = client.submit(fast, SAFE | {"ward.postcode": TYPED}, status=200)
    assert stored() == []
    assert TYPED not in answer.text
    assert "SO149ZZ" not in answer.text
    assert "We found the ward Bargate for your postcode" in answer.text
    assert f'value="{BARGATE}" selected' in answer.text
    assert 'value="very_safe" checked' in answer.text


def test_after_confirming_only_the_ward_is_stored(client: PageClient, fast: str, stored: Rows) -> None:
    client.submit(fast, SAFE | {"ward": BARGATE})
    (row,) = stored()
    assert row.answers == SAFE | {"ward": BARGATE}


def test_a_ward_from_the_list_counts_before_a_postcode(client: PageClient, fast: str, stored: Rows) -> None:
    client.submit(fast, SAFE | {"ward": "outside", "ward.postcode": TYPED})
    assert stored()[0].answers["ward"] == "outside"


def test_an_unknown_postcode_is_a_sentence_and_the_list(client: PageClient, fast: str, stored: Rows) -> None:
    for typed in ("ZZ1 1ZZ", "nonsense", "<script>", "a\x00b", "X" * 5000):
        answer = client.submit(fast, SAFE | {"ward.postcode": typed}, status=422)
        assert "We do not know this postcode" in answer.text, typed
        assert 'href="#ward.postcode"' in answer.text, typed
    assert stored() == []


def test_it_works_page_by_page_and_the_draft_never_holds_it(client: PageClient, long: str) -> None:
    first = client.submit(f"{long}/start", {}).location
    answer = client.submit(first, {"link": ["live"], "ward.postcode": TYPED}, status=200)
    assert "We found the ward Bargate" in answer.text
    assert answer.text.count(" checked") == 1
    client.submit(first, {"link": ["live"], "ward": BARGATE})
    assert "Bargate" in text_of(client.page(f"{long}/check"))
