"""The order of the sources, and credentials of more than one field."""

from __future__ import annotations

import pytest

from mpctl.credentials import SERVICES, Finished, Service
from mpctl.providers import CAPABILITIES
from tests.credentials.bench import KEY, Bench, no_key, text


def everywhere(bench: Bench) -> None:
    """Lay out a target with every source, each with a key of its own."""
    bench.target(
        file="acme",
        command=["pass"],
        sops={"file": "acme.yaml", "key": "acme"},
        env={"api_key": "ACME_KEY"},
    )
    bench.environment["ACME_KEY"] = "from-variable"
    bench.write("policies/acme.yaml")
    bench.answers["sops"] = Finished(0, b"from-sops")
    bench.answers["pass"] = Finished(0, b"from-command")
    bench.write("policies/acme", "from-file")


def test_the_first_source_wins(bench: Bench) -> None:
    """Variable, sops, command, file: in this order, however the target writes them."""
    everywhere(bench)
    seen = [bench.key()[0]]
    del bench.environment["ACME_KEY"]
    seen.append(bench.key()[0])
    (bench.folder / "acme.yaml").unlink()
    seen.append(bench.key()[0])
    del bench.targets[0].credentials["command"]
    seen.append(bench.key()[0])

    assert seen == ["from-variable", "from-sops", "from-command", "from-file"]


def test_no_source_is_asked_after_the_first_hit(bench: Bench) -> None:
    """A key in the environment starts no program."""
    everywhere(bench)
    bench.find()

    assert bench.ran == []


def test_every_source_is_named(bench: Bench) -> None:
    """The error lists all sources in order, each with its reason, and each hint once."""
    everywhere(bench)
    bench.environment["ACME_KEY"] = "two words"
    bench.answers["sops"] = Finished(0, b"two words")
    bench.answers["pass"] = Finished(0)
    (bench.folder / "acme").unlink()

    assert bench.problem() == no_key(
        "the variable ACME_KEY holds characters that cannot be in a header; "
        "the vault file policies/acme.yaml has a field acme that holds characters that cannot be "
        "in a header; "
        "the command 'pass' printed nothing; "
        "the file policies/acme does not exist",
        "A key is printable ASCII without spaces.",
    )


def test_a_broken_source_before_the_hit_is_warned_of(bench: Bench) -> None:
    """A source in use that failed may have been the one that was meant."""
    everywhere(bench)
    bench.environment["ACME_KEY"] = "two words"
    bench.answers["sops"] = FileNotFoundError()

    assert [text(warning) for warning in bench.find().warnings] == [
        (
            "warning[no-credentials]: target 'acme' uses the key from the command 'pass', because "
            "the variable ACME_KEY holds characters that cannot be in a header\n"
            "That may be the key of another account than you meant.\n"
            "A key is printable ASCII without spaces."
        ),
        (
            "warning[no-credentials]: target 'acme' uses the key from the command 'pass', because "
            "the vault file policies/acme.yaml cannot be read, because the program sops is not "
            "installed\n"
            "That may be the key of another account than you meant.\n"
            "Install sops: brew install sops, scoop install sops, or a package of "
            "https://github.com/getsops/sops/releases."
        ),
    ]


def test_all_fields_come_from_one_place(bench: Bench) -> None:
    """Half a pair in the environment is not completed from the vault, nor passed over."""
    bench.target("acme", "pair")
    bench.write("vault/pair.sops.yaml")
    bench.environment |= {"PAIR_USER_KEY": "half", "MPCTL_VAULT": "vault"}
    bench.answers["sops"] = Finished(0, b"whole")

    found = bench.find()

    assert {field: secret.reveal() for field, secret in found.secrets.items()} == {
        "user_key": "whole",
        "secret_key": "whole",
    }
    assert [text(warning) for warning in found.warnings] == [
        (
            "warning[no-credentials]: target 'acme' uses the key from "
            "field pair.user of the vault file vault/pair.sops.yaml, "
            "field pair.secret of the vault file vault/pair.sops.yaml, because "
            "the variable PAIR_SECRET_KEY is not set, so secret_key is missing beside user_key\n"
            "That may be the key of another account than you meant.\n"
            "Set PAIR_SECRET_KEY."
        )
    ]
    assert [arguments[3] for arguments, _ in bench.ran] == [
        '["pair"]["user"]',
        '["pair"]["secret"]',
    ]


