"""MailBaby, an outbound relay: its deny rules and its list of flagged senders.

Quirks that shape this package, with their source in the MailBaby reference:

- The order of a new rule is chosen by `username`, though `user` is documented, and a rule without
  it goes to whichever order comes first: both are sent, and the result is read back (section 1).
- A status of 200 proves nothing: a failure of the framework comes as 200 with `msg` (section 3.1).
- A delete always says "record deleted", so only a read proves it; and the rules of an order that is
  not active are hidden and stay, so a read proves it only while the order is active (4.2, 5.2).
- Nothing keeps two equal rules from standing side by side (5.1). Ids are numbers or text (10).
- One read shows the rules of the whole account: entities that are read at the same moment share
  it (11).
- Only whole spellings are equal: a stored value with a blank or a last dot is a rule of its own.
- GET /mail/{id} answers with a password in clear, and is never called (3).
"""
