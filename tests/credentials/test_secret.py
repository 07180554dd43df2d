"""A secret does not show itself."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from mpctl.credentials import Finished, Secret
from tests.credentials.bench import KEY


@dataclass
class Holder:
    """Anything that has a secret."""

    key: Secret


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{0!r:>40}".format])
@pytest.mark.parametrize("wrap", [lambda s: s, lambda s: [s], Holder])
def test_no_conversion_to_text_shows_the_value(show: object, wrap: object) -> None:
    """However a secret becomes text, alone or within something, it says only where it is from."""
    assert callable(show)
    assert callable(wrap)

    shown = show(wrap(Secret(KEY, "the variable ACME_KEY")))

    assert KEY not in shown
    assert "<secret from the variable ACME_KEY>" in shown


def test_a_secret_is_not_serialised() -> None:
    """JSON knows no secret: a journal or a plan that would hold one cannot be written."""
    with pytest.raises(TypeError):
        json.dumps({"key": Secret(KEY, "somewhere")})


def test_only_reveal_gives_the_value() -> None:
    """Whoever wants the value says so."""
    assert Secret(KEY, "somewhere").reveal() == KEY


def test_what_a_program_said_is_not_shown() -> None:
    """The record of a finished program shows how it ended and nothing of what it said."""
    assert repr(Finished(1, KEY.encode(), KEY.encode())) == "Finished(status=1)"
