"""A simulator of Mailprotector CloudFilter, from the Mailprotector reference alone."""

from mpctl.sandbox.mailprotector.sample import SampleBuilder, SampleData
from mpctl.sandbox.mailprotector.service import Mailprotector
from mpctl.sandbox.mailprotector.state import State
from mpctl.sandbox.mailprotector.switches import SWITCHES, Switches

__all__ = [
    "SWITCHES",
    "Mailprotector",
    "SampleBuilder",
    "SampleData",
    "State",
    "Switches",
]
