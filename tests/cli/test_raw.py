"""`raw`: one request, written by hand, and no way around what keeps the others safe."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mpctl.transport import Limits
from tests.cli.around import BANNER, FAULTS, FOUR_TARGETS, SWITCHES, assert_valid, stop_time
from tests.cli.conftest import Mpctl, Writes

CONFIRM = "add --confirm to do it"
DRY = f"{BANNER}\n\n[DRY RUN] would send "
RULES = "/domains/9101/allow_block_rules"
NEW = '{"value": "new.example", "rule_type": "block"}'
ALICE = "/customers/12345678/domains/acme.example/ex/mailboxes/alice.ng/spam"


@pytest.fixture(autouse=True)
def _targets(in_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four targets, and time that stands still."""
    stop_time(monkeypatch)
    (in_folder / "policies").mkdir()
    (in_folder / "policies" / "mpctl.yaml").write_text(FOUR_TARGETS, "utf-8")


@pytest.fixture
def requests(in_folder: Path) -> Callable[[], list[dict[str, Any]]]:
    """Give everything in the sandbox's log."""
    log = in_folder / ".mpctl" / "sandbox" / "requests.jsonl"
    return lambda: (
        [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    )


def test_a_read(mpctl: Mpctl) -> None:
    """The answer alone is on stdout, the status on stderr."""
    ran = mpctl("raw", "GET", "/customers/5001", "--sandbox")

    assert (ran.code, ran.err) == (0, f"{BANNER}\n200 OK\n")
    assert ran.out.startswith('{"id":5001,"name":"Acme Widgets","provider":')
    assert ran.out.endswith("}")


@pytest.mark.parametrize(
    "words",
    [
        ("/domains", "--param", "name=acme.example", "--param", "page=1"),
        ("domains?name=acme.example&page=1",),
        ("/domains?name=acme.example", "--param", "page=1"),
    ],
)
def test_parameters(
    mpctl: Mpctl, requests: Callable[[], list[dict[str, Any]]], words: tuple[str, ...]
) -> None:
    """Parameters stand behind the path, or in options."""
    ran = mpctl("raw", "get", *words, "--sandbox")

    assert [row["id"] for row in ran.json] == [9101]
    assert requests()[0]["query"] == "name=acme.example&page=1"


def test_the_headers_are_said_when_they_are_wanted(mpctl: Mpctl) -> None:
    """With --verbose, the headers of the answer are on stderr."""
    ran = mpctl("raw", "GET", "/domains", "--sandbox", "--verbose")

    assert 'X-Pagination: {"total": 51, ' in ran.err


def test_a_read_by_post(mpctl: Mpctl, writes: Writes) -> None:
    """The method proves nothing: what only looks needs no --confirm."""
    body = '{"address": "sales@acme.example"}'
    ran = mpctl("raw", "POST", "/users/find_by_address", "--body", body, "--sandbox")

    assert (ran.code, ran.json["id"]) == (0, 70001)
    assert writes() == []


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_dry_run(mpctl: Mpctl, requests: Callable[[], list[dict[str, Any]]], form: str) -> None:
    """A write without --confirm is not sent, nor is anything else."""
    ran = mpctl("raw", "POST", RULES, "--body", NEW, "--sandbox", "--format", form)

    assert ran.code == 2
    assert requests() == []
    if form == "json":
        assert_valid(ran, 2)
        assert ran.json["done"] == {"what": "send", "subject": f"POST {RULES}"}
    else:
        assert (
            ran.out == f"{DRY}POST {RULES} to mailprotector, which counts as a write; {CONFIRM}\n"
        )


def test_a_write(mpctl: Mpctl, writes: Writes) -> None:
    """With --confirm it is sent, once, as it was written."""
    ran = mpctl("raw", "POST", RULES, "--body", NEW, "--sandbox", "--confirm", "--format", "json")

    assert (ran.code, ran.err) == (0, f"{BANNER}\n201 Created\n")
    assert ran.json["value"] == "new.example"
    assert [(one["path"], one["body"]) for one in writes()] == [(RULES, json.loads(NEW))]


@pytest.mark.parametrize(
    "call", [("GET", "/managers"), ("GET", "/domains/9101/x/y"), ("PUT", "/a")]
)
def test_an_undeclared_call_is_a_write(mpctl: Mpctl, call: tuple[str, str]) -> None:
    """What mpctl does not know may do anything."""
    assert mpctl("raw", *call, "--sandbox").out.startswith(DRY)
    assert mpctl("raw", *call, "--sandbox", "--confirm").code == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("relay", "GET", "/mail/mb20682"), "the password of the order"),
        (("relay", "GET", "/MAIL/mb20682"), "the password of the order"),
        (("relay", "GET", "/mail/20682?a=b"), "the password of the order"),
        (("mx", "GET", "/settings/list"), "signing keys"),
        (("mx", "GET", "/settings/list?prefix=lookup"), "signing keys"),
        (("mx", "GET", "/Settings/List"), "signing keys"),
        (("mx", "GET", "/settings/group", "--param", "prefix=lookup"), "signing keys"),
        (("mx", "GET", "/settings/keys"), "Without keys or prefixes"),
        (("mx", "GET", "/settings/keys", "--param", "prefixes="), "Without keys or prefixes"),
        (("mx", "GET", "/settings/keys?prefixes=oauth"), "It may hold secrets"),
        (("mx", "GET", "/settings/keys?keys=lookup.a&keys=oauth.key"), "It may hold secrets"),
        (("mx", "GET", "/principal/admin"), "password hashes"),
        (("mx", "DELETE", "/queue/messages"), "every message"),
        (("mailboxes", "DELETE", f"{ALICE}/blocklist/x.example"), "one PUT a list"),
    ],
)
@pytest.mark.parametrize("confirm", [(), ("--confirm",)])
def test_what_is_never_sent(
    mpctl: Mpctl,
    requests: Callable[[], list[dict[str, Any]]],
    words: tuple[str, ...],
    why: str,
    confirm: tuple[str, ...],
) -> None:
    """Some calls are forbidden, confirmed or not, and the reason is said."""
    target, *call = words
    ran = mpctl("raw", *call, "--target", target, "--sandbox", *confirm)

    assert (ran.code, ran.out) == (1, "")
    assert "error[forbidden-call]" in ran.err
    assert why in ran.err
    assert requests() == []


