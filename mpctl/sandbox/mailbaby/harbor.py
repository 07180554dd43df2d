"""The sample data: the outbound relay of Harbor IT Services and some of its customers.

Top-level domains that are reserved for examples are none to the service, so that domains of rules
lie below example.com, example.net and example.org.
"""

from mpctl.sandbox.mailbaby.sample import SampleBuilder, SampleData


def harbor() -> SampleData:
    """Return the data set: five orders of the key's account, one of somebody else's."""
    relay = SampleBuilder()
    for build in (_acme, _globex, _acme_before, _bluefin, _northwind, _somebody_else):
        build(relay)
    return relay.build()


def _acme(relay: SampleBuilder) -> None:
    acme = relay.order(20682, comment="Acme Widgets, outbound")
    relay.rules(
        acme,
        email=["copier-3@acme.example", "j.crane@acme.example", "Raffle@acme.example"],
        domain=["acme-promo.example.com", "old-acme.example.net"],
        destination=["complaints@big-isp.example", "spamtrap@listwatch.example"],
        startswith=["bounce-test", "bulk_"],
    )
    relay.flag(
        acme,
        "local",
        "orders@acme.example",
        subject="Your order 4711 has shipped",
        to=["warehouse@closed-mailbox.example"],
        message_id="5f0c2a@mail.acme.example",
        days_ago=1,
    )
    relay.flag(
        acme,
        "local",
        "billing@acme.example",
        subject="Invoice 2026/118",
        to=["ap@gone-partner.example", "cfo@gone-partner.example"],
        message_id="61be90@mail.acme.example",
    )
    relay.flag(
        acme,
        "mbtrap",
        "copier-3@acme.example",
        subject="Scan from copier 3",
        to=["info@trap.example"],
        days_ago=4,
    )
    relay.flag(acme, "mailchannels", "copier-3@acme.example", days_ago=4)
    relay.flag(acme, "internal", "copier-3@acme.example", days_ago=9)
    relay.flag(acme, "internal", None, subject="Undeliverable", days_ago=2)


def _globex(relay: SampleBuilder) -> None:
    globex = relay.order(20755, comment="Globex Dental, appointment reminders")
    relay.rules(
        globex,
        email=["old-reminders@globex.example", "trainee@globex.example"],
        domain=["globex-mailer.example.org"],
        destination=["unsubscribed@patient.example", "Unsubscribed@patient.example"],
        startswith=["campaign-"],
    )
    relay.flag(
        globex,
        "subject",
        "reminders@globex.example",
        subject="Confirm now: reminders@globex.example",
        days_ago=1,
    )
    relay.flag(globex, "mbtrap", "recall@globex.example", subject="Time for a check-up", days_ago=7)


def _acme_before(relay: SampleBuilder) -> None:
    before = relay.order(18033, status="canceled", comment="Acme Widgets, before the move")
    relay.rules(before, email=["relay@acme.example"], domain=["acme-news.example.net"])
    relay.flag(before, "local", "relay@acme.example", subject="News of October", days_ago=2)


def _bluefin(relay: SampleBuilder) -> None:
    bluefin = relay.order(22417, status="suspended", comment="Bluefin Seafood")
    relay.rules(bluefin, startswith=["price-list"])


def _northwind(relay: SampleBuilder) -> None:
    relay.order(21310)


def _somebody_else(relay: SampleBuilder) -> None:
    """Add an order of an account that the key must not see."""
    cobalt = relay.order(30991, comment="Cobalt Printing", foreign=True)
    relay.rules(cobalt, email=["press@cobaltprint.example"], domain=["cobalt-ads.example.com"])
    relay.flag(cobalt, "mbtrap", "press@cobaltprint.example", subject="Ink offer")
