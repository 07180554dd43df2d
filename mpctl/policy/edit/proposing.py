"""From a wish to the text that fulfils it, proven to mean just that; or why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from mpctl.core.rule import Action, DeclaredRule, Expiry, RuleKey
from mpctl.core.state import DesiredEntity, Mode, WhenMissing
from mpctl.diagnostics import MpctlError, Origin
from mpctl.policy.edit.book import Book, Edit, Proposal
from mpctl.policy.edit.document import Page
from mpctl.policy.edit.newfile import place_for, text_of
from mpctl.policy.edit.outline import outlines
from mpctl.policy.edit.proof import Meaning, prove
from mpctl.policy.edit.refusing import by_hand, contradicts, disordered, from_ruleset, not_editable
from mpctl.policy.edit.snapshot import ReadFile
from mpctl.policy.edit.splice import Splice, Unsafe, spliced
from mpctl.policy.edit.wishes import AddRule, RemoveRule, SetSetting, Wish
from mpctl.policy.expressible import expresses, inexpressible
from mpctl.policy.loading import Repository, read_repository
from mpctl.policy.source import DiskFile

_BOM: Final = b"\xef\xbb\xbf"
_EMPTY_REST: Final[tuple[Any, ...]] = ({}, [], WhenMissing.ERROR, [])

Rules = Mapping[RuleKey, DeclaredRule]
Change = Callable[[Page], Iterable[Splice]]


def propose(book: Book, wish: Wish, now: datetime) -> Proposal:
    """Find out what to write, if anything.

    Raises MpctlError: what the policies have against it, or why it cannot be done by position.
    """
    desired = book.named(wish.entity)
    if isinstance(wish, AddRule) and not expresses(book.service(wish.entity), wish.key):
        services = book.capabilities.values()
        raise MpctlError(inexpressible(wish.declared, book.service(wish.entity), services).at(None))
    if desired is None:
        return _propose_file(book, wish)
    wish = replace(wish, entity=desired.entity)
    try:
        return _propose_edit(book, wish, desired, now)
    except Unsafe as error:
        problem = not_editable(wish, str(error), desired.origin, by_hand(wish, desired))
        raise MpctlError(problem) from error


def _propose_file(book: Book, wish: Wish) -> Proposal:
    """A document for an entity that has none; it is additive, so that it takes nothing over."""
    if isinstance(wish, RemoveRule):
        return _nothing(book, wish)
    path, text = _new_file(book, wish)
    file = ReadFile(path, DiskFile(path).shown, text.encode())
    try:
        return _proven(book, wish, file, None, _granted(_blank(book, wish), wish, {}))
    except Unsafe as error:
        origin = Origin(file.shown, 1, 1)
        raise MpctlError(not_editable(wish, str(error), origin, by_hand(wish, None))) from error


def _new_file(book: Book, wish: AddRule | SetSetting) -> tuple[Path, str]:
    files = {file.shown: file for file in book.snapshot.policies}
    declared = book.repository.desired.entities.values()
    named = [(one.entity, files[one.origin.path].path) for one in declared]
    path = place_for(wish.entity, named, book.snapshot.root, {file.path for file in files.values()})
    beside = [file for file in files.values() if file.path.parent == path.parent]
    return path, text_of(wish, book.repository.configuration.default_target, beside)


def _blank(book: Book, wish: Wish) -> Meaning:
    """What a document means that names its entity, and is additive if it is to have a list."""
    manage = book.repository.configuration.manage
    if isinstance(wish, AddRule):
        return Meaning(modes=dict.fromkeys(Action, Mode.ADDITIVE), rest=_EMPTY_REST)
    return Meaning(modes=dict(manage.modes), settings_mode=manage.settings, rest=_EMPTY_REST)


def _propose_edit(book: Book, wish: Wish, desired: DesiredEntity, now: datetime) -> Proposal:
    if isinstance(wish, SetSetting):
        declared = desired.settings.get(wish.name)
        if declared is not None and declared.value == wish.value:
            return _nothing(book, wish, declared.origin)
        return _edited(book, wish, desired, lambda page: page.set(wish))
    own = book.own_rules(desired.entity)
    if isinstance(wish, RemoveRule):
        _ensure_own(book, wish, desired)
        if wish.key not in own:
            return _nothing(book, wish)
        return _edited(book, wish, desired, lambda page: page.remove(wish))
    return _add(book, wish, desired, own, now)


def _ensure_own(book: Book, wish: RemoveRule, desired: DesiredEntity) -> None:
    """Raise MpctlError if a rule set brings the rule."""
    brought = (desired.rules.get(part) for part in book.parts(desired.entity, wish.key))
    places = {place for rule in brought if rule is not None for place in rule.origins}
    for declaration in filter(lambda one: one.ruleset, book.repository.declarations):
        for rule in declaration.rules.values():
            if rule.key.action is wish.key.action and places.intersection(rule.origins):
                raise MpctlError(from_ruleset(wish, declaration, rule, desired))


def _add(book: Book, wish: AddRule, desired: DesiredEntity, own: Rules, now: datetime) -> Proposal:
    opposite = RuleKey(wish.key.action.opposite, wish.key.match)
    against = own.get(opposite) or book.effective(desired, opposite)
    if against is not None:
        raise MpctlError(contradicts(wish, against))
    written = own.get(wish.key)
    standing = written or book.effective(desired, wish.key)
    if standing is not None and _suffices(standing, wish.expires, now):
        return _nothing(book, wish, standing.origins[0])
    if written is not None:
        return _edited(book, wish, desired, lambda page: page.renew(wish.key, wish.expires))
    return _edited(book, wish, desired, lambda page: page.add(wish))


def _suffices(rule: DeclaredRule, until: Expiry | None, now: datetime) -> bool:
    """Tell whether a rule stands now, and as long as is asked for."""
    if rule.expires is None or rule.expired(now):
        return rule.expires is None
    return until is None or rule.expires.moment >= until.moment


def _edited(book: Book, wish: Wish, desired: DesiredEntity, change: Change) -> Proposal:
    file = book.snapshot.file(desired.origin.path)
    assert file is not None  # noqa: S101 - it was just read from there
    mark = _BOM if file.data.startswith(_BOM) else b""
    text = file.data[len(mark) :].decode("utf-8")
    edited = spliced(text, change(_page(text, desired)))
    meaning = Meaning.of(book.repository, desired.entity, book.service(desired.entity))
    expected = _granted(meaning, wish, book.own_rules(desired.entity))
    return _proven(book, wish, replace(file, data=mark + edited.encode()), file.data, expected)


def _page(text: str, desired: DesiredEntity) -> Page:
    place = desired.origin.line, desired.origin.column
    for root in outlines(text):
        value = root.value("entity")
        if value is not None and value.place == place:
            return Page(text, root, desired.modes.__getitem__)
    raise Unsafe("the document does not write its own name")


def _granted(meaning: Meaning, wish: Wish, own: Rules) -> Meaning:
    """What the document has to mean once the wish is fulfilled; a rule of its own ends later."""
    if isinstance(wish, SetSetting):
        return meaning.with_setting(wish.name, wish.value)
    if isinstance(wish, RemoveRule):
        return meaning.without_rule(wish.key)
    present = own.get(wish.key)
    return meaning.with_rule(present._replace(expires=wish.expires) if present else wish.declared)


def _proven(
    book: Book, wish: Wish, file: ReadFile, before: bytes | None, expected: Meaning
) -> Proposal:
    """Read the edited policies as any command does; only what means just that is proposed."""
    after = _read_again(book, file)
    prove(book.repository, after, wish.entity, expected, book.service(wish.entity))
    edit = Edit(file.path, file.shown, before, file.data)
    origin = Origin(file.shown, edit.line, 1)
    hint = by_hand(wish, book.named(wish.entity))
    return Proposal(wish, after, book.service(wish.entity), edit, origin, hint)


def _read_again(book: Book, file: ReadFile) -> Repository:
    try:
        return read_repository(book.snapshot.having(file), book.capabilities)
    except MpctlError as error:
        raise disordered(error) from error


def _nothing(book: Book, wish: Wish, origin: Origin | None = None) -> Proposal:
    return Proposal(wish, book.repository, book.service(wish.entity), origin=origin)
