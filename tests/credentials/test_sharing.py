"""Several targets of one provider: whose key is it."""

from __future__ import annotations

import pytest

from mpctl.credentials import Finished
from tests.credentials.bench import KEY, Bench, no_key

GENERAL = "MAILPROTECTOR_API_KEY"


def shared(fix: str) -> str:
    """The text of the problem that a general variable could be anybody's."""
    return (
        f"policies/mpctl.yaml:4:3: error[no-credentials]: the variable {GENERAL} is set, and "
        "nobody can tell whose it is: 'acme' and 'northwind' are targets of mailprotector\n"
        "With the key of the wrong account, one customer's rules would go to another.\n"
        f"Unset {GENERAL}; target 'acme' {fix}"
    )


def test_a_general_variable_is_nobodys(bench: Bench) -> None:
    """A target that names no source does not get a key that may be the other's."""
    bench.target("acme")
    bench.target("northwind")
    bench.environment[GENERAL] = KEY

    assert bench.problem() == shared(
        "needs credentials: {env: {api_key: ACME_API_KEY}} in mpctl.yaml, or another source."
    )


@pytest.mark.parametrize(
    "written", [{"command": ["pass"]}, {"file": "acme"}, {"sops": {"file": "a", "key": "b"}}]
)
def test_a_general_variable_beside_another_source(bench: Bench, written: dict[str, object]) -> None:
    """A variable that would be ignored is refused, for the user may believe that it counts."""
    bench.target("acme", **written)
    bench.target("northwind", env={"api_key": "NORTHWIND_KEY"})
    bench.environment[GENERAL] = KEY

    assert bench.problem() == shared(f"has its key from {next(iter(written))}.")
    assert bench.ran == []


def test_a_claim_settles_it(bench: Bench) -> None:
    """A target with a variable of its own reads that, whatever the general one holds."""
    bench.target("acme", env={"api_key": "ACME_KEY"})
    bench.target("northwind")
    bench.environment |= {GENERAL: "somebody's", "ACME_KEY": KEY}

    assert bench.key() == (KEY, "the variable ACME_KEY")


def test_the_general_variable_can_be_claimed(bench: Bench) -> None:
    """Once one target claims the general variable, it is clear whose it is."""
    bench.target("acme", env={"api_key": GENERAL})
    bench.target("northwind", command=["pass"])
    bench.environment[GENERAL] = KEY
    bench.answers["pass"] = Finished(0, b"northwinds")

    assert bench.key("acme") == (KEY, f"the variable {GENERAL}")
    assert bench.key("northwind") == ("northwinds", "the command 'pass'")


def test_a_blank_general_variable_does_no_harm(bench: Bench) -> None:
    """A variable of white space counts as missing here too."""
    bench.target("acme", command=["pass"])
    bench.target("northwind")
    bench.environment[GENERAL] = " "
    bench.answers["pass"] = Finished(0, KEY.encode())

    assert bench.key() == (KEY, "the command 'pass'")


def test_targets_of_other_providers_share_nothing(bench: Bench) -> None:
    """One target of each provider: the general variables are clear."""
    bench.target("acme")
    bench.target("northwind", "either")
    bench.environment[GENERAL] = KEY

    assert bench.key() == (KEY, f"the variable {GENERAL}")


def test_the_entry_of_the_vault_is_nobodys_either(bench: Bench) -> None:
    """Two targets without `credentials:` do not both take the one entry of the vault."""
    bench.target("acme eu")
    bench.target("northwind")
    bench.environment["MPCTL_VAULT"] = "vault"
    bench.write("vault/msp-tools/mailprotector.sops.yaml")

    why = "is not read, because 'acme eu' and 'northwind' would share it"
    assert bench.problem("acme eu") == no_key(
        f"the variable {GENERAL} {why}; the vault file msp-tools/mailprotector.sops.yaml {why}",
        "Claim a variable for the target in mpctl.yaml: "
        "credentials: {env: {api_key: ACME_EU_API_KEY}}.",
        target="acme eu",
    )
    assert bench.ran == []


def test_the_entry_of_the_vault_is_the_only_ones(bench: Bench) -> None:
    """Where all others name a source, the vault's entry belongs to the one that names none."""
    bench.target("acme")
    bench.target("northwind", command=["pass"])
    bench.environment["MPCTL_VAULT"] = "vault"
    file = "vault/msp-tools/mailprotector.sops.yaml"
    bench.write(file)
    bench.answers["sops"] = Finished(0, KEY.encode())

    assert bench.key() == (KEY, f"field credentials.api_key of the vault file {file}")


def test_the_variable_of_an_address_is_no_source_of_the_key(bench: Bench) -> None:
    """A target that claims only its address has its key from where it would have it anyway."""
    file = "vault/msp-tools/mailprotector.sops.yaml"
    bench.target("acme", env={"base_url": "ACME_BASE_URL"})
    bench.environment["MPCTL_VAULT"] = "vault"
    bench.write(file)
    bench.answers["sops"] = Finished(0, b"from-the-vault")
    assert bench.key() == ("from-the-vault", f"field credentials.api_key of the vault file {file}")

    bench.environment[GENERAL] = KEY
    assert bench.key() == (KEY, f"the variable {GENERAL}")

    bench.target("northwind")
    assert bench.problem() == shared(
        "needs credentials: {env: {api_key: ACME_API_KEY}} in mpctl.yaml, or another source."
    )


def test_an_address_beside_a_key(bench: Bench) -> None:
    """A claimed key is whole although the address stands beside it."""
    bench.target("acme", env={"api_key": "ACME_KEY", "base_url": "ACME_BASE_URL"})
    bench.environment["ACME_KEY"] = KEY

    assert bench.key() == (KEY, "the variable ACME_KEY")
