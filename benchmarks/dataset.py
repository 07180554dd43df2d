"""The same generated rules as policies, as answers of a service, and as zones for octoDNS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FIRST_ID: Final = 9101

CONFIGURATION = """\
version: 1
default_target: mailprotector
targets:
  mailprotector:
    provider: mailprotector
    max_concurrency: {connections}
    requests_per_second: {per_second}
guards:
  max_tightening: 1000000
"""

_OCTODNS = """\
providers:
  config: {class: octodns.provider.yaml.YamlProvider, directory: source, default_ttl: 300}
  target: {class: octodns.provider.yaml.YamlProvider, directory: target, default_ttl: 300}
zones:
"""


@dataclass(frozen=True, slots=True)
class Dataset:
    """So many domains with so many blocked senders each."""

    domains: int
    rules: int

    @property
    def total(self) -> int:
        """How many rules there are."""
        return self.domains * self.rules

    def names(self) -> Iterator[str]:
        """The domains."""
        return (f"d{number:05d}.example" for number in range(self.domains))

    def senders(self, domain: str) -> Iterator[str]:
        """Who is blocked at a domain."""
        return (
            f"s{number:04d}.{domain.partition('.')[0]}.spam.example" for number in range(self.rules)
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """How rules are laid out in files: one for each domain, or so many `files` in all.

    `more` is added to every document; the rest goes into the target.
    """

    files: int | None = None
    long_form: bool = False
    more: str = ""
    connections: int = 16
    per_second: float = 1_000


PLAIN = Layout()


def write_policies(data: Dataset, folder: Path, layout: Layout = PLAIN) -> None:
    """Write a policy repository."""
    folder.mkdir(parents=True)
    configuration = CONFIGURATION.format(
        connections=layout.connections, per_second=layout.per_second
    )
    (folder / "mpctl.yaml").write_text(configuration, "utf-8")
    number = layout.files or data.domains
    for index, part in enumerate(_parts(list(data.names()), number)):
        path = folder / f"c{index // 100:03d}" / f"f{index:05d}.yaml"
        path.parent.mkdir(exist_ok=True)
        documents = (_document(domain, data.senders(domain), layout) for domain in part)
        path.write_text("---\n".join(documents), "utf-8")


def _parts(names: list[str], number: int) -> Iterator[list[str]]:
    size = -(-len(names) // number)
    return (names[start : start + size] for start in range(0, len(names), size))


def _document(domain: str, senders: Iterator[str], layout: Layout) -> str:
    long = "  - value: {}\n    reason: seen at three customers\n"
    form = long if layout.long_form else "  - {}\n"
    rules = "".join(form.format(sender) for sender in senders)
    return f"entity: domains/{domain}\nblock:\n{rules}{layout.more}"


def write_zones(data: Dataset, folder: Path) -> Path:
    """A zone for each domain and a record for each rule, source and target alike."""
    zones = {f"{name}.": list(map(_record, data.senders(name))) for name in data.names()}
    for side in ("source", "target"):
        (folder / side).mkdir(parents=True)
        for zone, records in zones.items():
            (folder / side / f"{zone}yaml").write_text("---\n" + "".join(records), "utf-8")
    lines = (f"  {zone}: {{sources: [config], targets: [target]}}\n" for zone in zones)
    (folder / "config.yaml").write_text(_OCTODNS + "".join(lines), "utf-8")
    return folder


def _record(sender: str) -> str:
    return f"{sender.partition('.')[0]}:\n  type: CNAME\n  value: {sender}.\n"


def read_paths(data: Dataset, page: int) -> Iterator[str]:
    """What a plan has to read of the service: the index of domains, and the rules of each."""
    lists = [("/domains", data.domains)]
    ids = range(FIRST_ID, FIRST_ID + data.domains)
    lists += [(f"/domains/{number}/allow_block_rules", data.rules) for number in ids]
    for path, total in lists:
        for number in range(1, -(-total // page) + 1):
            yield f"{path}?page={number}&per_page=100"
