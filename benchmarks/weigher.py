"""Runs one program and weighs it, from a process that is itself as small as can be.

`python -I -S weigher.py FILE COMMAND...` writes into the file: wall and processor time, the most
memory and what was read from disk in bytes, and the exit code. What a process is said to have held
at the most includes what its parent held when it was started, so the parent must be small.
"""

import os
import sys
from time import perf_counter

_UNIT = 1 if sys.platform == "darwin" else 1024
_BLOCK = 512


def main(place: str, command: list[str]) -> None:
    """Run the command to its end."""
    started = perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, used = os.wait4(child, 0)
    wall = perf_counter() - started
    code = os.waitstatus_to_exitcode(status)
    processor, memory = used.ru_utime + used.ru_stime, used.ru_maxrss * _UNIT
    figures = (wall, processor, memory, used.ru_inblock * _BLOCK, code)
    with open(place, "w", encoding="ascii") as file:  # noqa: PTH123 - pathlib is not small
        file.write(" ".join(map(str, figures)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
