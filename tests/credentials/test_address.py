"""The base URL: where the key goes."""

from __future__ import annotations

import pytest

from mpctl.credentials import base_url
from mpctl.diagnostics import Diagnostic, ExitCode, MpctlError
from tests.credentials.bench import Account, text

CLOUDFILTER = Account("mailprotector")
OWN = "https://emailservice.io/api/v1"
VARIABLE = "MAILPROTECTOR_API_BASE_URL"


def address(
    target: Account, own: str, environment: dict[str, str], *others: Account
) -> tuple[str, tuple[Diagnostic, ...]]:
    """Look for the base URL of a target that is configured beside others."""
    return base_url(target, own, targets=[target, *others], environment=environment)


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
    assert address(CLOUDFILTER, OWN, environment) == (url, ())


@pytest.mark.parametrize(
    "url", ["http://proxy.example", "http://127.evil.example", "http://localhost.example"]
)
def test_a_key_in_the_clear_is_warned_of(url: str) -> None:
    """Without https, and off this machine, whoever is on the way reads the key."""
    _, warnings = address(CLOUDFILTER, OWN, {VARIABLE: url})

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
        address(CLOUDFILTER, OWN, {VARIABLE: url})

    (diagnostic,) = caught.value.diagnostics
    assert caught.value.exit_code is ExitCode.USAGE
    assert text(diagnostic) == (
        f"error[usage]: {VARIABLE} does not hold a plain URL\n"
        "mpctl sends the key to this address, so it must be unmistakable.\n"
        f"Write scheme, host and path and nothing else, as in {OWN}."
    )


def test_the_variable_of_another_tool_is_warned_of() -> None:
    """A variable that is easily mistaken for ours is not read, and that is said."""
    url, warnings = address(CLOUDFILTER, OWN, {"MAILPROTECTOR_BASE_URL": "https://x.example"})

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
        address(Account("mx", "stalwart"), "", environment)

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
        address(Account("mx", "stalwart"), "", {"STALWART_API_BASE_URL": "mx.harbor.example"})

    assert text(caught.value.diagnostics[0]).endswith("as in https://mail.acme.example/api.")


def claiming(name: str, variable: str, provider: str = "stalwart") -> Account:
    """A target that claims a variable for its base URL."""
    return Account(name, provider, {"env": {"base_url": variable}})


FIRST = claiming("mx", "MX_BASE_URL")
SECOND = claiming("mx-2", "MX_2_BASE_URL")
BOTH = {"MX_BASE_URL": "https://mx.harbor.example/api", "MX_2_BASE_URL": "https://mx-2.example/api"}


@pytest.mark.parametrize(("target", "other"), [(FIRST, SECOND), (SECOND, FIRST)])
def test_a_target_claims_its_address(target: Account, other: Account) -> None:
    """Two servers of one service are told apart by the variables that their targets claim."""
    environment = BOTH | {"STALWART_API_BASE_URL": "https://elsewhere.example/api"}
    variable = target.credentials["env"]["base_url"]

    assert address(target, "", environment, other) == (BOTH[variable], ())


@pytest.mark.parametrize("own", ["", OWN])
def test_a_claimed_address_has_no_substitute(own: str) -> None:
    """Neither the general variable nor the service's own address is what the target means."""
    with pytest.raises(MpctlError) as caught:
        address(FIRST, own, {"STALWART_API_BASE_URL": "https://elsewhere.example/api"})

    assert text(caught.value.diagnostics[0]) == (
        "error[no-credentials]: target 'mx' has no address: the variable MX_BASE_URL is not set\n"
        "The target claims it, so no other address is meant. Nothing was sent.\n"
        "Set MX_BASE_URL, as in https://mail.acme.example/api. To try mpctl without an account, "
        "add --sandbox."
    )


def test_the_general_address_of_two_servers_is_nobodys() -> None:
    """With the address of the other server, the key of one would go to the other."""
    other = Account("mx-2", "stalwart")
    with pytest.raises(MpctlError) as caught:
        address(other, "", {"STALWART_API_BASE_URL": "https://mx.harbor.example/api"}, FIRST)

    assert text(caught.value.diagnostics[0]) == (
        "error[no-credentials]: target 'mx-2' has no address: the variable STALWART_API_BASE_URL "
        "is not read, because 'mx-2' and 'mx' would share it\n"
        "The server is your own, and only you know where it is. Nothing was sent.\n"
        "Claim a variable for the target in mpctl.yaml: "
        "credentials: {env: {base_url: MX_2_BASE_URL}}. "
        "To try mpctl without an account, add --sandbox."
    )


def test_the_address_of_a_service_may_be_replaced_for_all() -> None:
    """Two accounts at one service share its address, so they may share another one."""
    assert address(CLOUDFILTER, OWN, {VARIABLE: "https://proxy.example"}, Account("other")) == (
        "https://proxy.example",
        (),
    )


def test_a_general_variable_that_is_claimed_is_nobody_elses() -> None:
    """The other targets go by the service's own address."""
    other = claiming("other", VARIABLE, "mailprotector")

    assert address(CLOUDFILTER, OWN, {VARIABLE: "https://proxy.example"}, other) == (OWN, ())
    assert address(other, OWN, {VARIABLE: "https://proxy.example"}, CLOUDFILTER) == (
        "https://proxy.example",
        (),
    )
