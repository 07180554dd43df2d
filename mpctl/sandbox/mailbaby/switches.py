"""What MailBaby might do where the MailBaby reference is not sure.

Rows 1 to 11 are the lines of the table of unknowns in section 10, rows from 12 on those of section
9, where specification and server disagree: the default is the server, the other value what the
specification says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mpctl.sandbox.switch import OFF, Switch, choice, described, number, typed


@dataclass(frozen=True)
class Switches:
    """The behaviour of one simulator; a field is a switch, its first choice the default."""

    order_field: Literal["username", "user", "both", "neither"] = choice(
        "username",
        1,
        "the field that says which order a new rule belongs to; without it, the first active one",
        withholds=("neither",),
    )
    id_type: Literal["number", "text", "mixed"] = choice(
        "number", 2, "the JSON type of rule ids; mixed: text in lists, a number when created"
    )
    unique_rules: Literal["off", "on"] = choice(
        "off", 3, 'a rule created twice: a second row, or a framework error of code "23000"'
    )
    extra_column: Literal["off", "on"] = choice("off", 4, "rules have a field that no one knows")
    validation: Literal["2.x", "2.x+rfc", "off"] = choice(
        "2.x", 5, "what checks types and values: the library, with an RFC parser for mail, nothing"
    )
    framework_error: Literal["off", "500", "HY000", "2002"] = choice(
        "off",
        6,
        "the first request of each documented call ends in a framework error of this code",
        withholds=("2002",),
    )
    framework_status: Literal["200", "real"] = choice(
        "200", 6, "the status of framework errors for those who accept JSON"
    )
    rate_limit: int = number((OFF, "50"), 7, "requests in a second before a refusal", minimum=1)
    rate_limit_status: Literal["429", "503"] = choice(
        "429", 7, "the status of what the rate limit refuses"
    )
    retry_after: Literal["seconds", "date", "absent"] = choice(
        "seconds", 7, "the Retry-After header of what the rate limit refuses"
    )
    read_lag: int = number(
        ("0", "1"), 8, "reads of the rules that show the old state after a write", minimum=0
    )
    max_rules: int = number((OFF, "100"), 9, "the most rules of an order", minimum=1)
    max_data: int = number((OFF, "64"), 9, "the most characters of a value", minimum=1)
    long_data: Literal["refuse", "truncate"] = choice(
        "refuse", 9, "a value longer than max_data: a framework error, or cut off without a word"
    )
    list_order: Literal["insertion", "newest", "shuffled"] = choice(
        "insertion", 10, "the order of rows in lists; shuffled: another one each time"
    )
    first_order: Literal["lowest", "highest"] = choice(
        "lowest", 10, "which id makes the first active order"
    )
    delete_unknown: Literal["ok", "404"] = choice(
        "ok", 14, "a delete of an id that the key cannot see"
    )
    unknown_username: Literal["400", "404"] = choice(
        "400", 15, "a new rule for a username that is not an active order's"
    )
    no_active_order: Literal["400", "empty"] = choice(
        "400", 16, "reading rules or blocks without an active order"
    )
    delist_invalid: Literal["200", "400"] = choice(
        "200", 17, "delisting what is not an address: everything is delisted, or it is refused"
    )
    delist_key: Literal["text", "0"] = choice(
        "text", 17, "the field of a delist answer that holds its text"
    )
    created: Literal["text", "date-time", "null"] = choice(
        "text", 18, "the time of a rule: without a zone, as RFC 3339, or unknown"
    )
    inactive_status: Literal["stored", "pending"] = choice(
        "stored", 21, "the status of orders that are not active: as stored, or one no one knows"
    )

    @classmethod
    def of(cls, chosen: Mapping[str, str]) -> "Switches":
        """Return the behaviour for chosen names and values; ValueError names the choices."""
        return cls(**typed(chosen, SWITCHES))


SWITCHES: Mapping[str, Switch] = described(Switches)
