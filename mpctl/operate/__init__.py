"""What operators do beside rules: one use case a module, effects through ports."""

from mpctl.operate.delisting import Delisting, delist, look_up

__all__ = ["Delisting", "delist", "look_up"]
