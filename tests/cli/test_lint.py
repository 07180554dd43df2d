"""`lint`: findings in every format, exit codes, and what plan and apply make of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpctl import policy
from mpctl.providers import CAPABILITIES
from tests.cli.around import assert_valid, result_validator
from tests.cli.conftest import Mpctl
from tests.clock import START, FakeClock

BROAD = """\
entity: domains/acmeparts.example
allow:
  - value: co.uk
    reason: They are all over the place
  - value: soon.example
    expires: 2026-11-30
"""


@pytest.fixture(autouse=True)
def _fixed_time(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ = sample
    for module in ("lint", "plan", "applying"):
        monkeypatch.setattr(f"mpctl.cli.{module}.system_clock", lambda: FakeClock().clock)


@pytest.fixture
def broad(sample: Path) -> Path:
    """The sample policies with an allow that is too broad and another that ends soon."""
    file = sample / "broad.yaml"
    file.write_text(BROAD, encoding="utf-8")
    return file


def weigh(sample: Path, judgement: str) -> None:
    """Change how much a broad allow weighs."""
    file = sample / "mpctl.yaml"
    text = file.read_text("utf-8")
    assert "broad_allow: error" in text
    file.write_text(text.replace("broad_allow: error", f"broad_allow: {judgement}"), "utf-8")


def test_the_sample_policies_lint(mpctl: Mpctl) -> None:
    """The sample policies give lint nothing to say."""
    ran = mpctl("lint")

    assert (ran.code, ran.out, ran.err) == (0, "No findings in 28 entities, 148 rules\n", "")


def test_the_sample_policies_say_why(sample: Path) -> None:
    """Every allow of the sample policies has a reason or a ticket."""
    repository = policy.load(sample, config=None, capabilities=CAPABILITIES)
    allows = [
        rule
        for declaration in repository.declarations
        for rule in declaration.rules.values()
        if rule.key.action == "allow"
    ]

    assert allows
    assert all(rule.reason or rule.ticket for rule in allows)


TEXT = """\
1 error, 1 warning in 29 entities, 150 rules

policies/broad.yaml:3:12: error[broad-allow]: the allow of 'co.uk' is broad: anybody can have a domain below it
  Whoever writes from there passes the filter, phishing included.
  Name the domains that are meant.

policies/broad.yaml:5:12: warning[expiring]: the allow of 'soon.example' ends soon: it stands until 2026-11-30
  After that its mail is judged by the filter.
  Write a later day if it should stay.
