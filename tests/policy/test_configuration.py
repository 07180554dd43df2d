"""What mpctl.yaml means."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mpctl.core.guards import ApplyFrom, Guards, Lift
from mpctl.core.rule import Action
from mpctl.core.state import Mode
from mpctl.diagnostics import Origin
from mpctl.policy import Configuration, Judgement, Lint, Manage, Target
from tests.policy.workspace import Workspace


def test_everything_at_once(workspace: Workspace) -> None:
    """Every key of the configuration has its place in the value."""
    workspace.write(
        "mpctl.yaml",
        """\
        version: 1
        default_target: mailprotector
        targets:
          mailprotector:
            provider: mailprotector
            account: 12345678
            base_url: https://emailservice.io/api/v1/
            credentials: {sops: {file: keys.sops.yaml, key: credentials.api_key}}
            max_concurrency: 8
            requests_per_second: 0.5
            reads_per_minute: 60
            writes_per_minute: 30
            options: {block_route: auto}
          outgoing: {provider: mailbaby}
        defaults: {manage: additive}
        guards:
          max_removals: 1
          max_removals_percent: 2
          max_loosening: 3
          max_tightening: 4
          protect: ["mailprotector:users/ceo@acme.example"]
          apply_from: {ref: origin/main, clean: false}
          lifts:
            - {guard: max_removals, up_to: 75, until: 2026-12-05, reason: HD-4790 onboarding}
        lint:
          require_reason: allow
          max_allow_days: 365
          expiring_days: 7
          broad_allow: error
          broad_block: off
        """,
    )

    assert workspace.load().configuration == Configuration(
        version=1,
        default_target="mailprotector",
        targets={
            "mailprotector": Target(
                name="mailprotector",
                provider="mailprotector",
                origin=Origin("policies/mpctl.yaml", 4, 3),
                account="12345678",
                base_url="https://emailservice.io/api/v1/",
                credentials={"sops": {"file": "keys.sops.yaml", "key": "credentials.api_key"}},
                max_concurrency=8,
                requests_per_second=0.5,
                reads_per_minute=60,
                writes_per_minute=30,
                options={"block_route": "auto"},
            ),
            "outgoing": Target("outgoing", "mailbaby", Origin("policies/mpctl.yaml", 14, 3)),
        },
        manage=Manage(dict.fromkeys(Action, Mode.ADDITIVE), Mode.FULL),
        guards=Guards(
            max_removals=1,
            max_removals_percent=2,
            max_loosening=3,
            max_tightening=4,
            protect=("mailprotector:users/ceo@acme.example",),
            apply_from=ApplyFrom("origin/main", clean=False),
            lifts=(Lift("max_removals", 75, date(2026, 12, 5), "HD-4790 onboarding"),),
        ),
        lint=Lint(frozenset({Action.ALLOW}), 365, 7, Judgement.ERROR, Judgement.OFF),
        path="policies/mpctl.yaml",
    )


def test_the_only_target_is_the_default(workspace: Workspace) -> None:
    """With one target, `default_target` may be left out, and the defaults are the documented."""
    workspace.write(
        "mpctl.yaml", "version: 1\ntargets: {mailprotector: {provider: mailprotector}}\n"
    )

    assert workspace.load().configuration == Configuration(
        version=1,
        default_target="mailprotector",
        targets={
            "mailprotector": Target(
                "mailprotector", "mailprotector", Origin("policies/mpctl.yaml", 2, 11)
            )
        },
        manage=Manage(dict.fromkeys(Action, Mode.FULL), Mode.FULL),
        guards=Guards(20, 30, 50, 200),
        lint=Lint(frozenset(), None, 14, Judgement.WARNING, Judgement.WARNING),
        path="policies/mpctl.yaml",
    )


def test_several_targets_need_a_default(workspace: Workspace) -> None:
    """With several targets it must be said which one entities belong to that name none."""
    assert workspace.problems(
        mpctl="version: 1\ntargets: {a: {provider: mailbaby}, b: {provider: mailbaby}}\n"
    ) == ["mpctl.yaml:1:1: error[missing-key]: there are several targets and no 'default_target'"]


@pytest.mark.parametrize("rate", ["0.0", "fast", "1.2.3", "-0.5", "1e3"])
def test_rates(workspace: Workspace, rate: str) -> None:
    """A rate is a plain number above 0."""
    text = f"version: 1\ntargets: {{a: {{provider: mailbaby, requests_per_second: {rate}}}}}\n"

    assert workspace.problems(mpctl=text) == [
        (
            "mpctl.yaml:2:56: error[out-of-range]: "
            f"'requests_per_second' is {rate!r}, expected a number above 0"
        )
    ]


@pytest.mark.parametrize("text", ["", "- a\n", "version: 1\n---\nversion: 1\n"])
def test_one_mapping(workspace: Workspace, text: str) -> None:
    """The configuration is exactly one mapping."""
    assert workspace.problems(mpctl=text) == [
        "mpctl.yaml:1:1: error[invalid-document]: the configuration is not one mapping"
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://emailservice.io/api/v1",
        "http://localhost:8080/api/v1",
        "http://127.0.0.1:8080",
        "https://[::1]/api",
    ],
)
def test_trusted_urls(workspace: Workspace, url: str) -> None:
    """The service's own address and this machine need no environment variable."""
    workspace.write("mpctl.yaml", configuration_with(url))

    assert workspace.load().configuration.targets["one"].base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://emailservice.io/api/v1",
        "https://emailservice.io/api/v2",
        "https://emailservice.io@evil.example/api/v1",
        "http://localhost.evil.example/",
        "http://localhost@evil.example/",
        "http://localhost:80@evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://evil.example\\@localhost/",
        "http://evil.example#@localhost/",
        "http://localhost/\n",
        "ftp://localhost/",
        "//localhost/",
    ],
)
def test_untrusted_urls(workspace: Workspace, url: str) -> None:
    """Any other address, however it is disguised, is refused: the key would go there."""
    (problem,) = workspace.problems(mpctl=configuration_with(url))

    assert problem == (
        f"mpctl.yaml:2:52: error[untrusted-url]: {url!r} is not the address of mailprotector"
    )


