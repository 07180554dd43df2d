"""Laws: whatever the sources answer, no part of it is ever said."""

from __future__ import annotations

import json
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from mpctl.credentials import Finished
from mpctl.credentials.sops import _PHRASES
from mpctl.diagnostics import MpctlError
from tests.credentials.bench import Bench

# No four of these stand together in any word of ours, nor in the marks of a traceback.
SECRETS = st.text("QXZJ#%&$", min_size=4, max_size=24)
NOISE = st.sampled_from(["", " ", "\n", "\r\n", "\t", "ü", "\0", "api_key: ", "\nmore", "x" * 5000])
PHRASES = st.sampled_from(["", *(phrase.decode() for phrase in _PHRASES)])
FAULTS = st.sampled_from(
    [
        FileNotFoundError(2, "No such file or directory"),
        PermissionError(13, "Permission denied"),
        TimeoutError("did not end within 30 seconds"),
    ]
)
NAMED: Mapping[str, st.SearchStrategy[Any]] = {
    "env": st.just({"api_key": "ACME_KEY"}),
    "sops": st.just({"file": "a.yaml", "key": "acme"}),
    "command": st.sampled_from(
        [["pass"], "pass show", {"run": ["pass"], "keys": {"api_key": "a"}}]
    ),
    "file": st.sampled_from(["acme", {"path": "acme", "keys": {"api_key": "a.b"}}]),
}
"""What the target of one field may name."""

PAIR: Final = {"user_key": "a", "secret_key": "b"}
NAMED_PAIR: Mapping[str, st.SearchStrategy[Any]] = {
    "env": st.just({"user_key": "ACME_KEY", "secret_key": "ACME_SECRET"}),
    "sops": st.just({"file": "a.yaml", "keys": PAIR}),
    "command": st.just({"run": ["pass"], "keys": PAIR}),
    "file": st.sampled_from(
        [
            {"path": "acme", "keys": PAIR},
            {"path": "acme", "keys": {"user_key": "a", "secret_key": "c.d"}},
        ]
    ),
}


@st.composite
def answers(draw: st.DrawFn, secret: str) -> str:
    """The secret, as it is or between things that make it unusable, alone or in an object."""
    said = draw(NOISE) + draw(st.sampled_from([secret, secret[1:], secret * 2])) + draw(NOISE)
    wrapped = [{"a": said, "b": secret}, {"a": {"b": said}}, {"a": said, "b": [said]}, {said: said}]
    return draw(st.sampled_from([said, said, *map(json.dumps, wrapped)])) + draw(NOISE)


@st.composite
def programs(draw: st.DrawFn, secret: str) -> Finished | OSError:
    """A program that fails or not, and blurts out the secret on every channel."""
    if draw(st.booleans()):
        return draw(FAULTS)
    err = draw(PHRASES) + draw(answers(secret))
    status = draw(st.sampled_from([0, 0, 1, 25, 51, 128, -9]))
    return Finished(status, draw(answers(secret)).encode(), err.encode())


@dataclass(frozen=True)
class Scenario:
    """A secret, what `credentials:` names, and what each place answers."""

    secret: str
    provider: str
    credentials: Mapping[str, Any]
    environment: Mapping[str, str]
    programs: Mapping[str, Finished | OSError]
    content: str
    several: bool

    def laid_out(self, folder: Path) -> Bench:
        """The scenario in a folder."""
        bench = Bench(folder, dict(self.environment), dict(self.programs))
        bench.target("acme", self.provider, **self.credentials)
        if self.several:
            bench.target("northwind", self.provider)
        for file in ("policies/a.yaml", "vault/a.yaml", "vault/msp-tools/mailprotector.sops.yaml"):
            bench.write(file)
        bench.write("policies/acme", self.content, mode=0o644)
        return bench


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Any choice of sources, each with any answer."""
    secret = draw(SECRETS)
    environment = {
        "ACME_KEY": answers(secret),
        "ACME_SECRET": answers(secret),
        "MAILPROTECTOR_API_KEY": answers(secret),
        "PAIR_USER_KEY": answers(secret),
        "PAIR_SECRET_KEY": answers(secret),
        "MPCTL_VAULT": st.just("vault"),
    }
    provider, named = draw(st.sampled_from([("mailprotector", NAMED), ("pair", NAMED_PAIR)]))
    return Scenario(
        secret,
        provider,
        credentials=draw(st.fixed_dictionaries({}, optional=named)),
        environment=draw(st.fixed_dictionaries({}, optional=environment)),
        programs={"sops": draw(programs(secret)), "pass": draw(programs(secret))},
        content=draw(answers(secret)),
        several=draw(st.booleans()),
    )


@given(scenarios())
def test_no_part_of_a_secret_is_ever_said(bench: Bench, scenario: Scenario) -> None:
    """Neither a diagnostic nor a traceback nor a value that is shown has four characters of it."""
    said = everything_said(scenario.laid_out(bench.folder))

    assert said
    assert not [part for part in parts(scenario.secret) if part in said]


def everything_said(bench: Bench) -> str:
    """Everything that could reach a screen, a journal or a bug report."""
    try:
        found = bench.find()
    except MpctlError as error:
        trace = traceback.format_exception(error)
        return "\n".join([*trace, repr(error), *map(repr, error.diagnostics)])
    return "\n".join([repr(found), *map(str, found.secrets.values()), *map(repr, found.warnings)])


def parts(secret: str) -> set[str]:
    """Every four characters of a secret that stand together."""
    return {secret[start : start + 4] for start in range(len(secret) - 3)}
