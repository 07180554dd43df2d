"""A network that a service has only in parts: one rule in the policy, several in the plan."""

from __future__ import annotations

from mpctl.core.rule import Action
from tests.policy.workspace import Workspace

WHERE = "entity: octets:server/main"


def test_a_network_is_compiled_into_its_parts(workspace: Workspace) -> None:
    """Each part has the place and the reason of the whole, and is shown as itself."""
    entity = workspace.entity(f"{WHERE}\nblock: [{{value: 192.0.2.0/23, reason: Storm}}]")

    assert [(r.shown, str(r.origins[0]), r.reason) for r in entity.rules.values()] == [
        ("192.0.2.0/24", "policies/entity.yaml:2:17", "Storm"),
        ("192.0.3.0/24", "policies/entity.yaml:2:17", "Storm"),
    ]


def test_what_must_be_absent_is_compiled_too(workspace: Workspace) -> None:
    """Otherwise the live parts would never be recognised."""
    entity = workspace.entity(f"{WHERE}\nabsent: {{block: [192.0.2.0/23]}}")

    assert [str(key.match) for key in entity.absent] == ["192.0.2.0/24", "192.0.3.0/24"]


def test_a_part_that_is_declared_too_is_one_rule(workspace: Workspace) -> None:
    """It has both places."""
    entity = workspace.entity(f"{WHERE}\nblock: [192.0.2.0/23, 192.0.3.0/24]")

    assert [len(rule.origins) for rule in entity.rules.values()] == [1, 2]
    assert {key.action for key in entity.rules} == {Action.BLOCK}


def test_parts_may_contradict(workspace: Workspace) -> None:
    """A part of an allowed network cannot be blocked."""
    problems = workspace.problems(f"{WHERE}\nallow: [192.0.2.0/23]\nblock: [192.0.3.0/24]\n")

    (problem,) = problems
    assert problem == (
        "p.yaml:3:9: error[contradiction]: '192.0.3.0/24' is in allow at policies/p.yaml:2:9 "
        "and in block at policies/p.yaml:3:9"
    )


def test_what_would_take_too_many_parts_is_refused(workspace: Workspace) -> None:
    """The error says what the service takes."""
    workspace.write("policy.yaml", f"{WHERE}\nblock: [192.0.0.0/20]\n")

    (problem,) = workspace.diagnostics()
    assert problem.summary == "octets cannot block an IP address or network: '192.0.0.0/20'"
    assert "Of an IP address or network it takes only networks of /24 and addresses." in problem.fix
