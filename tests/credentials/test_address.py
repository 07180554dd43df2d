"""The base URL: where the key goes."""

from __future__ import annotations

import pytest

from mpctl.credentials import base_url
from mpctl.diagnostics import ExitCode, MpctlError
from tests.credentials.bench import Account, text

CLOUDFILTER = Account("mailprotector")
OWN = "https://emailservice.io/api/v1"
VARIABLE = "MAILPROTECTOR_API_BASE_URL"


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, OWN),
        ({VARIABLE: " "}, OWN),
        ({VARIABLE: "https://proxy.example/api/v1/"}, "https://proxy.example/api/v1"),
        ({VARIABLE: "http://127.0.0.1:8080"}, "http://127.0.0.1:8080"),
        ({VARIABLE: "http://localhost:8080"}, "http://localhost:8080"),
        ({VARIABLE: "http://[::1]:8080"}, "http://[::1]:8080"),
    ],
)
def test_the_environment_or_the_services_own(environment: dict[str, str], url: str) -> None:
    """The variable wins over the service's own address; this machine needs no https."""
    assert base_url(CLOUDFILTER, OWN, environment) == (url, ())


@pytest.mark.parametrize(
    "url", ["http://proxy.example", "http://127.evil.example", "http://localhost.example"]
)
def test_a_key_in_the_clear_is_warned_of(url: str) -> None:
    """Without https, and off this machine, whoever is on the way reads the key."""
    _, warnings = base_url(CLOUDFILTER, OWN, {VARIABLE: url})

    assert [text(warning) for warning in warnings] == [
        (
            f"warning[exposed-key]: the base URL {url} is not https\n"
            "The key travels in the clear: whoever is on the way can read and use it.\n"
            f"Write https in {VARIABLE}."
        )
    ]


@pytest.mark.parametrize(
    "url",
    [
        "emailservice.io",
        "ftp://emailservice.io",
        "https://",
        "https://user:hunter2@emailservice.io",
        "https://emailservice.io/?token=hunter2",
        "https://emailservice.io/#hunter2",
        "https://emailservice.io\\@evil.example/",
        "https://email service.io",
        "https://emailservice.io:port/hunter2",
        "https://[emailservice.io/hunter2",
        "https://emailservice.io/hunter2\n\nx",
    ],
)
def test_what_is_no_plain_url_is_refused(url: str) -> None:
    """An address that can be misread, or holds a secret, is refused and not repeated."""
    with pytest.raises(MpctlError) as caught:
        base_url(CLOUDFILTER, OWN, {VARIABLE: url})

    (diagnostic,) = caught.value.diagnostics
    assert caught.value.exit_code is ExitCode.USAGE
    assert text(diagnostic) == (
        f"error[usage]: {VARIABLE} does not hold a plain URL\n"
        "mpctl sends the key to this address, so it must be unmistakable.\n"
        f"Write scheme, host and path and nothing else, as in {OWN}."
    )


def test_the_variable_of_another_tool_is_warned_of() -> None:
    """A variable that is easily mistaken for ours is not read, and that is said."""
    url, warnings = base_url(CLOUDFILTER, OWN, {"MAILPROTECTOR_BASE_URL": "https://x.example"})

    assert url == OWN
    assert [text(warning) for warning in warnings] == [
        (
            f"warning[usage]: MAILPROTECTOR_BASE_URL is set, but mpctl reads {VARIABLE}\n"
            "The two mean different things: mpctl's holds the whole path, with /api/v1.\n"
        )
    ]


@pytest.mark.parametrize("environment", [{}, {"STALWART_API_BASE_URL": " "}])
def test_a_server_of_ones_own_needs_an_address(environment: dict[str, str]) -> None:
    """Where the service has no address of its own, the error names the variable and an example."""
    with pytest.raises(MpctlError) as caught:
        base_url(Account("mx", "stalwart"), "", environment)

    (diagnostic,) = caught.value.diagnostics
    assert caught.value.exit_code is ExitCode.STOPPED
    assert text(diagnostic) == (
        "error[no-credentials]: target 'mx' has no address: the variable STALWART_API_BASE_URL is "
        "not set\n"
        "The server is your own, and only you know where it is. Nothing was sent.\n"
        "Set STALWART_API_BASE_URL, as in https://mail.acme.example/api. To try mpctl without an "
        "account, add --sandbox."
    )


def test_a_wrong_address_of_ones_own_server_gets_an_example() -> None:
    """Also where the service has no address to quote."""
    with pytest.raises(MpctlError) as caught:
        base_url(Account("mx", "stalwart"), "", {"STALWART_API_BASE_URL": "mx.harbor.example"})

    assert text(caught.value.diagnostics[0]).endswith("as in https://mail.acme.example/api.")
