"""`mpctl sandbox`: the simulators as a server of their own."""

from __future__ import annotations

import threading

import click

from mpctl.cli.embedded import running_sandbox
from mpctl.cli.options import Invocation, unselective_options
from mpctl.diagnostics import ExitCode
from mpctl.sandbox import SWITCHES, Sandbox

_DEFAULT_PORT = 8025


@click.command(
    epilog="""\b
Examples:
  mpctl sandbox
  mpctl sandbox --switch rules_list=subtree --switch read_lag=2
  mpctl sandbox --fault 'POST /allow_block_rules drop-after nth=2'
  mpctl sandbox --list-switches
"""
)
@unselective_options
@click.option("--port", default=_DEFAULT_PORT, show_default=True, help="The port on loopback.")
@click.option("--switch", multiple=True, metavar="NAME=VALUE", help="Choose a behaviour.")
@click.option("--fault", multiple=True, metavar="SPEC", help="Make a call go wrong.")
@click.option("--reset", is_flag=True, help="Go back to the sample data first.")
@click.option("--list-switches", is_flag=True, help="Say which behaviours can be chosen.")
def sandbox(
    invocation: Invocation,
    *,
    port: int,
    switch: tuple[str, ...],
    fault: tuple[str, ...],
    reset: bool,
    list_switches: bool,
) -> ExitCode:
    """Serve the simulators on this machine until Ctrl-C.

    They keep their state and a log of all requests in .mpctl/sandbox. For a single command there is
    an easier way: add --sandbox to it.
    """
    if list_switches:
        click.echo(_switches())
        return ExitCode.DONE
    folder = invocation.state_folder / "sandbox"
    with running_sandbox(folder, switches=",".join(switch), faults=fault, port=port) as box:
        if reset:
            box.reset()
        click.echo(_invitation(box))
        _serve_until_interrupted()
    return ExitCode.DONE


def _switches() -> str:
    lines = [
        f"{switch.name} = {' | '.join(switch.values)}\n    {switch.help}"
        for switch in SWITCHES.values()
    ]
    return "\n".join(lines)


def _invitation(box: Sandbox) -> str:
    service = box.mailprotector
    return (
        "SANDBOX is listening; in another terminal:\n\n"
        f"  export MAILPROTECTOR_API_BASE_URL={service.base_url}\n"
        f"  export MAILPROTECTOR_API_KEY={service.api_key}\n"
        "  mpctl plan\n\n"
        "Ctrl-C ends it."
    )


def _serve_until_interrupted() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("SANDBOX stopped; its state is kept.")
