"""Held mail is let go as the Mailprotector reference, section 10, has it, and never unseen."""

from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from mpctl.sandbox import Fault, SampleBuilder
from tests.sandbox.conftest import Serve
from tests.sandbox.talk import Client

CHOIR = 1985000115  # may go: its customer permits the release of spam
LOAN = 1985000116  # may not: its domain forbids what its customer permits
INVOICE = 1985000129  # may not: nobody permits it
WIRE = 1985000133  # may go: its group permits what its domain does not
DISCOVERY = 1985000114  # may go: held by a policy, and its customer permits that
CARD = 1985000123  # may not: outbound, held by a policy
SCAN = 1985000112  # may not: a virus
FOREIGN = 1985000147  # belongs to another reseller
LOGGED = 1985000110  # was never held
MESSAGE = "release is not permitted"


def held(client: Client) -> set[int]:
    """Return the ids of what is really held anywhere."""
    return set(client.state.snapshot()["held"])


@pytest.mark.parametrize("number", [CHOIR, WIRE, DISCOVERY])
def test_release(client: Client, number: int) -> None:
    """A message that may go leaves the quarantine for its own recipients, and 204 says so."""
    before = held(client)

    reply = client.deliver(number, include_original_recipients=1)

    assert (reply.status, reply.body) == (204, b"")
    assert held(client) == before - {number}
    assert number not in {row["id"] for row in client.held()}
    assert set(client.state.received().values()) == {1}


@pytest.mark.parametrize("number", [LOAN, INVOICE, CARD, SCAN])
def test_release_that_is_not_permitted(client: Client, number: int) -> None:
    """What the place does not permit, each kind by its own flag, is 403 and stays."""
    before = held(client)

    reply = client.deliver(number, include_original_recipients=1)

    assert (reply.status, MESSAGE in reply.json["message"]) == (403, True)
    assert held(client) == before
    assert client.state.deliveries == ()


@pytest.mark.parametrize(
    ("number", "entity", "flag"),
    [
        (INVOICE, "domains/9101", "allow_spam_release"),
        (INVOICE, "user_groups/3101", "allow_spam_release"),
        (INVOICE, "resellers/400", "allow_spam_release"),
        (CARD, "domains/9201", "allow_policy_release"),
        (SCAN, "domains/9601", "allow_virus_release"),
    ],
)
def test_a_permission_counts_below(client: Client, number: int, entity: str, flag: str) -> None:
    """A permission counts for everything below, unless something nearer says otherwise."""
    client.call("PUT", f"/{entity}/configuration", {"permissions": {"messages": {flag: True}}})
    nearer_says_no = number == INVOICE and entity == "resellers/400"

    assert client.deliver(number).status == (403 if nearer_says_no else 204)


@pytest.mark.parametrize("config_put", ["deep_merge", "section_replace"])
def test_permit_then_release(serve: Serve, config_put: str) -> None:
    """What was refused goes after a PUT of the permission."""
    client = serve(switches={"config_put": config_put})
    client.allow_spam_release(to=True)

    assert client.deliver(INVOICE, include_original_recipients=1).status == 204


@pytest.mark.parametrize(
    ("behaviour", "status"), [("403", 403), ("422", 422), ("400", 400), ("silent204", 204)]
)
def test_release_denied(serve: Serve, behaviour: str, status: int) -> None:
    """`release_denied` chooses the answer; in no case does the message go."""
    client = serve(switches={"release_denied": behaviour})

    assert client.deliver(INVOICE, include_original_recipients=1).status == status
    assert INVOICE in held(client)
    assert client.state.deliveries == ()
    assert not client.sandbox.writes()[0].changed


@pytest.mark.parametrize(("behaviour", "status", "times"), [("404", 404, 1), ("204", 204, 2)])
def test_redeliver(serve: Serve, behaviour: str, status: int, times: int) -> None:
    """`redeliver` says whether a second release finds nothing or sends the mail once more."""
    client = serve(switches={"redeliver": behaviour})
    client.deliver(CHOIR)

    assert client.deliver(CHOIR).status == status
    assert client.state.received() == {(CHOIR, "events@silverbrook-events.example"): times}


@pytest.mark.parametrize("number", [1, LOGGED, 99999999999])
def test_nothing_to_release(client: Client, number: int) -> None:
    """An id that is no held message's is 404."""
    assert client.deliver(number).status == 404


@pytest.mark.parametrize("status", [403, 404])
def test_a_foreign_message(serve: Serve, status: int) -> None:
    """A message of another reseller is out of reach, as `foreign_entity` says."""
    client = serve(switches={"foreign_entity": str(status)})

    assert client.deliver(FOREIGN).status == status
    assert FOREIGN in held(client)


