"""What stands in the state file: rules, local configuration and mail, as a document and back."""

from collections.abc import Mapping
from typing import Any

from mpctl.sandbox.disk import check_format
from mpctl.sandbox.mailprotector.entities import Directory, Document, Key
from mpctl.sandbox.mailprotector.mailroom import MailRoom
from mpctl.sandbox.mailprotector.rulebook import Rule, RuleBook, RuleType

FORMAT = 1
Content = tuple[RuleBook, dict[Key, Document], MailRoom]


def written(book: RuleBook, configuration: Mapping[Key, Document], mail: MailRoom) -> Document:
    """Return the state as a JSON document."""
    return {
        "format": FORMAT,
        "next_rule_id": book.next_id,
        "rules": [
            {
                "id": rule.id,
                "entity": str(rule.owner),
                "value": rule.value,
                "rule_type": str(rule.rule_type),
            }
            for rule in book.all()
        ],
        "configuration": {str(key): local for key, local in configuration.items()},
        "mail": mail.written(),
    }


def read(document: Any, directory: Directory, sample: MailRoom) -> Content:
    """Return the state that a document holds; any error when it makes no sense.

    A document from before there was mail leaves the mail of the sample data in place.
    """
    check_format(document, FORMAT)
    rules = [
        Rule(int(row["id"]), Key.parse(row["entity"]), row["value"], RuleType(row["rule_type"]))
        for row in document["rules"]
    ]
    configuration = {
        Key.parse(key): dict(local) for key, local in document["configuration"].items()
    }
    book = RuleBook(rules, next_id=int(document["next_rule_id"]))
    mail = MailRoom.read(document["mail"]) if "mail" in document else sample
    _check_owners(directory, {rule.owner for rule in book.all()}, set(configuration), mail.owners())
    return book, configuration, mail


def _check_owners(directory: Directory, *owners: set[Key]) -> None:
    if strangers := sorted(str(key) for key in set().union(*owners) if key not in directory):
        raise LookupError(f"it names {', '.join(strangers)}, which the sample data does not have")
