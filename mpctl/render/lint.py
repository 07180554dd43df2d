"""What lint found, in words."""

from __future__ import annotations

from mpctl.diagnostics import Diagnostic
from mpctl.render.document import Document, Tone
from mpctl.render.words import count, listed


def lint_document(
    findings: tuple[Diagnostic, ...],
    *,
    errors: int,
    warnings: int,
    waived: int,
    entities: int,
    rules: int,
    banner: str = "",
) -> Document:
    """Say how much there is to mend in how many entities and rules, then each finding."""
    weighed = listed(
        [
            (errors, "error" if errors == 1 else "errors"),
            (warnings, "warning" if warnings == 1 else "warnings"),
        ]
    )
    judged = f"{count(entities, 'entity', 'entities')}, {count(rules, 'rule')}"
    return Document(
        headline=f"{weighed or 'No findings'} in {judged}",
        summary=f"{count(waived, 'finding')} waived." if waived else "",
        diagnostics=findings,
        banner=banner,
        tone=_tone(errors, warnings),
    )


def _tone(errors: int, warnings: int) -> Tone:
    if errors:
        return Tone.DANGER
    return Tone.CAUTION if warnings else Tone.CALM
