"""The same rules stand in the policies, at the service, and in the zones of the peer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.applying import ONE_MORE
from benchmarks.bare import LIBRARIES
from benchmarks.dataset import PLAIN, Dataset, Layout, read_paths, write_zones
from benchmarks.first import first_byte
from benchmarks.origin import Pages
from benchmarks.process import FailedError, mpctl, weigh
from benchmarks.service import service
from benchmarks.workplace import Workplace, workplace

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs are weighed by wait4")

DATA = Dataset(7, 30)


def test_a_dataset_has_as_many_rules_as_it_says() -> None:
    """So many domains, so many senders each, and none twice."""
    senders = [sender for name in DATA.names() for sender in DATA.senders(name)]

    assert len(set(DATA.names())) == 7
    assert len(set(senders)) == len(senders) == DATA.total == 210


@pytest.mark.parametrize("page", [7, 100])
@pytest.mark.parametrize("layout", [PLAIN, Layout(files=2), Layout(long_form=True)])
def test_the_policies_are_what_the_service_has(tmp_path: Path, layout: Layout, page: int) -> None:
    """A plan finds nothing to change, reads what the bare fetch reads, and one account more."""
    place = workplace(tmp_path, DATA, layout)

    with service(DATA, page=page, latency=0.0) as origin:
        place.asking(origin.url).run("plan", "--detailed-exitcode")

        assert origin.requests == len(list(read_paths(DATA, page))) + 1


def test_a_difference_would_be_seen(tmp_path: Path) -> None:
    """One rule more in the policies is a change, so that no change means equal."""
    place = workplace(tmp_path, DATA, ONE_MORE)

    with service(DATA, latency=0.0) as origin, pytest.raises(FailedError, match="7 to add"):
        place.asking(origin.url).run("plan", "--detailed-exitcode")


def test_the_zones_hold_the_rules(tmp_path: Path) -> None:
    """A zone for each domain, whose records point to its senders, on both sides."""
    zones = write_zones(DATA, tmp_path)

    for side in ("source", "target"):
        for name in DATA.names():
            records = yaml.safe_load((zones / side / f"{name}.yaml").read_text("utf-8"))
            values = [record["value"] for record in records.values()]
            assert values == [f"{sender}." for sender in DATA.senders(name)]


@pytest.mark.parametrize("page", [7, 25, 100])
def test_the_paths_of_the_bare_fetch_hold_everything(page: int) -> None:
    """Every page is there and no row is missing or read twice."""
    pages = Pages(DATA, page)
    answers = [pages.answer(path) for path in read_paths(DATA, page)]

    assert all(answer.startswith(b"HTTP/1.1 200") for answer in answers)
    rows: list[Any] = [
        row for answer in answers for row in yaml.safe_load(answer.partition(b"\r\n\r\n")[2])
    ]
    senders = [s for name in DATA.names() for s in DATA.senders(name)]
    assert [row["value"] for row in rows if "value" in row] == senders
    assert [row["name"] for row in rows if "name" in row] == list(DATA.names())


@pytest.mark.parametrize("library", LIBRARIES)
def test_each_library_asks_for_each_page_once(tmp_path: Path, library: str) -> None:
    """None of the peers does more or less than the others."""
    listed = tmp_path / "paths"
    listed.write_text("\n".join(read_paths(DATA, 7)), "utf-8")

    with service(DATA, page=7, latency=0.0) as origin:
        weigh([sys.executable, "-m", "benchmarks.bare", library, origin.url, "4", str(listed)])

        assert origin.requests == len(listed.read_text("utf-8").split())


def test_the_loop_adds_what_an_apply_adds(tmp_path: Path) -> None:
    """After the loop, a plan of the same change finds nothing to do."""
    place = workplace(tmp_path, DATA, ONE_MORE)

    with service(DATA, latency=0.0) as origin:
        weigh([sys.executable, "-m", "benchmarks.loop", origin.url, str(DATA.domains)])
        assert origin.requests == DATA.domains

        place.asking(origin.url).run("plan", "--detailed-exitcode")


def test_an_apply_asks_four_times_a_change(tmp_path: Path) -> None:
    """Read for the plan, read again before the write, write, read the proof."""
    place = workplace(tmp_path, DATA, ONE_MORE)

    with service(DATA, latency=0.0) as origin:
        place.asking(origin.url).run("apply", "--confirm", "--quiet")
        assert origin.requests - 4 * DATA.domains <= 3

        place.asking(origin.url).run("plan", "--detailed-exitcode")


@pytest.mark.parametrize("terminal", [True, False])
def test_the_first_byte_is_waited_for(tmp_path: Path, *, terminal: bool) -> None:
    """A plan says something, in a terminal and to a pipe."""
    place = workplace(tmp_path, DATA)

    with service(DATA, latency=0.0) as origin:
        assert first_byte(mpctl("plan"), place.asking(origin.url), terminal=terminal).wall > 0


@pytest.mark.parametrize("terminal", [True, False])
def test_silence_is_no_first_byte(tmp_path: Path, *, terminal: bool) -> None:
    """A program that ends without a word is an error, not a quick one."""
    with pytest.raises(FailedError, match="ended without a word"):
        first_byte([sys.executable, "-c", "pass"], Workplace(tmp_path), terminal=terminal)
