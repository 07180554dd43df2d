"""Rackspace Email & Apps (REST API, v1): spam settings and lists of domains and mailboxes.

Quirks that shape this package, with their source in the Rackspace reference:

- Every request is signed anew, with the user agent in the signature and the time (section 2).
- 403 means a wrong key as well as too many requests; only the words tell which (3, 4).
- The block routes have two spellings, `blacklist` and `blocklist`; which one answers is found out
  on a read, never on a write (6.1).
- Four lists a place: senders and addresses, blocked and safe; one PUT changes many entries of one
  list, and is refused as a whole for one bad entry (6.3, 6.4, 10).
- An entry has no id: it is removed by the very text that the service shows (7.1).
- Settings are read under one spelling and written under another, always all of them (6.2, 9).
- A domain may not block itself; what else it is called is in its own record (5.2, 7.1).
- A wildcard is `%`; networks end on whole octets, others are split or refused (7).
"""
