"""Whether anything live differs from what is declared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Mpctl, Writes


@pytest.mark.usefixtures("sample")
def test_any_difference_is_drift(mpctl: Mpctl) -> None:
    """What apply would change, and what is only observed, both count."""
    ran = mpctl("drift", "--sandbox", "--format", "json")

    summary = ran.json["plan"]["summary"]
    changes = sum(len(entity["changes"]) for entity in ran.json["plan"]["entities"])
    assert ran.code == 2
    assert summary["observed"] > 0
    text = mpctl("drift", "--sandbox").out
    assert f"{changes} differences between live and declared" in text


@pytest.mark.usefixtures("sample")
def test_what_is_observed_stays_drift_after_an_apply(mpctl: Mpctl) -> None:
    """An apply leaves what is only watched, so the report goes on."""
    assert mpctl("apply", "--sandbox", "--confirm").code == 0
    assert mpctl("plan", "--sandbox", "--detailed-exitcode").code == 0

    assert mpctl("drift", "--sandbox").code == 2


@pytest.mark.usefixtures("sample")
def test_no_drift(mpctl: Mpctl) -> None:
    """Where live is as declared, the code is 0."""
    ran = mpctl("drift", "--sandbox", "--only", "domains/globex.example")

    assert ran.code == 0
    assert "Live is as declared" in ran.out


def test_what_cannot_be_read_stops(sample: Path, mpctl: Mpctl) -> None:
    """An entity that is not there is no drift but a problem."""
    new = "entity: domains/nobody.example\nblock: [spam.example]\n"
    (sample / "new.yaml").write_text(new, "utf-8")

    ran = mpctl("drift", "--sandbox")

    assert ran.code == 1
    assert "1 problem below" in ran.out


@pytest.mark.usefixtures("sample")
def test_nothing_is_written(mpctl: Mpctl, writes: Writes) -> None:
    """A report reads."""
    mpctl("drift", "--sandbox")

    assert writes() == []
