"""Policy and live state in, the whole output out; `--update-golden` rewrites the files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mpctl import policy, render
from mpctl.core.codec import plan_to_json, result_to_json
from mpctl.core.declared import let_go
from mpctl.core.outcome import ApplyResult
from mpctl.core.plan import Plan
from mpctl.core.sides import abandoned_entities, seen_from, with_dropped
from mpctl.core.state import DesiredState
from mpctl.ports import SILENCE
from mpctl.providers import CAPABILITIES
from mpctl.reconcile import Applier, Convergence, Guarding, make_plan
from mpctl.render import Document
from tests.golden.fake import FakeProvider

CASES = Path(__file__).parent / "cases"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def _case_names() -> list[str]:
    return sorted(path.name for path in CASES.iterdir())


def _run(case: Path) -> tuple[policy.Repository, Plan, ApplyResult]:
    repository = policy.load(case / "policies", config=None, capabilities=CAPABILITIES)
    providers = {"mailprotector": FakeProvider.of(case)}
    base = _base(case)
    desired = with_dropped(repository.desired, base) if base else repository.desired
    made = make_plan(desired, providers, now=NOW, progress=SILENCE)
    if base:
        gone = tuple(let_go(e, live=2) for e in abandoned_entities(repository.desired, base))
        made = seen_from(replace(made, base="0f" * 20, abandoned=gone), base, NOW)
    configuration = repository.configuration
    guarding = Guarding(configuration.guards, configuration.default_target)
    plan = guarding.over(made, providers, NOW)
    convergence = Convergence(lambda _: None)
    applier = Applier(desired, providers, NOW, convergence, SILENCE, workers=1)
    return repository, plan, applier.run(plan)


def _base(case: Path) -> DesiredState | None:
    """What a Git revision declared, for a case that compares with one."""
    root = case / "base"
    if not root.is_dir():
        return None
    return policy.load(root, config=None, capabilities=CAPABILITIES).desired


def _compare(path: Path, text: str, *, update: bool) -> None:
    if update:
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text


def _documents(
    repository: policy.Repository, plan: Plan, result: ApplyResult
) -> dict[str, Document]:
    return {
        "plan": render.plan_document(plan, findings=repository.findings),
        "apply": render.apply_document(result, findings=repository.findings),
    }


@pytest.mark.parametrize("name", _case_names())
def test_the_output_of_a_case_is_as_written(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text, colour, Markdown and JSON of plan and apply are exactly the files of the case."""
    update = bool(request.config.getoption("--update-golden"))
    case = CASES / name
    monkeypatch.chdir(case)
    repository, plan, result = _run(Path())

    for kind, document in _documents(repository, plan, result).items():
        _compare(case / f"{kind}.txt", render.render_text(document, color=False), update=update)
        _compare(case / f"{kind}.ansi", render.render_text(document, color=True), update=update)
        _compare(case / f"{kind}.md", render.render_markdown(document), update=update)
    whole = {
        "plan": plan_to_json(plan, created=NOW, version="0"),
        "result": result_to_json(result),
        "exit_code": result.exit_code,
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
    _compare(case / "whole.json", text, update=update)


@pytest.mark.parametrize("name", _case_names())
def test_no_output_holds_a_character_that_moves_the_cursor(name: str) -> None:
    """Whatever the service sends, a terminal is shown printable text only."""
    for kind in ("plan.txt", "apply.txt", "plan.md", "apply.md"):
        lines = (CASES / name / kind).read_text("utf-8").split("\n")
        assert all(line.isprintable() for line in lines), kind
