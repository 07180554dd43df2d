"""What can go wrong with a call, as one tree.

    TransportError
      NotExecuted          proven to have had no effect, this time
        KeyRefused         401: the key is missing or wrong; stops the whole target
        Refused            another 4xx, or 501: this request is not acceptable, others may be
        Throttled          429 to the last attempt
                           (or whatever the service's dialect says in the place of these)
        CallForbidden      mpctl itself refused to send it
      Unavailable          5xx, no connection, no answer; a write may have had its effect
      BadAnswer            an answer that is not what the service documents; the same doubt

`may_have_executed` is the question that a caller asks after a failed write.
"""

from __future__ import annotations

from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.transport.answer import Answer


class TransportError(MpctlError):
    """A call that did not give a usable answer; `call` names it as METHOD /path.

    `transient` says that the same request may well succeed a moment later. `answer` is what came
    all the same, where somebody asked for it.
    """

    code = Code.UNAVAILABLE
    transient = False

    def __init__(self, call: str, what: str, *, why: str = "", fix: str = "") -> None:
        super().__init__(Diagnostic(self.code, f"{call}: {what}", why=why, fix=fix))
        self.call = call
        self.what = what
        self.answer: Answer | None = None
        self.repeated_in_doubt = False

    @property
    def may_have_executed(self) -> bool:
        """Tell whether the call may have had its effect all the same, now or in an attempt before.

        A refusal proves nothing about an earlier attempt whose answer was lost.
        """
        return self.repeated_in_doubt or self._may_have_executed_now

    @property
    def _may_have_executed_now(self) -> bool:
        return True


class NotExecuted(TransportError):
    """This attempt is proven to have had no effect."""

    @property
    def _may_have_executed_now(self) -> bool:
        return False


class KeyRefused(NotExecuted):
    """The service does not accept the key; `status` is its answer's."""

    code = Code.KEY_REFUSED

    def __init__(
        self, call: str, what: str, *, why: str = "", fix: str = "", status: int = 0
    ) -> None:
        super().__init__(call, what, why=why, fix=fix)
        self.status = status

    def again(self) -> KeyRefused:
        """The same for another request, which has doubts of its own."""
        told = self.diagnostics[0]
        return KeyRefused(self.call, self.what, why=told.why, fix=told.fix, status=self.status)


class Refused(NotExecuted):
    """A 4xx: `status` and the service's own `message`."""

    code = Code.REFUSED_BY_SERVICE

    def __init__(self, call: str, status: int, message: str, *, fix: str = "") -> None:
        what = f"refused with {status}{': ' + message if message else ''}"
        super().__init__(call, what, fix=fix)
        self.status = status
        self.message = message


class Throttled(NotExecuted):
    """The service asked to slow down; `wait` is how long, in seconds.

    `told` is False when the service did not say how long, and `wait` is a guess.
    """

    code = Code.THROTTLED

    def __init__(self, call: str, what: str, *, wait: float, told: bool = True) -> None:
        super().__init__(
            call, what, fix="Lower requests_per_second of the target, or try again later."
        )
        self.wait = wait
        self.told = told


class CallForbidden(NotExecuted):
    """mpctl does not send this call: a write without `--confirm`, or one that is never allowed."""

    code = Code.FORBIDDEN_CALL


class Unavailable(TransportError):
    """No answer, or a server fault; `sent` is False when no connection was made."""

    transient = True

    def __init__(self, call: str, what: str, *, sent: bool = True, fix: str = "") -> None:
        super().__init__(call, what, fix=fix)
        self.sent = sent

    @property
    def _may_have_executed_now(self) -> bool:
        return self.sent


class BadAnswer(TransportError):
    """An answer that cannot be understood: HTML, broken JSON, too large, a redirect."""

    code = Code.UNEXPECTED_ANSWER
