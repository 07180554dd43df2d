"""Credentials of several fields from one place: sops, a command or a file with `keys`."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from mpctl.credentials import Finished
from tests.credentials.bench import KEY, Bench, no_key, text

KEYS = {"user_key": "credentials.user", "secret_key": "credentials.secret"}
WHOLE = {"credentials": {"user": "the-user", "secret": KEY}}
UNSET = "the variable PAIR_USER_KEY is not set; the variable PAIR_SECRET_KEY is not set; "
SET = "Set PAIR_USER_KEY. Set PAIR_SECRET_KEY. "
SOURCES = ["command", "file"]
NAMES = {
    "command": ("the command 'pass'", "printed"),
    "file": ("the file policies/pair.json", "holds"),
}
FIELDS_HINT = "Look at its fields, and correct keys."
OBJECT_HINT = "With keys, the fields are looked up in one JSON object."


def configured(bench: Bench, source: str, answer: Any, keys: dict[str, str] | None = None) -> Bench:
    """A target whose pair is in what a command prints or a file holds; text is taken as it is."""
    said = answer if isinstance(answer, str) else json.dumps(answer)
    bench.answers["pass"] = Finished(0, said.encode())
    bench.write("policies/pair.json", said)
    place: dict[str, Any] = {"run": ["pass"]} if source == "command" else {"path": "pair.json"}
    bench.target("acme", "pair", **{source: {**place, "keys": keys or KEYS}})
    return bench


@pytest.mark.parametrize("source", SOURCES)
def test_a_pair_in_a_json_object(bench: Bench, source: str) -> None:
    """Each field is taken from its dotted path, and says where it came from."""
    found = configured(bench, source, WHOLE).find()

    name, _ = NAMES[source]
    assert found.warnings == ()
    assert {field: (s.reveal(), s.source) for field, s in found.secrets.items()} == {
        "user_key": ("the-user", f"field credentials.user of {name}"),
        "secret_key": (KEY, f"field credentials.secret of {name}"),
    }


def test_a_command_is_run_once_for_all_fields(bench: Bench) -> None:
    """A password manager that asks the user is not asked twice; a failure neither."""
    configured(bench, "command", WHOLE).find()
    assert len(bench.ran) == 1

    bench.answers["pass"] = Finished(1)
    bench.problem()
    assert len(bench.ran) == 2


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    ("credentials", "reason", "hint"),
    [
        ({"user": "u"}, "no field credentials.secret", FIELDS_HINT),
        (
            {"user": "u", "secret": 17},
            "a field credentials.secret that is no text",
            "Write it in quotes.",
        ),
        (
            {"user": "u", "secret": None},
            "a field credentials.secret that is no text",
            "Write it in quotes.",
        ),
        ({"user": "u", "secret": ""}, "a field credentials.secret that holds nothing", ""),
        (
            {"user": "u", "secret": "two words"},
            "a field credentials.secret that holds characters that cannot be in a header",
            "A key is printable ASCII without spaces.",
        ),
        (
            {"user": "u", "secret": "one\ntwo"},
            "a field credentials.secret that holds several lines",
            "The key must be the only line.",
        ),
    ],
)
def test_one_field_is_missing(
    bench: Bench, source: str, credentials: dict[str, Any], reason: str, hint: str
) -> None:
    """The error says which field is missing from which source, why, and beside which other."""
    configured(bench, source, {"credentials": credentials})

    name, verb = NAMES[source]
    assert bench.problem() == no_key(
        f"{UNSET}{name} {verb} {reason}, so secret_key is missing beside user_key",
        f"{SET}{hint}".strip(),
    )


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("answer", ["", KEY, "[]", '"text"', "{", "[" * 9999, '{"a": NaN} more'])
def test_an_answer_that_is_no_json_object(bench: Bench, source: str, answer: str) -> None:
    """Whatever else was said is said once, for all fields, without any of it."""
    configured(bench, source, answer)

    name, verb = NAMES[source]
    assert bench.problem() == no_key(f"{UNSET}{name} {verb} no JSON object", f"{SET}{OBJECT_HINT}")


@pytest.mark.parametrize("path", ["credentials.user.deeper", "credentials.", "credentials", "a..b"])
def test_a_path_that_leads_nowhere(bench: Bench, path: str) -> None:
    """A path through a value, to a mapping, or with an empty step finds no key."""
    configured(bench, "file", WHOLE, KEYS | {"secret_key": path})

    reason = f"a field {path} that is no text" if path == "credentials" else f"no field {path}"
    assert (
        f"the file policies/pair.json holds {reason}, so secret_key is missing" in bench.problem()
    )


def test_an_absent_file_is_passed_over(bench: Bench) -> None:
    """A file that is not there is an unused source, said once, for one field or for two."""
    configured(bench, "file", WHOLE)
    (bench.folder / "pair.json").unlink()

    assert bench.problem() == no_key(
        f"{UNSET}the file policies/pair.json does not exist", SET.strip()
    )


@pytest.mark.skipif(os.name != "posix", reason="the rights of others are POSIX's")
def test_a_file_that_others_can_read_is_warned_of_once(bench: Bench) -> None:
    """One file is one warning, however many fields it holds."""
    configured(bench, "file", WHOLE)
    (bench.folder / "pair.json").chmod(0o644)

    codes = [warning.code.value for warning in bench.find().warnings]
    assert codes == ["exposed-key"]


def test_halves_of_two_sources_are_never_put_together(bench: Bench) -> None:
    """Half in the environment, half in the file: no key, and both halves are named."""
    configured(bench, "file", {"credentials": {"secret": KEY}})
    bench.environment["PAIR_USER_KEY"] = "the-user"

    assert bench.problem() == no_key(
        "the variable PAIR_SECRET_KEY is not set, so secret_key is missing beside user_key; "
        "the file policies/pair.json holds no field credentials.user, "
        "so user_key is missing beside secret_key",
        f"Set PAIR_SECRET_KEY. {FIELDS_HINT}",
    )


def test_a_whole_pair_behind_a_half_is_warned_of(bench: Bench) -> None:
    """The pair of the file is used, and the half in the environment is said, not mixed in."""
    configured(bench, "file", WHOLE)
    bench.environment["PAIR_USER_KEY"] = "another"
    found = bench.find()

    assert found.secrets["user_key"].reveal() == "the-user"
    (warning,) = found.warnings
    assert text(warning) == (
        "warning[no-credentials]: target 'acme' uses the key from "
        "field credentials.user of the file policies/pair.json, "
        "field credentials.secret of the file policies/pair.json, because "
        "the variable PAIR_SECRET_KEY is not set, so secret_key is missing beside user_key\n"
        "That may be the key of another account than you meant.\n"
        "Set PAIR_SECRET_KEY."
    )


def test_variables_of_ones_own_are_not_completed_by_general_ones(bench: Bench) -> None:
    """A target that claims variables for one way is not opened by the general ones of another."""
    bench.target("acme", "either", env={"token": "ACME_TOKEN"})
    bench.environment |= {"EITHER_USERNAME": "u", "EITHER_PASSWORD": "p"}

    assert bench.problem() == no_key("the variable ACME_TOKEN is not set", "Set ACME_TOKEN.")


@pytest.mark.parametrize(
    ("fields", "needs", "fix"),
    [
        (["user_key"], "user_key and secret_key", "Add secret_key."),
        (["password"], "token, or username and password", "Add username."),
        (
            ["token", "username"],
            "token, or username and password",
            "Keep the fields of one of them.",
        ),
        (
            ["token", "username", "password"],
            "token, or username and password",
            "Keep the fields of one of them.",
        ),
    ],
)
@pytest.mark.parametrize("source", ["env", "sops", "command", "file"])
def test_fields_that_are_no_whole(
    bench: Bench, source: str, fields: list[str], needs: str, fix: str
) -> None:
    """What a source names must be the fields of exactly one way."""
    provider = "pair" if fields == ["user_key"] else "either"
    keys = dict.fromkeys(fields, "X")
    written = {
        "env": keys,
        "sops": {"file": "f", "keys": keys},
        "command": {"run": ["pass"], "keys": keys},
        "file": {"path": "f", "keys": keys},
    }
    bench.target("acme", provider, **{source: written[source]})

    assert bench.problem() == (
        f"policies/mpctl.yaml:4:3: error[unknown-key]: {source!r} gives {' and '.join(fields)}, "
        f"and {provider} needs {needs}\n"
        "Half a credential opens nothing, and the rest is never taken from another source.\n"
        f"{fix}"
    )
    assert bench.ran == []


def test_a_field_that_the_provider_lacks(bench: Bench) -> None:
    """A misspelt field gets a suggestion."""
    bench.target("acme", "pair", file={"path": "f", "keys": {"user_kay": "u", "secret_key": "s"}})

    assert bench.problem() == (
        "policies/mpctl.yaml:4:3: error[unknown-key]: "
        "pair has no credential 'user_kay' that 'file' could give\n"
        "The source would never be asked.\n"
        "Did you mean 'user_key'?"
    )


def test_keys_serve_a_service_of_one_field_too(bench: Bench) -> None:
    """A JSON object may hold the one field that a service needs."""
    bench.target(command={"run": "pass show", "keys": {"api_key": "data.key"}})
    bench.answers["pass"] = Finished(0, json.dumps({"data": {"key": KEY}}).encode())

    assert bench.key() == (KEY, "field data.key of the command 'pass'")


def test_the_claim_of_a_pair_names_both(bench: Bench) -> None:
    """Where two targets share a provider, the advice is whole, not half of it."""
    bench.target("acme", "pair")
    bench.target("globex", "pair")

    claim = "credentials: {env: {user_key: ACME_USER_KEY, secret_key: ACME_SECRET_KEY}}."
    assert bench.problem().count(claim) == 1
