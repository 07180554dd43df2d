"""The JSON object holds whatever strangers wrote, and shows none of it as something else."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from mpctl.diagnostics import ExitCode
from mpctl.render import render_json
from mpctl.render.words import printable


def rendered(value: str) -> str:
    """A text as part of a result."""
    return render_json("why", exit_code=ExitCode.DONE, environment="LIVE", parts={"value": value})


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_character_acts_and_none_is_lost(text: str) -> None:
    """Control, bidirectional and invisible characters are escaped, as JSON escapes them."""
    shown = rendered(text)

    assert json.loads(shown)["value"] == text
    assert all(printable(line) == line for line in re.split("\n", shown))


def test_letters_stay_readable() -> None:
    """A name of any script is no escape."""
    assert '"value": "Müller, 株式会社"' in rendered("Müller, 株式会社")
