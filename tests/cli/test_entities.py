"""`entities`: what there is at a service, by the paths that policies write."""

from __future__ import annotations

import pytest

from tests.cli.around import BANNER, FAULTS, SWITCHES, assert_valid, complaint
from tests.cli.conftest import Mpctl

pytestmark = pytest.mark.usefixtures("sample")

TABLES = {
    "resellers": """\
1 entity

entity                        id   note
resellers/Harbor IT Services  400
""",
    "customers --name ACME*": """\
1 entity

entity                  id    note
customers/Acme Widgets  5001
""",
    "domains --under customers/Acme\tWidgets": """\
5 entities

entity                       id    note
domains/acme-labs.example    9105
domains/acme-mail.example    9102  alias of acme.example
domains/acme-supply.example  9103
domains/acme.example         9101
domains/acmeparts.example    9104
""",
    "domains --under customers/Marigold\tCare\tHomes --name marigold*": """\
4 entities

entity                             id    note
domains/marigold-homes.example     9802
domains/marigold-jobs.example      9803  Pending
domains/marigold-kitchens.example  9804
domains/marigoldcare.example       9801
""",
    "user_groups --under domains/acme.example": """\
2 entities

entity                               id    note
user_groups/acme.example/Default     3101
user_groups/acme.example/Executives  3102
""",
    "users --under domains/acme.example": """\
5 entities

entity                         id     note
users/alice.ng@acme.example    70001
users/bob.roy@acme.example     70002
users/priya.nair@acme.example  70004
users/sales@acme.example       70003  alias of alice.ng@acme.example
users/tom.hollis@acme.example  70005
""",
    "users --under user_groups/acme.example/Executives": """\
1 entity

entity                      id     note
users/bob.roy@acme.example  70002
""",
    "users --name *@globex.example": """\
2 entities

entity                          id     note
users/carol@globex.example      71001
users/dev.patel@globex.example  71002
""",
    "users --under domains/acme.example --name p?iya*": """\
1 entity

entity                         id     note
users/priya.nair@acme.example  70004
""",
    "users --under domains/acme-labs.example": """\
0 entities

nothing
""",
    "domains --name nowhere*": """\
0 entities

nothing
""",
}


@pytest.mark.parametrize("words", TABLES)
def test_what_there_is(mpctl: Mpctl, words: str) -> None:
    """Entities are listed by path with their ids, in order, with what is special about them."""
    arguments = [word.replace("\t", " ") for word in words.split(" ")]

    ran = mpctl("entities", *arguments, "--sandbox")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{BANNER}\n\n{TABLES[words]}"


@pytest.mark.parametrize(
    ("scope", "number"), [("resellers", 1), ("customers", 12), ("domains", 51), ("users", 12)]
)
def test_everything(mpctl: Mpctl, scope: str, number: int) -> None:
    """Without --under everything that the key sees is listed, and nothing of another reseller."""
    ran = mpctl("entities", scope, "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    assert len(ran.json["entities"]) == number
    assert ran.json["complete"] is True
    assert "cobalt" not in ran.out.lower()


def test_as_json(mpctl: Mpctl) -> None:
    """The JSON object holds path, id and note."""
    ran = mpctl("entities", "domains", "--name", "acme-*l*", "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    assert ran.json["entities"] == [
        {"entity": "domains/acme-labs.example", "id": "9105", "note": ""},
        {"entity": "domains/acme-mail.example", "id": "9102", "note": "alias of acme.example"},
        {"entity": "domains/acme-supply.example", "id": "9103", "note": ""},
    ]


def test_as_markdown(mpctl: Mpctl) -> None:
    """The Markdown is a table."""
    ran = mpctl("entities", "resellers", "--sandbox", "--format", "markdown")

    assert ran.out == (
        f"**{BANNER}**\n"
        "\n"
        "### \N{LARGE GREEN CIRCLE} 1 entity\n"
        "\n"
        "| entity | id | note |\n"
        "|---|---|---|\n"
        "| <code>resellers/Harbor IT Services</code> | <code>400</code> |  |\n"
    )


@pytest.mark.parametrize("scope", ["domains", "customers", "users"])
def test_a_list_that_is_not_whole(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    """A list that is not proven whole says so and why, in words and in JSON."""
    monkeypatch.setenv(SWITCHES, "wrong_total=on")
    ran = mpctl("entities", scope, "--sandbox", "--format", "json")
    rows = len(ran.json["entities"])

    headline = mpctl("entities", scope, "--sandbox").out.splitlines()[2]

    assert_valid(ran, 0)
    assert ran.json["complete"] is False
    assert headline == (
        f"{rows} entities; not proven complete: {rows} rows were collected, the service counts "
        f"{rows + 1}"
    )


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("user_groups", "user_groups are listed domain by domain"),
        ("user_groups --under customers/id:5001", "user_groups are not listed under customers"),
        ("customers --under domains/acme.example", "customers are not listed under domains"),
        ("domains --under user_groups/id:3101", "domains are not listed under user_groups"),
        ("users --under users/id:70001", "users are not listed under users"),
        ("resellers --under resellers/id:400", "resellers are not listed under resellers"),
        ("domain", "there is no scope 'domain' at this service"),
        ("Domains", "there is no scope 'Domains' at this service"),
        ("domains --under acme", "'acme' is not an entity: an entity is written scope/name, for "),
    ],
)
def test_bad_combinations(mpctl: Mpctl, words: str, what: str) -> None:
    """A scope that does not exist, or is not listed there, is bad usage."""
    ran = mpctl("entities", *words.split(), "--sandbox")

    assert ran.code == 64
    assert complaint(ran).startswith(f"mpctl: error[usage]: {what}")


def test_a_suggestion(mpctl: Mpctl) -> None:
    """A misspelt scope is answered with the one that was meant."""
    ran = mpctl("entities", "domain", "--sandbox")

    assert ran.err.splitlines()[1] == "  Did you mean 'domains'?"


def test_a_scope_of_another_service(mpctl: Mpctl) -> None:
    """A scope that another target has is answered with that target."""
    ran = mpctl("entities", "orders", "--sandbox")

    assert ran.err.splitlines()[1] == "  Add --target relay."


@pytest.mark.parametrize(
    "fault",
    ["GET ^/domains$ 403", "GET ^/domains$ 401", "GET ^/domains$ html", "GET ^/domains$ malformed"],
)
def test_a_list_that_cannot_be_read(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """A list that cannot be read is an error, never an empty list."""
    monkeypatch.setenv(FAULTS, fault)

    ran = mpctl("entities", "domains", "--sandbox")

    assert (ran.code, ran.out) == (1, "")
