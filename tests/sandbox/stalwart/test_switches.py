"""Each value of each switch makes a difference (sections 12 and 13)."""

import json

import pytest

from mpctl.sandbox.exchange import Request
from mpctl.sandbox.stalwart import SWITCHES, SampleData
from tests.sandbox.stalwart.conftest import Serve
from tests.sandbox.stalwart.talk import Client, insert

PATH = "/settings/keys?keys=server.hostname"
SPAM = ("spam-filter.score.spam", "4.0")


def read(client: Client, key: str) -> str | None:
    """Return one stored setting."""
    found: dict[str, str] = client.data(f"/settings/keys?keys={key}")
    return found.get(key)


def test_there_are_no_others() -> None:
    """The tests of this folder cover these switches."""
    assert set(SWITCHES) == {
        "version", "full_reload_lists", "emptied_list", "reload_errors", "empty_dry_run", "oauth",
        "problem_detail", "member_order", "slow_classify", "local_keys", "shadow", "proxy_body",
        "proxy_url", "foreign_error", "foreign_warning", "cluster", "fail_after_op",
        "slow_reload", "store", "tag_order", "missing_permission", "totp", "client",
        "concurrency", "rate_limit", "read_lag", "log_file", "download",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", PATH), ("POST", "/settings"), ("GET", "/reload"), ("GET", "/queue/messages")],
)
def test_v0_16(serve: Serve, method: str, path: str) -> None:
    """v0.16 knows none of these calls: 404, and nothing is changed."""
    client = serve(version="0.16")
    before = client.state.snapshot()
    reply = client.send(method, path, json.dumps([insert(SPAM)]).encode())

    assert (reply.status, reply.json["status"]) == (404, 404)
    assert client.state.snapshot() == before


@pytest.mark.parametrize(
    ("version", "grouped"), [("0.11", True), ("0.12", True), ("0.13", False), ("0.14", False)]
)
def test_versions_of_the_queue(serve: Serve, version: str, grouped: bool) -> None:  # noqa: FBT001
    """Up to v0.12 recipients are grouped under domains."""
    (message, *_) = serve(version=version).data("/queue/messages?values=1")["items"]

    assert ("domains" in message, "recipients" in message) == (grouped, not grouped)


@pytest.mark.parametrize(
    ("version", "status"), [("0.14", "X-Spam-Status: No"), ("0.15", "X-Spam-Score: ham")]
)
def test_versions_of_the_headers(serve: Serve, version: str, status: str) -> None:
    """v0.15 names the score header otherwise."""
    value = serve(version=version).classify("a@ledgerline.example")["disposition"]["value"]

    assert value.endswith(f"\r\n{status}, score=-100.00\r\n")


def test_v0_15_spam(serve: Serve) -> None:
    """v0.15 says spam or ham."""
    client = serve(
        data=SampleData(tags=("T",), settings={"spam-filter.list.scores.T": "5"}), version="0.15"
    )

    assert client.classify()["disposition"]["value"].endswith("X-Spam-Score: spam, score=5.00\r\n")


@pytest.mark.parametrize(("value", "live"), [("keeps", False), ("refreshes", True)])
def test_full_reload_lists(serve: Serve, value: str, live: bool) -> None:  # noqa: FBT001
    """A full reload leaves loaded lists alone, or refreshes them."""
    client = serve(full_reload_lists=value)
    client.update(insert(("lookup.mpctl.x", "")))
    client.reload()

    assert ("x" in client.state.live_entries("mpctl")) is live


@pytest.mark.parametrize(("value", "live"), [("stays", True), ("goes", False)])
def test_emptied_list(serve: Serve, value: str, live: bool) -> None:  # noqa: FBT001
    """A list without a key left stays, or goes."""
    client = serve(emptied_list=value)
    client.update({"type": "clear", "prefix": "lookup.mpctl."})
    client.reload("lookup")

    assert ("_keep" in client.state.live_entries("mpctl")) is live


@pytest.mark.parametrize(("value", "live"), [("block", "6.0"), ("apply_rest", "4.0")])
def test_reload_errors(serve: Serve, value: str, live: str) -> None:
    """An error stops a full reload, or only what it concerns is left out; both report it."""
    client = serve(reload_errors=value)
    client.update(insert(SPAM, ("spam-filter.score.reject", "x")))

    assert list(client.reload()["errors"]) == ["spam-filter.score.reject"]
    assert client.state.live_settings()["spam-filter.score.spam"] == live


