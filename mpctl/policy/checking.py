"""A document against its schema: every violation worded, and what is left without them.

What is left is read on, part by part, so that a misspelt key does not hide a wrong date below it.
"""

from __future__ import annotations

from itertools import chain

from mpctl.core.stage import Stage
from mpctl.policy.placed import Path, PlacedDict, without
from mpctl.policy.problems import Problems
from mpctl.policy.schema import Shape, is_valid, violations
from mpctl.policy.wording import culprits, explain
from mpctl.stages import during


@during(Stage.SCHEMA)
def check(content: PlacedDict, shape: Shape, problems: Problems) -> PlacedDict:
    """Report all violations and return the rest, which is valid but for keys that are missing.

    Valid content is returned as it is.
    """
    if is_valid(content, shape):
        return content
    worded = (explain(error, content) for error in violations(content, shape))
    problems.errors.extend(dict.fromkeys(chain.from_iterable(worded)))
    return _valid_rest(content, shape)


def _valid_rest(content: PlacedDict, shape: Shape) -> PlacedDict:
    rest = content
    while dead := _culprits(rest, shape):
        rest = without(rest, dead)
    return rest


def _culprits(content: PlacedDict, shape: Shape) -> set[Path]:
    everything: Path = ()
    return {path for error in violations(content, shape) for path in culprits(error)} - {everything}
