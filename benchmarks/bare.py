"""The least that reading can cost: the same pages, fetched and decoded, and nothing else.

`python -m benchmarks.bare LIBRARY URL CONNECTIONS FILE`, where the file holds a path a line.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

Fetch = Callable[[str], object]
_KEY = {"Authorization": "Bearer benchmark"}


def by_requests(url: str, connections: int) -> Fetch:
    """The requests library with one session."""
    import requests  # noqa: PLC0415 - only one of the three is measured

    session = requests.Session()
    session.trust_env = False
    session.headers.update(_KEY)
    adapter = requests.adapters.HTTPAdapter(pool_maxsize=connections, pool_block=True)
    session.mount(url, adapter)
    return lambda path: session.get(url + path).json()


def by_urllib3(url: str, connections: int) -> Fetch:
    """The pool that requests stands on."""
    import urllib3  # noqa: PLC0415 - only one of the three is measured

    pool = urllib3.PoolManager(maxsize=connections, block=True, headers=_KEY)
    return lambda path: json.loads(pool.request("GET", url + path).data)


def by_http_client(url: str, connections: int) -> Fetch:
    """The standard library, a connection for each thread."""
    _ = connections
    place, own = urlsplit(url).netloc, threading.local()

    def fetch(path: str) -> object:
        if not hasattr(own, "connection"):
            own.connection = http.client.HTTPConnection(place)
        own.connection.request("GET", path, headers=_KEY)
        return json.loads(own.connection.getresponse().read())

    return fetch


LIBRARIES = {"requests": by_requests, "urllib3": by_urllib3, "http.client": by_http_client}


def main(library: str, url: str, connections: int, paths: Sequence[str]) -> None:
    """Fetch every path."""
    fetch = LIBRARIES[library](url, connections)
    with ThreadPoolExecutor(connections) as pool:
        for _ in pool.map(fetch, paths):
            pass


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]).read_text("utf-8").split())