def test_half_a_pair_is_no_key(bench: Bench) -> None:
    """The error names the half that is missing."""
    bench.target("acme", "pair")
    bench.environment["PAIR_USER_KEY"] = "half"

    assert bench.problem() == no_key(
        "the variable PAIR_SECRET_KEY is not set, so secret_key is missing beside user_key; "
        "the vault is not known, because MPCTL_VAULT is not set",
        "Set PAIR_SECRET_KEY. Or name the folder of the vault in MPCTL_VAULT.",
    )


@pytest.mark.parametrize(
    ("variables", "fields"),
    [
        ({"EITHER_TOKEN": "t"}, {"token": "t"}),
        ({"EITHER_USERNAME": "u", "EITHER_PASSWORD": "p"}, {"username": "u", "password": "p"}),
        (
            {"EITHER_TOKEN": "t", "EITHER_USERNAME": "u", "EITHER_PASSWORD": "p"},
            {"token": "t"},
        ),
    ],
)
def test_one_way_suffices(bench: Bench, variables: dict[str, str], fields: dict[str, str]) -> None:
    """Where a service takes one thing or the other, the preferred one that is complete is used."""
    bench.target("acme", "either")
    bench.environment |= variables

    secrets = bench.find().secrets

    assert {field: secret.reveal() for field, secret in secrets.items()} == fields


def test_a_source_of_one_value_gives_the_field_that_suffices_alone(bench: Bench) -> None:
    """A command serves a service that takes a token, though others use a name and a password."""
    bench.target("acme", "either", command=["pass"])
    bench.answers["pass"] = Finished(0, KEY.encode())

    assert list(bench.find().secrets) == ["token"]


@pytest.mark.parametrize(
    ("source", "place"), [("sops", "file"), ("command", "run"), ("file", "path")]
)
def test_a_source_of_one_value_cannot_give_a_pair(bench: Bench, source: str, place: str) -> None:
    """A source that would never be asked is an error at its target."""
    bench.target("acme", "pair", **{source: "anything"})

    assert bench.problem() == (
        f"policies/mpctl.yaml:4:3: error[unknown-key]: '{source}' gives one value, "
        "and pair needs user_key and secret_key\n"
        "The source would never be asked.\n"
        f"Say where each of them is: {source}: {{{place}: ..., "
        "keys: {user_key: ..., secret_key: ...}}."
    )


def test_a_variable_for_an_unknown_field(bench: Bench) -> None:
    """A claim that nothing reads is an error at its target."""
    bench.target(env={"apikey": "ACME_KEY"})

    assert bench.problem() == (
        "policies/mpctl.yaml:4:3: error[unknown-key]: "
        "mailprotector has no credential 'apikey' that 'env' could give\n"
        "The source would never be asked.\n"
        "Did you mean 'api_key'?"
    )


def test_every_provider_has_a_row() -> None:
    """A provider without a row in the table of credentials could never be used."""
    assert set(CAPABILITIES) <= set(SERVICES)


@pytest.mark.parametrize("service", SERVICES.values())
def test_the_rows_are_coherent(service: Service) -> None:
    """Every field of a way has a variable, and the vault entry holds all fields of one way."""
    assert {field for way in service.ways for field in way} == set(service.variables)
    assert service.vault is None or tuple(service.vault.keys) in service.ways


def test_the_row_of_mailprotector() -> None:
    """The variable, the vault entry and the place in the console are the documented ones."""
    row = SERVICES["mailprotector"]

    assert row.variables == {"api_key": "MAILPROTECTOR_API_KEY"}
    assert row.vault is not None
    assert row.vault.file == "msp-tools/mailprotector.sops.yaml"
    assert row.vault.keys == {"api_key": "credentials.api_key"}
    assert row.where == (
        "The console shows a key under Edit my profile, the menu of a role, View API Key."
    )
