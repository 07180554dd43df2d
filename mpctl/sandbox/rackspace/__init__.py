"""A simulator of Rackspace Email & Apps, from the Rackspace reference alone."""

from mpctl.sandbox.rackspace.directory import Key, Scope
from mpctl.sandbox.rackspace.entries import ListName
from mpctl.sandbox.rackspace.sample import SampleBuilder, SampleData
from mpctl.sandbox.rackspace.service import Rackspace
from mpctl.sandbox.rackspace.signature import signature
from mpctl.sandbox.rackspace.state import State
from mpctl.sandbox.rackspace.switches import SWITCHES, Switches

__all__ = [
    "SWITCHES",
    "Key",
    "ListName",
    "Rackspace",
    "SampleBuilder",
    "SampleData",
    "Scope",
    "State",
    "Switches",
    "signature",
]
