"""The sample mail: some weeks, and the night in which somebody is called.

A phishing burst to two customers, an invoice that is held where nobody may release it, and what
else passes a filter. All times are UTC and lie before the morning of 2026-11-21.
"""

from mpctl.sandbox.mailprotector.sample import SampleBuilder

SPAM = "quarantine_spam"
POLICY = "quarantine_policy"
VIRUS = "quarantine_virus"

LONG_SUBJECT = "Re: " * 40 + "Survey of the north embankment, " + "annex, " * 110 + "final version"


def night(msp: SampleBuilder) -> None:
    """Add all messages, the oldest first."""
    for build in (_weeks, _working_day, _evening, _burst, _somebody_else):
        build(msp)


def _weeks(msp: SampleBuilder) -> None:
    msp.mail(
        "2026-10-29T08:14:55.102",
        "lab@crownworks.example",
        "carol@globex.example",
        "Case 2291: crowns are ready",
        decision="deliver",
        findings="spf_pass allowed_sender",
    )
    msp.mail(
        "2026-11-03T10:02:17.450",
        "offers@spring-gala.example",
        "dev.patel@globex.example carol@globex.example",
        "Gala dinner: early bird tickets",
        decision=SPAM,
        findings="bulk no_rdns from_spf_none",
    )
    msp.mail(
        "2026-11-06T16:41:09.007",
        "scans@copy-room.example",
        "peter.okafor@stbrendans.example",
        "Scan_0231.doc",
        decision=VIRUS,
        findings="virus macro",
        origin="198.51.100.61",
    )
    msp.mail(
        "2026-11-10T11:30:44.690",
        "paralegal@larkspur.example",
        "registry@county-court.example",
        "Filing 2026-1184 (confidential)",
        decision="encrypt",
        outbound=True,
    )
    msp.mail(
        "2026-11-12T09:17:31.218",
        "discovery@hartwell-llp.example",
        "harriet.quill@larkspur.example",
        "Production set 3, password by telephone",
        decision=POLICY,
        findings="spf_pass encrypted_archive",
        author='"Hartwell LLP" <discovery@hartwell-llp.example>',
    )
    msp.mail(
        "2026-11-14T19:55:02.333",
        "groups@alpine-choirs.example",
        "events@silverbrook-events.example",
        "Choir weekend: 42 rooms in May?",
        decision=SPAM,
        findings="bulk new_domain",
        author='"Alpine Choirs" <groups@alpine-choirs.example>',
    )
    msp.mail(
        "2026-11-17T13:08:20.871",
        "statements@lend-desk.example",
        "desk@oakridge-loans.example",
        "Settlement statement, October",
        decision=SPAM,
        findings="invoice_words no_rdns bulk",
    )


def _working_day(msp: SampleBuilder) -> None:
    msp.mail(
        "2026-11-20T07:12:40.115",
        "priya.nair@acme.example",
        "orders@steelworks.example",
        "PO 8840: 12 plates, 10 mm",
        outbound=True,
    )
    msp.mail(
        "2026-11-20T07:58:03.540",
        "orders@steelworks.example",
        "priya.nair@acme.example",
        "Re: PO 8840: 12 plates, 10 mm",
        decision="deliver",
        findings="spf_pass allowed_sender",
    )
    msp.mail(
        "2026-11-20T08:20:11.902",
        "deals@spammer.example",
        "tom.hollis@acme.example",
        "You have been selected",
        decision="delete",
        findings="blocked_sender",
        origin="203.0.113.9",
    )
    msp.mail(
        "2026-11-20T08:44:57.061",
        "newsletter@shoe-club.example",
        "alice.ng@acme.example",
        "New in: winter boots",
        decision="delete",
        findings="blocked_sender bulk",
    )
    msp.mail(
        "2026-11-20T09:05:26.734",
        "manifests@seaway-lines.example",
        "ines.moreau@northwind.example jonas.lind@northwind.example",
        "Manifest SWL-77120",
        decision="deliver",
        findings="spf_pass allowed_sender",
    )
    msp.mail(
        "2026-11-20T09:31:48.296",
        "info@kontor-süd.example",
        "jonas.lind@northwind.example",
        "【重要】お支払いのご確認 / Überweisung für Lieferung № 7 🚚",
        decision=SPAM,
        findings="foreign_charset invoice_words no_rdns",
        author='"Kontor Süd" <info@kontor-süd.example>',
    )
    msp.mail(
        "2026-11-20T10:15:00.000",
        "carol@globex.example",
        "claims@molar-mutual.example",
        "Claim 55120, card for the excess",
        decision=POLICY,
        findings="card_number",
        outbound=True,
    )
    msp.mail(
        "2026-11-20T11:02:33.418",
        "notices@exam-board.example",
        "maeve.dunne@stbrendans.example",
        "Timetable of the winter session",
        decision="deliver",
        findings="spf_pass allowed_sender",
    )
    msp.mail(
        "2026-11-20T12:26:19.650",
        "survey@embankment-trust.example",
        "office@kestrel.example",
        LONG_SUBJECT,
        decision=SPAM,
        findings="bulk from_spf_none invoice_words",
    )
    msp.mail(
        "2026-11-20T13:40:51.204",
        "quotes@fastener-world.example",
        "sales@acme.example",
        "Quote 6120 for M8 bolts",
        decision=SPAM,
        findings="bulk no_rdns new_domain",
        author='"Fastener World" <sales.team@fastener-world.example>',
    )
    msp.mail(
        "2026-11-20T14:22:08.777",
        "hr@redwoodpp.example",
        "nobody.here@homes-index.example",
        "Your application",
        decision="bounce",
        outbound=True,
    )
    msp.mail(
        "2026-11-20T15:10:45.380",
        "board@trustees.example",
        "bob.roy@acme.example",
        "Agenda for Thursday",
        decision="deliver",
        findings="spf_fail allowed_sender",
    )


