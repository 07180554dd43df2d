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


def write_policies(
    data: Dataset,
    folder: Path,
    *,
    files: int | None = None,
    long_form: bool = False,
    connections: int = 16,
    per_second: float = 1_000,
    more: str = "",
) -> Path:
    """Write a policy repository: a file for each domain, or so many files in all.

    `more` is added to every document.
    """
    folder.mkdir(parents=True)
    configuration = CONFIGURATION.format(connections=connections, per_second=per_second)
    (folder / "mpctl.yaml").write_text(configuration, "utf-8")
    number = files or data.domains
    for index, part in enumerate(_parts(list(data.names()), number)):
        path = folder / f"c{index // 100:03d}" / f"f{index:05d}.yaml"
        path.parent.mkdir(exist_ok=True)
        documents = (
            _document(domain, data.senders(domain), long_form=long_form) + more for domain in part
        )
        path.write_text("---\n".join(documents), "utf-8")
    return folder


def _parts(names: list[str], number: int) -> Iterator[list[str]]:
    size = -(-len(names) // number)
    return (names[start : start + size] for start in range(0, len(names), size))


def _document(domain: str, senders: Iterator[str], *, long_form: bool) -> str:
    form = "  - value: {}\n    reason: seen at three customers\n" if long_form else "  - {}\n"
    rules = "".join(form.format(sender) for sender in senders)
    return f"entity: domains/{domain}\nblock:\n{rules}"