@pytest.mark.parametrize(
    ("body", "recipients"),
    [
        ({}, ("bob.roy@acme.example",)),
        ({"include_original_recipients": 1}, ("bob.roy@acme.example",)),
        ({"include_original_recipients": True}, ("bob.roy@acme.example",)),
        (
            {"include_original_recipients": 1, "recipients": "m@acme.example, a@acme.example"},
            ("bob.roy@acme.example", "m@acme.example", "a@acme.example"),
        ),
        ({"include_original_recipients": 0, "recipients": "m@acme.example"}, ("m@acme.example",)),
    ],
)
def test_recipients(client: Client, body: dict[str, Any], recipients: tuple[str, ...]) -> None:
    """It goes to the original recipients unless these are left out, and to those named."""
    assert client.deliver(WIRE, **body).status == 204
    assert [each.recipients for each in client.state.deliveries] == [recipients]


@pytest.mark.parametrize(
    "body",
    [
        {"include_original_recipients": 0},
        {"include_original_recipients": 0, "recipients": " "},
        {"include_original_recipients": "yes"},
        {"include_original_recipients": 2},
        {"include_original_recipients": 1, "recipients": ["m@acme.example"]},
        {"include_original_recipients": 1, "recipients": "m@acme.example,"},
        {"include_original_recipients": 1, "recipients": "acme.example"},
    ],
)
def test_bodies_that_make_no_sense(client: Client, body: dict[str, Any]) -> None:
    """To nobody, or to what is no list of addresses, is 422, and nothing goes."""
    assert client.deliver(WIRE, **body).status == 422
    assert client.deliver_many(WIRE, **body).status == 422
    assert client.state.deliveries == ()


def test_deliver_many(client: Client) -> None:
    """Several go in one call; the answer has the ids in an order of its own."""
    reply = client.deliver_many(CHOIR, WIRE, DISCOVERY, include_original_recipients=1)

    assert (reply.status, reply.json) == (200, {"delivered_messages": [WIRE, CHOIR, DISCOVERY]})
    assert len(client.state.deliveries) == 3
    assert held(client).isdisjoint({CHOIR, WIRE, DISCOVERY})


def test_deliver_many_skips(client: Client) -> None:
    """Ids that are foreign, unknown, elsewhere, twice or not permitted are skipped in silence."""
    ids = (WIRE, WIRE, CHOIR, INVOICE, FOREIGN, LOGGED, 1)

    reply = client.deliver_many(*ids, of="domains/9101")

    assert reply.json == {"delivered_messages": [WIRE]}
    assert set(client.state.received().values()) == {1}


def test_deliver_many_denied(serve: Serve) -> None:
    """`deliver_many_denied=403` refuses all for one that is not permitted."""
    client = serve(switches={"deliver_many_denied": "403"})

    assert client.deliver_many(WIRE, INVOICE).status == 403
    assert client.state.deliveries == ()
    assert client.deliver_many(WIRE, 1).json == {"delivered_messages": [WIRE]}


@pytest.mark.parametrize(("behaviour", "again", "times"), [("404", [], 1), ("204", [CHOIR], 2)])
def test_deliver_many_again(serve: Serve, behaviour: str, again: list[int], times: int) -> None:
    """A second release of many does what a second release of one does."""
    client = serve(switches={"redeliver": behaviour})
    client.deliver_many(CHOIR)

    assert client.deliver_many(CHOIR).json == {"delivered_messages": again}
    assert set(client.state.received().values()) == {times}


def test_all_selected(client: Client) -> None:
    """`all_selected` lets everything go that is held below and permitted, whatever `ids` say."""
    reply = client.deliver_many(CHOIR, of="domains/9101", all_selected="true")

    assert reply.json["delivered_messages"] == [1985000141, WIRE]
    assert {mail.id for mail in client.state.held("domains", 9101)}.isdisjoint({1985000141, WIRE})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": ""},
        {"ids": [CHOIR]},
        {"ids": CHOIR},
        {"ids": "1985000115,x"},
        {"ids": "1985000115,"},
        {"ids": "1985000115", "all_selected": "yes"},
        {"ids": "1985000115", "all_selected": True},
    ],
)
def test_what_is_not_selected(client: Client, body: dict[str, Any]) -> None:
    """Ids come in one text, `all_selected` is a text too; all else is 422, and nothing goes."""
    assert client.deliver_many(**body).status == 422
    assert client.state.deliveries == ()


def test_deliver_many_elsewhere(client: Client) -> None:
    """An entity that the key cannot see is 404, and nothing goes."""
    assert client.deliver_many(FOREIGN, of="resellers/401").status == 404
    assert client.state.deliveries == ()


@pytest.mark.parametrize(
    ("envelope", "body"),
    [
        ("documented", {"delivered_messages": [CHOIR]}),
        ("all_wrapped", {"delivered_messages": [CHOIR]}),
        ("none_wrapped", [CHOIR]),
    ],
)
def test_envelope(serve: Serve, envelope: str, body: object) -> None:
    """The ids come in an object unless `envelope=none_wrapped`."""
    assert serve(switches={"envelope": envelope}).deliver_many(CHOIR).json == body


