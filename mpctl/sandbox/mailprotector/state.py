"""What a client can change, and what it then reads: rules, local configuration, held mail."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from copy import deepcopy
from threading import RLock
from typing import Any

from mpctl.sandbox.disk import StateFile
from mpctl.sandbox.lag import Lag
from mpctl.sandbox.mailprotector.disk import Content, read, written
from mpctl.sandbox.mailprotector.documents import PutMode, effective, merged, permission, updated
from mpctl.sandbox.mailprotector.entities import Directory, Document, Key, Scope
from mpctl.sandbox.mailprotector.mail import Mail
from mpctl.sandbox.mailprotector.mailroom import Delivery, MailRoom
from mpctl.sandbox.mailprotector.rulebook import Rule, RuleBook, RuleType
from mpctl.sandbox.mailprotector.sample import SampleData


class State:
    """The live state of one simulator, for the service and for tests.

    Tests may read and change it while the simulator serves; each call is atomic. `revision` grows
    with every change. Scopes are path segments such as "domains".
    """

    def __init__(
        self,
        data: SampleData,
        *,
        lock: RLock,
        file: StateFile | None = None,
        read_lag: int = 0,
        put_mode: PutMode = "deep_merge",
    ) -> None:
        """Begin with what `file` holds, else with `data`."""
        self.directory = Directory(data.entities, data.key_reseller)
        self.revision = 0
        self._data = data
        self._lock = lock
        self._file = file
        self._read_lag = read_lag
        self._put_mode = put_mode
        saved = file.load(self._read) if file else None
        self._begin(*(saved or self._sample()))

    def _read(self, document: Any) -> Content:
        return read(document, self.directory, self._data.mailroom())

    def _sample(self) -> Content:
        return self._data.rulebook(), dict(self._data.configuration), self._data.mailroom()

    def _begin(self, book: RuleBook, locals_: dict[Key, Document], mail: MailRoom) -> None:
        self._book = book
        self._locals = locals_
        self._mail = mail
        self._rule_lag: Lag[Key, tuple[Rule, ...]] = Lag(self._read_lag)
        self._configuration_lag: Lag[Key, Document] = Lag(self._read_lag)
        self._held_lag: Lag[str, tuple[Mail, ...]] = Lag(self._read_lag)

    def reset(self) -> None:
        """Go back to the sample data."""
        with self._lock:
            self._begin(*self._sample())
            self._changed()

    def _changed(self) -> None:
        self.revision += 1
        if self._file:
            self._file.save(written(self._book, self._locals, self._mail))

    # Rules

    def rule(self, rule_id: int) -> Rule | None:
        """Return the rule of this id, if there is one."""
        return self._book.get(rule_id)

    def rules_of(self, scope: str, entity_id: int) -> tuple[Rule, ...]:
        """Return the rules of one entity as they really are, oldest first."""
        with self._lock:
            return self._book.of(self._key(scope, entity_id))

    def listed_rules(self, key: Key) -> tuple[Rule, ...]:
        """Return the rules of one entity as a client sees them, which may lag."""
        with self._lock:
            return self._rule_lag.read(key, self._book.of(key))

    def add_rule(self, scope: str, entity_id: int, value: str, rule_type: str | RuleType) -> Rule:
        """Store a rule, whatever its value, and return it."""
        with self._lock:
            key = self._key(scope, entity_id)
            self._rule_lag.write(key, self._book.of(key))
            rule = self._book.add(key, value, RuleType.parse(rule_type))
            self._changed()
            return rule

    def remove_rule(self, rule_id: int) -> Rule:
        """Remove a rule and return it; KeyError when there is none."""
        with self._lock:
            key = self._book[rule_id].owner
            self._rule_lag.write(key, self._book.of(key))
            rule = self._book.remove(rule_id)
            self._changed()
            return rule

    # Configuration

    def local_configuration(self, scope: str, entity_id: int) -> Document:
        """Return what is set on the entity itself."""
        with self._lock:
            return deepcopy(self._locals.get(self._key(scope, entity_id), {}))

    def effective_configuration(self, scope: str, entity_id: int) -> Document:
        """Return what the entity reads, with what it inherits."""
        with self._lock:
            return deepcopy(self._effective(self._key(scope, entity_id)))

    def shown_configuration(self, key: Key, *, local: bool) -> Document:
        """Return the configuration as a client sees it, which may lag."""
        with self._lock:
            own = self._configuration_lag.read(key, self._locals.get(key, {}))
            return own if local else self._effective(key, own)

    def put_configuration(self, key: Key, changes: Mapping[str, Any]) -> None:
        """Set local values as a PUT does."""
        with self._lock:
            own = self._locals.get(key, {})
            self._configuration_lag.write(key, own)
            self._locals[key] = updated(own, changes, self._put_mode)
            self._changed()

    def set_permission(self, scope: str, entity_id: int, **permissions: bool) -> None:
        """Set release permissions locally, such as `allow_spam_release=True`."""
        with self._lock:
            key = self._key(scope, entity_id)
            own = self._locals.get(key, {})
            self._configuration_lag.write(key, own)
            for name, value in permissions.items():
                own = merged(own, permission(name, value))
            self._locals[key] = own
            self._changed()

    def _effective(self, key: Key, own: Document | None = None) -> Document:
        *ancestors, _ = self.directory.chain(key)
        inherited = [self._locals.get(ancestor, {}) for ancestor in ancestors]
        mine = self._locals.get(key, {}) if own is None else own
        return effective([*inherited, mine], self._put_mode)

    # Mail

    def logged(self, key: Key) -> tuple[Mail, ...]:
        """Return every message at or below an entity."""
        with self._lock:
            return self._below(key, self._mail.all())

    def held(self, scope: str, entity_id: int) -> tuple[Mail, ...]:
        """Return the messages that are really held at or below an entity."""
        with self._lock:
            return self._below(self._key(scope, entity_id), self._mail.held())

    def listed_held(self, key: Key) -> tuple[Mail, ...]:
        """Return the held messages at or below an entity as a client sees them, which may lag."""
        with self._lock:
            return self._below(key, self._held_lag.read("held", self._mail.held()))

    def message(self, number: int) -> Mail | None:
        """Return a message that is held, or was until it was let go."""
        with self._lock:
            return self._mail[number] if self._mail.was_held(number) else None

    def holds(self, number: int) -> bool:
        """Whether a message is held."""
        with self._lock:
            return self._mail.holds(number)

    def may_release(self, mail: Mail) -> bool:
        """Whether the place whose mail it is permits the release of what is held for this."""
        with self._lock:
            permissions = self._effective(mail.place).get("permissions", {}).get("messages", {})
            return permissions.get(f"allow_{mail.decision.hold}_release") is True

    def deliver(self, number: int, recipients: tuple[str, ...]) -> None:
        """Let a message go to `recipients`, however often that was done before."""
        with self._lock:
            self._held_lag.write("held", self._mail.held())
            self._mail.deliver(number, recipients)
            self._changed()

    def add_mail(self, mail: Mail) -> Mail:
        """Take a message in, give it an id, and return it."""
        with self._lock:
            added = self._mail.add(mail)
            self._changed()
            return added

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """What was let go, in that order."""
        with self._lock:
            return self._mail.deliveries

    def received(self) -> Counter[tuple[int, str]]:
        """Count how often each held message came to each recipient."""
        with self._lock:
            return self._mail.received()

    def _below(self, key: Key, mails: tuple[Mail, ...]) -> tuple[Mail, ...]:
        return tuple(mail for mail in mails if key in self.directory.chain(mail.place))

    # All of it

    def snapshot(self) -> Document:
        """Return rules, local configuration and what is held as a plain value without rule ids."""
        with self._lock:
            rules: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
            for rule in self._book.all():
                rules[str(rule.owner)].append((str(rule.rule_type), rule.value))
            return {
                "rules": {owner: sorted(rules[owner]) for owner in sorted(rules)},
                "configuration": deepcopy(
                    {str(key): self._locals[key] for key in sorted(self._locals)}
                ),
                "held": sorted(mail.id for mail in self._mail.held()),
                "received": dict(self._mail.received()),
            }

    def _key(self, scope: str, entity_id: int) -> Key:
        key = Key(Scope(scope), entity_id)
        if key not in self.directory:
            raise KeyError(f"the sandbox has no {key}")
        return key
