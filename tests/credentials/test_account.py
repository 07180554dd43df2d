"""Which account a target means."""

from __future__ import annotations

import pytest

from mpctl.credentials import Service, account
from mpctl.diagnostics import Code, MpctlError
from tests.credentials.bench import Account

SERVICES = {"pair": Service({}, (), "", account_variable="PAIR_ACCOUNT")}
ONE, OTHER = Account("one", "pair"), Account("other", "pair")
SET = {"PAIR_ACCOUNT": " 4711 "}


@pytest.mark.parametrize(
    ("written", "environment", "meant"),
    [("", {}, ""), ("", SET, "4711"), ("12345", SET, "12345"), ("me", SET, "me")],
)
def test_what_is_written_counts_first(
    written: str, environment: dict[str, str], meant: str
) -> None:
    """The variable speaks only for a target that names no account."""
    found = account(ONE, written, targets=[ONE], environment=environment, services=SERVICES)

    assert found == meant


def test_a_variable_for_two_targets_is_refused() -> None:
    """Whose account it names is not guessed, unless the target names its own."""
    both = [ONE, OTHER]
    with pytest.raises(MpctlError) as refused:
        account(ONE, "", targets=both, environment=SET, services=SERVICES)

    (problem,) = refused.value.diagnostics
    assert (problem.code, problem.fix) == (
        Code.NO_CREDENTIALS,
        "Write account: into target 'one' in mpctl.yaml.",
    )
    assert account(ONE, "7", targets=both, environment=SET, services=SERVICES) == "7"
