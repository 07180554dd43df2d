"""Every answer says what time it is, as servers do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection

import pytest

from mpctl.sandbox import Fault, Sandbox


def dates(sandbox: Sandbox, path: str = "/domains", *, key: str = "") -> list[str]:
    """The Date headers of one answer."""
    service = sandbox.mailprotector
    host = service.origin.removeprefix("http://")
    connection = HTTPConnection(host)
    try:
        headers = {"Authorization": f"Bearer {key or service.api_key}"}
        connection.request("GET", service.prefix + path, headers=headers)
        return connection.getresponse().headers.get_all("Date", [])
    finally:
        connection.close()


def test_the_current_time() -> None:
    """An answer carries the current time once, in GMT."""
    with Sandbox() as sandbox:
        (date,) = dates(sandbox)

    assert date.endswith(" GMT")
    assert abs(datetime.now(UTC) - parsedate_to_datetime(date)) < timedelta(minutes=5)


@pytest.mark.parametrize(
    ("path", "key", "fault"),
    [
        ("/domains", "wrong", ""),
        ("/nothing", "", ""),
        ("/domains", "", "GET /domains 503"),
        ("/domains", "", "GET /domains html"),
    ],
)
def test_answers_of_all_kinds(path: str, key: str, fault: str) -> None:
    """Refusals and faults carry the time, too."""
    with Sandbox(faults=[Fault.parse(fault)] if fault else []) as sandbox:
        assert len(dates(sandbox, path, key=key)) == 1
