"""What to do next about a message that did not arrive: commands to type, never carried out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mpctl.core.bearing import Bearing, Judgement, Weight
from mpctl.core.capabilities import Capabilities
from mpctl.core.investigation import Investigation
from mpctl.core.mail import HeldMessage
from mpctl.core.rule import Action

# Which permission a hold of this kind waits for (Mailprotector reference, section 8.4).
RELEASES: Final = {"spam": "allow_spam_release", "policy": "allow_policy_release"}
_VIRUS: Final = "virus"
_MANY: Final = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """A command, word by word, and what it is good for; without words there is nothing to type."""

    purpose: str
    words: tuple[str, ...] = ()


def advise(found: Investigation, service: Capabilities) -> Iterator[Advice]:
    """Say what somebody could do next, the nearest remedy first."""
    yield from _let_go(found)
    for judgement in found.judgements:
        yield from _let_through(found, judgement, service)
    if found.held or any(one.action is Action.BLOCK for one in found.judgements):
        return
    if found.entries:
        yield Advice("delivered mail has left the service; look at the mail server behind it")
    else:
        yield from _look_further(found)


def _let_go(found: Investigation) -> Iterator[Advice]:
    kinds = dict.fromkeys(message.hold for message in found.held)
    for kind in kinds:
        yield from _permit(found, kind)
    for message in found.held[:_MANY]:
        if message.hold != _VIRUS:
            yield _release(found, message)
    if _VIRUS in kinds:
        yield Advice("mail held for a virus is not meant to be released; ask for it anew")


def _permit(found: Investigation, kind: str) -> Iterator[Advice]:
    name = RELEASES.get(kind, "")
    effective = found.effective(name)
    if not name or (effective is not None and effective.value is True):
        return
    where = _grantable(found, name)
    if name == RELEASES["spam"]:
        words = ("mpctl", "enable-release", where, "--apply", "--confirm")
        yield Advice(f"permit the release of held spam at {where}", words)
    else:
        yield Advice(f"a release waits for {name}: true in the policy of {where}")


def _grantable(found: Investigation, name: str) -> str:
    """Where a permission is best granted: where it is declared or known, else next to the user."""
    at = [one for one in found.permissions if one.name == name]
    declared = next((one.path for one in at if one.origin is not None), None)
    effective = found.effective(name)
    domain = next((one.path for one in at if one.path.startswith("domains/")), None)
    return declared or domain or (effective.path if effective else found.home.path)


def _release(found: Investigation, message: HeldMessage) -> Advice:
    subject = f" ({message.subject})" if message.subject else ""
    words = ("mpctl", "release", message.id, "--entity", found.home.path)
    return Advice(f"see what a release of {message.id}{subject} would do; --confirm does it", words)


def _let_through(
    found: Investigation, judgement: Judgement, service: Capabilities
) -> Iterator[Advice]:
    """Where a block decides: take it away, or, where an allow wins, let this sender pass."""
    deciding = next((b for b in judgement.bearings if b.weight is Weight.DECIDES), None)
    if judgement.action is not Action.BLOCK or deciding is None:
        return
    if service.wins is Action.ALLOW:
        words = ("mpctl", "add-rule", found.home.path, judgement.sender, "--allow")
        yield Advice(f"let {judgement.sender} alone pass; say why with --reason", words)
    if deciding.rule.origins:
        yield _unblock(deciding)


def _unblock(bearing: Bearing) -> Advice:
    words = ("mpctl", "remove-rule", bearing.path, bearing.rule.shown, "--block")
    return Advice(f"take the block away, for everybody below {bearing.path}", words)


def _look_further(found: Investigation) -> Iterator[Advice]:
    domain = found.question.recipient.rpartition("@")[2]
    words = ("mpctl", "logs", f"domains/{domain}", "--since", "30d")
    sender = ("--sender", found.question.sender) if found.question.sender else ()
    yield Advice("nothing was found; look further back, and at the whole domain", words + sender)
