"""The commands that look around have much in common: they never write, and say where they look."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.cli.around import FAULTS, SWITCHES, assert_valid, complaint, result_validator
from tests.cli.conftest import Mpctl

pytestmark = pytest.mark.usefixtures("sample")

COMMANDS = [
    ["status"],
    ["entities", "resellers"],
    ["entities", "customers"],
    ["entities", "domains"],
    ["entities", "users"],
    ["entities", "user_groups", "--under", "domains/acme.example"],
    ["entities", "domains", "--name", "nothing-like-it*"],
    ["rules", "domains/acme.example"],
    ["rules", "users/alice.ng@acme.example", "--effective"],
    ["config", "domains/acme.example"],
    ["config", "customers/Acme Widgets", "--all"],
    ["find-user", "sales@acme.example"],
    ["providers"],
]
# Exit code 1, with a fault where it takes one.
FAILING = [
    (["status"], "GET ^/domains$ 401"),
    (["status"], "GET ^/domains$ html"),
    (["entities", "domains"], "GET ^/domains$ 403"),
    (["entities", "users", "--under", "domains/nowhere.example"], ""),
    (["rules", "domains/nowhere.example"], ""),
    (["rules", "domains/acme.example", "--effective"], "GET /allow_block_rules 403 nth=3"),
    (["config", "users/bob.roy@acme.example"], ""),
    (["find-user", "nobody@acme.example"], ""),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_json_is_valid(mpctl: Mpctl, command: list[str]) -> None:
    """The JSON object of a look around matches its schema."""
    assert_valid(mpctl(*command, "--sandbox", "--format", "json"), 0)


@pytest.mark.parametrize(("command", "fault"), FAILING)
def test_json_is_valid_when_something_fails(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, command: list[str], fault: str
) -> None:
    """The JSON object of a look around that fails matches its schema, and names the problem."""
    monkeypatch.setenv(FAULTS, fault)

    ran = mpctl(*command, "--sandbox", "--format", "json")

    assert_valid(ran, 1)
    assert len(ran.json["diagnostics"]) == 1


@pytest.mark.parametrize(
    "switches",
    [
        "sparse=on",
        "wrong_total=on",
        "id_type=string",
        "bool_style=string",
        "envelope=all_wrapped",
        "rule_entity=absent",
    ],
)
@pytest.mark.parametrize("command", COMMANDS)
def test_json_is_valid_in_every_dialect(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, command: list[str], switches: str
) -> None:
    """However the service speaks, the object matches the schema, at exit code 0 or 1."""
    monkeypatch.setenv(SWITCHES, switches)

    ran = mpctl(*command, "--sandbox", "--format", "json")

    assert ran.code in {0, 1}
    assert_valid(ran, ran.code)


PARTS = {
    "status": ["targets"],
    "entities": ["entities", "complete"],
    "rules": ["rules", "complete"],
    "config": ["configuration"],
    "find-user": ["user"],
    "providers": ["providers"],
}


@pytest.mark.parametrize("command", [c for c in COMMANDS if "--name" not in c])
def test_the_schema_is_precise(mpctl: Mpctl, command: list[str]) -> None:
    """A result without its parts, or with a word in a part that is not known, is not valid."""
    result = mpctl(*command, "--sandbox", "--format", "json").json
    valid = result_validator().is_valid
    for part in PARTS[command[0]]:
        assert not valid({key: value for key, value in result.items() if key != part})
        if isinstance(result[part], list):
            assert not valid(_with_surplus(result, part))
    assert not valid({**result, "surplus": 1})


def _with_surplus(result: dict[str, Any], part: str) -> dict[str, Any]:
    changed = deepcopy(result)
    changed[part][0]["surplus"] = 1
    return changed


@pytest.mark.parametrize(
    "command", [*COMMANDS, *(command for command, fault in FAILING if not fault)]
)
def test_looking_around_never_writes(
    mpctl: Mpctl, writes: Callable[[], list[dict[str, Any]]], in_folder: Path, command: list[str]
) -> None:
    """A look around leaves no write in the request log."""
    mpctl(*command, "--sandbox")

    log = in_folder / ".mpctl" / "sandbox" / "requests.jsonl"
    assert command == ["providers"] or log.read_text("utf-8")
    assert writes() == []


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_output_in_the_sandbox_says_so(
    mpctl: Mpctl, command: list[str], format_: str
) -> None:
    """Nobody can take what the sandbox shows for a live account."""
    ran = mpctl(*command, "--sandbox", "--format", format_)

    assert (ran.code, ran.err) == (0, "")
    assert "SANDBOX" in ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_the_result_goes_to_a_file(mpctl: Mpctl, command: list[str]) -> None:
    """With --output the result is in the file and not on the screen."""
    ran = mpctl(*command, "--sandbox", "--output", "result.txt")

    assert (ran.code, ran.out) == (0, "")
    assert Path("result.txt").read_text("utf-8").startswith("SANDBOX")


@pytest.mark.parametrize("command", COMMANDS)
def test_broken_policies_do_not_stop_a_look_around(
    sample: Path, mpctl: Mpctl, command: list[str]
) -> None:
    """Who looks around at night is not kept from it by a typing mistake in a policy."""
    (sample / "broken.yaml").write_text("entity: domains/x.example\nalow: []\n")

    assert mpctl(*command, "--sandbox").code == 0


ENTITY = "Write it as in domains/acme.example, or by its number as in domains/id:9101."


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "nothing",
            (
                "'nothing' is not an entity: an entity is written scope/name, for example "
                "domains/acme.example"
            ),
        ),
        (
            "domains/",
            "'domains/' is not an entity: both the scope and the name of an entity must be given",
        ),
        (":domains/a", "':domains/a' is not an entity: there is no target before the colon"),
        ("domain/acme.example", "there is no scope 'domain' at this service"),
        ("elsewhere:domains/acme.example", "there is no target 'elsewhere'"),
        ("domains/id:x", "the id 'x' is not a number"),
        ("domains/id:", "the id '' is not a number"),
        ("domains/id:9101/configuration", "the id '9101/configuration' is not a number"),
        ("domains/id:9101?page=2", "the id '9101?page=2' is not a number"),
        ("user_groups/Default", "a name in user_groups has 2 parts, 'Default' does not"),
        (
            "user_groups/acme.example/",
            "a name in user_groups has 2 parts, 'acme.example/' does not",
        ),
        ("domains/acme.example/x", "a name in domains has 1 part, 'acme.example/x' does not"),
        ("domains/*", "'*' has a wildcard, and a document is about one entity"),
    ],
)
@pytest.mark.parametrize("command", [["rules"], ["config"], ["entities", "users", "--under"]])
def test_what_is_no_entity_is_bad_usage(
    mpctl: Mpctl, in_folder: Path, command: list[str], text: str, what: str
) -> None:
    """A word that cannot be an entity is bad usage, and nobody is asked about it."""
    ran = mpctl(*command, text, "--sandbox")

    assert (ran.code, complaint(ran)) == (64, f"mpctl: error[usage]: {what}")
    assert not (in_folder / ".mpctl").exists()


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (["status"], "there is no target 'mailprotecter'"),
        (["entities", "domains"], "there is no target 'mailprotecter'"),
        (["rules", "domains/acme.example"], "there is no target 'mailprotecter'"),
        (["config", "domains/acme.example"], "there is no target 'mailprotecter'"),
        (["find-user", "a@acme.example"], "there is no target 'mailprotecter'"),
        (
            ["rules", "mailprotector:domains/acme.example"],
            "'mailprotector:domains/acme.example' is not an entity of target 'mailprotecter'",
        ),
    ],
)
def test_an_unknown_target_is_bad_usage(mpctl: Mpctl, command: list[str], what: str) -> None:
    """A target that mpctl.yaml does not have is bad usage."""
    ran = mpctl(*command, "--target", "mailprotecter", "--sandbox")

    assert (ran.code, complaint(ran)) == (64, f"mpctl: error[usage]: {what}")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "domains/acme-mail.example",
            (
                "mailprotector:domains/acme-mail.example: error[alias]: "
                "domains/acme-mail.example is an alias of domains/acme.example"
            ),
        ),
        (
            "domains/id:9901",
            (
                "mailprotector:domains/id:9901: error[not-found]: "
                "domains/id:9901 does not exist, or this key does not see it"
            ),
        ),
        (
            "user_groups/nowhere.example/Default",
            (
                "mailprotector:user_groups/nowhere.example/Default: error[not-found]: "
                "user_groups/nowhere.example/Default does not exist, or this key does not see it"
            ),
        ),
    ],
)
@pytest.mark.parametrize("command", [["rules"], ["config"], ["entities", "users", "--under"]])
def test_an_entity_that_cannot_be_told_stops(
    mpctl: Mpctl, command: list[str], text: str, what: str
) -> None:
    """An alias, a foreigner and a stranger end a look around with exit code 1."""
    ran = mpctl(*command, text, "--sandbox")

    assert (ran.code, complaint(ran)) == (1, what)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("domains/nobody.example", "mpctl entities domains --target mailprotector"),
        (
            "users/nobody@acme.example",
            "mpctl entities users --under domains/acme.example --target mailprotector",
        ),
        (
            "user_groups/acme.example/Nobody",
            "mpctl entities user_groups --under domains/acme.example --target mailprotector",
        ),
        (
            "mailboxes:ex_mailboxes/nobody@acme.example",
            "mpctl entities ex_mailboxes --under domains/acme.example --target mailboxes",
        ),
        ("relay:orders/mb9", "mpctl entities orders --target relay"),
    ],
)
def test_who_looks_is_told_how_to_find(mpctl: Mpctl, text: str, hint: str) -> None:
    """Nothing is planned, so the hint is the command that lists what there is, and it runs."""
    ran = mpctl("rules", text, "--sandbox", "--format", "json")

    (problem,) = ran.json["diagnostics"]
    assert (problem["code"], "why" in problem) == ("not-found", False)
    assert problem["fix"] == f"See what there is with: {hint}"
    assert mpctl(*hint.split()[1:], "--sandbox").code == 0


@pytest.mark.parametrize(
    "command",
    [
        ["config"],
        ["logs"],
        ["messages"],
        ["entities", "users", "--under"],
        ["release-many", "--ids", "7"],
        ["release", "7", "--entity"],
    ],
)
@pytest.mark.parametrize("format_", ["text", "json"])
def test_every_command_that_looks_says_how_to_find(
    mpctl: Mpctl, command: list[str], format_: str
) -> None:
    """In a table as in a stream of rows, a number is taken for an id."""
    ran = mpctl(*command, "domains/4711", "--sandbox", "--format", format_)

    assert ran.code == 1
    assert "For an id write domains/id:4711. See what there is with: mpctl" in ran.out + ran.err
    assert "when_missing" not in ran.out + ran.err


@pytest.mark.parametrize("command", [["rules"], ["config"], ["entities"], ["find-user"]])
def test_a_missing_argument_is_bad_usage(mpctl: Mpctl, command: list[str]) -> None:
    """A command without what it is about is bad usage."""
    assert mpctl(*command, "--sandbox").code == 64


@pytest.mark.parametrize("command", [c for c in COMMANDS if c != ["providers"]])
def test_bad_switches_are_bad_usage(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    """A switch of the sandbox that does not exist is bad usage, not a trouble of a target."""
    monkeypatch.setenv(SWITCHES, "rules_list=sideways")

    assert mpctl(*command, "--sandbox").code == 64


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in (["providers"], ["status"])])
def test_a_look_around_needs_a_key(mpctl: Mpctl, command: list[str]) -> None:
    """Without a key nothing is asked, and each source that was tried is named."""
    ran = mpctl(*command)

    assert ran.code == 1
    assert "error[no-credentials]" in complaint(ran)
