"""What a script does: one call after the other, one call a rule, nothing read before or after.

`python -m benchmarks.loop URL DOMAINS`. It runs in one process; a script that starts a program for
each call, as the first ones did, needs its start-up each time besides.
"""

from __future__ import annotations

import sys

import requests

from benchmarks.dataset import FIRST_ID
from benchmarks.workplace import KEY


def main(url: str, domains: int) -> None:
    """Add one rule at each domain."""
    for number in range(FIRST_ID, FIRST_ID + domains):
        answer = requests.post(
            f"{url}/domains/{number}/allow_block_rules",
            json={"value": "one-more.example", "rule_type": "block"},
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=30,
        )
        answer.raise_for_status()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
