"""The sample data: Harbor IT Services, a managed service provider, and its customers.

The ids and names of the Mailprotector reference, section 16, and more of the same kind. The sample
policies in `policies/` are written against it. All people and companies are invented, all names lie
below the reserved top-level domain.
"""

from mpctl.sandbox.mailprotector.entities import Key
from mpctl.sandbox.mailprotector.night import night
from mpctl.sandbox.mailprotector.sample import SampleBuilder, SampleData

KNOWN_SPAMMERS = "bulk.example crypto-doubler.example fake-courier.example"
JUNK_OF_A_CLINIC = """
    aligner-coupons.example      bleach-kits.example          boost-your-practice.example
    canadian-pills.example       cheap-implants.example       clinic-leads.example
    dental-ceo-list.example      discount-gloves.example      fax-newsletter.example
    Free-Whitening.example       grand-opening-sale.example   herbal-mouthwash.example
    implant-outlet.example       insurance-quotes-now.example list-brokers.example
    magic-toothbrush.example     medical-leads.example        mouthguard-world.example
    offers@toothpaste-club.example patient-magnet.example     practice-buyers.example
    promo@smile-awards.example   rank-your-clinic.example     refinance-today.example
    sales@chair-liquidators.example seo-for-dentists.example  supplier-survey.example
    textme-marketing.example     Webinar-Blast.example        x-ray-clearance.example
"""
JUNK_OF_A_HOTEL = """
    award-votes.example          banquet-chairs-direct.example booking-refund.example
    casino-nights.example        cheap-linen.example          conference-lists.example
    discount-minibar.example     domain-renewals.example      event-leads.example
    exclusive-charters.example   expo-booths.example          fast-visa.example
    flash-hotel-deals.example    free-guest-wifi.example      gift-card-support.example
    global-hotel-registry.example hospitality-ceo-list.example invoice-factoring.example
    join-our-webinar.example     key-card-outlet.example      last-chance-seo.example
    luxury-leads.example         magazine-of-the-year.example pest-alert.example
    pillow-factory.example       press-wire-blast.example     quick-loans.example
    rate-parity-tool.example     review-boosters.example      ski-lift-lottery.example
    spa-wholesale.example        survey-rewards.example       the-hotel-awards.example
    top-ten-venues.example       trade-mark-register.example  uniform-clearance.example
"""


def harbor() -> SampleData:
    """Return the data set: two resellers, the key belongs to the first."""
    msp = SampleBuilder()
    reseller = msp.reseller("Harbor IT Services", id_=400)
    for build in (
        _acme,
        _globex,
        _northwind,
        _larkspur,
        _bluefin,
        _st_brendan,
        _kestrel,
        _marigold,
        _oakridge,
        _pinecrest,
        _redwood,
        _silverbrook,
    ):
        build(msp, reseller)
    _settings_of_harbor(msp, reseller)
    _somebody_else(msp)
    night(msp)
    return msp.build()


def _settings_of_harbor(msp: SampleBuilder, reseller: Key) -> None:
    msp.rules(
        reseller,
        allow="alerts@status.harborit.example service-desk@harborit.example",
        block="account-alerts.example login-verify.example sharepoint-files.example",
    )
    msp.permissions(
        reseller, allow_spam_release=False, allow_policy_release=False, allow_virus_release=False
    )


def _acme(msp: SampleBuilder, reseller: Key) -> None:
    acme = msp.customer(
        "Acme Widgets",
        reseller,
        id_=5001,
        block="blocked.example",
        allow="billing@vendor.example",
    )
    main = msp.domain(
        "acme.example",
        acme,
        id_=9101,
        allow="""partner.example Invoices@Cooper-Metals.example orders@steelworks.example
            old-vendor.example""",
        block="""spammer.example old-spammer.example prizes@lottery-winner.example
            Cheap-Toner.example seo-offers@rankhigher.example bulk.example""",
    )
    msp.permissions(
        main, allow_spam_release=False, allow_policy_release=True, allow_virus_release=False
    )
    msp.alias_domain("acme-mail.example", main, id_=9102, pending=True)
    msp.domain(
        "acme-supply.example",
        acme,
        id_=9103,
        allow="quotes@timberline.example",
        block="Outlet-Deals.example outlet-deals.example raffle@freebies.example",
    )
    msp.domain("acmeparts.example", acme, id_=9104, block="parts-auction.example")
    msp.domain("acme-labs.example", acme, id_=9105)
    _people_of_acme(msp, main)


