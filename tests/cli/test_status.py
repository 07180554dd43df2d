"""`status`: whether each target is reachable, and what its key sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from socket import socket

import pytest

from mpctl.sandbox import Fault, Sandbox
from tests.cli.around import BANNER, FAULTS, NOW, SWITCHES, assert_valid, stop_time
from tests.cli.conftest import Mpctl

KEY = "MAILPROTECTOR_API_KEY"
URL = "MAILPROTECTOR_API_BASE_URL"
ONE = """
version: 1
targets:
  mailprotector: {provider: mailprotector}
"""
TWO = """
version: 1
default_target: east
targets:
  east:
    provider: mailprotector
    credentials: {env: {api_key: EAST_KEY}}
  west:
    provider: mailprotector
    credentials: {env: {api_key: WEST_KEY}}
"""


@pytest.fixture(autouse=True)
def still(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One target, and time that stands still on both sides."""
    (sample / "mpctl.yaml").write_text(ONE, "utf-8")
    stop_time(monkeypatch)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A service that is reached like a live one."""
    with Sandbox() as sandbox:
        monkeypatch.setenv(URL, sandbox.mailprotector.base_url)
        monkeypatch.setenv(KEY, sandbox.mailprotector.api_key)
        yield sandbox


def test_a_target_that_is_ready(mpctl: Mpctl) -> None:
    """A target that answers is ready; its account, what the key sees and the clock are shown."""
    ran = mpctl("status", "--sandbox")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"{BANNER}\n"
        "\n"
        "1 target, 0 problems\n"
        "\n"
        "target         state  account                                sees        latency  clock\n"
        "mailprotector  ready  Harbor IT Services (resellers/id:400)  51 domains  0 ms     agrees\n"
    )


def test_a_target_that_is_ready_as_json(mpctl: Mpctl) -> None:
    """The JSON object holds the same facts as numbers."""
    ran = mpctl("status", "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    assert ran.json["targets"] == [
        {
            "target": "mailprotector",
            "ready": True,
            "service": "SANDBOX mailprotector",
            "account": "Harbor IT Services (resellers/id:400)",
            "sees": "51 domains",
            "latency": 0.0,
            "skew": 0.0,
        }
    ]


@pytest.mark.parametrize(
    ("theirs", "shown", "skew"),
    [
        (NOW, "agrees", 0.0),
        ("Sat, 21 Nov 2026 02:59:56 GMT", "agrees", 4.0),
        ("Sat, 21 Nov 2026 02:58:30 GMT", "90 s ahead", 90.0),
        ("Sat, 21 Nov 2026 03:01:30 GMT", "90 s behind", -90.0),
        ("", "unknown", None),
        ("soon", "unknown", None),
    ],
)
def test_the_clock(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, theirs: str, shown: str, skew: float | None
) -> None:
    """This machine's clock is said to agree, to be ahead, to be behind, or nobody knows."""
    stop_time(monkeypatch, theirs)

    assert mpctl("status", "--sandbox").out.splitlines()[-1].endswith(f"  0 ms     {shown}")
    ran = mpctl("status", "--sandbox", "--format", "json")
    assert [target["skew"] for target in ran.json["targets"]] == [skew]


def test_a_live_target(mpctl: Mpctl, service: Sandbox) -> None:
    """Without --sandbox the base URL names the service, and nothing says SANDBOX."""
    ran = mpctl("status", "--format", "json")

    assert_valid(ran, 0)
    assert "SANDBOX" not in ran.out
    assert ran.json["targets"][0]["service"] == service.mailprotector.base_url
    assert [request.path for request in service.requests] == [
        "/domains",
        "/customers/5001",
        "/resellers/400",
    ]


