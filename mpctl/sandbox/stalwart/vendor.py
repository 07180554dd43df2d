"""A small part of what the vendor ships: rules, scores and trusted domains (sections 6.4, 6.7)."""

from collections.abc import Mapping

RULES_VERSION = "2.0.5"
SCORES = {
    "AUTH_NA": "1.0",
    "BLOCKED_DOMAIN": "reject",
    "DMARC_POLICY_REJECT": "2.0",
    "MISSING_DATE": "1.0",
    "MISSING_MID": "2.5",
    "MISSING_MIME_VERSION": "2.0",
    "MISSING_SUBJECT": "2.0",
    "SPAM_TRAP": "15.0",
    "TRUSTED_DOMAIN": "-7.0",
}
TRUSTED = ("paypal.example", "shipping.example", "weather.example")
RULES: Mapping[str, str] = {
    "stwt_blocked_domain.condition.0.if": "key_exists('blocked-domains', from.domain)",
    "stwt_blocked_domain.condition.0.then": "'BLOCKED_DOMAIN'",
    "stwt_blocked_domain.condition.1.else": "false",
    "stwt_blocked_domain.enable": "true",
    "stwt_blocked_domain.priority": "1020",
    "stwt_blocked_domain.scope": "any",
    "stwt_trusted_domain.condition.0.if": (
        "$DMARC_POLICY_ALLOW && key_exists('trusted-domains', from.domain)"
    ),
    "stwt_trusted_domain.condition.0.then": "'TRUSTED_DOMAIN'",
    "stwt_trusted_domain.condition.1.else": "false",
    "stwt_trusted_domain.enable": "true",
    "stwt_trusted_domain.priority": "1010",
    "stwt_trusted_domain.scope": "any",
}


def vendor_settings() -> dict[str, str]:
    """Return the vendor's settings by full key."""
    return {
        **{f"spam-filter.list.scores.{tag}": score for tag, score in SCORES.items()},
        **{f"lookup.trusted-domains.{name}": "" for name in TRUSTED},
        **{f"spam-filter.rule.{key}": value for key, value in RULES.items()},
        "version.spam-filter": RULES_VERSION,
    }
