"""What somebody wants of a policy: one rule more or less, or a setting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mpctl.core.entity import Entity
from mpctl.core.rule import DeclaredRule, Expiry, RuleKey, SettingValue, Waiver
from mpctl.diagnostics import Code, Origin
from mpctl.policy.edit.lists import dashed
from mpctl.policy.edit.writing import Spoken, scalar


@dataclass(frozen=True, slots=True)
class AddRule:
    """A rule that should stand, at least until it `expires`; None asks for no certain end."""

    entity: Entity
    key: RuleKey
    spoken: Spoken
    expires: Expiry | None = None

    @property
    def declared(self) -> DeclaredRule:
        """The rule as a policy that has it declares it."""
        fields, (code, until) = self.spoken.fields, self.spoken.waived
        reason = fields.get("reason", "")
        here = Origin("", 1, 1)
        waivers = (Waiver(Code(code), reason, date.fromisoformat(until), here),) if code else ()
        return DeclaredRule(
            self.key,
            self.spoken.value,
            (here,),
            expires=self.expires,
            reason=reason,
            ticket=fields.get("ticket", ""),
            requested_by=fields.get("requested_by", ""),
            waivers=waivers,
        )

    def section(self, margin: str = "  ") -> list[str]:
        """The lines of a list with this rule alone."""
        return [f"{self.key.action.value}:", *dashed(self.spoken, margin)]


@dataclass(frozen=True, slots=True)
class RemoveRule:
    """A rule that should not be declared any more."""

    entity: Entity
    key: RuleKey
    shown: str


@dataclass(frozen=True, slots=True)
class SetSetting:
    """A setting that should have a value."""

    entity: Entity
    name: str
    value: SettingValue

    def section(self, margin: str = "  ") -> list[str]:
        """The lines of settings with this one alone."""
        return ["settings:", f"{margin}{self.name}: {scalar(self.value)}"]


Wish = AddRule | RemoveRule | SetSetting
