"""Stalwart (management REST API of v0.11 to v0.15).

Quirks that shape this package, with their source in the Stalwart reference:

- Everything is a flat map of settings; what is stored is live only after a reload, and there is no
  call that shows what is live, but for `classify` (sections 4, 5.3, 7.1).
- A refusal comes as 200 with an `error` (3.2).
- A full reload does not refresh a lookup list that is loaded, and a lookup reload refreshes
  nothing else; a full reload does nothing at all while any setting of the server is in error (5).
- A list without keys stays live as it was: a sentinel key keeps ours from ever being empty (5.3).
- Allow beats block by one if-chain in one managed rule, never by scores (6.4, 11.3).
- The filter knows no networks: they are expanded exactly, and folded back on reading (11.4).
- `server.blocked-ip` is shared with the server's own bans: a key there is ours only if its value
  says so, and no other is ever written or removed (6.6).
- Nothing is ever cleared by prefix: keys are deleted one by one, by their full names (4.6).
"""
