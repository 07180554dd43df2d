"""The simulators inside a command: `--sandbox`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.sandbox import Fault, Sandbox, StateFileError, parse_switches

SWITCHES_VARIABLE = "MPCTL_SANDBOX_SWITCHES"
FAULTS_VARIABLE = "MPCTL_SANDBOX_FAULTS"


class EmbeddedSandbox:
    """A running sandbox, as the composition of a command sees it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._services = sandbox.services
        self._keys: Mapping[str, Mapping[str, str]] = {
            "mailprotector": {"api_key": sandbox.mailprotector.api_key},
            "rackspace": {
                "user_key": sandbox.rackspace.user_key,
                "secret_key": sandbox.rackspace.secret_key,
            },
            "mailbaby": {"api_key": sandbox.mailbaby.api_key},
            "stalwart": {"token": sandbox.stalwart.api_token},
        }

    def access(self, provider: str) -> tuple[str, Mapping[str, str]]:
        """The base URL of a simulator, and the fields of the credential that opens it."""
        return self._services[provider].base_url, self._keys[provider]


@contextmanager
def embedded_sandbox(folder: Path) -> Iterator[EmbeddedSandbox]:
    """Run the simulators for the length of a command; their state lives in `folder`.

    Switches and faults come from the environment: `name=value,...` and `METHOD PATH KIND ...; ...`.
    """
    with running_sandbox(
        folder,
        switches=os.environ.get(SWITCHES_VARIABLE, ""),
        faults=tuple(filter(str.strip, os.environ.get(FAULTS_VARIABLE, "").split(";"))),
    ) as sandbox:
        yield EmbeddedSandbox(sandbox)


@contextmanager
def running_sandbox(
    folder: Path, *, switches: str = "", faults: tuple[str, ...] = (), port: int = 0
) -> Iterator[Sandbox]:
    """Start a sandbox; its own complaints become ours."""
    try:
        sandbox = Sandbox(
            folder,
            port=port,
            switches=parse_switches(switches) if switches else {},
            faults=[Fault.parse(text) for text in faults],
        )
    except ValueError as error:
        raise _refused(Code.USAGE, str(error), ExitCode.USAGE) from error
    except (StateFileError, OSError) as error:
        raise _refused(Code.SANDBOX_BROKEN, f"the sandbox cannot start: {error}") from error
    with _listening(sandbox, port):
        yield sandbox


@contextmanager
def _listening(sandbox: Sandbox, port: int) -> Iterator[None]:
    try:
        sandbox.__enter__()
    except OSError as error:
        summary = f"the sandbox cannot listen on port {port}: {error.strerror}"
        raise _refused(Code.SANDBOX_BROKEN, summary, fix="Choose another --port.") from error
    try:
        yield
    finally:
        sandbox.__exit__(None, None, None)


def _refused(
    code: Code, summary: str, exit_code: ExitCode = ExitCode.STOPPED, *, fix: str = ""
) -> MpctlError:
    return MpctlError(Diagnostic(code, summary, fix=fix), exit_code=exit_code)
