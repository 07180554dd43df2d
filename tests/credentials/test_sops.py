"""The vault: a field of an encrypted file, by what the sops program answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpctl.credentials import Finished
from tests.credentials.bench import KEY, Bench, no_key

FILE = "vault/msp-tools/mailprotector.sops.yaml"
UNSET = "the variable MAILPROTECTOR_API_KEY is not set; "
SET = "Set MAILPROTECTOR_API_KEY. "
AGE = "Is the age key available? Name its file in SOPS_AGE_KEY_FILE; for PGP or a cloud, sign in."
FIELDS = "Look at its fields with sops, or name another one as the key."


@pytest.fixture
def vault(bench: Bench) -> Bench:
    """A target without `credentials:` and a vault with the file that it looks into."""
    bench.target()
    bench.write(FILE)
    bench.environment["MPCTL_VAULT"] = "vault"
    return bench


def test_the_vault_gives_the_key(vault: Bench) -> None:
    """Without `credentials:`, the provider's entry of the vault is the second source."""
    vault.answers["sops"] = Finished(0, KEY.encode())

    assert vault.key() == (KEY, f"field credentials.api_key of the vault file {FILE}")


def test_sops_is_asked_for_one_field_only(vault: Bench) -> None:
    """One field is extracted, from a path that cannot be taken for an option."""
    vault.answers["sops"] = Finished(0, KEY.encode())
    vault.find()

    field = '["credentials"]["api_key"]'
    path = str(Path.cwd() / FILE)
    assert vault.ran == [(("sops", "--decrypt", "--extract", field, path), Path.cwd())]


def test_an_absent_file(bench: Bench) -> None:
    """A vault without the file is said to lack it, and sops is not asked."""
    bench.target()
    bench.environment["MPCTL_VAULT"] = "vault"

    assert bench.problem() == no_key(f"{UNSET}the vault file {FILE} does not exist", SET.strip())
    assert bench.ran == []


@pytest.mark.parametrize("file", ["absent", ".", "nul\0byte"])
def test_a_file_that_is_none(bench: Bench, file: str) -> None:
    """A folder, or a name that no file system has, is a file that does not exist."""
    bench.target(sops={"file": f"x/../{file}", "key": "acme"})

    path = f"policies/x/../{file}" if file != "." else "policies/x/.."
    assert bench.problem() == no_key(f"{UNSET}the vault file {path} does not exist", SET.strip())


def test_an_absent_sops(vault: Bench) -> None:
    """Without the program, the error says how to get it."""
    assert vault.problem() == no_key(
        f"{UNSET}the vault file {FILE} cannot be read, because the program sops is not installed",
        f"{SET}Install sops: brew install sops, scoop install sops, "
        "or a package of https://github.com/getsops/sops/releases.",
    )


@pytest.mark.parametrize(
    ("status", "said", "reason", "hint"),
    [
        (
            1,
            "error truncating tree: component ['api_key'] not found",
            "has no field credentials.api_key (sops failed with exit status 1)",
            FIELDS,
        ),
        (
            2,
            "panic: interface conversion: interface {} is string, not sops.TreeBranch",
            "has no field credentials.api_key (sops failed with exit status 2)",
            FIELDS,
        ),
        (
            1,
            "sops metadata not found",
            "is not encrypted with sops (sops failed with exit status 1)",
            "Encrypt it in place.",
        ),
        (
            128,
            "Failed to get the data key required to decrypt the SOPS file.",
            "cannot be opened with the keys of this machine (sops failed with exit status 128)",
            AGE,
        ),
        (
            25,
            "Could not decrypt with AES_GCM: cipher: message authentication failed",
            "was altered after sops encrypted it (sops failed with exit status 25)",
            "Restore it, or encrypt it anew.",
        ),
        (
            51,
            "MAC mismatch. File has 1A2B, computed 3C4D",
            "was altered after sops encrypted it (sops failed with exit status 51)",
            "Restore it, or encrypt it anew.",
        ),
        (
            7,
            "something that nobody has seen",
            "cannot be read (sops failed with exit status 7)",
            f"Run sops --decrypt {FILE} yourself to see why.",
        ),
        (
            -9,
            "",
            "cannot be read (sops was ended by signal 9)",
            f"Run sops --decrypt {FILE} yourself to see why.",
        ),
    ],
)
def test_a_failing_sops(vault: Bench, status: int, said: str, reason: str, hint: str) -> None:
    """Known phrases of sops are understood; none of them is repeated."""
    vault.answers["sops"] = Finished(status, err=said.encode())

    assert vault.problem() == no_key(f"{UNSET}the vault file {FILE} {reason}", f"{SET}{hint}")


@pytest.mark.parametrize(
    ("out", "reason", "hint"),
    [
        ("", "nothing", ""),
        (" \n", "nothing", ""),
        ("a: 1\nb: 2\n", "several lines", "The key must be the only line."),
        (
            "api_key: nested",
            "characters that cannot be in a header",
            "A key is printable ASCII without spaces.",
        ),
    ],
)
def test_a_field_that_is_no_key(vault: Bench, out: str, reason: str, hint: str) -> None:
    """A field that is empty or a whole mapping is not taken for a key."""
    vault.answers["sops"] = Finished(0, out.encode())

    held = f"has a field credentials.api_key that holds {reason}"
    assert vault.problem() == no_key(f"{UNSET}the vault file {FILE} {held}", f"{SET}{hint}".strip())


def test_a_hanging_sops(vault: Bench) -> None:
    """A sops that waits for something is given up."""
    vault.answers["sops"] = TimeoutError("did not end within 30 seconds")

    assert vault.problem() == no_key(
        f"{UNSET}the vault file {FILE} cannot be read, because sops did not end within 30 seconds",
        f"{SET}{AGE}",
    )


def test_a_sops_that_cannot_be_started(vault: Bench) -> None:
    """What the operating system says about the program is passed on."""
    vault.answers["sops"] = PermissionError(13, "Permission denied")

    assert vault.problem() == no_key(
        f"{UNSET}the vault file {FILE} cannot be read, "
        "because sops cannot be started (Permission denied)",
        SET.strip(),
    )


@pytest.mark.parametrize(
    ("vault", "file"), [("vault", "vault/keys.yaml"), ("", "policies/keys.yaml")]
)
def test_a_relative_file(bench: Bench, vault: str, file: str) -> None:
    """A relative file lies below MPCTL_VAULT when that is set, else beside mpctl.yaml."""
    bench.target(sops={"file": "keys.yaml", "key": "acme"})
    bench.environment["MPCTL_VAULT"] = vault
    bench.write(file)
    bench.answers["sops"] = Finished(0, KEY.encode())

    assert bench.key() == (KEY, f"field acme of the vault file {file}")


@pytest.mark.parametrize("key", ["", "a..b", ".a", "a.", 'a"]["b', "a[0]", "it's"])
def test_a_key_that_is_no_dotted_path(bench: Bench, key: str) -> None:
    """A path that sops would read otherwise is refused before sops is asked."""
    bench.target(sops={"file": "keys.yaml", "key": key})
    bench.write("policies/keys.yaml")

    assert bench.problem() == no_key(
        f"{UNSET}the vault file policies/keys.yaml cannot be asked for {key!r}",
        f"{SET}Write the key as in credentials.api_key.",
    )
    assert bench.ran == []
