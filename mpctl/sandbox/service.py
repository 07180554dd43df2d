"""What every simulated service is to the sandbox that serves it."""

from typing import Protocol

from mpctl.sandbox.exchange import Request, Response


class Service(Protocol):
    """One simulator: it answers requests whose path lies below its prefix.

    `origin` is where the server listens, without a path; the sandbox sets it when it starts.
    `revision` grows with every change of state.
    """

    name: str
    prefix: str
    origin: str

    @property
    def base_url(self) -> str:
        """Where the service listens, as a client needs it; RuntimeError when it does not."""
        if not self.origin:
            raise RuntimeError("the sandbox is not running: use it in a with statement")
        return self.origin + self.prefix

    @property
    def revision(self) -> int:
        """A number that grows with every change of state."""

    def writes(self, request: Request) -> bool:
        """Whether the call is documented as a write; one that is not documented counts as such."""

    def handle(self, request: Request) -> Response:
        """Answer a request whose path lies below the base URL."""

    def reset(self) -> None:
        """Go back to the sample data."""
