"""A program `gh` for tests: as much of GitHub as the steps use, in a file of JSON."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

WORLD = Path(os.environ["FAKE_GITHUB"])


def api(world: dict[str, Any], method: str, path: str, body: dict[str, Any]) -> Any:
    """Answer a request; an unknown one is a KeyError, and so a failure."""
    path = path.partition("?")[0].removeprefix("repos/msp/mail/")
    if found := re.fullmatch(r"issues/(\d+)/comments", path):
        comments = world["comments"]
        if method == "GET":
            return [comments]
        comment = {"id": len(comments) + 1, "user": {"login": "github-actions[bot]"}, **body}
        comments.append(comment)
        return comment
    if found := re.fullmatch(r"issues/comments/(\d+)", path):
        (comment,) = [c for c in world["comments"] if c["id"] == int(found[1])]
        comment.update(body)
        return comment
    return world["answers"][path]


def main() -> int:
    """Do what is asked, and write down that it was."""
    arguments = sys.argv[1:]
    world = json.loads(WORLD.read_text("utf-8"))
    world["calls"].append(arguments)
    try:
        if arguments[:2] == ["run", "download"]:
            where = Path(arguments[arguments.index("--dir") + 1])
            name = arguments[arguments.index("--name") + 1]
            shutil.copytree(world["artefacts"][arguments[2]][name], where)
            return 0
        method = arguments[arguments.index("--method") + 1] if "--method" in arguments else "GET"
        body = json.load(sys.stdin) if "--input" in arguments else {}
        sys.stdout.write(json.dumps(api(world, method, arguments[1], body)))
    except KeyError as error:
        sys.stderr.write(f"gh: not found: {error}\n")
        return 1
    finally:
        WORLD.write_text(json.dumps(world), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
