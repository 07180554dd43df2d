"""Keys that open nothing, at each service: one request at most, a clear error, exit code 1."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mpctl.sandbox import Fault, Sandbox
from mpctl.sandbox.mailbaby.answers import FrameworkError
from mpctl.sandbox.mailbaby.service import MailBaby
from tests.cli.around import FOUR_TARGETS, stop_time
from tests.cli.conftest import Mpctl, Ran

POLICIES = """\
entity: domains/acme.example
manage: additive
block: [pest.example.com]
---
entity: mailboxes:ex_mailboxes/alice.ng@acme.example
manage: additive
block: [pest.example.com]
---
entity: relay:orders/mb20682
manage: additive
block: [pest.example.com]
---
entity: mx:server/mx.harbor.example
manage: additive
block: [pest.example.com]
"""
TARGETS = {
    "mailprotector": ["MAILPROTECTOR_API_KEY"],
    "mailboxes": ["RACKSPACE_USER_KEY", "RACKSPACE_SECRET_KEY"],
    "relay": ["MAILBABY_API_KEY"],
    "mx": ["STALWART_API_TOKEN"],
}
SERVICES = {"mailprotector": "mailprotector", "mailboxes": "rackspace", "relay": "mailbaby"}
THROTTLED = {
    fault: json.dumps({fault: {"message": "Exceeded request limits", "code": 403}})
    for fault in ("unauthorizedFault", "unauthorized")
}


@dataclass
class World:
    """Services that are reached like live ones, and the keys that open them."""

    sandbox: Sandbox
    mpctl: Mpctl
    keys: dict[str, str]
    environment: pytest.MonkeyPatch

    def run(self, *arguments: str, **other: str) -> Ran:
        """Run a command with other keys than the right ones; none of any is ever said."""
        keys = self.keys | other
        for variable, key in keys.items():
            self.environment.setenv(variable, key)
        ran = self.mpctl(*arguments)
        said = ran.out + ran.err
        assert not [key for key in keys.values() if len(key.strip()) > 4 and key.strip() in said]
        return ran

    def sent(self) -> list[int | None]:
        """How the services answered the requests of the test."""
        return [request.status for request in self.sandbox.requests]


@pytest.fixture
def world(in_folder: Path, mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """One policy of each service, without --sandbox; no time passes."""
    (in_folder / "policies").mkdir()
    (in_folder / "policies" / "mpctl.yaml").write_text(FOUR_TARGETS, "utf-8")
    (in_folder / "policies" / "all.yaml").write_text(POLICIES, "utf-8")
    stop_time(monkeypatch)
    with Sandbox() as sandbox:
        for name, service in sandbox.services.items():
            monkeypatch.setenv(f"{name.upper()}_API_BASE_URL", service.base_url)
        keys = {
            "MAILPROTECTOR_API_KEY": sandbox.mailprotector.api_key,
            "RACKSPACE_USER_KEY": sandbox.rackspace.user_key,
            "RACKSPACE_SECRET_KEY": sandbox.rackspace.secret_key,
            "MAILBABY_API_KEY": sandbox.mailbaby.api_key,
            "STALWART_API_TOKEN": sandbox.stalwart.api_token,
        }
        yield World(sandbox, mpctl, keys, monkeypatch)


def problem(ran: Ran) -> Mapping[str, Any]:
    """The one problem of a plan."""
    (found,) = ran.json["plan"]["problems"]
    return dict(found)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("command", [["plan"], ["apply", "--confirm"]])
def test_a_key_of_another_service(world: World, target: str, command: list[str]) -> None:
    """It is sent once and never again, and the error says where it came from."""
    other = world.keys["MAILPROTECTOR_API_KEY" if target == "relay" else "MAILBABY_API_KEY"]
    wrong = dict.fromkeys(TARGETS[target], other)

    ran = world.run(*command, "--target", target, "--format", "json", **wrong)

    assert ran.code == 1
    assert problem(ran)["code"] == "key-refused"
    source = ", ".join(f"the variable {variable}" for variable in TARGETS[target])
    assert problem(ran)["fix"].startswith(f"The key came from {source}: check it there.")
    assert world.sent() == [403 if target == "mailboxes" else 401]


def test_the_two_keys_of_rackspace_swapped(world: World) -> None:
    """The user key is the shorter one: the error asks whether the two are swapped."""
    swapped = {
        "RACKSPACE_USER_KEY": world.keys["RACKSPACE_SECRET_KEY"],
        "RACKSPACE_SECRET_KEY": world.keys["RACKSPACE_USER_KEY"],
    }
    ran = world.run("status", "--target", "mailboxes", **swapped)

    assert ran.code == 1
    assert ran.out == (
        "1 target, 1 problem\n"
        "\n"
        "target     state        account  sees  latency  clock\n"
        "mailboxes  key-refused\n"
        "\n"
        "mailboxes: error[key-refused]: GET /customers/12345678/domains: "
        "the key was refused with 403 (Authentication failed.)\n"
        "  The key came from the variable RACKSPACE_USER_KEY, the variable RACKSPACE_SECRET_KEY: "
        "check it there. The secret key is the longer one, and here it is not: are the two "
        "swapped, or the same?\n"
    )
    assert world.sent() == [403]


def test_a_wrong_pair_of_rackspace_is_not_called_swapped(world: World) -> None:
    """Where the lengths are right, nothing is guessed."""
    secret = world.keys["RACKSPACE_SECRET_KEY"]
    ran = world.run("status", "--target", "mailboxes", RACKSPACE_SECRET_KEY=secret[::-1])

    assert (ran.code, "swapped" in ran.out) == (1, False)


@pytest.mark.parametrize("token", ["not-an-api-key", "api_bm90OnJpZ2h0"])
def test_a_token_of_stalwart(world: World, token: str) -> None:
    """A token that cannot be an API key is said to be none; one that could is only refused."""
    ran = world.run("status", "--target", "mx", STALWART_API_TOKEN=token)

    assert (ran.code, world.sent()) == (1, [401])
    doubt = "An API key of Stalwart begins with api_, and this one does not."
    assert (doubt in ran.out) is not token.startswith("api_")


def test_a_wrong_password_of_stalwart(world: World) -> None:
    """A name with a wrong password is sent once: the server bans who tries too often."""
    del world.keys["STALWART_API_TOKEN"]
    ran = world.run(
        "plan", "--target", "mx", STALWART_USERNAME="admin", STALWART_PASSWORD="wrong-1"
    )

    assert (ran.code, world.sent()) == (1, [401])
    source = "the variable STALWART_USERNAME, the variable STALWART_PASSWORD"
    assert f"The key came from {source}: check it there." in ran.out


def test_an_echoed_pair_is_redacted(world: World) -> None:
    """A proxy that repeats the header of a name with a password does not make mpctl repeat it."""
    del world.keys["STALWART_API_TOKEN"]
    pair = b64encode(b"admin:wrong-1").decode()
    world.sandbox.inject(Fault.parse(f'GET . 403 body=\'{{"detail":"Basic {pair} is no good"}}\''))
    ran = world.run(
        "plan", "--target", "mx", STALWART_USERNAME="admin", STALWART_PASSWORD="wrong-1"
    )

    assert (ran.code, pair in ran.out + ran.err) == (1, False)
    assert "Basic [redacted] is no good" in ran.out


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "is blank"),
        (" \n", "is blank"),
        ("first\nsecond", "holds several lines"),
        ("first second", "holds characters that cannot be in a header"),
        ("schlüssel", "holds characters that cannot be in a header"),
    ],
)
def test_a_key_that_is_none(world: World, target: str, key: str, reason: str) -> None:
    """What cannot be a key is not sent at all."""
    *_, variable = TARGETS[target]
    ran = world.run("plan", "--target", target, **{variable: key})

    assert (ran.code, ran.out, world.sent()) == (1, "", [])
    assert ran.err.startswith(
        f"mpctl: error[no-credentials]: target {target!r} has no key: "
        f"the variable {variable} {reason}"
    )


@pytest.mark.parametrize("target", TARGETS)
def test_white_space_around_a_key_is_dropped(world: World, target: str) -> None:
    """A newline at the end, as an editor or a pipe adds it, does no harm."""
    padded = {variable: f" {world.keys[variable]}\r\n" for variable in TARGETS[target]}

    assert world.run("status", "--target", target, **padded).code == 0


@pytest.mark.parametrize("target", SERVICES)
def test_a_key_without_rights(world: World, target: str) -> None:
    """A key that may not read is told from a wrong one where the service tells them apart."""
    world.sandbox.inject(Fault.parse("GET . 403 times=forever"))
    ran = world.run("plan", "--target", target, "--format", "json")

    told_apart = target != "mailboxes"
    assert (ran.code, world.sent()) == (1, [403])
    assert problem(ran)["code"] == ("refused-by-service" if told_apart else "key-refused")
    may = "it may lack the right to this" if told_apart else "check it there"
    assert problem(ran)["fix"].endswith(f": {may}.")


def test_a_key_of_stalwart_without_rights(world: World) -> None:
    """The server does not say which right is missing: the error names those that mpctl needs."""
    world.sandbox.inject(Fault.parse("GET ^/settings/keys 403 times=forever"))
    ran = world.run("plan", "--target", "mx", "--format", "json")

    assert (ran.code, world.sent()) == (1, [403])
    assert problem(ran)["code"] == "refused-by-service"
    assert "A plan needs settings-list" in problem(ran)["fix"]


def test_a_key_of_mailbaby_that_is_refused_with_200(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The framework answers its errors with 200: a key that is refused that way is refused."""

    def refuse(*_: object) -> None:
        raise FrameworkError(401)

    monkeypatch.setattr(MailBaby, "_authenticate", refuse)
    ran = world.run("plan", "--target", "relay", "--format", "json")

    assert (ran.code, world.sent()) == (1, [200])
    assert problem(ran)["code"] == "key-refused"
    assert "the key was refused with 200" in problem(ran)["summary"]


