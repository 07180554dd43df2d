"""What operators do beside rules: one use case a module, effects through ports."""

from mpctl.operate.delisting import Delisting, delist, look_up
from mpctl.operate.still_held import StillHeld

__all__ = ["Delisting", "StillHeld", "delist", "look_up"]
