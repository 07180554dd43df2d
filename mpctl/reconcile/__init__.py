"""Desired against live: make a plan, carry it out. Effects only through ports."""

from mpctl.reconcile.apply import Applier
from mpctl.reconcile.convergence import Convergence
from mpctl.reconcile.planning import make_plan

__all__ = ["Applier", "Convergence", "make_plan"]
