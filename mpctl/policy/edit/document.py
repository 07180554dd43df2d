"""One wish carried out in the text of one document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from mpctl.core.match import Kind, MatchError, parse_match
from mpctl.core.rule import Action, Expiry, RuleKey
from mpctl.core.state import Mode
from mpctl.policy.edit.lists import dash_before, ensure_own, item_added, item_removed
from mpctl.policy.edit.mappings import pair_added, pair_removed, section_added, value_set
from mpctl.policy.edit.outline import Form, Node
from mpctl.policy.edit.splice import Splice, Unsafe
from mpctl.policy.edit.wishes import AddRule, RemoveRule, SetSetting
from mpctl.policy.edit.writing import scalar

_USUAL: Final = "  "


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a rule is written: item `index` of its list; `inner` is its place in `values`."""

    index: int
    inner: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A document in its file; `modes` is how its lists are managed as it stands."""

    text: str
    root: Node
    modes: Callable[[Action], Mode]

    def add(self, wish: AddRule) -> list[Splice]:
        """Write a rule; a list that was not written never takes anything over."""
        action = wish.key.action
        pair = self._pair(action.value)
        if pair is not None:
            return item_added(self.text, pair[0], pair[1], wish.spoken)
        lines = wish.section(self._margin(action.opposite))
        return [*self._additive(action), *section_added(self.text, self.root, action.value, lines)]

    def remove(self, wish: RemoveRule) -> list[Splice]:
        """Take a rule out; of several values that share what is said of them, only this one."""
        key, items, leaf = self._find(wish.key)
        item = items.children[leaf.index]
        if leaf.inner is not None:
            name, values = _pair_in(item, "values")
            if len(values.children) > 1:
                return item_removed(self.text, name, values, leaf.inner)
        return item_removed(self.text, key, items, leaf.index)

    def renew(self, key: RuleKey, expires: Expiry | None) -> list[Splice]:
        """Give a rule another end, or none."""
        _, items, leaf = self._find(key)
        item = ensure_own(items.children[leaf.index], "the rule")
        if leaf.inner is not None:
            raise Unsafe("the rule shares its end with other values")
        if item.form is not Form.MAPPING:
            raise Unsafe("the rule says nothing of an end")
        value = item.value("expires")
        if expires is None:
            return pair_removed(self.text, item, "expires")
        written = scalar(expires.text, flow=item.flow)
        if value is None:
            return pair_added(self.text, item, "expires", written)
        return value_set(ensure_own(value, "the end"), written)

    def set(self, wish: SetSetting) -> list[Splice]:
        """Write a setting."""
        settings = self._pair("settings")
        if settings is None:
            return section_added(self.text, self.root, "settings", wish.section())
        mapping = settings[1]
        value, written = mapping.value(wish.name), scalar(wish.value, flow=mapping.flow)
        if value is None:
            return pair_added(self.text, mapping, wish.name, written)
        return value_set(ensure_own(value, "the setting"), written)

    def _pair(self, key: str) -> tuple[Node, Node] | None:
        """A key and its value, which must stand here, and for nobody else."""
        pair = self.root.pair(key)
        if pair is None:
            if self.root.pair("<<") is not None:
                raise Unsafe(f"{key!r} may come from what is merged by '<<'")
            return None
        ensure_own(pair[1], f"{key!r}")
        shared = {node.text for node in self.root.walk() if node.form is Form.ALIAS}
        if pair[1].anchor in shared:
            raise Unsafe(f"{key!r} has the anchor &{pair[1].anchor}, and others share it")
        return pair

    def _additive(self, action: Action) -> Iterator[Splice]:
        """Have a list only added to, whatever the entity says; who only watches goes on to."""
        if self.modes(action) is not Mode.FULL:
            return
        manage = self._pair("manage")
        wanted = f"{action.value}: {Mode.ADDITIVE.value}"
        if manage is None:
            yield from section_added(self.text, self.root, "manage", [f"manage: {{{wanted}}}"])
        elif manage[1].form is Form.SCALAR:
            other = f"{action.opposite.value}: {manage[1].text}"
            both = [other, wanted] if action is Action.BLOCK else [wanted, other]
            yield from value_set(manage[1], "{" + ", ".join(both) + "}")
        else:
            mode = manage[1].value(action.value)
            if mode is None:
                yield from pair_added(self.text, manage[1], action.value, Mode.ADDITIVE.value)
            else:
                yield from value_set(ensure_own(mode, "the mode"), Mode.ADDITIVE.value)

    def _margin(self, other: Action) -> str:
        """How far the items of the other list are indented."""
        items = self.root.value(other.value)
        if items is None or items.form is not Form.LIST or items.flow or not items.children:
            return _USUAL
        dash = dash_before(self.text, items.children[0])
        line = self.text.rfind("\n", 0, dash) + 1
        return " " * (dash - line - self.root.column)

    def _find(self, wanted: RuleKey) -> tuple[Node, Node, Leaf]:
        pair = self._pair(wanted.action.value)
        leaves = _leaves(pair[1]) if pair else ()
        for leaf, text, kind in leaves:
            if _is(wanted, text, kind) and pair is not None:
                return *pair, leaf
        raise Unsafe("the rule is written through an alias")


def _pair_in(item: Node, key: str) -> tuple[Node, Node]:
    pair = item.pair(key)
    if pair is None:
        raise Unsafe(f"{key!r} is merged from somewhere else")
    ensure_own(pair[1], f"{key!r}")
    return pair


def _leaves(items: Node) -> Iterator[tuple[Leaf, str, str]]:
    """Every value of a list with the kind that is said beside it."""
    for index, item in enumerate(items.children):
        if item.form is Form.SCALAR:
            yield Leaf(index), item.text, ""
        elif item.form is Form.MAPPING:
            kind = item.value("type")
            said = kind.text if kind else ""
            one, several = item.value("value"), item.value("values")
            if one is not None:
                yield Leaf(index), one.text, said
            elif several is not None:
                for inner, value in enumerate(several.children):
                    yield Leaf(index, inner), value.text, said


def _is(wanted: RuleKey, text: str, kind: str) -> bool:
    try:
        return parse_match(text, Kind(kind) if kind else None) == wanted.match
    except (MatchError, ValueError):
        return False
