"""A policy repository as a whole: all files in, one desired state or all problems out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from mpctl.core.capabilities import Capabilities
from mpctl.core.entity import Entity
from mpctl.core.spelling import spelling
from mpctl.core.stage import Stage
from mpctl.core.state import DesiredEntity, DesiredState, Mode
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.policy.configuration import Configuration, Manage
from mpctl.policy.configure import configure
from mpctl.policy.declarations import Declaration, declarations, own_domains
from mpctl.policy.desired import desire
from mpctl.policy.documents import Document, Documents, read_configuration, read_policies
from mpctl.policy.naming import Services
from mpctl.policy.parts import Library, Parts, read_parts
from mpctl.policy.problems import Problems
from mpctl.policy.revision import Revision
from mpctl.policy.rulesets import RuleSet, Use, judge_uses, read_ruleset
from mpctl.policy.schema import Shape
from mpctl.policy.source import Folder, Reconfigured, Source, SourceFile
from mpctl.ports import SILENCE, Progress
from mpctl.stages import during

T = TypeVar("T")


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
    source: Source = Folder(root, config)
    if config_rev:
        source = Reconfigured(source, Revision.of(root, config_rev))
    return read_repository(source, capabilities, progress)


def load_base(
    root: Path,
    revision: str,
    capabilities: Mapping[str, Capabilities],
    progress: Progress = SILENCE,
) -> tuple[Revision, Repository]:
    """Read the policies that a Git revision has, under its own configuration.

    Raises MpctlError with what is wrong with the revision, or with its policies.
    """
    source = Revision.of(root, revision)
    try:
        return source, read_repository(source, capabilities, progress)
    except MpctlError as error:
        raise MpctlError(_invalid_base(source.commit), *error.diagnostics) from error


def _invalid_base(commit: str) -> Diagnostic:
    return Diagnostic(
        Code.INVALID_BASE,
        f"the policies of the base {commit[:12]} are not in order",
        "What this change causes can only be told from what was declared before it.",
        "Plan without --base, or name a base whose policies are in order.",
    )


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
    source: Source, capabilities: Mapping[str, Capabilities], progress: Progress = SILENCE
) -> Repository:
    """Read the policies of any source.

    Raises MpctlError with all problems in reading order.
    """
    problems = Problems()
    services = _services(source.configuration, capabilities, problems)
    with during(Stage.YAML):
        documents = read_policies(_counted(source.policies, "Reading", progress), problems)
    library = _library(documents, problems)
    read = list(_each_once(documents, services, library, problems, progress))
    entities = _entities(read, services, problems)
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


def _counted(steps: Sequence[T], verb: str, progress: Progress) -> Iterator[T]:
    progress.expect(f"{verb} policies", len(steps))
    for step in steps:
        yield step
        progress.advance()


def _services(
    file: SourceFile, capabilities: Mapping[str, Capabilities], problems: Problems
) -> Services:
    document = read_configuration(file, problems)
    configuration = configure(document, capabilities, problems) if document else None
    return Services(configuration, capabilities, complete=document is not None and document.sound)


def _library(documents: Documents, problems: Problems) -> Library:
    rulesets: dict[str, RuleSet] = {}
    complete = documents.complete
    for document in documents.by_shape[Shape.RULESET]:
        ruleset = read_ruleset(document.content, problems, sound=document.sound)
        complete = complete and bool(ruleset.name)
        first = rulesets.setdefault(ruleset.name, ruleset)
        if first is not ruleset and ruleset.name:
            problems.error(
                Code.DUPLICATE_RULESET,
                ruleset.origin,
                f"the rule set {ruleset.name!r} already stands at {first.origin}",
                "Which of the two an entity includes would not be said.",
                "Rename one of them, or join them.",
            )
    return Library(rulesets, complete)


def _entities(
    read: Iterable[tuple[Document, Parts]], services: Services, problems: Problems
) -> dict[Entity, DesiredEntity]:
    defaults = services.configuration.manage if services.configuration else Manage.all(Mode.FULL)
    desired: dict[Entity, DesiredEntity] = {}
    uses: list[Use] = []
    for document, parts in read:
        if parts.service is not None:
            uses.extend(_uses(parts, parts.service))
        if document.sound:
            desired[parts.entity] = desire(parts, defaults, problems)
    judge_uses(uses, services.capabilities.values(), problems)
    return desired


def _uses(parts: Parts, service: Capabilities) -> Iterator[Use]:
    for ruleset, origin in parts.included:
        yield Use(ruleset, service, origin, whole=not parts.skips)


def _each_once(
    documents: Documents,
    services: Services,
    library: Library,
    problems: Problems,
    progress: Progress,
) -> Iterator[tuple[Document, Parts]]:
    seen: dict[tuple[str, str, str], Parts] = {}
    for document in _counted(documents.by_shape[Shape.ENTITY], "Compiling", progress):
        parts = read_parts(document.content, services, library, problems)
        if parts is None:
            continue
        first = seen.setdefault(spelling(parts.entity), parts)
        if first is parts:
            yield document, parts
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
