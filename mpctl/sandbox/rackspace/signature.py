"""The signature of a request (the Rackspace reference, section 2.1)."""

import hmac
import re
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha1

from mpctl.sandbox.exchange import Request

HEADER = "x-api-signature"
PARTS = 3
TIMESTAMP = re.compile(r"\d{14}", re.ASCII)
TIMESTAMP_FORMAT = "%Y%m%d%H%M%S"


def signature(user_key: str, secret_key: str, user_agent: str, timestamp: str) -> str:
    """Return the value of the header X-Api-Signature."""
    text = f"{user_key}{user_agent}{timestamp}{secret_key}"
    digest = sha1(text.encode(), usedforsecurity=False).digest()
    return f"{user_key}:{timestamp}:{b64encode(digest).decode()}"


def is_signed(
    request: Request, *, user_key: str, secret_key: str, now: float, seconds: int = 0
) -> bool:
    """Whether the request carries a signature of these keys over its own User-Agent.

    Where `seconds` is not 0, its time, which counts as UTC, must be that near to `now`.
    """
    sent = request.headers.get(HEADER, "")
    agent = request.headers.get("user-agent", "")
    parts = sent.split(":")
    if len(parts) != PARTS or not agent:
        return False
    timestamp = parts[1]
    expected = signature(user_key, secret_key, agent, timestamp)
    known = hmac.compare_digest(sent.encode(), expected.encode())
    return known and _is_near(timestamp, now, seconds)


def _is_near(timestamp: str, now: float, seconds: int) -> bool:
    if not TIMESTAMP.fullmatch(timestamp):
        return False
    try:
        moment = datetime.strptime(timestamp, TIMESTAMP_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return False
    return not seconds or abs(moment.timestamp() - now) <= seconds