def _people_of_acme(msp: SampleBuilder, domain: Key) -> None:
    default = msp.user_group("Default", domain, id_=3101)
    executives = msp.user_group("Executives", domain, id_=3102)
    alice = msp.user("Alice Ng", default, id_=70001)
    msp.user("Bob Roy", executives, id_=70002)
    msp.alias_user("sales", alice, id_=70003)
    msp.user("Priya Nair", default)
    msp.user("Tom Hollis", default)
    msp.rules(executives, block="ceo-lunch.example", allow="board@trustees.example")
    msp.rules(alice, block="newsletter@shoe-club.example")
    msp.permissions(executives, allow_spam_release=True)


def _globex(msp: SampleBuilder, reseller: Key) -> None:
    globex = msp.customer("Globex Dental", reseller, id_=5002, allow="claims@molar-mutual.example")
    main = msp.domain(
        "globex.example",
        globex,
        id_=9201,
        allow="""lab@crownworks.example recall@patient-reminders.example
            SterilTech.example""",
        block=f"{JUNK_OF_A_CLINIC} {KNOWN_SPAMMERS}",
    )
    msp.domain(
        "globexdental.example",
        globex,
        id_=9202,
        allow="old-lab.example referrals@endo-partners.example",
        block="""dental-raffle.example free-scanner.example gala@tooth-fairy-ball.example
            hr-templates.example night-guard-sale.example reply@floss-weekly.example""",
    )
    msp.domain(
        "globex-ortho.example",
        globex,
        id_=9203,
        allow="orders@bulk.example",
        block="crypto-doubler.example fake-courier.example",
    )
    msp.alias_domain("globex-clinics.example", main, id_=9204)
    default = msp.user_group("Default", main, id_=3201)
    msp.user("Carol", default, id_=71001)
    msp.user("Dev Patel", default)


def _northwind(msp: SampleBuilder, reseller: Key) -> None:
    northwind = msp.customer(
        "Northwind Freight", reseller, block="container-leads.example tracking-update.example"
    )
    main = msp.domain(
        "northwind.example",
        northwind,
        id_=9301,
        allow="""customs@portauthority.example dispatch@longhaul-partners.example
            fuelcards.example manifests@seaway-lines.example""",
        block="""cargo-auction.example diesel-coupons.example driver-jobs.example
            forklift-sale.example pallet-outlet.example probe-7.tmp.example
            rewards@loyalty-draw.example tyre-clearance.example""",
    )
    msp.domain("northwind-logistics.example", northwind, block="warehouse-lists.example")
    msp.domain("northwind-customs.example", northwind, allow="noreply@tariff-desk.example")
    msp.domain("northwind-trucking.example", northwind)
    msp.domain("nwfreight.example", northwind)
    drivers = msp.user_group("Drivers", main)
    msp.user("Ines Moreau", drivers)
    msp.user("Jonas Lind", drivers)


def _larkspur(msp: SampleBuilder, reseller: Key) -> None:
    larkspur = msp.customer("Larkspur Legal", reseller, allow="efile@county-court.example")
    main = msp.domain(
        "larkspur.example",
        larkspur,
        id_=9401,
        allow="clerk@county-court.example discovery@docuvault.example",
        block="claims-funding.example expert-witness-list.example paralegal-temps.example",
    )
    msp.permissions(larkspur, allow_policy_release=True)
    msp.domain("larkspurlegal.example", larkspur, block="case-leads.example")
    msp.domain("larkspur-notary.example", larkspur)
    partners = msp.user_group("Partners", main)
    msp.user("Harriet Quill", partners)


def _bluefin(msp: SampleBuilder, reseller: Key) -> None:
    bluefin = msp.customer("Bluefin Seafood", reseller)
    msp.domain(
        "bluefin.example",
        bluefin,
        id_=9501,
        allow="harbourmaster@eastquay.example prices@fish-auction.example",
        block="""boat-brokers.example cold-chain-leads.example ice-machines.example
            lobster-lottery.example""",
    )
    msp.domain("bluefin-market.example", bluefin, block="stall-rental.example")
    msp.domain("bluefin-wholesale.example", bluefin)
    msp.domain("bluefin-delivery.example", bluefin, allow="route@van-planner.example")


def _st_brendan(msp: SampleBuilder, reseller: Key) -> None:
    school = msp.customer(
        "St Brendan's School",
        reseller,
        allow="district.example",
        block="essay-mill.example homework-help.example",
    )
    main = msp.domain(
        "stbrendans.example",
        school,
        id_=9601,
        allow="notices@exam-board.example",
        block="cheap-laptops.example school-photos-direct.example",
    )
    msp.domain("stbrendans-alumni.example", school)
    msp.domain("stbrendans-sport.example", school, block="kit-outlet.example")
    staff = msp.user_group("Staff", main)
    msp.user_group("Pupils", main)
    msp.user("Maeve Dunne", staff)
    msp.user("Peter Okafor", staff)


