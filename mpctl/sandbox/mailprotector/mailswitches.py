"""What CloudFilter might do with logs, held mail and releases where the reference knows no answer.

Apart from the other switches, because nothing that they change bears on rules and settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mpctl.sandbox.switch import Switch, choice, described


@dataclass(frozen=True)
class MailSwitches:
    """The part of a simulator's behaviour that concerns mail."""

    size_parameter: Literal["both", "page_size", "per_page"] = choice(
        "both", 2, "which parameter sets the size of a page of logs or messages"
    )
    release_denied: Literal["403", "422", "400", "silent204"] = choice(
        "403", 13, "the answer to a release that is not permitted; silent204 claims success"
    )
    redeliver: Literal["404", "204"] = choice(
        "404", 14, "a second release: not found, or the mail is sent once more"
    )
    deliver_many_denied: Literal["skip", "403"] = choice(
        "skip", 15, "what is not permitted among several is left out, or refuses them all"
    )
    log_decision: Literal["present", "omitted"] = choice(
        "present", 24, "whether log entries tell the decision"
    )
    text_filter: Literal["substring", "exact"] = choice(
        "substring", 26, "how sender, recipient and subject filter logs and messages"
    )
    sender_filter: Literal["envelope", "header"] = choice(
        "envelope", 26, "which sender the filter of that name looks at"
    )
    direction_filter: Literal["field", "ignored"] = choice(
        "field", 26, "whether `direction` filters logs and messages"
    )


MAIL_SWITCHES: Mapping[str, Switch] = described(MailSwitches)
