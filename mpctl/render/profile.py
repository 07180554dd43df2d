"""Where the time of a run went, as a table for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mpctl.core.profile import Profile
from mpctl.core.stage import Stage
from mpctl.render.columns import in_columns
from mpctl.render.words import count

# From this share of a run on, a stage is what should be seen to.
_DOMINANT: Final = 0.5
_ADVICE: Final = {
    Stage.NETWORK: "a higher max_concurrency of the target asks more at once; --only, or --base"
    " with --changed, asks for less",
    Stage.WAITING: "a higher requests_per_second of the target waits less, where the service"
    " permits it",
    Stage.YAML: "a rule that is a plain value is read faster than one with keys of its own, and a"
    " rule set is read once for all that include it",
}


def profile_lines(profile: Profile) -> list[str]:
    """A line that sums up, one for each stage, the longest first, and what would help most."""
    order = [stage for stage in Stage if stage in profile.shares]
    longest = sorted(order, key=lambda stage: -profile.shares[stage])
    rows = [_row(profile, stage) for stage in longest]
    table = (f"  {line}" for line in in_columns(rows, frozenset(), None))
    work = f"at work on the processor: {profile.processor:.2f} s"
    return [
        f"Where the time went: {profile.total:.2f} s; {work}",
        *table,
        *(
            f"{stage}: {_ADVICE[stage]}."
            for stage in longest
            if stage in _ADVICE and profile.shares[stage] > _DOMINANT * profile.total
        ),
    ]


def _row(profile: Profile, stage: Stage) -> tuple[str, ...]:
    seconds = profile.shares[stage]
    share = seconds / profile.total if profile.total else 0.0
    return stage, f"{seconds:8.2f} s", f"{share:6.1%}", ", ".join(_details(profile, stage))


def _details(profile: Profile, stage: Stage) -> Iterator[str]:
    """What a stage was made of; its seconds are those in which at least one was under way."""
    if stage is Stage.NETWORK:
        spent = sum(profile.requests)
        yield count(len(profile.requests), "request")
        yield f"{spent:.2f} s one by one"
        if seconds := profile.shares[stage]:
            yield f"{spent / seconds:.1f} at once"
    elif stage is Stage.WAITING and profile.pauses:
        yield count(len(profile.pauses), "pause")
        yield f"{sum(profile.pauses):.2f} s one by one"
