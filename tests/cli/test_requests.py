"""A plan asks for what it compares, and for nothing twice: every request of the four services."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Mpctl
from tests.cli.repository import Repository

pytestmark = pytest.mark.usefixtures("sample")

INDEX = "GET /domains?page=1&per_page=100"
FIRST = "page=1&per_page=100"
# The account of a plan: some domain, the customer above it, and who resells to that.
ANY = "GET /domains?page=1&per_page=1"
ACCOUNT = "/customers/12345678"
ACME = f"{ACCOUNT}/domains/acme.example"
ALICE = f"{ACME}/ex/mailboxes/alice.ng/spam"


def lists(place: str) -> list[str]:
    """The four lists of a mailbox or a domain."""
    return [
        f"GET {place}/{name}" for name in ("blocklist", "ipblocklist", "safelist", "ipsafelist")
    ]


# What a plan of one entity of the sample policies has to ask for.
LEAST = {
    "domains/bluefin.example": [
        INDEX,
        "GET /customers/5005",
        f"GET /domains/9501/allow_block_rules?{FIRST}",
    ],
    # A setting changes: what stands below and is declared is pinned, and users are counted.
    "domains/acme.example": [
        INDEX,
        "GET /customers/5001",
        f"GET /domains/9101/allow_block_rules?{FIRST}",
        "GET /domains/9101/configuration",
        f"GET /domains/9101/user_groups?{FIRST}",
        "GET /user_groups/3102/configuration",
        "GET /domains/9101/users?page=1&per_page=1",
    ],
    # By its number it needs no index.
    "domains/id:9701": [
        "GET /domains/9701",
        "GET /customers/5007",
        f"GET /domains/9701/allow_block_rules?{FIRST}",
        "GET /domains/9701/configuration",
    ],
    "customers/Acme Widgets": [
        ANY,
        "GET /customers/5001",
        f"GET /resellers/400/customers?{FIRST}",
        f"GET /customers/5001/allow_block_rules?{FIRST}",
    ],
    "user_groups/acme.example/Executives": [
        INDEX,
        f"GET /domains/9101/user_groups?{FIRST}",
        "GET /customers/5001",
        f"GET /user_groups/3102/allow_block_rules?{FIRST}",
        "GET /user_groups/3102/configuration",
    ],
    "users/alice.ng@acme.example": [
        "POST /users/find_by_address",
        ANY,
        "GET /customers/5001",
        f"GET /users/70001/allow_block_rules?{FIRST}",
    ],
    "resellers/Harbor IT Services": [
        ANY,
        "GET /customers/5001",
        "GET /resellers/400",
        f"GET /resellers/400/allow_block_rules?{FIRST}",
    ],
    "mailboxes:ex_mailboxes/alice.ng@acme.example": lists(ALICE),
    "mailboxes:ex_mailboxes/priya.nair@acme.example": [
        f"GET {ACME}/ex/mailboxes/priya.nair/spam/settings"
    ],
    # It blocks a domain anew: is that one of its own names?
    "mailboxes:domains/acme.example": [
        *lists(f"{ACME}/spam"),
        f"GET {ACME}/spam/settings",
        f"GET {ACME}",
    ],
    "relay:orders/mb20682": ["GET /mail/rules", "GET /mail"],
    "mx:server/mx.harbor.example": ["GET /settings/keys", "GET /principal"],
}


# What a plan of everything asks beside the lists and settings of its entities.
AROUND = {
    INDEX,
    "GET /customers/5001",
    f"GET /resellers/400/customers?{FIRST}",
    f"GET /domains/9101/user_groups?{FIRST}",
    "POST /users/find_by_address",
    "GET /resellers/400",
    "GET /settings/keys",
    "GET /mail/rules",
    "GET /mail",
}
OWN = re.compile(r"/(allow_block_rules.*|configuration|settings|(ip)?(block|safe)list)$")


@pytest.fixture
def asked(in_folder: Path) -> Callable[[], list[str]]:
    """Give the requests since it was last called; queries are left out where they name keys."""
    log, seen = in_folder / ".mpctl" / "sandbox" / "requests.jsonl", 0

    def read() -> list[str]:
        nonlocal seen
        lines = log.read_text("utf-8").splitlines()
        fresh, seen = lines[seen:], len(lines)
        return list(map(_shown, fresh))

    return read


def _shown(line: str) -> str:
    request = json.loads(line)
    page = request["query"] if request["query"].startswith("page=") else ""
    return f"{request['method']} {request['path']}{'?' if page else ''}{page}"


@pytest.mark.parametrize("entity", LEAST)
def test_a_plan_of_one_entity(mpctl: Mpctl, asked: Callable[[], list[str]], entity: str) -> None:
    """It asks for that one, and where it stands, whatever else is declared."""
    mpctl("plan", "--sandbox", "--only", entity)

    assert Counter(asked()) == Counter(LEAST[entity])


@pytest.mark.parametrize("target", ["mailprotector", "mailboxes", "relay", "mx"])
def test_a_plan_of_everything_asks_for_nothing_twice(
    mpctl: Mpctl, asked: Callable[[], list[str]], target: str
) -> None:
    """And for nothing that it would not ask for one by one, whole accounts apart."""
    mpctl("plan", "--sandbox", "--target", target)
    together = Counter(asked())
    for entity in _declared(mpctl, target):
        mpctl("plan", "--sandbox", "--only", entity)
    apart = Counter(asked())

    assert max(together.values()) == 1
    assert together.keys() <= apart.keys()


def _declared(mpctl: Mpctl, target: str) -> Iterator[str]:
    ran = mpctl("plan", "--sandbox", "--target", target, "--format", "json")
    for entity in ran.json["plan"]["entities"]:
        yield entity["entity"]


def test_a_plan_that_changes_nothing_asks_nothing_more(
    mpctl: Mpctl, asked: Callable[[], list[str]]
) -> None:
    """What is live already is not judged: no own domains, no aliases, no users to count."""
    mpctl("apply", "--sandbox", "--confirm")
    asked()
    assert mpctl("plan", "--sandbox", "--detailed-exitcode").code == 0

    requests = asked()
    assert len(requests) == len(set(requests))
    assert {one for one in requests if one == "GET /settings/keys" or not OWN.search(one)} == AROUND


CHANGES = {
    "bluefin/bluefin.example.yaml": ("prices@fish", "price-list@fish"),
    "acme/acme-relay.yaml": (
        "entity: relay:orders/mb20682",
        "entity: relay:orders/mb20682\nx-note: of no meaning",
    ),
}


@pytest.mark.parametrize(
    ("file", "least"),
    [
        ("bluefin/bluefin.example.yaml", LEAST["domains/bluefin.example"]),
        ("acme/acme-relay.yaml", []),
    ],
)
def test_a_plan_of_what_a_commit_changed(
    sample: Path, mpctl: Mpctl, asked: Callable[[], list[str]], file: str, least: list[str]
) -> None:
    """It asks for the entities that are declared differently; where none is, for nothing."""
    repository = Repository(sample.parent)
    repository.commit("Base")
    repository.edit(f"policies/{file}", *CHANGES[file])
    mpctl("plan", "--sandbox", "--only", "mx:server/*")
    asked()
    mpctl("plan", "--sandbox", "--base", "HEAD", "--changed")

    assert Counter(asked()) == Counter(least)