@pytest.mark.parametrize(("value", "live"), [("real", "4.0"), ("dry", "6.0")])
def test_empty_dry_run(serve: Serve, value: str, live: str) -> None:
    """`dry-run=` without a value is a real reload, or none."""
    client = serve(empty_dry_run=value)
    client.update(insert(SPAM))
    client.data("/reload?dry-run=")

    assert client.state.live_settings()["spam-filter.score.spam"] == live


@pytest.mark.parametrize(("value", "status"), [("allowed", 200), ("403", 403)])
def test_oauth(serve: Serve, value: str, status: int) -> None:
    """The version probe is allowed, or not."""
    document = {"type": "code", "client_id": "mpctl", "redirect_uri": None}

    assert serve(oauth=value).post("/oauth", document).status == status


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        ("documented", "You have to authenticate first."),
        ("reworded", "Something is not as it should be."),
        ("absent", None),
    ],
)
def test_problem_detail(serve: Serve, value: str, detail: str | None) -> None:
    """The detail of a problem is as documented, other, or not there; status and title stay."""
    body = serve(problem_detail=value).send("GET", PATH, headers={}).json

    assert (body["status"], body["title"], body.get("detail")) == (401, "Unauthorized", detail)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("documented", ["score", "tags", "disposition"]),
        ("ascending", ["disposition", "score", "tags"]),
        ("descending", ["tags", "score", "disposition"]),
    ],
)
def test_member_order(serve: Serve, value: str, names: list[str]) -> None:
    """Members come in any order, but for the items of a listing."""
    client = serve(member_order=value)
    items = list(client.settings("lookup.mpctl"))

    assert (list(client.classify()), items) == (names, sorted(items))


@pytest.mark.parametrize("switch", ["slow_classify", "slow_reload"])
@pytest.mark.parametrize(("value", "delay"), [("0", 0.0), ("20", 0.02)])
def test_slow_calls(serve: Serve, switch: str, value: str, delay: float) -> None:
    """A classify or a reload takes its time, other calls do not."""
    client = serve(None, data=None, **{switch: value})
    message = {
        "message": "From: a@b.example\n\n", "remoteIp": "192.0.2.1", "envFrom": "",
        "envFromFlags": 0, "envRcptTo": [],
    }  # fmt: skip
    headers = {"authorization": client.headers["Authorization"]}
    classify = Request(
        "POST", "/spam-filter/classify", headers=headers, body=json.dumps(message).encode()
    )
    reload = Request("GET", "/reload/lookup", headers=headers)
    slow = {"slow_classify": classify, "slow_reload": reload}
    others = [request for name, request in slow.items() if name != switch]

    assert client.service.handle(slow[switch]).sending.delay == delay
    assert [client.service.handle(one).sending.delay for one in others] == [0.0]


@pytest.mark.parametrize(("value", "layer"), [("default", "db"), ("custom", "local")])
def test_local_keys(serve: Serve, value: str, layer: str) -> None:
    """With patterns of the administrator's own, keys are written elsewhere and read the same."""
    client = serve(local_keys=value)
    client.update(insert(SPAM, ("lookup.mpctl.x", "y")))

    assert getattr(client.state.stored, layer).keys() >= {SPAM[0], "lookup.mpctl.x"}
    assert (read(client, SPAM[0]), read(client, "lookup.mpctl.x")) == ("4.0", "y")


@pytest.mark.parametrize(
    ("value", "key", "shown"),
    [
        ("off", "spam-filter.score.spam", "new"),
        ("threshold", "spam-filter.score.spam", "7.5"),
        ("score", "spam-filter.list.scores.MPCTL_BLOCK", "4.0"),
        ("rule", "spam-filter.rule.mpctl_access.priority", "900"),
        ("entry", "lookup.mpctl.block.domain.shadow.example", "ansible"),
    ],
)
def test_shadow(serve: Serve, value: str, key: str, shown: str) -> None:
    """A key in the local file hides what is written, and is not deleted."""
    client = serve(shadow=value)

    assert client.update(insert((key, "new"))) == {"data": None}
    assert read(client, key) == shown
    assert client.update({"type": "delete", "keys": [key]}) == {"data": None}
    assert read(client, key) == (None if value == "off" else shown)


