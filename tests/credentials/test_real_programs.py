"""The real sops and age: a file is encrypted and read back."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mpctl.credentials import run_program
from tests.credentials.bench import KEY, Bench, no_key

ABSENT = [name for name in ("sops", "age-keygen") if not shutil.which(name)]
FILE = "vault/msp-tools/mailprotector.sops.yaml"
FAILED = f"the variable MAILPROTECTOR_API_KEY is not set; the vault file {FILE}"
SET = "Set MAILPROTECTOR_API_KEY."
BOTH: dict[str, Any] = {
    "file": "msp-tools/mailprotector.sops.yaml",
    "keys": {"username": "login.name", "password": "credentials.api_key"},
}

with_sops = pytest.mark.skipif(bool(ABSENT), reason=f"not installed: {', '.join(ABSENT)}")


def call(*arguments: str | Path) -> str:
    """Run a program that must succeed."""
    return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout  # noqa: S603


def new_age_key(path: Path) -> str:
    """Make an age key; its public half is the recipient."""
    call("age-keygen", "-o", path)
    (recipient,) = re.findall("age1[0-9a-z]+", path.read_text("utf-8"))
    return str(recipient)


@pytest.fixture
def vault(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A vault whose file holds the key, encrypted for an age key that is at hand."""
    for name in ("SOPS_AGE_KEY", "SOPS_AGE_KEY_CMD", "SOPS_AGE_RECIPIENTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(tmp_path / "age.txt"))
    recipient = new_age_key(tmp_path / "age.txt")
    content = (
        f"credentials:\n  api_key: {KEY}\n  note: |\n    one\n    two\nlogin:\n  name: admin\n"
    )
    file = bench.write(FILE, content)
    call("sops", "--encrypt", "--age", recipient, "--in-place", file)
    bench.environment["MPCTL_VAULT"] = "vault"
    bench.run = run_program
    return bench


def ask(vault: Bench, key: str) -> None:
    """Configure the target to use another field of the file."""
    vault.target(sops={"file": "msp-tools/mailprotector.sops.yaml", "key": key})


@with_sops
def test_the_vault_is_read_back(vault: Bench) -> None:
    """The file on disk does not hold the key, and mpctl finds it there through sops and age."""
    vault.target()

    assert KEY not in Path(FILE).read_text("utf-8")
    assert vault.key() == (KEY, f"field credentials.api_key of the vault file {FILE}")


@with_sops
@pytest.mark.parametrize(
    ("key", "status"),
    [("credentials.absent", 1), ("absent.api_key", 1), ("credentials.api_key.deeper", 2)],
)
def test_an_absent_field_is_known_by_what_sops_says(vault: Bench, key: str, status: int) -> None:
    """A field that is not there is told from a file that cannot be opened."""
    ask(vault, key)

    assert vault.problem() == no_key(
        f"{FAILED} has no field {key} (sops failed with exit status {status})",
        f"{SET} Look at its fields with sops, or name another one as the key.",
    )


@with_sops
@pytest.mark.parametrize(
    ("key", "held"), [("credentials", "several lines"), ("credentials.note", "several lines")]
)
def test_a_field_that_is_no_line(vault: Bench, key: str, held: str) -> None:
    """A mapping or a text of several lines is no key."""
    ask(vault, key)

    assert vault.problem() == no_key(
        f"{FAILED} has a field {key} that holds {held}", f"{SET} The key must be the only line."
    )


@with_sops
@pytest.mark.parametrize("other", [True, False])
def test_the_age_key_is_not_at_hand(
    vault: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, other: bool
) -> None:
    """Without the private key, or with that of somebody else, the hint asks for it."""
    vault.target()
    if other:
        new_age_key(tmp_path / "other.txt")
        monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(tmp_path / "other.txt"))
    else:
        monkeypatch.delenv("SOPS_AGE_KEY_FILE")

    assert vault.problem() == no_key(
        f"{FAILED} cannot be opened with the keys of this machine "
        "(sops failed with exit status 128)",
        f"{SET} Is the age key available? Name its file in SOPS_AGE_KEY_FILE; "
        "for PGP or a cloud, sign in.",
    )


@with_sops
def test_an_altered_file(vault: Bench) -> None:
    """Whoever touches the encrypted value is noticed."""
    vault.target()
    file = Path(FILE)
    altered = re.sub(r"(api_key: ENC\[AES256_GCM,data:).", r"\1/", file.read_text("utf-8"))
    file.write_text(altered, "utf-8")

    assert vault.problem() == no_key(
        f"{FAILED} was altered after sops encrypted it (sops failed with exit status 25)",
        f"{SET} Restore it, or encrypt it anew.",
    )


@with_sops
def test_a_file_in_the_clear(vault: Bench) -> None:
    """A file that somebody forgot to encrypt is not read."""
    vault.target()
    Path(FILE).write_text(f"credentials:\n  api_key: {KEY}\n", "utf-8")

    assert vault.problem() == no_key(
        f"{FAILED} is not encrypted with sops (sops failed with exit status 1)",
        f"{SET} Encrypt it in place.",
    )


@with_sops
def test_several_fields_are_read_back(vault: Bench) -> None:
    """A pair lies in one file: each of its fields is decrypted by itself."""
    vault.target("acme", "either", sops=BOTH)

    found = vault.find()

    assert found.warnings == ()
    assert {field: (s.reveal(), s.source) for field, s in found.secrets.items()} == {
        "username": ("admin", f"field login.name of the vault file {FILE}"),
        "password": (KEY, f"field credentials.api_key of the vault file {FILE}"),
    }


@with_sops
def test_a_field_that_is_absent_beside_another(vault: Bench) -> None:
    """Half a pair in the file is no key, and the error says which half is where."""
    vault.target("acme", "either", sops=BOTH | {"keys": BOTH["keys"] | {"password": "login.word"}})

    assert vault.problem() == no_key(
        "the variable EITHER_TOKEN is not set; the variable EITHER_USERNAME is not set; "
        f"the variable EITHER_PASSWORD is not set; the vault file {FILE} has no field login.word "
        "(sops failed with exit status 1), so password is missing beside username",
        "Set EITHER_TOKEN. Set EITHER_USERNAME. Set EITHER_PASSWORD. "
        "Look at its fields with sops, or name another one as the key.",
    )


def test_a_real_command_with_several_fields(bench: Bench) -> None:
    """A program that prints a JSON object is run once for all fields."""
    bench.run = run_program
    printed = {"data": {"user": "half", "secret": KEY}}
    count = "import pathlib; p = pathlib.Path('runs'); p.open('a').write('x')"
    bench.target(
        "acme",
        "pair",
        command={
            "run": [sys.executable, "-c", f"{count}; print({json.dumps(printed)!r})"],
            "keys": {"user_key": "data.user", "secret_key": "data.secret"},
        },
    )

    secrets = bench.find().secrets

    assert [secret.reveal() for secret in secrets.values()] == ["half", KEY]
    assert (bench.folder / "runs").read_text("utf-8") == "x"


def test_a_real_command(bench: Bench) -> None:
    """A program that prints one line is asked without any pretence."""
    bench.run = run_program
    bench.target(command=[sys.executable, "-c", f"print('{KEY}')"])

    assert bench.key() == (KEY, f"the command '{sys.executable}'")
