"""Which names of columns sound secret."""

import pytest

from talarian.browser.masking import sounds_secret


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "password_hash",
        "hashed_password",
        "passwordHash",
        "api_key",
        "apiKey",
        "APIKey",
        "refresh_token",
        "client_secret",
        "totp_secret",
        "salt",
        "pin",
        "private_key",
        "otp",
    ],
)
def test_secret(name: str) -> None:
    assert sounds_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "name",
        "key",
        "key_id",
        "foreign_key",
        "tokenizer",
        "hashtag",
        "secretary",
        "spinning",
        "opinion",
        "passage",
        "author_id",
        "public_key",
    ],
)
def test_open(name: str) -> None:
    assert not sounds_secret(name)
