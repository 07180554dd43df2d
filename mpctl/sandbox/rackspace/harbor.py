"""The sample data: mailboxes that Harbor IT Services keeps at Rackspace for its customers.

The people and companies are those of the CloudFilter sample. All of them are invented, and all
names lie below the reserved top-level domain; networks are those for documentation.
"""

from mpctl.sandbox.rackspace.directory import Key
from mpctl.sandbox.rackspace.sample import SampleBuilder, SampleData


def harbor() -> SampleData:
    """Return the data set: the account of the keys, one below it, and a stranger's."""
    msp = SampleBuilder("12345678", "Harbor IT Services")
    acme = msp.domain("acme.example", aliases="acme-mail.example")
    _exchange_of_acme(msp, acme)
    _rs_email_of_acme(msp, acme)
    _domain_of_acme(msp, acme)
    _globex(msp)
    _larkspur(msp)
    _northwind(msp)
    msp.domain("bluefin.example", service="none")
    _kestrel(msp)
    _somebody_else(msp)
    return msp.build()


def _exchange_of_acme(msp: SampleBuilder, acme: Key) -> None:
    alice = msp.ex_mailbox("alice.ng", acme, current_usage=4_120)
    msp.lists(
        alice,
        block="""@spammer.example old-spammer.example Prizes@Lottery-Winner.example
            @%.bulk.example @cheap-t%.example""",
        allow="billing@vendor.example @partner.example @old-vendor.example",
        ip_block="198.51.100.% 203.0.113.9",
        ip_allow="192.0.2.25",
    )
    bob = msp.ex_mailbox("bob.roy", acme, current_usage=18_033)
    msp.lists(
        bob,
        allow="board@trustees.example @acme.example @partner.example",
        ip_allow="192.0.2.25 192.0.2.26",
    )
    msp.settings(
        bob,
        filterLevel="exclusive",
        sendToDomainQuarantine=True,
        quarantineOwner="admin@acme.example",
    )
    msp.ex_mailbox("admin", acme, "Acme IT")
    priya = msp.ex_mailbox("priya.nair", acme)
    msp.settings(priya, filterLevel="off")
    sales = msp.ex_mailbox("sales", acme, "Acme Sales", current_usage=9_410)
    msp.lists(
        sales,
        block="@Outlet-Deals.example outlet-deals.example bounce%@mailer.example",
        allow="orders@steelworks.example",
    )
    msp.ex_mailbox("old.desk", acme, "Former Reception", enabled=False)


def _rs_email_of_acme(msp: SampleBuilder, acme: Key) -> None:
    tom = msp.rs_mailbox("tom.hollis", acme)
    msp.lists(
        tom,
        block="@tyre-clearance.example seo-offers@rankhigher.example",
        allow="@cooper-metals.example",
        ip_block="203.0.%.%",
    )
    msp.settings(
        tom,
        rsEmailSettings={"hasFolderCleaner": True, "spamFolderAgeLimit": 14},
    )
    invoices = msp.rs_mailbox("invoices", acme, "Acme Invoices")
    msp.lists(invoices, allow="Invoices@Cooper-Metals.example @vendor.example")
    msp.settings(invoices, rsEmailSettings={"spamHandling": "labelSubject"})
    warehouse = msp.rs_mailbox("warehouse", acme)
    msp.settings(warehouse, rsEmailSettings={"spamHandling": "delete"})


def _domain_of_acme(msp: SampleBuilder, acme: Key) -> None:
    msp.lists(
        acme,
        block="@crypto-doubler.example @fake-courier.example",
        allow="@harborit.example",
        ip_allow="192.0.2.10",
    )
    msp.settings(
        acme,
        exchangeSettings={
            "forwardToDomainQuarantine": "nonuser",
            "quarantineOwner": "admin@acme.example",
        },
    )


def _globex(msp: SampleBuilder) -> None:
    globex = msp.domain("globex.example", service="rsemail", aliases="globex-clinics.example")
    carol = msp.rs_mailbox("carol", globex)
    msp.lists(
        carol,
        block="@clinic-leads.example @free-whitening.example",
        allow="lab@crownworks.example",
    )
    msp.settings(
        carol,
        rsEmailSettings={
            "spamHandling": "toAddress",
            "spamForwardingAddress": "spam@globex.example",
        },
    )
    msp.rs_mailbox("dev.patel", globex)
    msp.lists(globex, block="@implant-outlet.example")


def _larkspur(msp: SampleBuilder) -> None:
    larkspur = msp.domain("larkspur.example", service="exchange")
    harriet = msp.ex_mailbox("harriet.quill", larkspur)
    msp.lists(
        harriet,
        block="@expert-witness-list.example",
        allow="clerk@county-court.example",
    )


def _northwind(msp: SampleBuilder) -> None:
    """Add a domain whose mailboxes need two pages of the usual size."""
    northwind = msp.domain("northwind.example", service="rsemail")
    for number in range(1, 61):
        msp.rs_mailbox(f"depot-{number:02}", northwind)


def _kestrel(msp: SampleBuilder) -> None:
    """Add an account below that of the keys."""
    account = msp.account("12345679", "Kestrel Engineering", reference="HIT-0042")
    kestrel = msp.domain("kestrel.example", service="exchange", account=account)
    desk = msp.ex_mailbox("tenders", kestrel)
    msp.lists(desk, allow="tenders@public-works.example")


def _somebody_else(msp: SampleBuilder) -> None:
    """Add an account that the keys must not see."""
    account = msp.account("87654321", "Tidewater Managed IT", below=False)
    cobalt = msp.domain("cobaltprint.example", service="exchange", account=account)
    ruth = msp.ex_mailbox("ruth.adler", cobalt)
    msp.lists(ruth, block="@toner-lottery.example")
