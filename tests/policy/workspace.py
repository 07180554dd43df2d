"""A policy repository to write into, a service like Mailprotector, and listings of problems."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from mpctl.core.capabilities import Capabilities, Flow, Known, Option, Scope, Semantics, Shape
from mpctl.core.match import Kind
from mpctl.core.rule import Action
from mpctl.core.setting import Form, SettingSpec
from mpctl.core.state import DesiredEntity
from mpctl.diagnostics import Diagnostic, MpctlError
from mpctl.policy import Repository, load

SENDERS = frozenset({Kind.EMAIL, Kind.DOMAIN})

SERVICES = {
    "mailprotector": Capabilities(
        provider="mailprotector",
        base_url="https://emailservice.io/api/v1",
        scopes={
            "domains": Scope("domains", "domains/acme.example", in_domain=True),
            "user_groups": Scope(
                "user_groups", "user_groups/acme.example/staff", parts=2, in_domain=True
            ),
            "users": Scope("users", "users/alice@acme.example", in_domain=True),
            "customers": Scope("customers", "customers/Acme Widgets"),
        },
        kinds={Action.ALLOW: SENDERS, Action.BLOCK: SENDERS},
        settings={
            "allow_spam_release": SettingSpec("allow_spam_release", (False, True)),
            "filter_level": SettingSpec("filter_level", ("exclusive", "on", "off")),
            "folder_age": SettingSpec(
                "folder_age", form=Form.NUMBER, whole=True, scopes=frozenset({"user_groups"})
            ),
        },
        semantics=Semantics(domain_covers_subdomains=Known.NO),
        options={"block_route": Option("block_route", ("auto", "blocklist"), "which route")},
    ),
    "mailbaby": Capabilities(
        provider="mailbaby",
        base_url="https://api.mailbaby.net",
        scopes={"orders": Scope("orders", "orders/mb12345")},
        kinds={Action.BLOCK: frozenset({Kind.EMAIL, Kind.DOMAIN, Kind.SENDER_PREFIX})},
        flow=Flow.OUTBOUND,
    ),
    "octets": Capabilities(
        provider="octets",
        base_url="https://octets.example",
        scopes={"server": Scope("server", "server/main")},
        kinds={a: frozenset({Kind.IP}) for a in Action},
        shapes={Kind.IP: Shape("networks of /24 and addresses", prefixes=(24, 32), pieces=4)},
    ),
    "broad": Capabilities(
        provider="broad",
        base_url="https://broad.example",
        scopes={"server": Scope("server", "server/main")},
        kinds={a: SENDERS | {Kind.SUBDOMAINS} for a in Action},
        settings={"plumbing": SettingSpec("plumbing", ("missing", "ready"), implied="ready")},
        semantics=Semantics(domain_covers_subdomains=Known.YES),
    ),
}

CONFIGURATION = """\
version: 1
default_target: mailprotector
targets:
  mailprotector: {provider: mailprotector}
  outgoing: {provider: mailbaby}
  server: {provider: broad}
  octets: {provider: octets}
"""


@dataclass(frozen=True)
class Workspace:
    """The current directory with a policy root in it."""

    root: Path

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file below the policy root; text may be indented."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = textwrap.dedent(content).encode() if isinstance(content, str) else content
        path.write_bytes(data)

    def load(self, config: Path | None = None) -> Repository:
        """Load the policies."""
        return load(Path("policies"), config=config, capabilities=SERVICES)

    def entity(self, content: str) -> DesiredEntity:
        """Write a single entity document and load it."""
        self.write("entity.yaml", content)
        (entity,) = self.load().desired.entities.values()
        return entity

    def problems(self, content: str | bytes = "", **files: str) -> list[str]:
        """Write a policy file and others, load, and list what is wrong, a line each."""
        self.write("p.yaml", content)
        for name, text in files.items():
            self.write(f"{name}.yaml", text)
        return [line_of(d) for d in self.diagnostics()]

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything that stops these policies from being loaded."""
        with pytest.raises(MpctlError) as caught:
            self.load()
        return caught.value.diagnostics


def line_of(diagnostic: Diagnostic) -> str:
    """A problem on one line, the folder left out."""
    place = str(diagnostic.origin).removeprefix("policies/")
    return f"{place}: {diagnostic.severity}[{diagnostic.code}]: {diagnostic.summary}"


def listing(diagnostics: Iterable[Diagnostic]) -> str:
    """Problems in full, as a user reads them."""
    return "".join(
        f"{d.origin}: {d.severity}[{d.code}]: {d.summary}\n    {d.why}\n    {d.fix}\n"
        for d in diagnostics
    )
