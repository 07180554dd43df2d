"""Held messages are found by their numbers wherever the key may look."""

from __future__ import annotations

import pytest

from mpctl.core.entity import Entity
from mpctl.core.mail import HeldMessage, Page, Search
from mpctl.diagnostics import Code, MpctlError
from mpctl.providers.mailprotector.messages import Messages
from mpctl.sandbox import SampleBuilder, SampleData
from mpctl.transport import KeyRefused, Refused, Unavailable
from tests.providers.mailprotector.world import World, running


def held() -> SampleData:
    """Two domains, with a held message each, and one of somebody else's."""
    msp = SampleBuilder()
    reseller = msp.reseller("Harbor IT Services", id_=400)
    customer = msp.customer("Acme Widgets", reseller, id_=5001)
    acme = msp.domain("acme.example", customer, id_=9101)
    msp.alias_domain("acme-mail.example", acme, id_=9102)
    msp.domain("globex.example", customer, id_=9201)
    theirs = msp.customer("Cobalt Printing", msp.reseller("Tidewater Managed IT", id_=401))
    msp.domain("cobaltprint.example", theirs, id_=9901)
    for name in ("acme", "globex", "cobaltprint"):
        msp.mail(
            "2026-11-20T10:00:00",
            "x@bulk.example",
            f"a@{name}.example",
            name,
            decision="quarantine_spam",
        )
    return msp.build()


ACME, GLOBEX, THEIRS = "1985000110", "1985000111", "1985000112"
EVERYWHERE = "/resellers/400/messages"


def find(world: World, *numbers: str) -> set[str]:
    """The messages that are found."""
    return set(Messages(world.session).find(frozenset(numbers)))


def test_everything_below_the_key() -> None:
    """One listing shows everything that the key sees, and nothing of others."""
    with running(data=held()) as world:
        assert find(world, ACME, GLOBEX, THEIRS, "7") == {ACME, GLOBEX}
        assert "/domains/9101/messages" not in world.paths()


@pytest.mark.parametrize("status", ["403", "404"])
def test_a_key_that_may_not_look_at_the_reseller(status: str) -> None:
    """The domains are looked at one by one, as far as needed, and aliases are not."""
    with running(f"GET {EVERYWHERE} {status} times=forever", data=held()) as world:
        assert find(world, ACME, GLOBEX, THEIRS) == {ACME, GLOBEX}
        asked = [path for path in world.paths() if path.endswith("/messages")]
    assert asked == [EVERYWHERE, "/domains/9101/messages", "/domains/9201/messages"]


def test_what_is_found_ends_the_reading() -> None:
    """Once everything is found nothing more is read."""
    with running(f"GET {EVERYWHERE} 403 times=forever", data=held()) as world:
        assert find(world, ACME) == {ACME}
        assert "/domains/9201/messages" not in world.paths()


def test_what_cannot_be_excluded() -> None:
    """Of what was not found it is not said that it is not held, if the listing is doubtful."""
    with running(switches={"wrong_total": "on"}, data=held()) as world:
        assert find(world, ACME, GLOBEX) == {ACME, GLOBEX}
        with pytest.raises(MpctlError, match="not found among the held messages: 7") as raised:
            find(world, ACME, "7")
    assert raised.value.diagnostics[0].code is Code.INCOMPLETE_LISTING


def test_a_doubt_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    """One doubtful listing among several is enough."""
    pages: list[Page[HeldMessage]] = [Page((), doubt="rows may be missing"), Page(())]
    monkeypatch.setattr(Messages, "_held_anywhere", lambda _: iter(pages))

    with running(data=held()) as world, pytest.raises(MpctlError, match="7"):
        find(world, "7")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("GET /messages 401", KeyRefused),
        ("GET /messages 503 times=forever", Unavailable),
        ("GET /domains/9201/messages 403", Refused),
    ],
)
def test_what_cannot_be_read(fault: str, error: type[MpctlError]) -> None:
    """A listing that fails is never taken for one that is empty."""
    closed = [f"GET {EVERYWHERE} 403 times=forever"] if "9201" in fault else []
    with running(*closed, fault, data=held()) as world, pytest.raises(error):
        find(world, "7")


def test_a_size_that_is_refused() -> None:
    """A service that does not know the parameter for the size is asked without it."""
    switches = {"unknown_filter": "400", "size_parameter": "per_page"}
    with running(switches=switches, data=held()) as world:
        pages = list(Messages(world.session).held(Entity("m", "domains", "id:9101"), Search()))
    assert [row.id for page in pages for row in page.rows] == [ACME]


def test_another_refusal() -> None:
    """Any other refusal is an error, and not asked again."""
    with running("GET /domains/9101/messages 403", data=held()) as world:
        with pytest.raises(Refused):
            list(Messages(world.session).held(Entity("m", "domains", "id:9101"), Search()))
        assert world.paths().count("/domains/9101/messages") == 1
