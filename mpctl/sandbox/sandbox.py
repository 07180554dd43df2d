"""The sandbox: simulators behind one server, with switches, faults and a log of requests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from threading import RLock
from types import MappingProxyType, TracebackType
from typing import Self

from mpctl.sandbox import mailbaby, mailprotector, rackspace, stalwart, switch
from mpctl.sandbox.disturb import disturb
from mpctl.sandbox.exchange import Request, Response, json_response
from mpctl.sandbox.faults import Fault, FaultKind, Faults
from mpctl.sandbox.log import LoggedRequest, RequestLog
from mpctl.sandbox.mailbaby import MailBaby
from mpctl.sandbox.mailprotector import Mailprotector, SampleData
from mpctl.sandbox.rackspace import Rackspace
from mpctl.sandbox.server import LOOPBACK, Server
from mpctl.sandbox.service import Service
from mpctl.sandbox.stalwart import Stalwart
from mpctl.sandbox.switch import Switch

NO_SWITCHES: Mapping[str, str] = MappingProxyType({})
SWITCHES_BY_SERVICE: Mapping[str, Mapping[str, Switch]] = MappingProxyType(
    {
        "mailprotector": mailprotector.SWITCHES,
        "rackspace": rackspace.SWITCHES,
        "mailbaby": mailbaby.SWITCHES,
        "stalwart": stalwart.SWITCHES,
    }
)
SWITCHES = switch.joined(SWITCHES_BY_SERVICE, bare="mailprotector")
"""All switches. Those of the first service stand alone, others as "rackspace.block_route"."""


def parse_switches(text: str) -> dict[str, str]:
    """Read "name=value,name=value"; ValueError names the choices."""
    return switch.parse_switches(text, SWITCHES)


class Sandbox:
    """Serves from `__enter__` to `__exit__`; with a folder, state and log outlive it there."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        port: int = 0,
        switches: Mapping[str, str] = NO_SWITCHES,
        faults: Sequence[Fault] = (),
        data: SampleData | None = None,
        rackspace: rackspace.SampleData | None = None,
        mailbaby: mailbaby.SampleData | None = None,
        stalwart: stalwart.SampleData | None = None,
    ) -> None:
        """Prepare the simulators; nothing listens yet.

        `data` is what mailprotector holds instead of its sample data; each other service has a
        keyword of its own. ValueError names the choices of a switch; StateFileError says that the
        folder's state cannot be read.
        """
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self._lock = RLock()
        self._port = port
        self._faults = Faults(faults)
        self._log = RequestLog(folder)
        self._server: Server | None = None
        chosen = switch.split(switches, SWITCHES, bare="mailprotector")
        self.mailprotector = Mailprotector.open(folder, chosen["mailprotector"], data, self._lock)
        self.rackspace = Rackspace.open(folder, chosen["rackspace"], rackspace, self._lock)
        self.mailbaby = MailBaby.open(folder, chosen["mailbaby"], mailbaby, self._lock)
        self.stalwart = Stalwart.open(folder, chosen["stalwart"], stalwart, self._lock)
        self.services = _by_name(self.mailprotector, self.rackspace, self.mailbaby, self.stalwart)

    def __enter__(self) -> Self:
        """Listen on 127.0.0.1; OSError when the port is taken."""
        self._server = Server(self._answer, self._port)
        for service in self.services.values():
            service.origin = f"http://{LOOPBACK}:{self._server.port}"
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the port and every connection."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    @property
    def requests(self) -> list[LoggedRequest]:
        """The requests since the start, in the order in which they were handled."""
        with self._lock:
            return list(self._log.requests)

    def writes(self) -> list[LoggedRequest]:
        """Return those requests that are documented as writes, whether they succeeded or not."""
        return [request for request in self.requests if request.write]

    def inject(self, fault: Fault) -> None:
        """Put a fault in force; it counts calls from now on."""
        with self._lock:
            self._faults.add(fault)

    def meanwhile(
        self, method: str, path: str, action: Callable[[], object], *, nth: int = 1
    ) -> None:
        """Call `action` right before the n-th matching request: another writer at that moment.

        The action changes the state directly; a request of its own would wait for this one.
        """
        self.inject(Fault(method, path, FaultKind.MEANWHILE, nth=nth, action=action))

    def clear_faults(self) -> None:
        """Put all faults out of force."""
        with self._lock:
            self._faults.clear()

    def reset(self) -> None:
        """Go back to the sample data; the log, faults and switches stay."""
        for service in self.services.values():
            service.reset()

    def _answer(self, request: Request) -> Response:
        """Handle one request as a whole before the next: effect, fault and record."""
        with self._lock:
            service = self._service_at(request.path)
            if service is None:
                return json_response(HTTPStatus.NOT_FOUND, {"message": "No service here"})
            request = replace(request, path=request.path.removeprefix(service.prefix))
            fault = self._faults.draw(request)
            before = service.revision
            response = _disturbed(service.handle, request, fault)
            self._log.record(
                request,
                service=service.name,
                status=None if response.sending.drop else int(response.status),
                write=service.writes(request),
                changed=service.revision != before,
            )
            return response

    def _service_at(self, path: str) -> Service | None:
        services = self.services.values()
        return next((one for one in services if path.startswith(one.prefix + "/")), None)


def _by_name(*services: Service) -> Mapping[str, Service]:
    return MappingProxyType({service.name: service for service in services})


def _disturbed(
    handle: Callable[[Request], Response], request: Request, fault: Fault | None
) -> Response:
    if fault is None:
        return handle(request)
    prevented = Response(HTTPStatus.SERVICE_UNAVAILABLE)
    return disturb(fault, prevented if fault.prevents else handle(request))
