"""How MailBaby says no: by status, and for failures of its framework by `msg` in a 200."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from mpctl.transport import Reply, plain_http


def judge(status: int, body: Any, message: str) -> Reply:
    """Tell what an answer means (reference, section 3.1).

    A failure of the framework has `msg` and no `status`; its `code` is a number, or text where the
    database refused something. It answers with 200 whatever the code is, also for a wrong key.
    Whatever is not JSON comes from something in between.
    """
    reply = plain_http(status, body, message)
    if reply not in {Reply.DONE, Reply.REFUSED}:
        return reply
    said = body if isinstance(body, dict) and "status" not in body else {}
    if said.get("code") == HTTPStatus.UNAUTHORIZED:
        return Reply.KEY_REFUSED
    if "msg" in said:
        code = said.get("code")
        passing = code == HTTPStatus.INTERNAL_SERVER_ERROR or not isinstance(code, int)
        return Reply.FAILED if passing else Reply.REFUSED
    return Reply.FAILED if reply is Reply.DONE and body is None else reply
