"""What operators do beside rules: one use case a module, effects through ports."""

from mpctl.operate.delisting import Delisting, delist, look_up
from mpctl.operate.investigating import Source, investigate
from mpctl.operate.permitting import Permissions
from mpctl.operate.releasing import Quarantine, Release
from mpctl.operate.still_held import StillHeld, still_held

__all__ = [
    "Delisting",
    "Permissions",
    "Quarantine",
    "Release",
    "Source",
    "StillHeld",
    "delist",
    "investigate",
    "look_up",
    "still_held",
]