def test_a_key_that_is_refused(
    mpctl: Mpctl, service: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused key makes the target not ready; the source of the key is named, the key never."""
    monkeypatch.setenv(KEY, "not-the-right-key")

    ran = mpctl("status")

    assert ran.code == 1
    assert ran.out == (
        "1 target, 1 problem\n"
        "\n"
        "target         state        account  sees  latency  clock\n"
        "mailprotector  key-refused\n"
        "\n"
        "mailprotector: error[key-refused]: GET /domains: the key was refused with 401 "
        "(Invalid API key)\n"
        "  The key came from the variable MAILPROTECTOR_API_KEY: check it there.\n"
    )
    assert "not-the-right-key" not in ran.out + ran.err
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("faults", "state"),
    [
        ("GET ^/domains$ 401", "key-refused"),
        ("GET ^/domains$ 403", "refused-by-service"),
        ("GET ^/domains$ 503 times=forever", "unavailable"),
        ("GET ^/domains$ drop-before times=forever", "unavailable"),
        ("GET ^/domains$ 429 times=forever", "throttled"),
        ("GET ^/domains$ html", "unexpected-answer"),
        ("GET ^/domains$ redirect", "unexpected-answer"),
    ],
)
def test_a_target_that_is_not_ready(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, faults: str, state: str
) -> None:
    """A target that does not answer the smallest question is shown with the kind of trouble."""
    monkeypatch.setenv(FAULTS, faults)

    ran = mpctl("status", "--sandbox", "--format", "json")

    assert_valid(ran, 1)
    assert ran.json["targets"] == [{"target": "mailprotector", "ready": False, "problem": state}]
    assert [(d["code"], d["entity"]) for d in ran.json["diagnostics"]] == [(state, "mailprotector")]


def test_a_service_that_cannot_be_reached(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens the target is unavailable, and the network is to be checked."""
    monkeypatch.setenv(KEY, "any-key-at-all")
    with socket() as deaf:  # bound, so that nobody else takes the port, but not listening
        deaf.bind(("127.0.0.1", 0))
        monkeypatch.setenv(URL, f"http://127.0.0.1:{deaf.getsockname()[1]}/api/v1")
        ran = mpctl("status")

    assert ran.code == 1
    assert ran.out.splitlines()[-2:] == [
        "mailprotector: error[unavailable]: GET /domains: no connection could be made",
        "  Check the network and the base URL of the target.",
    ]


def test_a_target_without_a_key(mpctl: Mpctl) -> None:
    """A target whose key is nowhere is not ready, and status says so like any other trouble."""
    ran = mpctl("status", "--format", "json")

    assert_valid(ran, 1)
    assert [target["problem"] for target in ran.json["targets"]] == ["no-credentials"]


def test_a_key_that_may_not_ask_for_its_account(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that sees domains is ready, also where it may not ask for its reseller."""
    monkeypatch.setenv(FAULTS, "GET ^/customers 403 times=forever")

    ran = mpctl("status", "--sandbox")

    assert (ran.code, ran.out.splitlines()[-1]) == (
        0,
        "mailprotector  ready  unknown  51 domains  0 ms     agrees",
    )


def test_a_service_that_does_not_count(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a total, what the key sees is unknown."""
    monkeypatch.setenv(SWITCHES, "pagination_header=absent")

    assert "an unknown number of domains" in mpctl("status", "--sandbox").out


@pytest.fixture
def two(sample: Path, monkeypatch: pytest.MonkeyPatch, service: Sandbox) -> Sandbox:
    """Two targets at one service: the key of the one is good, that of the other is not."""
    (sample / "mpctl.yaml").write_text(TWO, "utf-8")
    monkeypatch.delenv(KEY)
    monkeypatch.setenv("EAST_KEY", service.mailprotector.api_key)
    monkeypatch.setenv("WEST_KEY", "not-the-right-key")
    return service


@pytest.mark.usefixtures("two")
def test_one_of_several_targets_fails(mpctl: Mpctl) -> None:
    """Each target is asked, one that fails does not hide the others, and the exit code is 1."""
    ran = mpctl("status")

    assert ran.code == 1
    assert ran.out.splitlines()[:6] == [
        "2 targets, 1 problem",
        "",
        "target  state        account                                sees        latency  clock",
        "east    ready        Harbor IT Services (resellers/id:400)  51 domains  0 ms     agrees",
        "west    key-refused",
        "",
    ]
    assert ran.out.splitlines()[6].startswith("west: error[key-refused]: GET /domains:")


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(("name", "code"), [("east", 0), ("west", 1)])
def test_one_target_alone(mpctl: Mpctl, name: str, code: int) -> None:
    """With --target only that target is asked, and it alone decides about the exit code."""
    ran = mpctl("status", "--target", name, "--format", "json")

    assert_valid(ran, code)
    assert [target["target"] for target in ran.json["targets"]] == [name]


def test_other_targets_keep_their_keys(
    mpctl: Mpctl, two: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key of a target that is not asked is not looked up."""
    monkeypatch.delenv("WEST_KEY")

    assert mpctl("status", "--target", "east").code == 0
    assert len(two.requests) == 3


def test_a_slow_target_is_still_ready(mpctl: Mpctl, service: Sandbox) -> None:
    """A target that answers after a stumble is ready."""
    service.inject(Fault.parse("GET ^/domains$ 503"))

    assert mpctl("status").code == 0
