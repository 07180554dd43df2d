"""Endpoints of the four lists (the Rackspace reference, sections 6.3 and 6.4)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from mpctl.sandbox.rackspace.answers import Answer, Document, RefusalError, bad_request
from mpctl.sandbox.rackspace.call import Call
from mpctl.sandbox.rackspace.directory import Key
from mpctl.sandbox.rackspace.entries import (
    ListName,
    covers,
    folded,
    is_domain_entry,
    is_valid,
)
from mpctl.sandbox.rackspace.switches import Switches

Entries = tuple[str, ...]


def index(call: Call) -> Answer:
    """GET {list}: all entries, never in pages."""
    list_ = call.list_name
    return _answer(call, call.state.listed(call.key, list_))


def add_one(call: Call) -> Answer:
    """POST {list}/{entry}."""
    edit = _Edit.of(call)
    return _store(call, edit, edit.add(edit.before, call.words["entry"] or "", by_post=True))


def remove_one(call: Call) -> Answer:
    """DELETE {list}/{entry}."""
    edit = _Edit.of(call)
    return _store(call, edit, edit.remove(edit.before, call.words["entry"] or ""))


def edit_many(call: Call) -> Answer:
    """PUT {list}: a form of addList and removeList, each with commas in between."""
    edit = _Edit.of(call)
    form = call.form()
    adds, removes = _split(form.get("addlist", "")), _split(form.get("removelist", ""))
    _check_form(adds, removes, call.switches)
    after, problem = edit.both(adds, removes)
    answer = _store(call, edit, after)
    if problem is not None and call.switches.partial_put != "rest_200":
        raise problem
    return answer


def _split(text: str) -> list[str]:
    return text.split(",") if text else []


def _check_form(adds: list[str], removes: list[str], switches: Switches) -> None:
    if not adds and not removes:
        raise bad_request("addList or removeList is required")
    if switches.put_cap and len(adds) + len(removes) > switches.put_cap:
        raise bad_request(f"a request is limited to {switches.put_cap} entries")
    twice = set(adds) & set(removes)
    if twice and switches.add_and_remove == "400":
        raise bad_request(f"{min(twice)} is in both addList and removeList")


def _store(call: Call, edit: "_Edit", after: Entries) -> Answer:
    call.state.set_entries(*edit.key, edit.list_, after)
    return _answer(call, after, write=True)


def _answer(call: Call, entries: Entries, *, write: bool = False) -> Answer:
    word = call.words["list"] or ""
    kind = word.removeprefix("ip")
    root, item = (kind, "address") if kind == word else (f"ip{kind.capitalize()}", "ip")
    return Answer(_document(entries, call.switches), root, item, write=write)


def _document(entries: Entries, switches: Switches) -> Document:
    if entries or switches.empty_list == "array":
        return {"addresses": list(entries)}
    empty: dict[str, Document] = {
        "null": {"addresses": None},
        "object": {"addresses": {}},
        "absent": {},
    }
    return empty[switches.empty_list]


@dataclass(frozen=True)
class _Edit:
    """What adding and removing make of one list; nothing is stored here."""

    call: Call
    key: Key
    list_: ListName

    @classmethod
    def of(cls, call: Call) -> "_Edit":
        list_ = call.list_name
        return cls(call, call.key, list_)

    @property
    def switches(self) -> Switches:
        return self.call.switches

    @cached_property
    def before(self) -> Entries:
        return self.call.state.entries(*self.key, self.list_)

    def both(
        self, adds: Iterable[str], removes: Iterable[str]
    ) -> tuple[Entries, RefusalError | None]:
        """Return the list after a PUT and its first problem, as `partial_put` says."""
        steps: list[tuple[Callable[[Entries, str], Entries], str]]
        adding = [(self.add, entry) for entry in adds]
        removing = [(self.remove, entry) for entry in removes]
        first = self.switches.add_and_remove != "remove_first"
        steps = [*adding, *removing] if first else [*removing, *adding]
        entries, problem = self.before, None
        for step, entry in steps:
            try:
                entries = step(entries, entry)
            except RefusalError as refusal:
                problem = problem or refusal
                if self.switches.partial_put in ("nothing", "until_bad"):
                    break
        untouched = problem is not None and self.switches.partial_put == "nothing"
        return (self.before if untouched else entries), problem

    def add(self, entries: Entries, entry: str, *, by_post: bool = False) -> Entries:
        """Return the list with an entry more; RefusalError when it cannot be taken."""
        self._check_value(entry)
        self._check_own_domain(entry, by_post=by_post)
        stored = self._stored(entry)
        if any(self._same(row, stored) for row in entries):
            return self._added_again(entries, stored)
        self._check_opposite(stored)
        return self._grown(entries, stored)

    def remove(self, entries: Entries, entry: str) -> Entries:
        """Return the list without an entry; RefusalError when it is not there."""
        stored = self._stored(entry)
        found = [n for n, row in enumerate(entries) if row == entry or self._same(row, stored)]
        if not found:
            return self._removed_again(entries, entry)
        gone = found if self.switches.remove_copies == "all" else found[:1]
        return tuple(row for n, row in enumerate(entries) if n not in gone)

    def _added_again(self, entries: Entries, stored: str) -> Entries:
        if self.switches.add_present == "400":
            raise bad_request(f"{stored} is already on the {self._word}")
        return self._grown(entries, stored) if self.switches.add_present == "duplicate" else entries

    def _removed_again(self, entries: Entries, entry: str) -> Entries:
        if not self.list_.holds_ips:
            self._check_value(entry)
        if self.switches.remove_absent == "ignore":
            return entries
        raise bad_request(f"{entry} is not found on the {self._word}")

    def _grown(self, entries: Entries, stored: str) -> Entries:
        cap = self.switches.list_cap
        if cap and len(entries) >= cap:
            raise bad_request(f"the {self._word} is limited to {cap} entries")
        return (*entries, stored)

    def _check_value(self, entry: str) -> None:
        if not is_valid(entry, self.list_):
            kind = "ip" if self.list_.holds_ips else "email"
            raise bad_request(f"invalid {kind} address: {entry}")

    def _check_own_domain(self, entry: str, *, by_post: bool) -> None:
        if self.list_ is ListName.BLOCK and self._hits_own_domain(entry, by_post=by_post):
            own = folded(entry)
            raise bad_request(f"Adding {own} would {self._word} the current domain")

    def _hits_own_domain(self, entry: str, *, by_post: bool) -> bool:
        domain = self.call.directory.domains[self.key.domain]
        names = {
            "matching": (domain.name,),
            "aliases": (domain.name, *domain.aliases),
            "plain": (),
            "post_only": (domain.name,) if by_post else (),
        }[self.switches.own_domain]
        is_plain = self.switches.own_domain == "plain" and entry.lower() == domain.name.lower()
        return is_plain or any(covers(entry, name) for name in names)

    def _check_opposite(self, stored: str) -> None:
        other = self.list_.opposite
        there = self.call.state.entries(*self.key, other)
        if self.switches.opposite_entry == "400" and any(self._same(row, stored) for row in there):
            raise bad_request(f"{stored} is already on the {self._word_of(other)}")

    def _stored(self, entry: str) -> str:
        """Return the form in which an entry is kept."""
        if self.switches.value_case == "lower":
            entry = entry.lower()
        if self.list_.holds_ips or not is_domain_entry(entry):
            return entry
        bare = entry.removeprefix("@")
        return {"verbatim": entry, "at": f"@{bare}", "bare": bare}[self.switches.domain_echo]

    def _same(self, one: str, other: str) -> bool:
        if self.switches.identity == "folded":
            return folded(one) == folded(other)
        return one == other

    @property
    def _word(self) -> str:
        return self._word_of(self.list_)

    def _word_of(self, list_: ListName) -> str:
        return self.switches.message_words if list_.blocks else "safelist"
