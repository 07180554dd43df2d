"""What the service might do where the Rackspace reference, section 10, knows no answer.

Where an unknown stands elsewhere in the reference, the row is 0 and the help names the section.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mpctl.sandbox.switch import OFF, Switch, choice, described, number, typed


@dataclass(frozen=True)
class Switches:
    """The behaviour of one simulator; a field is a switch, its first choice the default."""

    block_route: Literal["both", "blocklist", "blacklist"] = choice(
        "both", 1, "which spelling of the block lists' routes is served"
    )
    write_answer: Literal["empty", "object", "document", "204"] = choice(
        "empty", 2, "a successful write answers 200 and nothing, {}, or what a GET shows; or 204"
    )
    partial_put: Literal["nothing", "until_bad", "rest_400", "rest_200"] = choice(
        "nothing",
        3,
        "a PUT with a bad entry does nothing, or what stands before it, or all the rest with a"
        " 400 or in silence",
    )
    remove_absent: Literal["400", "ignore"] = choice("400", 4, "removal of an entry not listed")
    add_present: Literal["ignore", "duplicate", "400"] = choice(
        "ignore", 5, "an entry that is listed already: no change, a second copy, or refused"
    )
    remove_copies: Literal["all", "one"] = choice(
        "all", 5, "a removal takes every copy of an entry, or only the first"
    )
    add_and_remove: Literal["add_first", "remove_first", "400"] = choice(
        "add_first", 6, "the order within a PUT; or an entry in both of its lists is refused"
    )
    domain_echo: Literal["verbatim", "at", "bare"] = choice(
        "verbatim", 7, "how the entry of a domain is stored: as sent, as @domain, or as domain"
    )
    value_case: Literal["keep", "lower"] = choice("keep", 7, "the case of stored entries")
    identity: Literal["exact", "folded"] = choice(
        "exact", 7, "whether spellings that differ by case or a leading @ are one entry"
    )
    list_cap: int = number((OFF, "12"), 8, "the most entries of one list", minimum=1)
    put_cap: int = number((OFF, "5"), 8, "the most entries of one PUT", minimum=1)
    own_domain: Literal["matching", "aliases", "plain", "post_only"] = choice(
        "matching",
        9,
        "blocking the mailbox's domain is refused as itself, with @ and by wildcard; for its"
        " aliases too; only as itself; or only by POST",
    )
    opposite_entry: Literal["accept", "400"] = choice(
        "accept", 10, "one entry on the block list and on the safe list"
    )
    message_words: Literal["blacklist", "blocklist"] = choice(
        "blacklist", 11, "the name of the block list in messages"
    )
    signature_seconds: int = number(
        (OFF, "300"), 12, "how far a signature's time may be from now", minimum=1
    )
    page_cap: int = number(("250", "7"), 13, "the most items of a page", minimum=1)
    oversize: Literal["real", "asked", "400"] = choice(
        "real", 13, "a size above the cap: the page's own size is answered, the one asked, or 400"
    )
    reads_per_minute: int = number(
        ("120", OFF, "30"), 14, "GETs in a minute before 403 Exceeded request limits", minimum=1
    )
    writes_per_minute: int = number(
        ("90", OFF, "10"), 14, "other requests in a minute before the same", minimum=1
    )
    not_found_body: Literal["fault", "empty", "html"] = choice("fault", 15, "the body of a 404")
    wrong_method: Literal["405", "404"] = choice(
        "405", 16, "the status of a method that a route does not have"
    )
    error_body: Literal["fault", "html", "empty"] = choice(
        "fault", 17, "what a proxy in between leaves of any error"
    )
    read_lag: int = number(("0", "1"), 18, "reads that show the old state after a write", minimum=0)
    default_format: Literal["json", "xml", "406"] = choice(
        "json", 0, "the answer to a request without Accept (section 2.3)"
    )
    key_case: Literal["documented", "Pascal", "lower"] = choice(
        "documented", 0, "the case of keys in JSON answers (section 2.3)"
    )
    wildcard_in_path: Literal["400", "accept"] = choice("400", 0, "a % in a path (section 2.3)")
    content_length: Literal["optional", "required"] = choice(
        "optional", 0, "a write without Content-Length; 411 where it is required (section 2.3)"
    )
    lock_after: int = number(
        (OFF, "3"), 0, "bad signatures in a row before the key is locked (section 4)", minimum=1
    )
    fault_names: Literal["suffixed", "bare"] = choice(
        "suffixed", 0, "badRequestFault or badRequest (section 3)"
    )
    fault_400: Literal["badRequest", "validation", "apps"] = choice(
        "badRequest", 0, "the fault that a 400 names (section 3)"
    )
    error_header: Literal["sent", "absent"] = choice(
        "sent", 0, "the header x-error-message (section 3)"
    )
    foreign_account: Literal["404", "403"] = choice(
        "404", 0, "the status for the account of others (section 3)"
    )
    foreign_index: Literal["empty", "404"] = choice(
        "empty", 0, "the mailbox index of a service that the domain does not have (section 5.2)"
    )
    omitted_fields: Literal["quarantine", "keep", "all"] = choice(
        "quarantine",
        0,
        "what a settings PUT resets that it does not name: the domain quarantine, nothing, or"
        " everything (section 6.2)",
    )
    owner_and_remove: Literal["remove", "owner", "400"] = choice(
        "remove", 0, "an owner given and removed in one PUT: who wins (section 6.2)"
    )
    no_owner: Literal["empty", "null"] = choice(
        "empty", 0, 'a quarantine owner that is not set reads "" or null (section 6.2)'
    )
    empty_list: Literal["array", "null", "object", "absent"] = choice(
        "array",
        0,
        "an empty list is [], null or {}, or its key is missing (section 7.3)",
        withholds=("absent",),
    )

    @classmethod
    def of(cls, chosen: Mapping[str, str]) -> "Switches":
        """Return the behaviour for chosen names and values; ValueError names the choices."""
        return cls(**typed(chosen, SWITCHES))


SWITCHES: Mapping[str, Switch] = described(Switches)