@pytest.mark.parametrize(
    "words",
    [
        ("GET", "https://evil.example/api/v1/domains"),
        ("GET", "//evil.example/domains"),
        ("GET", "/domains/../../x"),
        ("GET", "/domains/%2e%2e/x"),
        ("GET", "/domains\\..\\x"),
        ("GET", "/domains//9101"),
        ("GET", "/settings/l%69st", "--target", "mx"),
        ("GET", "/settings/list/", "--target", "mx"),
        ("GET", "/domains\nX: y"),
        ("GET", "/domains", "--body", "{}"),
        ("GET", "/domains", "--param", "page"),
        ("GET", "/domains", "--param", "=1"),
        ("GET", "/domains", "--target", "nowhere"),
        ("HEAD", "/domains"),
        ("TRACE", "/domains"),
        ("POST", RULES, "--body", "{value: x}"),
        ("POST", RULES, "--body", '{"a": 1, "a": 2}'),
        ("POST", RULES, "--body", '{"a": NaN}'),
        ("POST", RULES, "--body", "null"),
        ("POST", RULES, "--body", ""),
        ("POST", RULES, "--body", "[" * 100_000),
        ("PUT", f"{ALICE}/blocklist", "--body", "[1]", "--target", "mailboxes"),
        ("PUT", f"{ALICE}/blocklist", "--body", '{"a": []}', "--target", "mailboxes"),
    ],
)
def test_bad_usage(
    mpctl: Mpctl, requests: Callable[[], list[dict[str, Any]]], words: tuple[str, ...]
) -> None:
    """What leaves the base URL, or is no request, is refused before anything is sent."""
    ran = mpctl("raw", *words, "--sandbox", "--confirm")

    assert (ran.code, ran.out) == (64, "")
    assert "error[usage]" in ran.err
    assert requests() == []