def test_a_clear_reaches_the_local_file(serve: Serve) -> None:
    """A clear deletes from both layers."""
    client = serve(shadow="entry")
    client.update({"type": "clear", "prefix": "lookup.mpctl."})

    assert client.settings("lookup.mpctl") == {}


@pytest.mark.parametrize(("value", "status"), [("off", 200), ("65536", 413)])
def test_proxy_body(serve: Serve, value: str, status: int) -> None:
    """A proxy refuses a long body with a page of HTML."""
    client = serve(proxy_body=value)
    reply = client.post("/settings", [insert(("lookup.x.y", "z" * 70_000))])

    assert (reply.status, b"<html>" in reply.body) == (status, status == 413)
    assert (read(client, "lookup.x.y") is None) is (status == 413)


@pytest.mark.parametrize(("value", "status"), [("off", 200), ("1024", 414)])
def test_proxy_url(serve: Serve, value: str, status: int) -> None:
    """A proxy refuses a long path with a page of HTML."""
    client = serve(proxy_url=value)

    assert client.get("/settings/keys?keys=" + "k" * 1000).status == status
    assert client.get(PATH).status == 200


@pytest.mark.parametrize(
    ("value", "errors"),
    [
        ("off", []),
        ("pyzor", ["spam-filter.pyzor.host"]),
        ("score", ["spam-filter.list.scores.LOCAL_NEWSLETTER"]),
        ("address", ["server.allowed-ip"]),
    ],
)
def test_foreign_error(serve: Serve, value: str, errors: list[str]) -> None:
    """Something that is not ours makes a full reload fail; the others work."""
    client = serve(foreign_error=value)
    client.update(insert(SPAM, ("lookup.mpctl.x", "")))

    assert list(client.reload()["errors"]) == errors
    assert client.reload("lookup")["errors"] == {}
    assert (client.state.live_settings()[SPAM[0]] == "4.0") is (value == "off")
    assert "x" in client.state.live_entries("mpctl")


@pytest.mark.parametrize("value", ["off", "on"])
def test_foreign_warning(serve: Serve, value: str) -> None:
    """A warning is no error: the reload has worked."""
    client = serve(foreign_warning=value)
    client.update(insert(SPAM))
    found = client.reload()

    assert found["errors"] == {}
    assert found["warnings"] == (
        {"server.http.permissive-cors": {"type": "unread", "value": "true"}}
        if value == "on"
        else {}
    )
    assert client.state.live_settings()[SPAM[0]] == "4.0"


@pytest.mark.parametrize("value", ["off", "standby", "balanced"])
def test_cluster(serve: Serve, value: str) -> None:
    """A full reload reaches every node, a lookup reload only the one that answers."""
    client = serve(cluster=value)
    client.update(insert(SPAM, ("lookup.mpctl.x", ""), ("server.blocked-ip.192.0.2.7", "")))
    client.reload()
    client.reload("lookup")
    nodes = range(len(client.state.nodes))

    assert [client.state.live_settings(node=n)[SPAM[0]] for n in nodes] == ["4.0"] * len(nodes)
    assert ["192.0.2.7" in client.state.blocked(node=n) for n in nodes] == [True] * len(nodes)
    assert ["x" in client.state.live_entries("mpctl", node=n) for n in nodes] == (
        {"off": [True], "standby": [True, False], "balanced": [True, False]}[value]
    )


@pytest.mark.parametrize(("value", "answers"), [("standby", 1), ("balanced", 2)])
def test_which_node_answers(serve: Serve, value: str, answers: int) -> None:
    """Behind a balancer both nodes answer in turn."""
    client = serve(cluster=value)
    client.update(insert(("lookup.mpctl.block.domain.new.example", "")))
    client.reload("lookup")
    seen = {frozenset(client.tags("a@new.example")) for _ in range(4)}

    assert len(seen) == answers


