"""A simulator of the Stalwart management API, v0.11 to v0.15, from its reference alone."""

from mpctl.sandbox.stalwart.harbor import harbor_mail, plumbing
from mpctl.sandbox.stalwart.mailqueue import QueuedMessage, Recipient
from mpctl.sandbox.stalwart.sample import SampleData
from mpctl.sandbox.stalwart.service import Stalwart
from mpctl.sandbox.stalwart.state import State
from mpctl.sandbox.stalwart.switches import SWITCHES, Switches

__all__ = [
    "SWITCHES",
    "QueuedMessage",
    "Recipient",
    "SampleData",
    "Stalwart",
    "State",
    "Switches",
    "harbor_mail",
    "plumbing",
]
