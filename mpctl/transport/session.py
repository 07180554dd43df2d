"""The one way to a service: every request passes the table of calls, the pacer and the retries."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count, islice
from typing import Any

from mpctl.clock import Clock
from mpctl.transport.answer import Answer
from mpctl.transport.calls import Call, CallTable, Effect, Params, Repeat
from mpctl.transport.dialect import Dialect, plain_http
from mpctl.transport.errors import CallForbidden, KeyRefused, Throttled, TransportError
from mpctl.transport.first import FirstAlone
from mpctl.transport.limits import Limits
from mpctl.transport.pacing import Pacer
from mpctl.transport.request import Request


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One attempt, for progress and traces; `result` is a status or the kind of failure."""

    call: str
    result: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came back on a request; `error` says what it amounts to, None for a good answer."""

    answer: Answer
    error: TransportError | None = None


class Session:
    """Sends the requests of one target; safe to use from many threads.

    `authorize` gives the headers that prove who asks, fresh for every attempt. Whatever is in
    `secrets` never appears in an error; `key_source` says where the key came from, and
    `key_doubt` what is odd about it, for when it is refused. Without `writable`, a call that is not
    declared a read is not sent. The first request goes alone: a key that is refused then stops
    everything at once.
    """

    def __init__(
        self,
        base_url: str,
        *,
        authorize: Callable[[], Mapping[str, str]],
        calls: CallTable,
        limits: Limits,
        clock: Clock,
        secrets: tuple[str, ...] = (),
        key_source: str = "",
        key_doubt: str = "",
        writable: bool = False,
        dialect: Dialect = plain_http,
        error_header: str = "",
        on_call: Callable[[CallRecord], None] = lambda _: None,
    ) -> None:
        self.base_url = base_url
        self.clock = clock
        self._calls = calls
        self._limits = limits
        self._writable = writable
        self._on_call = on_call
        self._pacer = Pacer(limits.requests_per_second, clock)
        self._paces = {
            Effect.READ: Pacer(_per_second(limits.reads_per_minute), clock),
            Effect.WRITE: Pacer(_per_second(limits.writes_per_minute), clock),
        }
        from mpctl.transport.wire import Wire  # noqa: PLC0415 - requests is slow to import

        self._wire = Wire(
            base_url,
            authorize=authorize,
            limits=limits,
            clock=clock,
            secrets=secrets,
            key_source=key_source,
            key_doubt=key_doubt,
            dialect=dialect,
            error_header=error_header,
        )
        self._refused: KeyRefused | None = None
        self._first = FirstAlone(lambda: self._refused is None)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        """Send a request below the base URL and return its answer, a 2xx.

        Raises a TransportError otherwise; see `mpctl.transport.errors` for the tree.
        """
        return self._sent(Request(method, path, params or {}, json, form, raw=raw))

    def exchange(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Exchange:
        """Send a request and return what came back, whatever it says, as it came.

        A write is sent once, also where the table would let it be repeated: nobody declared that
        this one means the same a second time.

        Raises a TransportError where nothing was sent or nothing came.
        """
        try:
            request = Request(method, path, params or {}, json, form, raw=raw, keep=True)
            return Exchange(self._sent(request))
        except TransportError as error:
            if error.answer is None:
                raise
            return Exchange(error.answer, error)

    def _sent(self, request: Request) -> Answer:
        call = self._permitted(request)
        if request.keep and call.effect is Effect.WRITE:
            call = replace(call, repeat=Repeat.NEVER)
        with self._first.turn():
            self._stop_if_refused()
            return self._attempts(call, replace(request, mute=call.mute))

    def pages(self, path: str, params: Iterable[Params]) -> Generator[Answer, None, None]:
        """Read a path with each of these parameters, several at once; answers in that order.

        Never more ahead of what was taken than there are connections. Raises a TransportError in
        the place of the answer that could not be had.
        """
        wanted = iter(params)
        under_way: deque[Future[Answer]] = deque()
        try:
            while True:
                for one in islice(wanted, self._limits.connections - len(under_way)):
                    under_way.append(self._readers.submit(self.request, "GET", path, params=one))
                if not under_way:
                    return
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()

    def close(self) -> None:
        """Let go of the connections."""
        if "_readers" in self.__dict__:
            self._readers.shutdown(cancel_futures=True)
        self._wire.close()

    @cached_property
    def _readers(self) -> ThreadPoolExecutor:
        """Threads of their own: one that waits for a page must not keep that page from a thread."""
        return ThreadPoolExecutor(self._limits.connections)

    def _permitted(self, request: Request) -> Call:
        call = self._calls.find(request.method, request.path, request.params)
        if call.effect is Effect.FORBIDDEN:
            raise CallForbidden(str(request), "mpctl never sends this call", why=call.why)
        if call.effect is Effect.WRITE and not self._writable:
            raise CallForbidden(
                str(request),
                "a write was attempted without --confirm, and was not sent",
                why="Nothing writes unless the run was opened for writing.",
            )
        return call

    def _stop_if_refused(self) -> None:
        if self._refused is not None:
            raise self._refused.again()

    def _attempts(self, call: Call, request: Request) -> Answer:
        in_doubt = False
        for attempt in count(1):
            try:
                return self._attempt(call, request, attempt)
            except TransportError as error:
                error.repeated_in_doubt = in_doubt
                in_doubt = error.may_have_executed
                if attempt >= self._patience(error) or not self._worth_repeating(call, error):
                    raise
                self._back_off(error, attempt)
        raise AssertionError  # pragma: no cover - attempts end by an answer or an error

    def _patience(self, error: TransportError) -> int:
        limits = self._limits
        patient = limits.attempts_throttled if isinstance(error, Throttled) else None
        return limits.attempts if patient is None else patient

    def _attempt(self, call: Call, request: Request, attempt: int) -> Answer:
        self._paces[call.effect].wait()
        self._pacer.wait()
        self._stop_if_refused()  # another thread may have learnt it while this one waited
        started = self.clock.monotonic()
        result = "no answer"
        try:
            answer = self._wire.send(request)
            result = str(answer.status)
        except TransportError as error:
            result = error.what
            self._heed(error, attempt)
            raise
        finally:
            seconds = self.clock.monotonic() - started
            self._on_call(CallRecord(f"{request.method} {request.path}", result, seconds))
        return answer

    def _heed(self, error: TransportError, attempt: int) -> None:
        """What one request has learnt holds for every other one of the target."""
        if isinstance(error, KeyRefused):
            self._refused = error
        elif isinstance(error, Throttled):
            wait = error.wait if error.told else error.wait * 2 ** (attempt - 1)
            self._pacer.hold(min(wait, self._limits.retry_after_cap))

    def _worth_repeating(self, call: Call, error: TransportError) -> bool:
        if call.repeat is Repeat.NEVER:
            return False
        if isinstance(error, Throttled):
            return True
        harmless = call.repeat is Repeat.ALWAYS or not error.may_have_executed
        return error.transient and harmless

    def _back_off(self, error: TransportError, attempt: int) -> None:
        if isinstance(error, Throttled):
            return  # the pacer holds everybody already
        limits = self._limits
        self.clock.sleep(min(limits.backoff * 2 ** (attempt - 1), limits.backoff_cap))


def _per_second(per_minute: int | None) -> float | None:
    return None if per_minute is None else per_minute / 60
