"""Where keys come from, and which base URL they go to; looked up only for targets a run touches.

The sources of a key, in order; the first one that gives it wins:

    variable    the provider's own, as MAILPROTECTOR_API_KEY, or those that the target claims
                by `credentials: {env: {api_key: ACME_KEY}}`
    sops        fields of an encrypted file, through the sops program; a relative path is looked up
                below MPCTL_VAULT, else beside mpctl.yaml
    command     what a program prints; it runs beside mpctl.yaml, without a shell
    file        what a file holds; a relative path is looked up beside mpctl.yaml

A command and a file give one line, or a JSON object; then, as for sops, `keys:` has the dotted path
of each field. All fields of a credential come from one place: halves are never put together.

A target without `credentials:` has the provider's variable and the provider's entry of the vault
below MPCTL_VAULT. What several targets of one provider would share, the general variable and that
entry, belongs to none of them. `lookup.find` is the way in; one module holds each source.
"""

from mpctl.credentials.account import account
from mpctl.credentials.address import base_url
from mpctl.credentials.lookup import Found, find
from mpctl.credentials.secret import Secret
from mpctl.credentials.service import SERVICES, Service, VaultEntry
from mpctl.credentials.target import Target
from mpctl.program import Finished, Run, run_program

__all__ = [
    "SERVICES",
    "Finished",
    "Found",
    "Run",
    "Secret",
    "Service",
    "Target",
    "VaultEntry",
    "account",
    "base_url",
    "find",
    "run_program",
]
