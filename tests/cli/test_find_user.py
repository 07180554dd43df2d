"""`find-user`: the user behind an address."""

from __future__ import annotations

import pytest

from tests.cli.around import BANNER, FAULTS, assert_valid, complaint, stop_time
from tests.cli.conftest import Mpctl

pytestmark = pytest.mark.usefixtures("sample")

ALICE = """\
field    value
id       70001
group    Default
domain   acme.example
address  alice.ng@acme.example
address  alice.ng@acme-mail.example
"""


@pytest.mark.parametrize(
    ("address", "headline"),
    [
        ("alice.ng@acme.example", "users/alice.ng@acme.example"),
        ("Alice.NG@ACME.example", "users/alice.ng@acme.example"),
        ("sales@acme.example", "sales@acme.example is an alias of users/alice.ng@acme.example"),
        (
            "alice.ng@acme-mail.example",
            "alice.ng@acme-mail.example is an alias of users/alice.ng@acme.example",
        ),
    ],
)
def test_somebody(mpctl: Mpctl, address: str, headline: str) -> None:
    """An address leads to its user; an alias is called one."""
    ran = mpctl("find-user", address, "--sandbox")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{BANNER}\n\n{headline}\n\n{ALICE}"


def test_somebody_as_json(mpctl: Mpctl) -> None:
    """The JSON object says whether the address is an alias."""
    ran = mpctl("find-user", "sales@acme.example", "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    assert ran.json["user"] == {
        "entity": "users/alice.ng@acme.example",
        "id": "70001",
        "group": "Default",
        "domain": "acme.example",
        "addresses": ["alice.ng@acme.example", "alice.ng@acme-mail.example"],
        "alias": True,
    }


@pytest.mark.parametrize("address", ["nobody@acme.example", "ruth.adler@cobaltprint.example"])
def test_nobody(mpctl: Mpctl, address: str) -> None:
    """An address of nobody, or of somebody whom the key does not see, gives exit code 1."""
    ran = mpctl("find-user", address, "--sandbox")

    assert (ran.code, complaint(ran)) == (
        1,
        f"mpctl: error[not-found]: nobody has the address {address}",
    )


def test_nobody_as_json(mpctl: Mpctl) -> None:
    """The JSON object of nobody has a problem and no user."""
    ran = mpctl("find-user", "nobody@acme.example", "--sandbox", "--format", "json")

    assert_valid(ran, 1)
    assert "user" not in ran.json
    assert [d["code"] for d in ran.json["diagnostics"]] == ["not-found"]


@pytest.mark.parametrize("address", ["nonsense", "acme.example", "a@", "@acme.example", "a b@c.d"])
def test_nonsense(mpctl: Mpctl, address: str) -> None:
    """What is no address is bad usage."""
    ran = mpctl("find-user", address, "--sandbox")

    assert (ran.code, ran.out) == (64, "")
    assert complaint(ran).startswith("mpctl: error[usage]: ")


@pytest.mark.parametrize("fault", ["403", "503 times=forever", "html"])
def test_a_search_that_fails(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """A search that fails does not say that there is nobody."""
    stop_time(monkeypatch)
    monkeypatch.setenv(FAULTS, f"POST find_by_address {fault}")

    ran = mpctl("find-user", "alice.ng@acme.example", "--sandbox")

    assert ran.code == 1
    assert "nobody" not in ran.err
