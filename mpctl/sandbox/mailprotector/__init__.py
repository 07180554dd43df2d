"""A simulator of Mailprotector CloudFilter, from the Mailprotector reference alone."""

from mpctl.sandbox.mailprotector.mail import Decision, Mail
from mpctl.sandbox.mailprotector.mailroom import Delivery
from mpctl.sandbox.mailprotector.mailswitches import MAIL_SWITCHES
from mpctl.sandbox.mailprotector.sample import SampleBuilder, SampleData
from mpctl.sandbox.mailprotector.service import Mailprotector
from mpctl.sandbox.mailprotector.state import State
from mpctl.sandbox.mailprotector.switches import SWITCHES, Switches

__all__ = [
    "MAIL_SWITCHES",
    "SWITCHES",
    "Decision",
    "Delivery",
    "Mail",
    "Mailprotector",
    "SampleBuilder",
    "SampleData",
    "State",
    "Switches",
]
