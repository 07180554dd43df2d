"""Lint: what is allowed to stand in a policy, and better would not.

`checks` has a table of functions from a rule to a finding, `breadth` says which matches cover very
many senders, `lists` knows public suffixes and freemail domains, `judging` walks the declarations
and holds the findings against the waivers. Pure but for the lists, which are package data; what
time it is, is an argument.
"""

from mpctl.policy.lint.checks import CODES, PLANNED
from mpctl.policy.lint.judging import Findings, judge

__all__ = ["CODES", "PLANNED", "Findings", "judge"]
