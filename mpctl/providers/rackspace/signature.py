"""The signature that every request carries (reference, section 2.1)."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime


def signature(*, user_key: str, secret_key: str, agent: str, moment: datetime) -> str:
    """The value of `X-Api-Signature` for a request that is sent at `moment` by `agent`."""
    timestamp = moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")
    text = f"{user_key}{agent}{timestamp}{secret_key}"
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).digest()
    return f"{user_key}:{timestamp}:{base64.b64encode(digest).decode()}"
