"""A field of a file that is encrypted with sops as a source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mpctl.credentials.line import decoded, key_in
from mpctl.credentials.paths import shown
from mpctl.credentials.secret import Secret
from mpctl.credentials.source import Nothing
from mpctl.program import Finished, Run, ending, is_file

_INSTALL: Final = (
    "Install sops: brew install sops, scoop install sops, "
    "or a package of https://github.com/getsops/sops/releases."
)
_ALTERED: Final = ("was altered after sops encrypted it", "Restore it, or encrypt it anew.")
_LOCKED: Final = (
    "cannot be opened with the keys of this machine",
    "Is the age key available? Name its file in SOPS_AGE_KEY_FILE; for PGP or a cloud, sign in.",
)
_NO_FIELD: Final = "has no field {key}"
_FIELD_HINT: Final = "Look at its fields with sops, or name another one as the key."
# Only these phrases are picked from what sops says; the rest may quote what it decrypted.
_PHRASES: Final = {
    b"truncating tree": (_NO_FIELD, _FIELD_HINT),
    b"interface conversion": (_NO_FIELD, _FIELD_HINT),  # its crash on a path through a plain value
    b"metadata not found": (
        "is not encrypted with sops",
        "Encrypt it in place.",
    ),
    b"Failed to get the data key": _LOCKED,
    b"message authentication failed": _ALTERED,
    b"MAC mismatch": _ALTERED,
}


@dataclass(frozen=True, slots=True)
class SopsField:
    """One field, named by its dotted path, of an encrypted file."""

    path: Path
    key: str
    run: Run

    @property
    def name(self) -> str:
        """`the vault file msp-tools/mailprotector.sops.yaml`."""
        return f"the vault file {shown(self.path)}"

    def look(self) -> Secret:
        """The value; raises Nothing."""
        steps = self._steps()
        if not is_file(self.path):
            raise Nothing("does not exist", expected=True)
        finished = self._finished("--decrypt", "--extract", steps, str(self.path))
        if finished.status:
            raise self._failure(finished)
        value = key_in(decoded(finished.out), f"has a field {self.key} that holds")
        return Secret(value, f"field {self.key} of {self.name}")

    def _steps(self) -> str:
        """The dotted path as sops reads it: `["credentials"]["api_key"]`."""
        steps = self.key.split(".")
        if not all(steps) or set(self.key) & set("[]\"'"):
            raise Nothing(
                f"cannot be asked for {self.key!r}", "Write the key as in credentials.api_key."
            )
        return "".join(f'["{step}"]' for step in steps)

    def _finished(self, *arguments: str) -> Finished:
        try:
            return self.run(("sops", *arguments), Path.cwd())
        except FileNotFoundError:
            reason = "cannot be read, because the program sops is not installed"
            raise Nothing(reason, _INSTALL) from None
        except TimeoutError as error:
            raise Nothing(f"cannot be read, because sops {error}", _LOCKED[1]) from None
        except OSError as error:
            reason = f"cannot be read, because sops cannot be started ({error.strerror})"
            raise Nothing(reason) from None

    def _failure(self, finished: Finished) -> Nothing:
        said = (meaning for phrase, meaning in _PHRASES.items() if phrase in finished.err)
        reason, hint = next(
            said,
            (
                "cannot be read",
                f"Run sops --decrypt {shown(self.path)} yourself to see why.",
            ),
        )
        return Nothing(f"{reason.format(key=self.key)} (sops {ending(finished.status)})", hint)
