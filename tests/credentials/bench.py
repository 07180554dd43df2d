"""A place to look for keys: targets, an environment, a folder and programs that only pretend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from mpctl.credentials import Finished, Found, Run, Service, VaultEntry, find
from mpctl.diagnostics import Diagnostic, MpctlError, Origin

KEY: Final = "mp-live-4f9c1e77"

SERVICES: Final = {
    "mailprotector": Service(
        variables={"api_key": "MAILPROTECTOR_API_KEY"},
        ways=(("api_key",),),
        where="Ask the console.",
        vault=VaultEntry("msp-tools/mailprotector.sops.yaml", {"api_key": "credentials.api_key"}),
    ),
    "pair": Service(
        variables={"user_key": "PAIR_USER_KEY", "secret_key": "PAIR_SECRET_KEY"},
        ways=(("user_key", "secret_key"),),
        where="Ask the console.",
        vault=VaultEntry("pair.sops.yaml", {"user_key": "pair.user", "secret_key": "pair.secret"}),
    ),
    "either": Service(
        variables={
            "token": "EITHER_TOKEN",
            "username": "EITHER_USERNAME",
            "password": "EITHER_PASSWORD",
        },
        ways=(("token",), ("username", "password")),
        where="Ask the console.",
    ),
}
"""The row of the first service, and two made-up ones that prove the rest of the mechanism."""


@dataclass(frozen=True)
class Account:
    """A target as the search sees it."""

    name: str
    provider: str = "mailprotector"
    credentials: dict[str, Any] = field(default_factory=dict)
    origin: Origin = field(default_factory=lambda: Origin("policies/mpctl.yaml", 4, 3))


@dataclass
class Bench:
    """Looks for keys with what a test laid out; `ran` holds the programs that were asked."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Finished | OSError] = field(default_factory=dict)
    ran: list[tuple[tuple[str, ...], Path]] = field(default_factory=list)
    targets: list[Account] = field(default_factory=list)
    run: Run | None = None
    """Runs programs, when they are not to pretend."""

    def target(self, name: str = "acme", provider: str = "mailprotector", /, **keys: Any) -> str:
        """Configure a target; `keys` is what stands under its `credentials:`."""
        self.targets.append(Account(name, provider, keys))
        return name

    def write(self, path: str, content: str | bytes = "encrypted", mode: int = 0o600) -> Path:
        """Write a file below the current directory."""
        file = self.folder.parent / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        file.chmod(mode)
        return file

    def find(self, name: str = "acme") -> Found:
        """Look for the credential of a target."""
        (target,) = (target for target in self.targets if target.name == name)
        return find(
            target,
            targets=self.targets,
            folder=self.folder,
            environment=self.environment,
            run=self.run or self._answer,
            services=SERVICES,
        )

    def key(self, name: str = "acme") -> tuple[str, str]:
        """The key and where it came from, of a credential that needs no warning."""
        found = self.find(name)
        assert found.warnings == ()
        (secret,) = found.secrets.values()
        return secret.reveal(), secret.source

    def problem(self, name: str = "acme") -> str:
        """The text of the one problem that keeps a target from its key."""
        with pytest.raises(MpctlError) as caught:
            self.find(name)
        (diagnostic,) = caught.value.diagnostics
        return text(diagnostic)

    def _answer(self, arguments: Sequence[str], folder: Path) -> Finished:
        self.ran.append((tuple(arguments), folder))
        answer = self.answers.get(arguments[0], FileNotFoundError())
        if isinstance(answer, OSError):
            raise answer
        return answer


def text(diagnostic: Diagnostic) -> str:
    """A diagnostic with all its words."""
    place = f"{diagnostic.origin}: " if diagnostic.origin else ""
    head = f"{place}{diagnostic.severity}[{diagnostic.code}]: {diagnostic.summary}"
    return f"{head}\n{diagnostic.why}\n{diagnostic.fix}"


def no_key(reasons: str, hints: str, *, target: str = "acme") -> str:
    """The text of the problem that no source gave a key."""
    return (
        f"error[no-credentials]: target '{target}' has no key: {reasons}\n"
        "Without a key nothing can be read, so nothing was sent.\n"
        f"{hints} Ask the console. To try mpctl without an account, add --sandbox."
    )
