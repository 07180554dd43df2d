"""What the filter finds in a message: codes of results, what they mean and what they weigh.

The codes of the reference are few; the rest are of the same kind. `POST /results` explains them.
"""

from collections.abc import Mapping
from typing import NamedTuple

from mpctl.sandbox.mailprotector.entities import Document


class Finding(NamedTuple):
    """What a code stands for; weights add up to a message's score of 0 to 1000."""

    id: int
    title: str
    description: str
    weight: int


FINDINGS: Mapping[str, Finding] = {
    "spf_pass": Finding(11, "SPF Pass", "The host may send for the envelope's domain.", 0),
    "spf_fail": Finding(12, "SPF Fail", "The host may not send for the envelope's domain.", 220),
    "from_spf_none": Finding(13, "No SPF", "The domain of the From header has no SPF.", 30),
    "no_rdns": Finding(17, "No Reverse DNS", "The address of the host has no name.", 40),
    "bulk": Finding(21, "Bulk", "Many recipients received the same message.", 310),
    "new_domain": Finding(24, "New Domain", "The sender's domain was registered lately.", 260),
    "phish_url": Finding(31, "Phishing Link", "A link leads to a known phishing site.", 480),
    "invoice_words": Finding(36, "Payment Words", "The text asks for a payment.", 190),
    "lookalike": Finding(38, "Lookalike", "The name resembles a colleague's.", 240),
    "foreign_charset": Finding(41, "Charset", "The text is in a script that is rare here.", 120),
    "backscatter": Finding(44, "Backscatter", "A bounce of a message nobody sent.", 410),
    "virus": Finding(51, "Virus", "An attachment carries a known virus.", 1000),
    "macro": Finding(53, "Macro", "An attachment carries a macro.", 350),
    "encrypted_archive": Finding(61, "Encrypted Archive", "An attachment cannot be read.", 100),
    "card_number": Finding(63, "Card Number", "The text holds the number of a card.", 100),
    "outbound_burst": Finding(71, "Burst", "The sender sent unusually many messages.", 330),
    "allowed_sender": Finding(81, "Allowed Sender", "A rule allows the sender.", 0),
    "blocked_sender": Finding(82, "Blocked Sender", "A rule blocks the sender.", 1000),
}


def weight(code: str) -> int:
    """Return what a code adds to the score."""
    return FINDINGS[code].weight


def explained(code: str, mode: str) -> Document:
    """Return a code as a held message shows it (section 9.2); KeyError when there is none."""
    finding = FINDINGS[code]
    return {"id": finding.id, "mode": mode, **finding._asdict()}
