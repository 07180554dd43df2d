"""Programs run without a shell, without input, and within bounds."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mpctl.program import Finished, find_program, run_program

posix = pytest.mark.skipif(os.name != "posix", reason="the script needs a POSIX shell")


def python(code: str, *arguments: str, patience: float = 20) -> Finished:
    """Run a Python program to its end."""
    return run_program([sys.executable, "-c", code, *arguments], Path.cwd(), patience=patience)


def script(path: Path, content: str = "#!/bin/sh\necho ran\n") -> Path:
    """Write a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    path.chmod(0o700)
    return path


def test_a_program_is_heard() -> None:
    """Status, output and errors arrive apart."""
    finished = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")

    assert (finished.status, finished.out.split(), finished.err.split()) == (3, [b"out"], [b"err"])


def test_no_shell_reads_the_arguments() -> None:
    """What a shell would act on arrives as it was written."""
    wild = "$HOME; echo `id` > x && *"

    assert python("import sys; print(sys.argv[1])", wild).out.decode().strip() == wild


@pytest.fixture
def _typing() -> Iterator[None]:
    """Somebody types at the terminal."""
    terminal = os.dup(0)
    reader, writer = os.pipe()
    os.write(writer, b"typed")
    os.close(writer)
    os.dup2(reader, 0)
    yield
    os.dup2(terminal, 0)
    os.close(reader)
    os.close(terminal)


@pytest.mark.usefixtures("_typing")
def test_the_input_is_closed() -> None:
    """A program that asks gets no answer, whatever somebody types."""
    assert python("import sys; print(repr(sys.stdin.read()))").out.strip() == b"''"


def test_a_program_runs_in_its_folder(tmp_path: Path) -> None:
    """Relative paths in the arguments mean the same from everywhere."""
    finished = run_program([sys.executable, "-c", "import os; print(os.getcwd())"], tmp_path)

    assert Path(finished.out.decode().strip()).samefile(tmp_path)


def test_a_program_that_hangs_is_ended() -> None:
    """Patience has an end, and what was printed until then is not used."""
    began = time.monotonic()
    with pytest.raises(TimeoutError, match=r"^did not end within 0\.2 seconds$"):
        python("import time; print('secret', flush=True); time.sleep(60)", patience=0.2)

    assert time.monotonic() - began < 30


def test_a_program_that_hides_a_child_is_ended() -> None:
    """A grandchild that keeps the output open cannot keep mpctl."""
    began = time.monotonic()
    child = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; "
    with pytest.raises(TimeoutError):
        python(child + "time.sleep(5)'])", patience=0.5)

    assert time.monotonic() - began < 4


def test_endless_output_is_bounded() -> None:
    """Of what a program prints only the first part is kept, and the rest does not stop it."""
    talk = "[print(end='x' * 50_000, file=file, flush=True) for _ in range(50)]"
    finished = python(f"import sys\nfor file in (sys.stdout, sys.stderr): {talk}")

    assert (finished.status, len(finished.out), len(finished.err)) == (0, 65_536, 65_536)


@pytest.mark.parametrize(
    "name", ["no-such-program", "./no-such-program", "", ".", "..", "/", "nul\0byte"]
)
def test_an_absent_program(name: str, tmp_path: Path) -> None:
    """A program that does not exist is said not to be found."""
    with pytest.raises(FileNotFoundError):
        run_program([name], tmp_path)


@posix
def test_an_argument_that_cannot_be() -> None:
    """A character that no argument can hold is an error of the operating system, not a bug."""
    with pytest.raises(OSError, match="Invalid argument"):
        python("pass", "nul\0byte")


@posix
def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    """A path to a file that may not be run is an error of the operating system."""
    script(tmp_path / "tool").chmod(0o600)

    with pytest.raises(PermissionError):
        run_program(["./tool"], tmp_path)


@posix
def test_a_path_is_looked_up_below_the_folder(tmp_path: Path) -> None:
    """A program written as a path lies beside the configuration."""
    script(tmp_path / "bin" / "tool")

    assert run_program(["bin/tool"], tmp_path).out == b"ran\n"


@posix
@pytest.mark.parametrize("path", ["", ".", "bin:.", "./bin"])
def test_the_current_directory_is_not_searched(
    in_folder: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """A program that a pull request lays beside the policies is never taken for the real one."""
    script(in_folder / "sops")
    script(in_folder / "bin" / "sops")
    monkeypatch.setenv("PATH", path)

    with pytest.raises(FileNotFoundError):
        find_program("sops", in_folder)


@posix
def test_the_search_path_is_searched_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first folder of PATH with a program of the name wins; what may not run is passed over."""
    script(tmp_path / "one" / "sops").chmod(0o600)
    second = script(tmp_path / "two" / "sops")
    script(tmp_path / "three" / "sops")
    folders = (str(tmp_path / name) for name in ("none", "one", "two", "three"))
    monkeypatch.setenv("PATH", os.pathsep.join(folders))

    assert find_program("sops", tmp_path) == second


@posix
@pytest.mark.parametrize("name", ["sops", "sops.exe"])
def test_windows_appends_what_the_user_leaves_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Where there is a PATHEXT, `sops` is `sops.exe`."""
    program = script(tmp_path / "sops.exe")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PATHEXT", os.pathsep.join([".COM", ".EXE"]))

    assert find_program(name, tmp_path) == program