@pytest.mark.parametrize(
    "claimed",
    [
        "https://mx.evil.example/api",
        "GITHUB_HEAD_REF",
        "GITHUB_SERVER_URL",
        "mx_base_url",
        "MX_BASE_URL ",
        "XBASE_URL",
    ],
)
def test_a_variable_that_may_hold_anything_is_no_address(
    workspace: Workspace, claimed: str
) -> None:
    """A claim names a variable that was made for it, never an address or any variable there is."""
    (problem,) = workspace.problems(mpctl=claiming(claimed))

    assert problem == (
        "mpctl.yaml:2:72: error[untrusted-url]: "
        "'base_url' under 'env' is not the name of a variable that ends in BASE_URL"
    )


@pytest.mark.parametrize("claimed", ["MX_2_BASE_URL", "STALWART_API_BASE_URL", "BASE_URL"])
def test_a_target_may_claim_its_address(workspace: Workspace, claimed: str) -> None:
    """The address itself stays in the environment."""
    workspace.write("mpctl.yaml", claiming(claimed))

    claims = workspace.load().configuration.targets["one"].credentials
    assert claims == {"env": {"base_url": claimed}}


def claiming(variable: str) -> str:
    """A configuration whose only target claims this variable for its base URL."""
    env = f'{{base_url: "{variable}"}}'
    return (
        f"version: 1\ntargets: {{one: {{provider: mailprotector, credentials: {{env: {env}}}}}}}\n"
    )


def configuration_with(url: str) -> str:
    """A configuration whose only target has this base URL."""
    quoted = '"' + url.replace("\\", "\\\\").replace("\n", "\\n") + '"'
    return f"version: 1\ntargets: {{one: {{provider: mailprotector, base_url: {quoted}}}}}\n"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("{block_rout: auto}", "unknown-option]: mailprotector has no option 'block_rout'"),
        (
            "{block_route: greylist}",
            ("not-a-choice]: 'block_route' is the text 'greylist', expected auto or blocklist"),
        ),
        (
            "{block_route: true}",
            "not-a-choice]: 'block_route' is true, expected auto or blocklist",
        ),
    ],
)
def test_options_are_those_of_the_provider(
    workspace: Workspace, options: str, problem: str
) -> None:
    """What only one provider understands is checked like everything else."""
    text = f"version: 1\ntargets:\n  a: {{provider: mailprotector, options: {options}}}\n"
    workspace.write("mpctl.yaml", text)

    (found,) = workspace.problems("ruleset: empty\n")

    assert problem in found


def test_another_configuration(workspace: Workspace) -> None:
    """`--config` replaces mpctl.yaml, also from within the root, where it is no policy."""
    workspace.write("mpctl.yaml", "broken: [\n")
    workspace.write("ci.yaml", "version: 1\ntargets: {mailprotector: {provider: mailprotector}}\n")

    repository = workspace.load(config=Path("policies/ci.yaml"))

    assert repository.configuration.path == "policies/ci.yaml"


def test_a_broken_configuration_has_no_consequences(workspace: Workspace) -> None:
    """Entities are still checked as far as possible, and no unknown target is blamed on them."""
    assert workspace.problems(
        "entity: outgoing:orders/mb1\nallow: [vendor]\n", mpctl="version: 1\ntargets: [\n"
    ) == [
        (
            "mpctl.yaml:3:1: error[invalid-yaml]: not YAML: "
            "did not find expected node content, while parsing a flow node"
        ),
        "p.yaml:2:9: error[invalid-value]: 'vendor' is not a domain name",
    ]