def _kestrel(msp: SampleBuilder, reseller: Key) -> None:
    kestrel = msp.customer("Kestrel Engineering", reseller)
    msp.domain(
        "kestrel.example",
        kestrel,
        id_=9701,
        allow="drawings@beamworks.example tenders@public-works.example",
        block="cad-licence-deals.example patent-invoice.example surplus-cranes.example",
    )
    msp.domain("kestrel-survey.example", kestrel, block="drone-clearance.example")
    msp.domain("kestrel-energy.example", kestrel, allow="grid@utility-desk.example")
    msp.domain("kestrel-tunnels.example", kestrel)
    msp.domain("kestrel-rail.example", kestrel)


def _marigold(msp: SampleBuilder, reseller: Key) -> None:
    marigold = msp.customer(
        "Marigold Care Homes", reseller, allow="referrals@county-health.example"
    )
    msp.domain(
        "marigoldcare.example",
        marigold,
        id_=9801,
        allow="rota@shift-planner.example",
        block="care-leads.example mobility-outlet.example",
    )
    msp.domain("marigold-homes.example", marigold, id_=9802)
    msp.domain("marigold-jobs.example", marigold, id_=9803, pending=True)
    msp.domain("marigold-kitchens.example", marigold, block="tray-wholesale.example")


def _oakridge(msp: SampleBuilder, reseller: Key) -> None:
    oakridge = msp.customer(
        "Oakridge Credit Union",
        reseller,
        allow="fraud@card-network.example",
        block="oakr1dge.example oakridge-secure.example",
    )
    msp.permissions(oakridge, allow_spam_release=True, allow_policy_release=True)
    msp.domain(
        "oakridgecu.example",
        oakridge,
        block="loan-leads.example rate-alert.example wire-confirm.example",
    )
    loans = msp.domain("oakridge-loans.example", oakridge, allow="bureau@credit-file.example")
    msp.permissions(loans, allow_spam_release=False)
    msp.domain("oakridge-insurance.example", oakridge)
    msp.domain("oakridge-members.example", oakridge)


def _pinecrest(msp: SampleBuilder, reseller: Key) -> None:
    pinecrest = msp.customer("Pinecrest Veterinary", reseller, block="pet-meds-now.example")
    msp.domain(
        "pinecrestvet.example",
        pinecrest,
        allow="results@animal-lab.example",
        block="flea-outlet.example kennel-leads.example",
    )
    msp.domain("pinecrest-equine.example", pinecrest, block="saddle-sale.example")
    msp.domain("pinecrest-rescue.example", pinecrest)
    msp.domain("pinecrest-shop.example", pinecrest, allow="stock@feed-merchant.example")


def _redwood(msp: SampleBuilder, reseller: Key) -> None:
    redwood = msp.customer("Redwood Property Partners", reseller)
    msp.domain(
        "redwoodpp.example",
        redwood,
        allow="closings@title-office.example listings@homes-index.example",
        block="cash-for-keys.example foreclosure-lists.example tenant-leads.example",
    )
    msp.domain("redwood-lettings.example", redwood, block="deposit-refund.example")
    msp.domain("redwood-mortgages.example", redwood)
    msp.domain("redwood-commercial.example", redwood)
    msp.domain("redwood-storage.example", redwood, block="unit-auctions.example")


def _silverbrook(msp: SampleBuilder, reseller: Key) -> None:
    silverbrook = msp.customer(
        "Silverbrook Hotels",
        reseller,
        allow="reservations@travel-desk.example",
        block="commission-refund.example",
    )
    msp.permissions(silverbrook, allow_spam_release=True)
    msp.domain(
        "silverbrook.example",
        silverbrook,
        allow="Groups@Coach-Tours.example night-audit@ledger-cloud.example",
        block=JUNK_OF_A_HOTEL,
    )
    msp.domain("silverbrook-events.example", silverbrook, block="confetti-outlet.example")
    msp.domain("silverbrook-spa.example", silverbrook, allow="bookings@wellness-hub.example")
    msp.domain("silverbrook-golf.example", silverbrook, block="golf-ball-recyclers.example")
    msp.domain("silverbrook-weddings.example", silverbrook)


def _somebody_else(msp: SampleBuilder) -> None:
    """Add a reseller whose data the key must not see."""
    tidewater = msp.reseller("Tidewater Managed IT", id_=401)
    cobalt = msp.customer("Cobalt Printing", tidewater, id_=5901, block="ink-leads.example")
    domain = msp.domain("cobaltprint.example", cobalt, id_=9901, block="toner-lottery.example")
    msp.user("Ruth Adler", msp.user_group("Default", domain, id_=3901), id_=79001)
