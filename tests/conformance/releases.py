"""Releases in one sandbox, disturbed: nothing is delivered twice, and no outcome says too much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from mpctl.core.act import Act, ActResult, Ended
from mpctl.core.entity import parse_entity
from mpctl.core.mail import Delivery
from mpctl.core.outcome import Status
from mpctl.core.release import Fate, Released, end_of
from mpctl.diagnostics import ExitCode, MpctlError
from mpctl.operate import Quarantine, Release
from mpctl.providers.mailprotector.calls import CALLS
from mpctl.providers.mailprotector.messages import Messages
from mpctl.providers.mailprotector.releasing import Releasing
from mpctl.sandbox import Fault, SampleBuilder, SampleData, Sandbox
from mpctl.transport import Limits, Session
from tests.clock import FakeClock

TARGET: Final = "mailprotector"
ENTITY: Final = parse_entity("domains/acme.example", default_target=TARGET)
DELIVERY: Final = Delivery(original=True, recipients=("audit@acme.example",))
# Two calls of `release_many`, of which the second is not full.
CHUNK: Final = 3
FREE: Final = ("alice.ng", "alice.ng", "alice.ng", "alice.ng")
FORBIDDEN: Final = ("bob.roy",)


class Broken(StrEnum):
    """A promise that was not kept."""

    TWICE = "delivered twice"
    CLAIMED = "said to be released, and is not"
    DENIED = "said not to be released, and is"
    UNRECORDED = "sent before it was recorded"
    EXIT_CODE = "the exit code does not say what became of it"
    UNTOLD = "a message without an outcome"
    NOT_FINISHED = "a later run does not bring the rest"


def world() -> SampleData:
    """A domain with four messages that may go and one that may not."""
    builder = SampleBuilder()
    acme = builder.domain(
        "acme.example", builder.customer("Acme Widgets", builder.reseller("Harbor IT"))
    )
    builder.permissions(acme, allow_spam_release=True)
    group = builder.user_group("Default", acme)
    closed = builder.permissions(builder.user_group("Closed", acme), allow_spam_release=False)
    builder.user("Alice Ng", group)
    builder.user("Bob Roy", closed)
    for number, name in enumerate((*FREE, *FORBIDDEN)):
        builder.mail(
            f"2026-11-20T0{number}:00:00",
            "news@vendor.example",
            f"{name}@acme.example",
            f"Letter {number}",
            decision="quarantine_spam",
        )
    return builder.build()


@dataclass
class Log:
    """A record in memory that sees whether an act stands there before its effect."""

    sandbox: Sandbox
    acts: dict[Act, Ended | None] = field(default_factory=dict)
    early: bool = False

    def begun(self, acts: Sequence[Act]) -> None:
        """Acts are about to be done."""
        gone = {str(one.message) for one in self.sandbox.mailprotector.state.deliveries}
        self.early = self.early or any(act.subject in gone for act in acts)
        self.acts.update(dict.fromkeys(acts))

    def done(self, ends: Sequence[Ended]) -> None:
        """Acts ended."""
        self.acts.update({end.act: end for end in ends})


@dataclass(frozen=True)
class Run:
    """What became of one command."""

    ends: tuple[Released, ...]
    log: Log
    wanted: frozenset[str] = frozenset()
    stopped: bool = False


@dataclass
class Bench:
    """A sandbox with held mail, and the command that releases it; `lies` if the service may."""

    switches: Mapping[str, str]
    single: bool = False

    @property
    def lies(self) -> bool:
        """Whether a success of this world may be none."""
        return self.switches.get("release_denied") == "silent204" and self.single

    def run(self, faults: Sequence[str], *, verify: bool = False) -> list[Broken]:
        """Release under faults, then without, and give the broken promises."""
        with Sandbox(switches=self.switches, data=world()) as sandbox:
            for fault in faults:
                sandbox.inject(Fault.parse(fault))
            run = self.release(sandbox, verify=verify)
            lies = self.lies and not verify
            broken = list(self._broken(sandbox, run, lies=lies or _lie(faults)))
            sandbox.clear_faults()
            for _ in range(int(self.switches.get("read_lag", "0"))):
                sandbox.mailprotector.state.listed_held(
                    sandbox.mailprotector.state.directory.key_reseller
                )
            self.release(sandbox)
            return [*broken, *self._unfinished(sandbox)]

    def calls(self) -> list[tuple[str, str]]:
        """The methods and paths of a run without faults."""
        with Sandbox(switches=self.switches, data=world()) as sandbox:
            self.release(sandbox)
            return [(request.method, request.path) for request in sandbox.requests]

    def release(self, sandbox: Sandbox, *, verify: bool = False) -> Run:
        """What the command does: look up, send, judge."""
        clock = FakeClock()
        simulator = sandbox.mailprotector
        simulator.pace.clock = lambda: clock.now().timestamp()
        session = Session(
            simulator.base_url,
            authorize=lambda: {"Authorization": f"Bearer {simulator.api_key}"},
            calls=CALLS,
            limits=Limits(connections=1),
            clock=clock.clock,
            writable=True,
        )
        log = Log(sandbox)
        with closing(session):
            quarantine = Quarantine(Messages(session), None if self.single else ENTITY)
            wanted = frozenset(str(mail.id) for mail in simulator.state.held("domains", 9101))
            if self.single:
                wanted = frozenset(sorted(wanted)[:1])
            try:
                selection = quarantine.select(sorted(wanted))
            except MpctlError:
                return Run((), log, stopped=True)
            release = Release(
                _InParts(session),
                quarantine,
                TARGET,
                DELIVERY,
                log,
                clock.sleep,
                lambda: False,
            )
            messages = selection.messages
            if not messages:
                return Run((), log)
            ends = release.one(messages[0]) if self.single else release.many(messages)
            if verify:
                ends = release.verify(ends, lambda _: False)
        return Run(ends, log, frozenset(message.id for message in messages))

    def _broken(self, sandbox: Sandbox, run: Run, *, lies: bool) -> Iterator[Broken]:
        received = sandbox.mailprotector.state.received()
        delivered = {str(number) for number, _ in received}
        if any(times > 1 for times in received.values()):
            yield Broken.TWICE
        if run.log.early:
            yield Broken.UNRECORDED
        if {end.message.id for end in run.ends} != run.wanted:
            yield Broken.UNTOLD
        for end in run.ends:
            went = end.message.id in delivered
            claims = end.fate in {Fate.RELEASED, Fate.PROBABLY}
            if claims and not went and not (lies and end.fate is Fate.RELEASED):
                yield Broken.CLAIMED
            if went and end.fate in {Fate.NOT_RELEASED, Fate.NOT_ATTEMPTED}:
                yield Broken.DENIED
        yield from self._wrong_code(run, delivered)

    @staticmethod
    def _wrong_code(run: Run, delivered: set[str]) -> Iterator[Broken]:
        acts = tuple(end_of(TARGET, end, DELIVERY) for end in run.ends)
        told = {act: end for act, end in run.log.acts.items() if end is not None}
        if set(told.values()) != set(acts):
            yield Broken.UNRECORDED
        code = ActResult(acts).exit_code
        if code is ExitCode.STOPPED and delivered:
            yield Broken.EXIT_CODE
        if code is ExitCode.DONE and any(end.status is not Status.APPLIED for end in acts):
            yield Broken.EXIT_CODE

    def _unfinished(self, sandbox: Sandbox) -> Iterator[Broken]:
        """Later, everything that may go has gone, once."""
        received = sandbox.mailprotector.state.received()
        if any(times > 1 for times in received.values()):
            yield Broken.TWICE
        left = [
            mail
            for mail in sandbox.mailprotector.state.held("domains", 9101)
            if sandbox.mailprotector.state.may_release(mail)
        ]
        if left and not self.single:
            yield Broken.NOT_FINISHED


class _InParts(Releasing):
    """Releases with few messages a call."""

    @property
    def chunk(self) -> int:
        return CHUNK


def _lie(faults: Sequence[str]) -> bool:
    """A refusal that comes as an empty success: only a look can tell."""
    return any(" empty" in fault for fault in faults)