"""  # noqa: E501


@pytest.mark.usefixtures("broad")
def test_errors(mpctl: Mpctl) -> None:
    """Findings are the result, in reading order; an error among them ends with 1."""
    ran = mpctl("lint")

    assert (ran.code, ran.out, ran.err) == (1, TEXT, "")


@pytest.mark.usefixtures("broad")
def test_warnings_alone(mpctl: Mpctl, sample: Path) -> None:
    """Where nothing weighs more than a warning, lint ends with 0."""
    weigh(sample, "warning")
    ran = mpctl("lint")

    assert ran.code == 0
    assert ran.out.startswith("2 warnings in 29 entities, 150 rules\n")


def test_waived(mpctl: Mpctl, broad: Path) -> None:
    """What is waived is counted and not shown."""
    waiver = "waive: [{code: broad-allow, reason: HD-1, until: 2026-12-31}]"
    broad.write_text(f"{BROAD}{waiver}\n", "utf-8")
    ran = mpctl("lint")

    assert ran.code == 0
    assert ran.out.startswith("1 warning in 29 entities, 150 rules\n")
    assert ran.out.endswith("\n1 finding waived.\n")


@pytest.mark.usefixtures("broad")
def test_markdown(mpctl: Mpctl) -> None:
    """For a pull request, errors are red, and values mean nothing to Markdown."""
    ran = mpctl("lint", "--format", "markdown")

    assert ran.code == 1
    assert ran.out.startswith("### 🔴 1 error, 1 warning in 29 entities, 150 rules\n")
    assert "**error** <code>broad-allow</code>" in ran.out
    assert "<code>policies/broad.yaml" in ran.out


def test_json(mpctl: Mpctl, broad: Path) -> None:
    """The JSON object is valid, counts the findings, and holds each with place and severity."""
    ran = mpctl("lint", "--format", "json")

    assert_valid(ran, 1)
    assert ran.json["lint"] == {"errors": 1, "warnings": 1, "waived": 0}
    assert ran.json["policies"] == {"entities": 29, "rules": 150}
    assert [(d["code"], d["severity"], d["origin"]) for d in ran.json["diagnostics"]] == [
        ("broad-allow", "error", {"path": "policies/broad.yaml", "line": 3, "column": 12}),
        ("expiring", "warning", {"path": "policies/broad.yaml", "line": 5, "column": 12}),
    ]
    broad.unlink()
    clean = mpctl("lint", "--format", "json")
    assert_valid(clean, 0)
    assert not result_validator().is_valid(
        {key: value for key, value in clean.json.items() if key != "lint"}
    )


@pytest.mark.usefixtures("broad")
def test_selection(mpctl: Mpctl) -> None:
    """With --only, other entities are not judged."""
    elsewhere = mpctl("lint", "--only", "domains/acme.example")
    there = mpctl("lint", "--only", "domains/acmeparts.example")

    assert (elsewhere.code, elsewhere.out) == (0, "No findings in 1 entity, 11 rules\n")
    assert (there.code, there.out.splitlines()[0]) == (1, "1 error, 1 warning in 1 entity, 2 rules")


def test_policies_in_error(mpctl: Mpctl, sample: Path) -> None:
    """Policies that cannot be read are not judged; the JSON object is valid all the same."""
    (sample / "wrong.yaml").write_text("entity: domains/x.example\nalow: []\n", "utf-8")
    ran = mpctl("lint", "--format", "json")

    assert_valid(ran, 1)
    assert "lint" not in ran.json


@pytest.mark.usefixtures("broad")
@pytest.mark.parametrize("command", ["plan", "apply"])
def test_plan_and_apply_show_findings(mpctl: Mpctl, command: str) -> None:
    """Plan and apply show what lint says, and an error of lint stops neither."""
    arguments = (command, "--sandbox", "--only", "domains/acmeparts.example")
    ran = mpctl(*arguments)
    as_json = mpctl(*arguments, "--format", "json")

    assert ran.code == (0 if command == "plan" else 2)
    assert "error[broad-allow]: the allow of 'co.uk' is broad" in ran.out
    assert "warning[expiring]" in ran.out
    assert [d["code"] for d in as_json.json["diagnostics"]] == ["broad-allow", "expiring"]
    assert mpctl(command, "--sandbox", "--only", "domains/acme.example").out.count("[broad") == 0


@pytest.mark.usefixtures("broad")
def test_apply_goes_on(mpctl: Mpctl) -> None:
    """An apply writes what lint finds fault with, and says so beside its outcomes."""
    ran = mpctl("apply", "--sandbox", "--confirm", "--only", "domains/acmeparts.example")

    assert ran.code == 0
    assert "allow  co.uk" in ran.out
    assert "error[broad-allow]" in ran.out


@pytest.mark.usefixtures("broad")
def test_validate_does_not_judge(mpctl: Mpctl) -> None:
    """Validate says whether policies are in order, not whether they are wise."""
    ran = mpctl("validate")

    assert (ran.code, ran.out) == (0, "The policies are in order: 29 entities, 150 rules\n")


def test_time_decides(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, broad: Path) -> None:
    """Lint judges by the clock of this machine, and by nothing else that changes."""
    _ = broad
    later = FakeClock(START.replace(month=12))
    monkeypatch.setattr("mpctl.cli.lint.system_clock", lambda: later.clock)

    assert "warning[expired]: the allow of 'soon.example' has ended" in mpctl("lint").out