@pytest.mark.parametrize(("value", "done"), [("off", 3), ("1", 1), ("2", 2)])
def test_fail_after_op(serve: Serve, value: str, done: int) -> None:
    """A POST fails after so many operations; those before stay."""
    client = serve(fail_after_op=value)
    reply = client.post("/settings", [insert((f"lookup.x.{n}", "")) for n in range(3)])

    assert (reply.status, len(client.settings("lookup.x"))) == (200 if done == 3 else 500, done)


@pytest.mark.parametrize(("value", "status"), [("rocksdb", 200), ("mysql", 500)])
def test_store(serve: Serve, value: str, status: int) -> None:
    """MySQL has no place for keys over 255 bytes."""
    client = serve(store=value)

    assert client.post("/settings", [insert(("k" * 255, ""))]).status == 200
    assert client.post("/settings", [insert(("ü" * 128, ""))]).status == status


@pytest.mark.parametrize(
    ("value", "action", "score"), [("ascending", "discard", 0.0), ("descending", "reject", 2.5)]
)
def test_tag_order(serve: Serve, value: str, action: str, score: float) -> None:
    """With two actions on one message the first tag decides, and the score means nothing."""
    scores = {"A": "discard", "B": "2.5", "C": "reject"}
    data = SampleData(
        settings={f"spam-filter.list.scores.{tag}": one for tag, one in scores.items()},
        tags=("A", "B", "C") if value == "ascending" else ("B", "C"),
    )
    verdict = serve(data=data, tag_order=value).classify()

    assert verdict["disposition"] == {"action": action}
    assert verdict["score"] == (score if value == "ascending" else 0.0)


@pytest.mark.parametrize(("value", "most"), [("4", 4), ("1", 1)])
def test_concurrency(serve: Serve, value: str, most: int) -> None:
    """One request too many at a time is a 400 of a type of its own."""
    client = serve(concurrency=value)

    def answer(parallel: int, headers: dict[str, str]) -> tuple[int, str, str]:
        sent = {name.lower(): one for name, one in headers.items()}
        response = client.service.handle(
            Request("GET", "/settings/keys", headers=sent, parallel=parallel)
        )
        body = json.loads(response.body)
        return response.status, body.get("type", ""), body.get("limit", "")

    assert answer(most, client.headers) == (200, "", "")
    assert answer(most + 1, client.headers) == (
        400,
        "urn:ietf:params:jmap:error:limit",
        "maxConcurrentRequests",
    )
    assert answer(most + 1, client.admin) == (200, "", "")


def test_no_rate_limit(serve: Serve) -> None:
    """The limit may be off; by default it is 1000 a minute."""
    client = serve(rate_limit="off")
    headers = {"authorization": client.headers["Authorization"]}
    client.service.pace.clock = lambda: 0.0
    request = Request("GET", "/queue/status", headers=headers)

    assert {client.service.handle(request).status for _ in range(1001)} == {200}


def test_the_documented_rate_limit(client: Client) -> None:
    """The thousand and first request of a minute is refused."""
    headers = {"authorization": client.headers["Authorization"]}
    client.service.pace.clock = lambda: 0.0
    request = Request("GET", "/queue/status", headers=headers)
    statuses = [client.service.handle(request).status for _ in range(1001)]

    assert statuses == [200] * 1000 + [429]


@pytest.mark.parametrize(("value", "shown"), [("0", ["4.0", "4.0"]), ("1", ["6.0", "4.0"])])
def test_read_lag(serve: Serve, value: str, shown: list[str]) -> None:
    """The first read after a write may show the old state."""
    client = serve(read_lag=value)
    client.update(insert(SPAM))

    assert [read(client, SPAM[0]) for _ in range(2)] == shown


@pytest.mark.parametrize(("value", "error"), [("present", None), ("absent", "unsupported")])
def test_log_file(serve: Serve, value: str, error: str | None) -> None:
    """Without a log file the call is refused with 200."""
    reply = serve(log_file=value).get("/logs")

    assert (reply.status, reply.json.get("error")) == (200, error)


@pytest.mark.parametrize(("value", "status"), [("works", 200), ("500", 500)])
def test_download(serve: Serve, value: str, status: int) -> None:
    """A download that fails is a 500."""
    client = serve(download=value)

    assert client.send("GET", "/update/spam-filter", headers=client.admin).status == status
