"""What the filter flagged, and delisting it (the MailBaby reference, sections 4.3 and 5.3)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from mpctl.sandbox.mailbaby import Flag, SampleBuilder
from tests.sandbox.mailbaby.conftest import Serve
from tests.sandbox.mailbaby.talk import Client, two_orders

FLAGS = (
    ("local", "u@d.com"),
    ("mbtrap", "U@D.com"),
    ("subject", "u@d.com"),
    ("mailchannels", "u@d.com"),
    ("internal", "u@d.com"),
    ("internal", "other@d.com"),
    ("internal", None),
)
MIDNIGHT = datetime(2026, 3, 2, 0, 10, tzinfo=UTC).timestamp()


def senders(flags: Iterable[Flag]) -> list[str | None]:
    """Return the senders of rows."""
    return [flag.sender for flag in flags]


def days(client: Client, store: str) -> list[Any]:
    """Return what a store shows: dates, or subjects where it has none."""
    rows = client.get("/mail/blocks").json[store]
    return [row.get("date", row["subject"]) for row in rows]


def test_windows(serve: Serve) -> None:
    """Messages are shown for five days, subjects for three, the newest first."""
    builder = SampleBuilder()
    builder.order(39)
    for day in (6, 5, 4, 3, 0):
        for store in ("local", "mbtrap", "subject"):
            builder.flag("mb39", store, "u@d.com", subject=f"{day}", days_ago=day)
    client = serve(builder.build())
    client.state.clock = lambda: MIDNIGHT

    dates = ["2026-03-02", "2026-02-27", "2026-02-26", "2026-02-25"]
    assert [days(client, store) for store in ("local", "mbtrap", "subject")] == [
        dates,
        dates,
        ["0", "3"],
    ]


@pytest.mark.parametrize("username", ["mb33", "mb77"])
def test_flags_of_others_are_not_shown(client: Client, username: str) -> None:
    """Rows of inactive orders and of other accounts are not shown."""
    client.state.flag(username, "local", "u@d.com")

    assert client.get("/mail/blocks").json == {"local": [], "mbtrap": [], "subject": []}


def test_a_row_without_message_id(client: Client) -> None:
    """A message without an id has null, and its recipients are text."""
    client.state.flag("mb39", "mbtrap", "u@d.com", to="['a@s.com', 'b@s.com']")

    (row,) = client.get("/mail/blocks").json["mbtrap"]
    assert (row["messageId"], row["to"]) == (None, "['a@s.com', 'b@s.com']")


@pytest.mark.parametrize("form", [False, True])
def test_delist(serve: Serve, form: bool) -> None:  # noqa: FBT001 - both encodings
    """A sender goes from all stores, in whatever case it stands there."""
    client = serve(two_orders(flags=FLAGS))
    post = client.post_form if form else client.post

    post("/mail/blocks/delete", {"email": "u@D.com"})

    assert senders(client.state.flags()) == ["other@d.com", None]


def test_delist_the_sender_of_others(client: Client) -> None:
    """Nobody asks whose rows they are."""
    client.state.flag("mb77", "local", "theirs@d.com")

    client.post("/mail/blocks/delete", {"email": "theirs@d.com"})

    assert client.state.flags() == ()


@pytest.mark.parametrize("document", [{}, {"email": None}, {"mail": "u@d.com"}])
def test_delist_nobody(serve: Serve, document: dict[str, Any]) -> None:
    """Without an address the rows without a sender go, those of other people among them."""
    client = serve(two_orders(flags=FLAGS))

    assert client.post("/mail/blocks/delete", document).json["status"] == "ok"
    assert None not in senders(client.state.flags())
    assert len(client.state.flags()) == len(FLAGS) - 1


@pytest.mark.parametrize("email", ["", "nobody@d.com", "no address", "d.com", "%"])
def test_delist_who_is_not_there(serve: Serve, email: str) -> None:
    """Whatever is sent, the answer is that a record was deleted."""
    client = serve(two_orders(flags=FLAGS))

    reply = client.post("/mail/blocks/delete", {"email": email})

    assert reply.json == {"status": "ok", "text": "record deleted"}
    assert len(client.state.flags()) == len(FLAGS)
    assert not client.sandbox.writes()[0].changed


def test_delist_without_an_active_order(serve: Serve) -> None:
    """Nobody asks for an order."""
    client = serve(two_orders(status="canceled", flags=FLAGS))

    client.post("/mail/blocks/delete", {"email": "u@d.com"})

    assert len(client.state.flags()) == 2


def test_the_filter_flags_again(client: Client) -> None:
    """A delisted sender may be flagged at once again."""
    client.state.flag("mb39", "local", "u@d.com")
    client.post("/mail/blocks/delete", {"email": "u@d.com"})
    client.state.flag("mb39", "local", "u@d.com")

    assert len(days(client, "local")) == 1
