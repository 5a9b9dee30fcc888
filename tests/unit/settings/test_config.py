"""Settings are checked at start, and what is wrong is said in a sentence."""

from __future__ import annotations

import pytest

from feedback import config
from feedback.config import Settings, SettingsError

LIVE = {
    "mode": "live",
    "secret_key": "s" * 32,
    "password_salt": "p" * 16,
    "site_url": "https://safecity.example/ ",
    "database_url": "postgres://u:p@db/safecity",
}


@pytest.fixture
def instance(tmp_path, monkeypatch):
    monkeypatch.setattr(config, "INSTANCE", tmp_path / "instance")
    return tmp_path / "instance"


def test_real_use_takes_what_is_given_in_the_form_that_libraries_want() -> None:
    settings = Settings(**LIVE).completed()
    assert settings.database_url == "postgresql+psycopg://u:p@db/safecity"
    assert settings.site_url == "https://safecity.example"
    assert settings.secure_cookies
    assert not settings.is_demo


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("postgresql://h/d", "postgresql+psycopg://h/d"),
        (" postgresql+psycopg://h/d ", "postgresql+psycopg://h/d"),
        ("sqlite:///x.sqlite3", "sqlite:///x.sqlite3"),
    ],
)
def test_addresses_of_databases(given, wanted) -> None:
    assert Settings(mode="test", database_url=given).completed().database_url == wanted


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"mode": "fun"}, "MODE is 'fun'"),
        ({"secret_key": "short"}, "Set SECRET_KEY"),
        (
            {"mode": "demo", "secret_key": "short"},
            "SECRET_KEY is too short: it has 5 characters. Set it to",
        ),
        ({"secret_key": "s" * 20 + "," + "s" * 20}, "SECRET_KEY holds a comma"),
        ({"secret_key": "s" * 40 + "\n"}, "SECRET_KEY begins or ends with a space"),
        ({"secret_key_fallbacks": "f" * 31}, "Key 1 of SECRET_KEY_FALLBACKS is too short: it has 31 characters"),
        ({"secret_key_fallbacks": f"{'f' * 32}, short"}, "Key 2 of SECRET_KEY_FALLBACKS is too short: it has 5"),
        ({"password_salt": ""}, "Set PASSWORD_SALT"),
        ({"site_url": ""}, "Set SITE_URL"),
        ({"site_url": "ftp://x"}, "SITE_URL is 'ftp://x'"),
        ({"proxy_hops": "-1"}, "PROXY_HOPS is '-1'"),
        ({"draft_hours": "0"}, "DRAFT_HOURS is '0'"),
        ({"draft_hours": "169"}, "DRAFT_HOURS is '169'"),
        ({"draft_hours": "a day"}, "DRAFT_HOURS is 'a day'"),
    ],
)
def test_a_wrong_setting_is_said_in_a_sentence(wrong, sentence) -> None:
    with pytest.raises(SettingsError, match=sentence):
        Settings(**{**LIVE, **wrong}).completed()


def test_former_keys_are_read_from_a_list_that_was_typed() -> None:
    settings = Settings(**LIVE, secret_key_fallbacks=f" {'a' * 32} ,, {'b' * 40},").completed()
    assert settings.former_keys == ("a" * 32, "b" * 40)
    assert Settings(**LIVE).completed().former_keys == ()


def test_a_demonstration_keeps_its_secrets_between_starts(instance) -> None:
    first, second = Settings(mode="demo").completed(), Settings(mode="demo").completed()
    assert first == second
    assert len(first.secret_key) >= 32
    assert first.secret_key != first.password_salt
    assert {path.name for path in instance.iterdir()} == {"demo.secret_key", "demo.password_salt"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in instance.iterdir())


def test_of_two_starts_at_once_both_read_the_same_secret(instance) -> None:
    instance.mkdir()
    path = instance / "demo.secret_key"
    config._write_once(path, "first")
    config._write_once(path, "second")
    assert path.read_text() == "first"
    assert list(instance.iterdir()) == [path]
