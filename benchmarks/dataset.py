"""The same generated rules as policies, as answers of a service, and as zones for octoDNS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CONFIGURATION = """\
version: 1
default_target: mailprotector
targets:
  mailprotector:
    provider: mailprotector
    max_concurrency: {connections}
    requests_per_second: {per_second}
"""


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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
