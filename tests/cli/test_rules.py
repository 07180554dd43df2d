"""`rules`: the live rules of an entity, each with the entity where it stands."""

from __future__ import annotations

import pytest

from tests.cli.around import BANNER, FAULTS, SWITCHES, assert_valid, complaint
from tests.cli.conftest import Mpctl

pytestmark = pytest.mark.usefixtures("sample")

CHAIN = [
    "users/alice.ng@acme.example",
    "domains/acme.example",
    "customers/Acme Widgets",
    "resellers/Harbor IT Services",
]


def test_the_rules_of_an_entity(mpctl: Mpctl) -> None:
    """Own rules only, allows before blocks, in order, as the service writes them."""
    ran = mpctl("rules", "user_groups/acme.example/Executives", "--sandbox")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"{BANNER}\n"
        "\n"
        "user_groups/acme.example/Executives: 2 rules\n"
        "\n"
        "action  value                   stands at                            id\n"
        "allow   board@trustees.example  user_groups/acme.example/Executives  610019\n"
        "block   ceo-lunch.example       user_groups/acme.example/Executives  610018\n"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("domains/ACME-labs.example", "domains/ACME-labs.example"),
        ("domains/id:9105", "domains/id:9105"),
        ("mailprotector:domains/acme-labs.example", "domains/acme-labs.example"),
    ],
)
def test_an_entity_without_rules(mpctl: Mpctl, text: str, shown: str) -> None:
    """An entity without rules has no rules, however it is named."""
    ran = mpctl("rules", text, "--sandbox")

    assert (ran.code, ran.out) == (0, f"{BANNER}\n\n{shown}: 0 rules\n\nno rules\n")


def test_the_effective_rules(mpctl: Mpctl) -> None:
    """The whole chain is shown, the nearest level first, each row with its origin."""
    ran = mpctl("rules", "users/id:70001", "--effective", "--sandbox")

    assert ran.code == 0
    assert ran.out == (
        f"{BANNER}\n"
        "\n"
        "users/id:70001: 18 rules\n"
        "\n"
        "action  value                           stands at                     id\n"
        "block   newsletter@shoe-club.example    users/alice.ng@acme.example   610020\n"
        "allow   old-vendor.example              domains/acme.example          610012\n"
        "allow   partner.example                 domains/acme.example          610009\n"
        "allow   Invoices@Cooper-Metals.example  domains/acme.example          610010\n"
        "allow   orders@steelworks.example       domains/acme.example          610011\n"
        "block   bulk.example                    domains/acme.example          610008\n"
        "block   Cheap-Toner.example             domains/acme.example          610006\n"
        "block   old-spammer.example             domains/acme.example          610004\n"
        "block   spammer.example                 domains/acme.example          610003\n"
        "block   prizes@lottery-winner.example   domains/acme.example          610005\n"
        "block   seo-offers@rankhigher.example   domains/acme.example          610007\n"
        "allow   billing@vendor.example          customers/Acme Widgets        610002\n"
        "block   blocked.example                 customers/Acme Widgets        610001\n"
        "allow   alerts@status.harborit.example  resellers/Harbor IT Services  610185\n"
        "allow   service-desk@harborit.example   resellers/Harbor IT Services  610186\n"
        "block   account-alerts.example          resellers/Harbor IT Services  610182\n"
        "block   login-verify.example            resellers/Harbor IT Services  610183\n"
        "block   sharepoint-files.example        resellers/Harbor IT Services  610184\n"
    )


@pytest.mark.parametrize("rules_list", ["direct", "direct+inherited", "subtree"])
@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("users/alice.ng@acme.example", CHAIN),
        (
            "users/bob.roy@acme.example",
            ["user_groups/acme.example/Executives", *CHAIN[1:]],
        ),
        ("user_groups/acme.example/Default", CHAIN[1:]),
        ("domains/acme.example", CHAIN[1:]),
        ("customers/Acme Widgets", CHAIN[2:]),
        ("resellers/Harbor IT Services", CHAIN[3:]),
    ],
)
def test_every_level_in_order(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, text: str, origins: list[str], rules_list: str
) -> None:
    """From every scope up, each level stands once, whoever else's rules a list shows."""
    monkeypatch.setenv(SWITCHES, f"rules_list={rules_list}")

    ran = mpctl("rules", text, "--effective", "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    assert list(dict.fromkeys(rule["entity"] for rule in ran.json["rules"])) == origins
    ids = [rule["id"] for rule in ran.json["rules"]]
    assert len(ids) == len(set(ids))


def test_as_json(mpctl: Mpctl) -> None:
    """The JSON object holds the canonical match beside what the service shows."""
    ran = mpctl("rules", "domains/acme-supply.example", "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    assert [(rule["match"], rule["shown"], rule["id"]) for rule in ran.json["rules"]] == [
        ("quotes@timberline.example", "quotes@timberline.example", "610016"),
        ("outlet-deals.example", "Outlet-Deals.example", "610013"),
        ("outlet-deals.example", "outlet-deals.example", "610014"),
        ("raffle@freebies.example", "raffle@freebies.example", "610015"),
    ]
    assert ran.json["rules"][0] == {
        "entity": "domains/acme-supply.example",
        "action": "allow",
        "kind": "email",
        "match": "quotes@timberline.example",
        "shown": "quotes@timberline.example",
        "id": "610016",
    }
    assert ran.json["complete"] is True


def test_a_listing_that_is_not_proven(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """Levels whose listings are not proven complete are named, and JSON says so."""
    monkeypatch.setenv(SWITCHES, "wrong_total=on")
    words = ["rules", "customers/Acme Widgets", "--effective", "--sandbox"]

    assert mpctl(*words).out.splitlines()[2] == (
        "customers/Acme Widgets: 7 rules; not proven complete: customers/Acme Widgets, "
        "resellers/Harbor IT Services"
    )
    assert mpctl(*words, "--format", "json").json["complete"] is False


def test_a_level_that_cannot_be_read(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a chain is never shown as the effective rules."""
    monkeypatch.setenv(FAULTS, "GET /customers/5001/allow_block_rules 403")

    ran = mpctl("rules", "domains/acme.example", "--effective", "--sandbox")

    assert (ran.code, complaint(ran)) == (
        1,
        (
            "mpctl: error[refused-by-service]: GET /customers/5001/allow_block_rules: refused with "
            "403: Injected by a fault"
        ),
    )