def _evening(msp: SampleBuilder) -> None:
    msp.mail(
        "2026-11-20T17:48:12.096",
        "billing@clearwater-freight.example",
        "priya.nair@acme.example",
        "Invoice 20417 for PO 8831",
        decision=SPAM,
        findings="invoice_words bulk no_rdns",
        author='"Clearwater Freight" <billing@clearwater-freight.example>',
        origin="198.51.100.24",
        host="out4.clearwater-freight.example",
    )
    msp.mail(
        "2026-11-20T18:03:30.512",
        "billing@clearwater-freight.example",
        "tom.hollis@acme.example",
        "Reminder: invoice 20398",
        findings="invoice_words no_rdns",
        author='"Clearwater Freight" <billing@clearwater-freight.example>',
        origin="198.51.100.24",
        host="out4.clearwater-freight.example",
    )
    msp.mail(
        "2026-11-20T19:15:59.821",
        "tom.hollis@acme.example",
        "newsletter-list@customers-north.example",
        "Closed on Friday",
        decision=SPAM,
        findings="outbound_burst bulk",
        outbound=True,
    )
    msp.mail(
        "2026-11-20T20:36:41.143",
        None,
        "ines.moreau@northwind.example",
        "Undelivered Mail Returned to Sender",
        decision=SPAM,
        findings="backscatter no_rdns",
        author="MAILER-DAEMON@mx.tariff-mail.example (Mail Delivery System)",
        origin="203.0.113.140",
    )
    msp.mail(
        "2026-11-20T21:44:07.905",
        "closing@deed-office.example",
        "bob.roy@acme.example",
        "Wire details for the closing",
        decision=SPAM,
        findings="invoice_words new_domain",
    )
    msp.mail(
        "2026-11-20T22:10:28.660",
        "alerts@status.harborit.example",
        "bob.roy@acme.example",
        "Backup finished with warnings",
        decision="deliver",
        findings="spf_pass allowed_sender",
    )
    msp.mail(
        "2026-11-20T22:31:50.449",
        "maria@partner.example",
        "alice.ng@acme-mail.example",
        "Minutes of the joint meeting",
        decision="deliver",
        findings="spf_pass allowed_sender",
    )
    msp.mail(
        "2026-11-20T22:51:16.087",
        "cfo.globex@quick-mailer.example",
        "carol@globex.example",
        "Are you at your desk?",
        decision="bounce",
        findings="lookalike spf_fail",
    )


def _burst(msp: SampleBuilder) -> None:
    """Ten messages in a quarter of an hour; the first ones were let through."""
    for minute, to, decision, findings in (
        ("02:06:11.310", "tom.hollis@acme.example", "default", "new_domain"),
        ("02:06:12.044", "dev.patel@globex.example", "default", "new_domain"),
        ("02:08:47.950", "alice.ng@acme.example", "default", "new_domain spf_fail"),
        ("02:12:03.118", "priya.nair@acme.example", SPAM, "new_domain spf_fail phish_url"),
        ("02:12:03.120", "bob.roy@acme.example", SPAM, "new_domain spf_fail phish_url"),
        ("02:12:04.402", "sales@acme.example", SPAM, "new_domain spf_fail phish_url"),
        ("02:15:39.009", "carol@globex.example", SPAM, "new_domain spf_fail phish_url"),
        ("02:15:39.010", "dev.patel@globex.example", SPAM, "new_domain spf_fail phish_url"),
        ("02:18:22.731", "office@acmeparts.example", "bounce", "new_domain spf_fail phish_url"),
        ("02:20:50.266", "front@globex-ortho.example", "delete", "new_domain phish_url"),
    ):
        msp.mail(
            f"2026-11-21T{minute}",
            "payroll@hr-benefits-portal.example",
            to,
            "Action required: confirm your payroll account",
            decision=decision,
            findings=findings,
            author='"HR Benefits" <no-reply@hr-benefits-portal.example>',
            origin="203.0.113.77",
            host="vps77.cheap-hosting.example",
        )


def _somebody_else(msp: SampleBuilder) -> None:
    """A message that the key must not see."""
    msp.mail(
        "2026-11-21T01:00:00.000",
        "toner@ink-leads.example",
        "ruth.adler@cobaltprint.example",
        "Toner at half price",
        decision=SPAM,
        findings="bulk no_rdns",
    )
