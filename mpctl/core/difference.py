"""What differs between two nested documents, in words."""

from __future__ import annotations

import json
from typing import Any


def describe_difference(before: Any, after: Any) -> tuple[str, ...]:
    """One phrase for each place that vanished, appeared or changed, sorted; empty when equal."""
    # Only a document that really differs is worth the import, which is slow.
    if before == after:
        return ()
    from deepdiff import DeepDiff  # noqa: PLC0415

    found = DeepDiff(before, after, view="tree", verbose_level=2)
    return tuple(sorted(_phrase(item) for items in found.values() for item in items))


def _phrase(item: Any) -> str:
    path = ".".join(str(part) for part in item.path(output_format="list")) or "the document"
    if item.report_type.endswith("_removed"):
        return f"{path} vanished (was {json.dumps(item.t1)})"
    if item.report_type.endswith("_added"):
        return f"{path} appeared ({json.dumps(item.t2)})"
    return f"{path} changed from {json.dumps(item.t1)} to {json.dumps(item.t2)}"
