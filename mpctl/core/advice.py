"""What to do next about a message that did not arrive: commands to type, never carried out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mpctl.core.bearing import Judgement, Weight
from mpctl.core.capabilities import Capabilities
from mpctl.core.investigation import Investigation
from mpctl.core.mail import Decision, HeldMessage
from mpctl.core.permission import PERMITS, VIRUS, effective, grantable
from mpctl.core.rule import Action

# More messages than this are released by release-many.
_MANY: Final = 3
_GONE: Final = {
    Decision.DEFAULT: "delivered: it has left the service; look at the mail server behind it",
    Decision.DELIVER: "delivered: it has left the service; look at the mail server behind it",
    Decision.ENCRYPT: "delivered as a message to be fetched: the recipient got a link",
    Decision.BOUNCE: "bounced: the sender was told why",
    Decision.DELETE: "deleted by the service: nothing of it is left to release",
}
# Each of these has to go before a blocked sender gets through without an allow.
_STOPS: Final = frozenset({Weight.DECIDES, Weight.AGREES})
_NO_LONGER: Final = "it was held and is not any more: released, or its time ran out"


@dataclass(frozen=True, slots=True)
class Advice:
    """What could be done, and the command for it, word by word; none if there is none."""

    purpose: str
    words: tuple[str, ...] = ()


def advise(found: Investigation, service: Capabilities, prefix: str = "") -> list[Advice]:
    """Say what somebody could do next, the nearest remedy first.

    `prefix` stands before entities whose target is not the default.
    """
    adviser = _Adviser(found, service, prefix)
    # Two senders of one message may be stopped by the same rule.
    advice = list(dict.fromkeys([*adviser.let_go(), *adviser.let_through()]))
    return advice or [*adviser.explain(), *adviser.look_further()]


@dataclass(frozen=True, slots=True)
class _Adviser:
    """Somebody who knows what was found."""

    found: Investigation
    service: Capabilities
    prefix: str

    def let_go(self) -> Iterator[Advice]:
        """What is held may be released, perhaps after a permission."""
        held = self.found.held
        for kind in dict.fromkeys(message.hold for message in held):
            yield from self._permit(kind)
        for message in [message for message in held if message.hold != VIRUS][:_MANY]:
            yield self._release(message)
        if any(message.hold == VIRUS for message in held):
            yield Advice("mail held for a virus is not meant to be released; ask for it anew")

    def let_through(self) -> Iterator[Advice]:
        """Where a block decides, a sender may be let through, or the block be taken away."""
        for judgement in self.found.judgements:
            if judgement.action is Action.BLOCK:
                yield from self._unblock(judgement)

    def explain(self) -> Iterator[Advice]:
        """What the log says of messages that no rule stopped."""
        for decision in dict.fromkeys(entry.decision for entry in self.found.entries):
            if decision in _GONE:
                yield Advice(_GONE[Decision(decision)])
            elif decision.startswith("quarantine"):
                yield Advice(_NO_LONGER)

    def look_further(self) -> Iterator[Advice]:
        """Where nothing was found at all."""
        question = self.found.question
        if self.found.entries or self.found.torn or not self.found.asked:
            return
        domain = f"domains/{question.recipient.rpartition('@')[2]}"
        sender = ("--sender", question.sender) if question.sender else ()
        words = ("mpctl", "logs", self._at(domain), *sender)
        yield Advice("nothing was found: look at the whole domain, as far back as it goes", words)
        if self.found.user is None:
            who = ("mpctl", "entities", "users", "--under", self._at(domain))
            yield Advice("nobody has that address: see who there is", who)

    def _permit(self, kind: str) -> Iterator[Advice]:
        name = PERMITS.get(kind, "")
        grants = self.found.permissions.get(name, ())
        if not grants or effective(grants) is True:
            return
        place = grantable(grants)
        if kind == "spam":
            words = ("mpctl", "enable-release", self._at(place.path), "--apply", "--confirm")
            yield Advice(f"permit the release of spam to everybody below {place.path}", words)
        elif place.declared is True:
            words = ("mpctl", "apply", "--only", self._at(place.path), "--confirm")
            yield Advice(f"make live that {place.path} permits the release of {kind}", words)
        else:
            yield Advice(f"a release waits for '{name}: true' in the policy of {place.path}")

    def _release(self, message: HeldMessage) -> Advice:
        words = ("mpctl", "release", message.id, "--entity", self._at(self.found.home.path))
        return Advice(f"see what releasing {message.id} does; --confirm does it", words)

    def _unblock(self, judgement: Judgement) -> Iterator[Advice]:
        if self.service.wins is Action.ALLOW:
            where = self._at(self.found.home.path)
            let_in = ("mpctl", "add-rule", where, judgement.sender, "--allow", "--reason", "...")
            yield Advice(f"let {judgement.sender} alone through, at {self.found.home.path}", let_in)
        for bearing in judgement.bearings:
            if bearing.weight in _STOPS and bearing.rule.origins:
                shown, where = bearing.rule.shown, self._at(bearing.path)
                words = ("mpctl", "remove-rule", where, shown, "--block")
                yield Advice(f"take the block away for everybody below {bearing.path}", words)

    def _at(self, path: str) -> str:
        return self.prefix + path