@pytest.mark.parametrize("body", THROTTLED.values(), ids=THROTTLED)
def test_throttling_is_not_a_bad_key(world: World, body: str) -> None:
    """Rackspace's 403 with its message is waited for, and ends as throttling, with no other key."""
    world.sandbox.inject(Fault.parse(f"GET . 403 times=forever body='{body}'"))
    ran = world.run("plan", "--target", "mailboxes", "--format", "json")

    assert (ran.code, problem(ran)["code"]) == (1, "throttled")
    assert "The key came from" not in problem(ran)["fix"]
    assert world.sent() == [403] * 6


def test_throttling_that_passes_is_no_error(world: World) -> None:
    """After the wait the same request is sent anew, and the plan is made."""
    body = THROTTLED["unauthorizedFault"]
    world.sandbox.inject(Fault.parse(f"GET . 403 times=2 body='{body}'"))
    ran = world.run("plan", "--target", "mailboxes", "--format", "json")

    assert (ran.code, ran.json["plan"]["problems"]) == (0, [])
    assert world.sent()[:2] == [403, 403]


def test_one_bad_key_does_not_stop_the_others(world: World) -> None:
    """The other three are planned; the exit code says that one was not."""
    ran = world.run("plan", "--format", "json", MAILBABY_API_KEY="not-the-right-key")

    assert ran.code == 1
    assert problem(ran)["entity"] == "relay"
    assert {entity["target"] for entity in ran.json["plan"]["entities"]} == set(TARGETS) - {"relay"}


def test_a_pair_from_a_file_opens_the_service(world: World, in_folder: Path) -> None:
    """The fields of a JSON file are the ones that sign the requests; a swap is seen there, too."""
    user, secret = (world.keys.pop(variable) for variable in TARGETS["mailboxes"])
    (in_folder / "policies" / "mpctl.yaml").write_text(
        FOUR_TARGETS.replace(
            'account: "12345678"',
            'account: "12345678", credentials: '
            "{file: {path: pair.json, keys: {user_key: a.user, secret_key: a.secret}}}",
        ),
        "utf-8",
    )
    file = in_folder / "policies" / "pair.json"
    file.write_text(json.dumps({"a": {"user": user, "secret": secret}}), "utf-8")
    file.chmod(0o600)
    right = world.run("status", "--target", "mailboxes")
    file.write_text(json.dumps({"a": {"user": secret, "secret": user}}), "utf-8")
    wrong = world.run("status", "--target", "mailboxes")

    assert (right.code, wrong.code) == (0, 1)
    assert (
        "The key came from field a.user of the file policies/pair.json, field a.secret" in wrong.out
    )
    assert not [key for key in (user, secret) if key in wrong.out + wrong.err]
