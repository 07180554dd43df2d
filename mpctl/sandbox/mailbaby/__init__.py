"""A simulator of MailBaby's deny rules and blocks, from the MailBaby reference alone."""

from mpctl.sandbox.mailbaby.model import Flag, Order, Rule, Store
from mpctl.sandbox.mailbaby.sample import SampleBuilder, SampleData
from mpctl.sandbox.mailbaby.service import MailBaby
from mpctl.sandbox.mailbaby.state import State
from mpctl.sandbox.mailbaby.switches import SWITCHES, Switches

__all__ = [
    "SWITCHES",
    "Flag",
    "MailBaby",
    "Order",
    "Rule",
    "SampleBuilder",
    "SampleData",
    "State",
    "Store",
    "Switches",
]
