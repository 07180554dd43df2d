"""Exit codes and JSON are a contract with scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from mpctl.cli import apply as apply_command
from mpctl.cli import validate as validate_command
from tests.cli.conftest import Mpctl, Ran

SCHEMAS = Path(__file__).parents[2] / "schemas"
FAULTS = "MPCTL_SANDBOX_FAULTS"


def _validator(name: str) -> Draft202012Validator:
    schemas = {path.name: json.loads(path.read_text("utf-8")) for path in SCHEMAS.glob("*.json")}
    resources = [(key, Resource.from_contents(schema)) for key, schema in schemas.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft202012Validator(schemas[name], registry=registry)


def _assert_valid(ran: Ran, code: int) -> None:
    assert ran.code == code
    assert ran.json["exit_code"] == code
    _validator("result.schema.json").validate(ran.json)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["validate"], 0),
        (["plan"], 0),
        (["plan", "--detailed-exitcode"], 2),
        (["apply"], 2),
        (["apply", "--confirm"], 0),
    ],
)
def test_json_is_valid_when_all_is_well(mpctl: Mpctl, command: list[str], code: int) -> None:
    """The JSON object of a good run matches its schema and carries the exit code."""
    _assert_valid(mpctl(*command, "--sandbox", "--format", "json"), code)


@pytest.mark.parametrize("command", ["validate", "plan", "apply"])
def test_json_is_valid_for_broken_policies(sample: Path, mpctl: Mpctl, command: str) -> None:
    """Broken policies give exit code 1, and an object with the problems."""
    (sample / "broken.yaml").write_text("entity: domains/x.example\nalow: []\n")

    ran = mpctl(command, "--sandbox", "--format", "json")

    _assert_valid(ran, 1)
    assert [d["code"] for d in ran.json["diagnostics"]] == ["unknown-key"]


@pytest.mark.usefixtures("sample")
def test_json_is_valid_when_nothing_could_be_written(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused key stops the target: exit code 1, one problem."""
    monkeypatch.setenv(FAULTS, "GET /domains 401")

    only = ("--target", "mailprotector")
    ran = mpctl("apply", *only, "--confirm", "--sandbox", "--format", "json")

    _assert_valid(ran, 1)
    assert [d["code"] for d in ran.json["plan"]["problems"]] == ["key-refused"]


@pytest.mark.usefixtures("sample")
def test_json_is_valid_when_some_was_written(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something was written and something was not: exit code 5, and each outcome is there."""
    monkeypatch.setenv(FAULTS, "POST allow_block_rules 403 nth=2")

    ran = mpctl("apply", "--confirm", "--sandbox", "--format", "json")

    _assert_valid(ran, 5)
    outcomes = [outcome["status"] for outcome in ran.json["result"]["outcomes"]]
    assert {"applied", "failed"} <= set(outcomes)


@pytest.mark.usefixtures("sample")
def test_a_saved_plan_is_valid_and_private(mpctl: Mpctl) -> None:
    """--out writes one UTF-8 JSON document that only its owner can read."""
    mpctl("plan", "--sandbox", "--out", "plan.json")

    plan = Path("plan.json")
    _validator("plan.schema.json").validate(json.loads(plan.read_text("utf-8")))
    assert plan.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    "command",
    [
        ["plna"],
        ["plan", "--formt", "json"],
        ["plan", "--format", "yaml"],
        ["plan", "--sandbox", "--only", "domains/nobody.example"],
        ["plan", "--sandbox", "--only", "nonsense"],
        ["plan", "--sandbox", "--target", "mailprotecter"],
        ["plan", "surplus"],
        ["sandbox", "--switch", "rules_list=sideways"],
        ["sandbox", "--fault", "nonsense"],
    ],
)
def test_bad_usage_exits_with_64(mpctl: Mpctl, command: list[str]) -> None:
    """A word that is not one of the choices is bad usage, said on stderr."""
    ran = mpctl(*command)

    assert (ran.code, ran.out) == (64, "")
    assert ran.err


@pytest.mark.usefixtures("sample")
def test_a_bug_exits_with_3(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw is called a bug and shown with what a report needs."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(validate_command, "load_policies", broken)

    ran = mpctl("validate")

    assert ran.code == 3
    assert "Traceback" in ran.err
    assert "error[bug]: this is a bug in mpctl" in ran.err


@pytest.mark.usefixtures("sample")
def test_an_interruption_exits_with_130(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends with the code that shells expect."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(apply_command, "load_policies", interrupted)

    assert mpctl("apply").code == 130


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"], ["plan", "--help"]])
def test_help_and_version_exit_with_0(mpctl: Mpctl, arguments: list[str]) -> None:
    """Asking for help is not an error."""
    assert mpctl(*arguments).code == 0
