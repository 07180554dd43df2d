"""How many connections a run may use."""

from __future__ import annotations

from pathlib import Path

from mpctl import policy
from mpctl.cli.targets import connections_of
from mpctl.providers import CAPABILITIES

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
