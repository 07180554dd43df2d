"""Endpoints of the outbound queue (section 9)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from mpctl.sandbox.stalwart.answers import malformed, not_found
from mpctl.sandbox.stalwart.call import Call
from mpctl.sandbox.stalwart.mailqueue import QueuedMessage, moment

SELECTIONS = ("text", "from", "to", "queue")


def list_messages(call: Call) -> Any:
    """GET /queue/messages: ids, or with `values` whole messages."""
    found = _selected(call)
    most = call.number("max-total") or len(found)
    whole = "values" in call.parameters
    items = [_shown(call, one) if whole else one.id for one in call.page(found)]
    return {"items": items, "total": min(len(found), most), "status": call.state.queue_runs}


def show(call: Call) -> Any:
    """GET /queue/messages/{id}."""
    return _shown(call, _one(call))


def reschedule(call: Call) -> bool:
    """PATCH /queue/messages/{id}."""
    return _rescheduled(call, [_one(call)], call.parameters.get("filter", ""))


def cancel(call: Call) -> bool:
    """DELETE /queue/messages/{id}."""
    return _cancelled(call, [_one(call)], call.parameters.get("filter", ""))


def reschedule_all(call: Call) -> bool:
    """PATCH /queue/messages: all that are selected; `filter` is not read."""
    return _rescheduled(call, _selected(call), "")


def cancel_all(call: Call) -> bool:
    """DELETE /queue/messages: all that are selected, without a selection every message."""
    return _cancelled(call, _selected(call), "")


def status(call: Call) -> bool:
    """GET /queue/status."""
    return call.state.queue_runs


def start_or_stop(call: Call) -> bool:
    """PATCH /queue/status/{start|stop}: answers the previous state."""
    before = call.state.queue_runs
    call.state.run_queue(runs=call.words[0] == "start")
    return before


def _one(call: Call) -> QueuedMessage:
    found = call.state.queue.get(int(call.words[0]))
    if found is None:
        raise not_found()
    return found


def _shown(call: Call, message: QueuedMessage) -> Any:
    return message.document(grouped=not call.switches.since("0.13"))


def _rescheduled(call: Call, messages: list[QueuedMessage], text: str) -> bool:
    at = _moment(call, "at") or call.now
    changed = [(one, one.rescheduled(at, text)) for one in messages if one.reaches(text)]
    for _, after in changed:
        call.state.put_message(after)
    return bool(changed)


def _cancelled(call: Call, messages: list[QueuedMessage], text: str) -> bool:
    hit = [one for one in messages if one.reaches(text)]
    for message in hit:
        left = message.without(text)
        if left is None:
            call.state.drop_message(message.id)
        else:
            call.state.put_message(left)
    return bool(hit)


def _selected(call: Call) -> list[QueuedMessage]:
    before, after = _moment(call, "before"), _moment(call, "after")
    tests = [_TESTS[name](call.parameters[name]) for name in SELECTIONS if name in call.parameters]
    return [
        message
        for message in sorted(call.state.queue.values(), key=lambda one: one.id)
        if all(test(message) for test in tests)
        and (before is None or message.due < before)
        and (after is None or message.due > after)
    ]


def _moment(call: Call, name: str) -> datetime | None:
    text = call.parameters.get(name)
    try:
        return moment(text) if text else None
    except ValueError as error:
        raise malformed() from error


_Test = Callable[[QueuedMessage], bool]
_TESTS: dict[str, Callable[[str], _Test]] = {
    "text": lambda text: lambda one: text in one.return_path or one.reaches(text),
    "from": lambda text: lambda one: text in one.return_path,
    "to": lambda text: lambda one: one.reaches(text),
    "queue": lambda name: lambda one: any(row.queue == name for row in one.recipients),
}
