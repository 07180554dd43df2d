"""Maps whose keys may be wildcards (section 6.1)."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property


class GlobMap:
    """Exact entries first, then wildcards in key order; case counts, and so does all of the key."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._entries = entries

    def find(self, key: str) -> str | None:
        """Return the value of the entry that matches."""
        if key in self._exact:
            return self._exact[key]
        return next((value for glob, value in self._globs if glob.fullmatch(key)), None)

    @cached_property
    def _exact(self) -> dict[str, str]:
        return {_plain(key): value for key, value in self._entries.items() if not is_glob(key)}

    @cached_property
    def _globs(self) -> list[tuple[re.Pattern[str], str]]:
        found = sorted(key for key in self._entries if is_glob(key))
        return [(_pattern(key), self._entries[key]) for key in found]


def is_glob(key: str) -> bool:
    """Whether a `*` or `?` in it is not escaped."""
    return any(wild for _, wild in _characters(key))


def _plain(key: str) -> str:
    return "".join(character for character, _ in _characters(key))


def _pattern(key: str) -> re.Pattern[str]:
    meanings = {"*": ".*", "?": "."}
    parts = (meanings[one] if wild else re.escape(one) for one, wild in _characters(key))
    return re.compile("".join(parts), re.DOTALL)


def _characters(key: str) -> Iterator[tuple[str, bool]]:
    """Yield the characters, each with whether it is a wildcard; a backslash makes one literal."""
    rest = iter(key)
    for character in rest:
        if character == "\\":
            yield next(rest, ""), False
        else:
            yield character, character in "*?"
