"""Simulators of the mail-security services over real HTTP on loopback.

They are a second reading of the services' references and share no code with the client.

    with Sandbox() as sandbox:
        print(sandbox.mailprotector.base_url, sandbox.mailprotector.api_key)
"""

from mpctl.sandbox.disk import StateFileError
from mpctl.sandbox.faults import Fault, FaultKind
from mpctl.sandbox.log import LoggedRequest
from mpctl.sandbox.mailprotector import SampleBuilder, SampleData
from mpctl.sandbox.sandbox import SWITCHES, Sandbox, parse_switches
from mpctl.sandbox.service import Service
from mpctl.sandbox.switch import Switch

__all__ = [
    "SWITCHES",
    "Fault",
    "FaultKind",
    "LoggedRequest",
    "SampleBuilder",
    "SampleData",
    "Sandbox",
    "Service",
    "StateFileError",
    "Switch",
    "parse_switches",
]
