"""Endpoints of flagged senders (the MailBaby reference, sections 4.3 and 5.3)."""

from collections.abc import Mapping
from typing import Any

from mpctl.sandbox.exchange import Response
from mpctl.sandbox.mailbaby.answers import RefusalError, answer, done
from mpctl.sandbox.mailbaby.body import fields, text
from mpctl.sandbox.mailbaby.call import Call
from mpctl.sandbox.mailbaby.model import Flag, Store
from mpctl.sandbox.mailbaby.values import is_address

DAYS: Mapping[Store, int] = {Store.LOCAL: 5, Store.MBTRAP: 5, Store.SUBJECT: 3}


def list_blocks(call: Call) -> Response:
    """GET /mail/blocks: what was flagged in the last days, newest first."""
    usernames = call.readable()
    mine = [flag for flag in call.state.flags() if flag.username in usernames]
    mine.sort(key=lambda flag: flag.days_ago)
    return answer(
        {
            store: [
                _document(call, flag)
                for flag in mine
                if flag.store is store and flag.days_ago <= days
            ]
            for store, days in DAYS.items()
        }
    )


def delist(call: Call) -> Response:
    """POST /mail/blocks/delete: whose rows these are, and whether there are any, is not asked."""
    sent = fields(call.request).get("email")
    address = text(sent)
    if call.switches.delist_invalid == "400" and not (address and is_address(address)):
        raise RefusalError("Invalid email address.")
    call.state.delist(address)
    return done("record deleted", call.switches.delist_key)


def _document(call: Call, flag: Flag) -> dict[str, Any]:
    if flag.store is Store.SUBJECT:
        return {"from": flag.sender, "subject": flag.subject}
    return {
        "date": str(call.state.day(flag.days_ago)),
        "from": flag.sender,
        "messageId": flag.message_id,
        "subject": flag.subject,
        "to": flag.to,
    }
