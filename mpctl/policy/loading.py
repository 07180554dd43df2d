"""A policy repository as a whole: all files in, one desired state or all problems out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from mpctl.core.capabilities import Capabilities
from mpctl.core.entity import Entity
from mpctl.core.spelling import spelling
from mpctl.core.stage import Stage
from mpctl.core.state import DesiredEntity, DesiredState, Mode
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.policy.compiling import Compiled, Draft, compile_file
from mpctl.policy.configuration import Configuration, Manage
from mpctl.policy.configure import configure
from mpctl.policy.declarations import Declaration, declarations, own_domains
from mpctl.policy.documents import read_configuration
from mpctl.policy.memory import Memory
from mpctl.policy.naming import Services
from mpctl.policy.parts import Parts
from mpctl.policy.problems import Problems
from mpctl.policy.revision import Revision
from mpctl.policy.rulesets import Library, RuleSet, Use, judge_uses
from mpctl.policy.source import Folder, Reconfigured, Source, SourceFile
from mpctl.ports import SILENCE, Progress
from mpctl.stages import during


@dataclass(frozen=True, slots=True)
class Repository:
    """What a policy repository says; `findings` are warnings that stop nothing.

    `declarations` is what its documents say one by one; `own_domains` are, by target, the domains
    that they are about.
    """

    configuration: Configuration
    desired: DesiredState
    findings: tuple[Diagnostic, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    own_domains: Mapping[str, frozenset[str]] = field(default_factory=dict)


def load(
    root: Path,
    *,
    config: Path | None,
    capabilities: Mapping[str, Capabilities],
    config_rev: str = "",
    progress: Progress = SILENCE,
) -> Repository:
    """Read the policies below `root`, with `config` in the place of its `mpctl.yaml`.

    With `config_rev`, its `mpctl.yaml` is the one of that Git revision. Raises MpctlError with all
    problems in reading order.
    """
    return read_repository(source_of(root, config, config_rev), capabilities, progress)


def source_of(root: Path, config: Path | None, config_rev: str) -> Source:
    """The files of a work tree, `mpctl.yaml` perhaps from elsewhere; see `load`."""
    folder = Folder(root, config)
    return Reconfigured(folder, Revision.of(root, config_rev)) if config_rev else folder


def load_configuration(
    root: Path, *, config: Path | None, capabilities: Mapping[str, Capabilities]
) -> Configuration:
    """Read `mpctl.yaml` alone, for commands that need no policies.

    Raises MpctlError with all problems in reading order.
    """
    problems = Problems()
    services = _services(Folder(root, config).configuration, capabilities, problems)
    if problems.errors or services.configuration is None:
        raise MpctlError(*problems.in_order)
    return services.configuration


@during(Stage.COMPILE)
def read_repository(
    source: Source,
    capabilities: Mapping[str, Capabilities],
    progress: Progress = SILENCE,
    memory: Memory | None = None,
) -> Repository:
    """Read the policies of any source.

    What another source was found to say with the same `memory` is shared where it is the same.
    Raises MpctlError with all problems in reading order.
    """
    problems, memory = Problems(), memory or Memory()
    services = _services(source.configuration, capabilities, problems)
    files = [
        compile_file(file, services, problems, memory)
        for file in _counted(source.policies, progress)
    ]
    library = _library(files, problems)
    read = list(_each_once(files, library, problems))
    entities = _entities(read, services, problems, memory)
    if problems.errors or services.configuration is None:
        raise MpctlError(*problems.in_order)
    parts = [each for _, each in read]
    return Repository(
        services.configuration,
        DesiredState(entities),
        tuple(problems.in_order),
        tuple(declarations(parts, library)),
        own_domains(parts),
    )


def _counted(files: Sequence[SourceFile], progress: Progress) -> Iterator[SourceFile]:
    progress.expect("Reading policies", len(files))
    for file in files:
        yield file
        progress.advance()


def _services(
    file: SourceFile, capabilities: Mapping[str, Capabilities], problems: Problems
) -> Services:
    document = read_configuration(file, problems)
    configuration = configure(document, capabilities, problems) if document else None
    return Services(configuration, capabilities, complete=document is not None and document.sound)


def _library(files: Iterable[Compiled], problems: Problems) -> Library:
    rulesets: dict[str, RuleSet] = {}
    complete = True
    for file in files:
        complete = complete and file.complete and all(ruleset.name for ruleset in file.rulesets)
        for ruleset in file.rulesets:
            first = rulesets.setdefault(ruleset.name, ruleset)
            if first is not ruleset and ruleset.name:
                _refuse_second_ruleset(ruleset, first, problems)
    return Library(rulesets, complete)


def _refuse_second_ruleset(ruleset: RuleSet, first: RuleSet, problems: Problems) -> None:
    problems.error(
        Code.DUPLICATE_RULESET,
        ruleset.origin,
        f"the rule set {ruleset.name!r} already stands at {first.origin}",
        "Which of the two an entity includes would not be said.",
        "Rename one of them, or join them.",
    )


def _entities(
    read: Iterable[tuple[Draft, Parts]], services: Services, problems: Problems, memory: Memory
) -> dict[Entity, DesiredEntity]:
    defaults = services.configuration.manage if services.configuration else Manage.all(Mode.FULL)
    desired: dict[Entity, DesiredEntity] = {}
    uses: list[Use] = []
    for draft, parts in read:
        if parts.service is not None:
            uses.extend(_uses(parts, parts.service))
        if draft.sound:
            desired[parts.entity] = draft.desired(parts, defaults, problems, memory)
    judge_uses(uses, services.capabilities.values(), problems)
    return desired


def _uses(parts: Parts, service: Capabilities) -> Iterator[Use]:
    for ruleset, origin in parts.included:
        yield Use(ruleset, service, origin, whole=not parts.skips)


def _each_once(
    files: Iterable[Compiled], library: Library, problems: Problems
) -> Iterator[tuple[Draft, Parts]]:
    seen: dict[tuple[str, str, str], Parts] = {}
    for draft in chain.from_iterable(file.drafts for file in files):
        parts = draft.including(library, problems)
        first = seen.setdefault(spelling(parts.entity), parts)
        if first is parts:
            yield draft, parts
        else:
            _refuse_second(parts, first, problems)


def _refuse_second(parts: Parts, first: Parts, problems: Problems) -> None:
    written = parts.content["entity"], first.content["entity"]
    spelt = "" if written[0] == written[1] else f", written {written[1]!r}"
    problems.error(
        Code.DUPLICATE_ENTITY,
        parts.content.at("entity"),
        f"{written[0]!r} already has a document at {first.content.at('entity')}{spelt}",
        "An entity has one document, so that one place says what it should have.",
        "Join the two documents.",
    )
