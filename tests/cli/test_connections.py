"""How many connections a run may use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mpctl import policy
from mpctl.cli.targets import connections_of
from mpctl.providers import CAPABILITIES
from mpctl.reconcile import Applier
from tests.cli.conftest import Mpctl

CONFIGURATION = """\
version: 1
default_target: first
targets:
  first: {provider: mailprotector, max_concurrency: 16}
  second: {provider: mailbaby}
"""


def test_connections_of_several_targets(in_folder: Path) -> None:
    """A run writes as many chains at once as its targets allow together, and no other target's."""
    folder = in_folder / "policies"
    folder.mkdir()
    (folder / "mpctl.yaml").write_text(CONFIGURATION, "utf-8")
    configuration = policy.load_configuration(folder, config=None, capabilities=CAPABILITIES)
    own = CAPABILITIES["mailbaby"].concurrency

    assert connections_of(configuration, ["first"]) == 16
    assert connections_of(configuration, ["first", "second"]) == 16 + own


@pytest.mark.usefixtures("sample")
def test_an_apply_writes_so_many_chains_at_once(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, in_folder: Path
) -> None:
    """As many as the target has connections, whatever that is."""
    configuration = in_folder / "policies" / "mpctl.yaml"
    text = configuration.read_text("utf-8")
    named = "    provider: mailprotector\n"
    assert text.count(named) == 1
    configuration.write_text(text.replace(named, f"{named}    max_concurrency: 13\n"), "utf-8")
    workers: list[int] = []

    def applier(*arguments: Any, **options: Any) -> Applier:
        workers.append(options["workers"])
        return Applier(*arguments, **options)

    monkeypatch.setattr("mpctl.cli.running.Applier", applier)

    assert mpctl("apply", "--target", "mailprotector", "--sandbox", "--confirm").code == 0
    assert workers == [13]
