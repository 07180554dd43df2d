"""`mpctl classify`: ask a running filter how it judges a message."""

from __future__ import annotations

import ipaddress
from dataclasses import asdict

import click

from mpctl.cli.looking import load_configuration, offering, usage
from mpctl.cli.messagefile import read_message
from mpctl.cli.options import Invocation, unselective_options
from mpctl.cli.targets import open_port
from mpctl.core.mailflow import Classified, Envelope, Tag
from mpctl.diagnostics import ExitCode
from mpctl.ports import MailFilter
from mpctl.render import Document, Table


@click.command(
    epilog="""\b
Examples:
  mpctl classify message.eml --ip 198.51.100.7 --sender billing@vendor.example
  mpctl classify - < message.eml
"""
)
@unselective_options
@click.argument("file")
@click.option("--ip", default="192.0.2.254", show_default=True, help="Where it comes from.")
@click.option("--sender", default="", metavar="ADDRESS", help="The envelope sender; empty: none.")
@click.option("--recipient", multiple=True, metavar="ADDRESS", help="For whom; repeatable.")
@click.option("--helo", default="", metavar="NAME", help="What the other server calls itself.")
def classify(
    invocation: Invocation,
    file: str,
    *,
    ip: str,
    sender: str,
    recipient: tuple[str, ...],
    helo: str,
) -> ExitCode:
    """Ask a running filter how it judges a message: Stalwart's. Nothing is learnt or stored.

    FILE is a raw message with its headers, or - for the standard input. The filter answers by what
    it has loaded, which may be older than what is stored. Exit code 0 whatever the answer is.
    """
    try:
        ipaddress.ip_address(ip)
    except ValueError as error:
        raise usage(f"{ip!r} is not an IP address", "") from error
    configuration = load_configuration(invocation)
    target = offering(MailFilter, invocation, configuration)
    message = read_message(file)
    with open_port(MailFilter, invocation, configuration, target) as mail_filter:
        found = mail_filter.classify(message, Envelope(ip, sender, recipient, helo))
    document = Document(
        headline=_headline(found),
        summary="",
        tables=(Table(("tag", "score"), tuple(map(_row, found.tags))),),
        banner=invocation.console.banner,
    )
    return invocation.console.show(
        document, exit_code=ExitCode.DONE, parts={"classified": asdict(found)}
    )


def _headline(found: Classified) -> str:
    if found.outcome == "allow":
        return f"The message would be accepted, with score {found.score:.2f}"
    return f"The message would be met with: {found.outcome}"


def _row(tag: Tag) -> tuple[str, str]:
    return tag.name, tag.action if tag.score is None else f"{tag.score:.2f}"
