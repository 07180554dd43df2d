"""What a run can be busy with."""

from __future__ import annotations

from enum import StrEnum

# From one moment to another, in seconds of one clock.
Span = tuple[float, float]


class Stage(StrEnum):
    """A part of the work of a run; the value is the word for it."""

    START = "start-up"
    CONNECT = "connect"
    KEYS = "keys"
    GIT = "git"
    YAML = "YAML"
    SCHEMA = "schema"
    COMPILE = "compile"
    NETWORK = "network"
    WAITING = "waiting"
    ANSWERS = "answers"
    DIFF = "diff"
    LINT = "lint"
    APPLY = "apply"
    RENDER = "render"
    REST = "the rest"