def test_a_body_in_a_file(mpctl: Mpctl, in_folder: Path, writes: Writes) -> None:
    """@ names a file."""
    (in_folder / "rule.json").write_text(NEW, "utf-8")

    assert mpctl("raw", "POST", RULES, "--body", "@rule.json", "--sandbox", "--confirm").code == 0
    assert writes()[0]["body"] == json.loads(NEW)
    missing = mpctl("raw", "POST", RULES, "--body", "@no.json", "--sandbox", "--confirm")
    assert missing.code == 1
    assert "no.json cannot be read" in missing.err


def test_a_body_from_the_standard_input(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, writes: Writes
) -> None:
    """- is the standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(NEW.encode())))

    assert mpctl("raw", "POST", RULES, "--body", "-", "--sandbox", "--confirm").code == 0
    assert writes()[0]["body"] == json.loads(NEW)


def test_an_answer_in_a_file(mpctl: Mpctl, in_folder: Path) -> None:
    """--output takes the answer, byte by byte; stdout stays empty."""
    ran = mpctl("raw", "GET", "/customers/5001", "--output", "acme.json", "--sandbox")

    assert (ran.code, ran.out) == (0, "")
    assert json.loads((in_folder / "acme.json").read_bytes())["name"] == "Acme Widgets"


def test_the_way_to_the_mailboxes(mpctl: Mpctl, writes: Writes) -> None:
    """At Rackspace requests are signed, and the fields of the object become a form."""
    body = '{"addList": "spammer.example", "n": 1, "b": true, "z": null}'
    ran = mpctl(
        *("raw", "PUT", f"{ALICE}/blocklist", "--body", body),
        *("--target", "mailboxes", "--sandbox", "--confirm"),
    )
    read = mpctl("raw", "GET", f"{ALICE}/blocklist", "--target", "mailboxes", "--sandbox")

    assert ran.code == 0
    assert writes()[0]["body"] == "addList=spammer.example&n=1&b=true&z="
    assert writes()[0]["headers"]["content-type"] == "application/x-www-form-urlencoded"
    assert "spammer.example" in str(read.json)


def test_the_way_to_the_relay(mpctl: Mpctl) -> None:
    """MailBaby takes JSON, and its key goes in a header of its own."""
    ran = mpctl("raw", "GET", "/mail/rules", "--target", "relay", "--sandbox")
    body = '{"type": "email", "data": "x@spam.example", "username": "mb20682", "user": "mb20682"}'
    wrote = mpctl(
        *("raw", "POST", "/mail/rules", "--body", body),
        *("--target", "relay", "--sandbox", "--confirm"),
    )

    assert (ran.code, isinstance(ran.json, list)) == (0, True)
    assert wrote.code == 0


def test_the_way_to_the_mail_server(mpctl: Mpctl, in_folder: Path, writes: Writes) -> None:
    """At Stalwart a reload by GET is a write, and a message to learn from is sent as it stands."""
    message = "From: <offers@bulkblast.example>\r\nSubject: hi\r\n\r\nhi\r\n"
    (in_folder / "message.eml").write_bytes(message.encode())
    assert mpctl("raw", "GET", "/reload", "--target", "mx", "--sandbox").code == 2
    assert mpctl("raw", "GET", "/reload", "--target", "mx", "--sandbox", "--confirm").code == 0
    ran = mpctl(
        *("raw", "POST", "/spam-filter/train/spam", "--body", "@message.eml"),
        *("--target", "mx", "--sandbox", "--confirm"),
    )
    keys = mpctl(
        "raw", "GET", "/settings/keys?prefixes=lookup.mpctl", "--target", "mx", "--sandbox"
    )

    assert ran.code == 0
    assert writes()[-1]["body"] == message
    assert "lookup.mpctl._keep" in keys.json["data"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("503", 5),
        ("503-after", 5),
        ("drop-before", 5),
        ("drop-after", 5),
        ("429", 1),
        ("401", 1),
        ("404", 1),
        ("redirect", 5),
        ("html", 5),
        ("truncated", 5),
        ("malformed", 5),
        ("empty", 0),
    ],
)
def test_a_write_is_sent_once(
    mpctl: Mpctl,
    monkeypatch: pytest.MonkeyPatch,
    writes: Writes,
    fault: str,
    code: int,
) -> None:
    """Whatever goes wrong, it is not sent again; where nobody knows whether it was done, code 5."""
    monkeypatch.setenv(FAULTS, f"PUT /configuration {fault} times=forever")
    body = '{"permissions": {"messages": {"allow_spam_release": true}}}'

    ran = mpctl(
        *("raw", "PUT", "/domains/9101/configuration", "--body", body),
        *("--sandbox", "--confirm"),
    )

    assert (ran.code, len(writes())) == (code, 1)
    assert ("Whether it was done is unknown" in ran.err) is (code == 5)


@pytest.mark.parametrize(
    ("fault", "ends", "out"),
    [
        ("404 body=gone", (1, "404 Not Found"), "gone"),
        ("503 body='{\"a\": 1}'", (1, "503 Service Unavailable"), '{"a": 1}'),
        ("429", (1, "429 Too Many Requests"), '{"message":"Injected by a fault"}'),
        ("401 body=no", (1, "401 Unauthorized"), "no"),
        ("redirect", (1, "302 Found"), ""),
        (
            "html",
            (0, "200 OK"),
            "<!DOCTYPE html><html><body><h1>We are down for maintenance</h1></body></html>",
        ),
        ("empty", (0, "200 OK"), ""),
        ("malformed", (0, "200 OK"), '{"id":5001,"name":"Acme'),
        ("truncated", (1, "200 OK"), '{"id":5001,"name":"Acme'),
    ],
)
def test_an_answer_as_it_came(
    mpctl: Mpctl,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    ends: tuple[int, str],
    out: str,
) -> None:
    """An answer of any kind is on stdout, and what it amounts to on stderr."""
    monkeypatch.setenv(FAULTS, f"GET /customers/5001 {fault} times=forever")

    ran = mpctl("raw", "GET", "/customers/5001", "--sandbox")

    assert (ran.code, ran.err.splitlines()[1]) == ends
    assert ran.out == out or (out and "name" in out and ran.out.startswith(out))
    assert ("mpctl: error" in ran.err) is (ends[0] != 0)


def test_an_answer_without_end(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """As much as mpctl takes is written, and that it is not all is an error."""
    monkeypatch.setattr("mpctl.cli.targets.Limits", partial(Limits, max_body=1000))
    monkeypatch.setenv(FAULTS, "GET /customers/5001 huge bytes=200000")

    ran = mpctl("raw", "GET", "/customers/5001", "--sandbox")

    assert (ran.code, ran.out[:11]) == (1, '{"id":5001,')
    assert "the answer exceeds 1000 bytes" in ran.err


def test_no_answer(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read without an answer is an error as anywhere."""
    monkeypatch.setenv(FAULTS, "GET /domains drop-before times=forever")

    ran = mpctl("raw", "GET", "/domains", "--sandbox")

    assert (ran.code, ran.out) == (1, "")
    assert "error[unavailable]: GET /domains" in ran.err


