"""The sample server: the mail server of Harbor IT Services itself."""

from collections.abc import Mapping

from mpctl.sandbox.stalwart.mailqueue import QueuedMessage, Recipient
from mpctl.sandbox.stalwart.sample import SampleData
from mpctl.sandbox.stalwart.vendor import vendor_settings

MARK = "mpctl"
SERVER: Mapping[str, str] = {
    "authentication.fallback-admin.secret": "$6$sandbox$not-a-real-hash",
    "authentication.fallback-admin.user": "admin",
    "oauth.key": "sandbox-signing-key-that-nobody-may-see",
    "server.hostname": "mx.harbor.example",
    "server.listener.http.bind": "[::]:8080",
    "server.listener.http.protocol": "http",
    "server.listener.smtp.bind": "[::]:25",
    "server.listener.smtp.protocol": "smtp",
    "storage.blob": "rocksdb",
    "storage.data": "rocksdb",
    "storage.directory": "internal",
    "storage.fts": "rocksdb",
    "storage.lookup": "rocksdb",
    "store.rocksdb.path": "/opt/stalwart/data",
    "store.rocksdb.type": "rocksdb",
}
OTHERS: Mapping[str, str] = {
    "http.rate-limit.account": "1000/1m",
    "lookup.blocked-domains.cheap-pills.example": "by hand, Maja",
    "report.domain": "harbor.example",
    "server.allowed-ip.192.0.2.250": "monitoring",
    "server.blocked-ip.198.51.100.99": "",
    "server.blocked-ip.203.0.113.192/26": "by hand, Maja",
    "session.rcpt.catch-all": "false",
    "spam-filter.pyzor.enable": "false",
    "spam-filter.rule.harbor_invoice.condition.0000.if": "contains(subject, 'INVOICE OVERDUE')",
    "spam-filter.rule.harbor_invoice.condition.0000.then": "'HARBOR_INVOICE'",
    "spam-filter.rule.harbor_invoice.condition.0001.else": "false",
    "spam-filter.rule.harbor_invoice.enable": "false",
    "spam-filter.rule.harbor_invoice.scope": "any",
    "spam-filter.score.spam": "6.0",
}
ENTRIES: Mapping[str, str] = {
    "_keep": MARK,
    "allow.domain.ledgerline.example": MARK,
    "allow.domain.*.ledgerline.example": MARK,
    "allow.ip.198.51.100.25": MARK,
    "allow.sender.billing@papertrail.example": "mpctl: HD-5120",
    "block.domain.*.bulkblast.example": MARK,
    "block.domain.bulkblast.example": MARK,
    "block.domain.prize-draw.example": MARK,
    "block.ip.192.0.2.66": MARK,
    "block.sender.promo@papertrail.example": MARK,
}


def _condition(action: str) -> str:
    """Return the condition of section 11.3 on one line."""
    found = [
        f"key_exists('mpctl', '{action}.{kind}.' + {variable})"
        for kind, variable in (
            ("sender", "from"),
            ("sender", "env_from"),
            ("domain", "from.domain"),
            ("domain", "env_from.domain"),
            ("ip", "remote_ip"),
        )
    ]
    last = f"key_exists('mpctl', '{action}.ip6r.' + ip_reverse_name(remote_ip))"
    return " || ".join([*found, f"(is_ipv6_addr(remote_ip) && {last})"])


def plumbing() -> dict[str, str]:
    """Return the managed rule and the managed scores of section 11.3, by full key."""
    rule = "spam-filter.rule.mpctl_access."
    return {
        f"{rule}condition.0.if": _condition("allow"),
        f"{rule}condition.0.then": "'MPCTL_ALLOW'",
        f"{rule}condition.1.if": _condition("block"),
        f"{rule}condition.1.then": "'MPCTL_BLOCK'",
        f"{rule}condition.2.else": "false",
        f"{rule}enable": "true",
        f"{rule}priority": "2000",
        f"{rule}scope": "any",
        "spam-filter.list.scores.MPCTL_ALLOW": "-100.0",
        "spam-filter.list.scores.MPCTL_BLOCK": "reject",
    }


def harbor_mail() -> SampleData:
    """Return the sample server: its own settings, the vendor's, and rules that mpctl manages."""
    entries = {f"lookup.mpctl.{entry}": value for entry, value in ENTRIES.items()}
    return SampleData(
        settings={**vendor_settings(), **SERVER, **OTHERS, **plumbing(), **entries},
        domains=("harbor.example", "harbor-billing.example"),
        individuals={
            "maja": ("maja.lind@harbor.example", "postmaster@harbor.example"),
            "oskar": ("oskar.berg@harbor.example",),
            "invoices": ("invoices@harbor-billing.example",),
        },
        queue=_queue(),
    )


def _queue() -> tuple[QueuedMessage, ...]:
    later = "2026-11-21T09:30:00Z"
    greylisted = {"temp_fail": "451 4.7.1 Greylisted, try again later"}
    unknown = {"perm_fail": "550 5.1.1 No such user"}
    return (
        QueuedMessage(
            217700302698266624,
            "maja.lind@harbor.example",
            (Recipient("orders@ledgerline.example", later),),
        ),
        QueuedMessage(
            217700302698266625,
            "invoices@harbor-billing.example",
            (
                Recipient("ap@papertrail.example", later, greylisted, retry_num=2),
                Recipient("gone@papertrail.example", later, unknown, retry_num=1),
            ),
            size=48_213,
        ),
        QueuedMessage(
            217700302698266626,
            "oskar.berg@harbor.example",
            (
                Recipient("team@slow-mx.example", later, greylisted, retry_num=5),
                Recipient("ops@other-mx.example", later, {"completed": "250 2.0.0 Ok"}),
            ),
            priority=1,
            env_id="QQ314159",
        ),
    )
