"""Mailprotector CloudFilter (REST API, v1).

Quirks that shape this package, with their source in the Mailprotector reference:

- Lists are bare arrays, 25 rows a page unless asked, with a cap that nobody documents; the names in
  the `X-Pagination` header are unknown, so no single signal ends a listing (section 6).
- A rule listing may hold rows of entities above or below; each row is classified by its `entity`,
  and foreign rows are never touched (7.2).
- One rule a call, no update, delete by a flat id: only ids just listed are deleted (7.3-7.5).
- An allow beats every block (7.7). Values are addresses and bare domains, nothing else (7.6).
- A configuration PUT may replace the whole section: siblings are verified, and put back (8.2).
- Ids come as integers or strings, booleans in four forms, `rule_type` in any case (section 15).
"""
