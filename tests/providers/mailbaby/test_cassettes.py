"""The documented exchanges, written by hand and replayed: a third reading of the service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import vcr

from mpctl.core.change import Cause, Direction, RuleChange, Verb
from mpctl.core.flagged import Category, Flagged
from mpctl.core.schedule import Batch, Operation, Step
from mpctl.core.state import LiveState, Reading
from mpctl.diagnostics import Code
from mpctl.ports import Provider
from mpctl.providers.mailbaby.blocks import Blocks
from mpctl.providers.mailbaby.capabilities import CAPABILITIES
from mpctl.providers.mailbaby.service import SERVICE
from mpctl.providers.service import Setup
from mpctl.transport import KeyRefused, Limits, Session
from tests.clock import FakeClock
from tests.providers.mailbaby.world import MB33, MB39, ends, key

CASSETTES = Path(__file__).parents[2] / "cassettes" / "mailbaby"
RECORDER = vcr.VCR(
    cassette_library_dir=str(CASSETTES), record_mode="none", match_on=["method", "uri", "body"]
)
KEY = "mbk_example_0123456789abcdef"
SPAMMER = key("spammer@bad.com")


@contextmanager
def replayed(name: str) -> Iterator[Session]:
    """Open a session that hears what the cassette holds, and must ask for all of it."""
    clock = FakeClock().clock
    session = Session(
        CAPABILITIES.base_url,
        authorize=SERVICE.authorization({"api_key": KEY}, clock),
        calls=SERVICE.calls,
        limits=Limits(connections=1),
        clock=clock,
        secrets=(KEY,),
        writable=True,
        dialect=SERVICE.dialect,
    )
    with closing(session), RECORDER.use_cassette(f"{name}.yaml") as cassette:
        yield session
        assert cassette.all_played, "the cassette holds requests that were not made"


def provider(session: Session) -> Provider:
    """The provider over a session."""
    return SERVICE.provider(session, Setup(CAPABILITIES.base_url, 1))


def fetched(name: str) -> LiveState:
    """Read the documented orders from a cassette."""
    with replayed(name) as session:
        return provider(session).fetch([Reading(MB39), Reading(MB33)])


def done(name: str, verb: Verb, native_id: str = "") -> list[tuple[str, str]]:
    """Carry one operation out at mb39, as a cassette holds it."""
    change = RuleChange(MB39, verb, SPAMMER, "", Direction.NEUTRAL, Cause.DECLARED)
    batch = Batch(MB39, "39", Step.WINNER_IN, (Operation(change, native_id),))
    with replayed(name) as session:
        opened = provider(session)
        opened.fetch([Reading(MB39)])
        return ends(opened.apply(batch))


@pytest.mark.parametrize("name", ["reading", "framework_error"])
def test_reading(name: str) -> None:
    """The rule of the active order is read, and the other order said to be inactive."""
    live = fetched(name)

    (rule,) = live.entities[MB39].rules
    assert (rule.key, rule.shown, rule.native_id) == (SPAMMER, "spammer@bad.com", "14")
    assert (live.entities[MB39].native_id, live.entities[MB39].complete) == ("39", True)
    assert live.unread[MB33].code is Code.INACTIVE


def test_an_account_without_active_order() -> None:
    """What the service answers with 400 is no error of the target."""
    live = fetched("no_active_order")

    assert (set(live.unread), set(live.missing)) == ({MB33}, {MB39})


def test_a_refused_key() -> None:
    """The service's words are told, and the key is not."""
    with pytest.raises(KeyRefused, match="API key is missing or invalid") as refused:
        fetched("refused_key")
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("name", ["create", "create_text"])
def test_creating(name: str) -> None:
    """Both names of the order are sent; ids are numbers or text."""
    assert done(name, Verb.CREATE) == [("applied", "")]


def test_an_inactive_order() -> None:
    """A refusal in the service's words."""
    assert done("create_refused", Verb.CREATE) == [
        ("failed", "refused with 400: Invalid or Inactive Username.")
    ]


def test_deleting() -> None:
    """By the id, without a body, proven by the list."""
    assert done("delete", Verb.DELETE, "14") == [("applied", "")]


def test_the_block_list() -> None:
    """Three lists; recipients are text that looks like one."""
    with replayed("blocks") as session:
        flagged: Any = Blocks(session).flagged()

    assert flagged == (
        Flagged(Category.LOCAL, "u@d.com", "Hi", "2023-08-07", "['c@s.com']", "x@d.com"),
        Flagged(Category.SUBJECT, "u@d.com", "Hi"),
    )


@pytest.mark.parametrize("name", ["delist", "delist_before"])
def test_delisting(name: str) -> None:
    """One field, whatever the name of the answer's text."""
    with replayed(name) as session:
        Blocks(session).delist("u@d.com")


def test_every_cassette_is_used_and_holds_no_key() -> None:
    """What nobody replays proves nothing."""
    text = Path(__file__).read_text("utf-8")
    for path in CASSETTES.glob("*.yaml"):
        assert f'"{path.stem}"' in text
        assert "X-API-KEY" not in path.read_text("utf-8")