def test_no_key_in_any_output(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that repeats the key does not make mpctl show it, in no spelling."""
    key = "sandbox-key-of-harbor-it-services"
    odd = key.replace("-", "%2d").replace("k", "\\\\u006b")
    monkeypatch.setenv(FAULTS, f"GET /domains 400 body='{key} {odd}' times=forever")

    ran = mpctl("raw", "GET", "/domains", "--sandbox", "--verbose")

    assert ran.out == "[redacted] [redacted]"
    assert key not in ran.err


def test_a_terminal_gets_it_printable(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could move the cursor is escaped on a terminal, and there only."""
    monkeypatch.setenv(FAULTS, "GET /domains 400 body='a\x1b[2Jb' times=forever")
    assert mpctl("raw", "GET", "/domains", "--sandbox").out == "a\x1b[2Jb"

    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert mpctl("raw", "GET", "/domains", "--sandbox").out == "a\\x1b[2Jb\n"


def test_the_judgement_of_the_service_counts(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure that comes with status 200 is a failure."""
    monkeypatch.setenv(SWITCHES, "mailbaby.framework_error=HY000")

    ran = mpctl(
        *("raw", "POST", "/mail/blocks/delete", "--body", '{"email": "a@b.example"}'),
        *("--target", "relay", "--sandbox", "--confirm"),
    )

    assert ran.code == 5
    assert ran.err.splitlines()[1] == "200 OK"
