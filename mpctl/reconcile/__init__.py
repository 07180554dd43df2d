"""Desired against live: make a plan, carry it out. Effects only through ports."""

from mpctl.reconcile.apply import Applier
from mpctl.reconcile.convergence import Convergence
from mpctl.reconcile.guarding import Guarding
from mpctl.reconcile.planning import Prepared, make_plan, prepare

__all__ = ["Applier", "Convergence", "Guarding", "Prepared", "make_plan", "prepare"]
