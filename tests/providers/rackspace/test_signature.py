"""The signature of a request, by the worked examples of the reference, and who makes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mpctl import __version__
from mpctl.providers.rackspace.service import SERVICE
from mpctl.providers.rackspace.signature import signature
from tests.clock import FakeClock

OURS = ("kUserKeyExample12345", "sSecretKeyExampleForDocsOnly0123456789AB", "mpctl/0.1")
THEIRS = (
    "eGbq9/2hcZsRlr1JV1Pi",
    "QHOvchm/40czXhJ1OxfxK7jDHr3t",
    "Rackspace Management Interface",
)


@pytest.mark.parametrize(
    ("keys", "moment", "digest"),
    [
        (OURS, datetime(2025, 3, 14, 9, 26, 53, tzinfo=UTC), "wee5jnSA/Ei9voFUqpHyJkhUmp0="),
        (THEIRS, datetime(2001, 3, 17, 14, 37, 25, tzinfo=UTC), "HKUn0aajpSDx7qqGK3vqzn3FglI="),
        (THEIRS, datetime(2001, 3, 8, 14, 37, 25, tzinfo=UTC), "46VIwd66mOFGG8IkbgnLlXnfnkU="),
    ],
)
def test_the_worked_examples(keys: tuple[str, str, str], moment: datetime, digest: str) -> None:
    """Key, timestamp and digest are those that are published."""
    user_key, secret_key, agent = keys
    signed = signature(user_key=user_key, secret_key=secret_key, agent=agent, moment=moment)

    assert signed == f"{user_key}:{moment:%Y%m%d%H%M%S}:{digest}"


def test_the_time_is_utc() -> None:
    """The same moment on another clock is signed the same."""
    there = datetime(2025, 3, 14, 10, 26, 53, tzinfo=timezone(timedelta(hours=1)))
    signed = signature(user_key="a", secret_key="b", agent="c", moment=there)

    assert signed.split(":")[1] == "20250314092653"


def test_each_request_is_signed_anew() -> None:
    """The agent that is signed is the one that is sent, and the time is that of the request."""
    clock = FakeClock()
    headers = SERVICE.authorization({"user_key": "key", "secret_key": "secret"}, clock.clock)
    first = headers()
    clock.sleep(1)
    second = headers()

    for sent, moment in ((first, "20261121030000"), (second, "20261121030001")):
        assert sent["User-Agent"] == f"mpctl/{__version__}"
        signed = signature(
            user_key="key",
            secret_key="secret",
            agent=sent["User-Agent"],
            moment=datetime.strptime(moment + "+0000", "%Y%m%d%H%M%S%z"),
        )
        assert sent["X-Api-Signature"] == signed


@pytest.mark.parametrize(
    ("user_key", "secret_key", "doubtful"), [(20, 28, False), (28, 20, True), (28, 28, True)]
)
def test_keys_that_seem_swapped(user_key: int, secret_key: int, *, doubtful: bool) -> None:
    """The secret key is the longer one; where it is not, a refusal says what may be wrong."""
    assert SERVICE.doubt is not None
    said = SERVICE.doubt({"user_key": "k" * user_key, "secret_key": "s" * secret_key})

    assert bool(said) is doubtful