def test_id_type(serve: Serve) -> None:
    """`id_type=string` writes the ids that went as text."""
    reply = serve(switches={"id_type": "string"}).deliver_many(CHOIR)

    assert reply.json == {"delivered_messages": [str(CHOIR)]}


@pytest.mark.parametrize(
    ("codes", "one", "many"), [("all200", (200, b"{}"), 200), ("all204", (204, b""), 204)]
)
def test_write_codes(serve: Serve, codes: str, one: tuple[int, bytes], many: int) -> None:
    """`write_codes` chooses the success codes of both; what was asked for is done anyway."""
    client = serve(switches={"write_codes": codes})
    reply = client.deliver(CHOIR)

    assert (reply.status, reply.body) == one
    assert client.deliver_many(WIRE).status == many
    assert set(client.state.received().values()) == {1}
    assert len(client.state.deliveries) == 2


def test_read_lag(serve: Serve) -> None:
    """`read_lag=2` shows a message as held to two listings after its release."""
    client = serve(switches={"read_lag": "2"})
    client.deliver(CHOIR)

    shown = [CHOIR in {row["id"] for row in client.held()} for _ in range(3)]

    assert shown == [True, True, False]
    assert CHOIR not in held(client)


def test_logs_do_not_tell_of_a_release(client: Client) -> None:
    """A release leaves the logs as they were."""
    before = client.logs()

    client.deliver(CHOIR)

    assert client.logs() == before


@pytest.mark.parametrize(
    ("path", "kind", "gone"),
    [
        ("deliver$", "503", False),
        ("deliver$", "503-after", True),
        ("deliver_many", "503-after", True),
        ("deliver", "drop-before", False),
        ("deliver$", "drop-after", True),
        ("deliver_many", "drop-after", True),
        ("deliver_many", "reset-after", True),
    ],
)
def test_faults(serve: Serve, path: str, kind: str, *, gone: bool) -> None:
    """Faults hit the new calls before or after the effect."""
    client = serve(faults=[Fault.parse(f"POST {path} {kind} times=forever")])
    try:
        if "many" in path:
            assert client.deliver_many(CHOIR).status == 503
        else:
            assert client.deliver(CHOIR).status == 503
    except (HTTPException, OSError):
        assert "drop" in kind or "reset" in kind

    assert (CHOIR not in held(client)) is gone
    assert len(client.state.deliveries) == gone


def test_a_malformed_answer(serve: Serve) -> None:
    """Half of the ids that went is not JSON."""
    client = serve(faults=[Fault.parse("POST deliver_many malformed")])

    with pytest.raises(ValueError, match="line 1"):
        _ = client.deliver_many(CHOIR, WIRE).json
    assert len(client.state.deliveries) == 2


def test_writes_are_told_from_reads(client: Client) -> None:
    """Both releases count as writes, the listings do not."""
    client.held()
    client.logs()
    client.deliver(CHOIR)
    client.deliver_many(WIRE)

    assert [(one.path, one.changed) for one in client.sandbox.writes()] == [
        (f"/messages/{CHOIR}/deliver", True),
        ("/resellers/400/messages/deliver_many", True),
    ]


def test_deliveries_outlive_the_sandbox(serve: Serve, tmp_path: Path) -> None:
    """What went, to whom and how often, is kept in the sandbox's folder, and so is added mail."""
    first = serve(tmp_path)
    (mail, *_) = first.state.held("users", 70004)
    first.deliver(WIRE, include_original_recipients=1, recipients="m@acme.example")
    added = first.state.add_mail(mail)

    second = serve(tmp_path)

    assert second.state.snapshot() == first.state.snapshot()
    assert second.state.deliveries == first.state.deliveries
    assert second.state.message(added.id) == added
    assert second.deliver(WIRE).status == 404
    assert second.state.add_mail(mail).id == added.id + 1


def test_reset(client: Client) -> None:
    """A reset takes mail back into the quarantine."""
    before = client.state.snapshot()
    client.deliver(WIRE)

    client.sandbox.reset()

    assert client.state.snapshot() == before
    assert client.state.deliveries == ()


def test_a_state_from_before_there_was_mail(serve: Serve, tmp_path: Path) -> None:
    """A state file without mail is read; the mail is then that of the sample data."""
    (tmp_path / "mailprotector.json").write_text(
        '{"format": 1, "next_rule_id": 1, "rules": [], "configuration": {}}', encoding="utf-8"
    )

    assert len(serve(tmp_path).held()) == 18


def test_mail_for_nobody() -> None:
    """The builder refuses a message that belongs to no domain."""
    builder = SampleBuilder()
    builder.reseller("One")
    builder.mail("2026-11-20T12:00:00", "a@b.example", "x@nowhere.example", "Hello")

    with pytest.raises(ValueError, match="nobody with the address x@nowhere"):
        builder.build()
