"""Hostile and broken sites beside an honest one: the honest one loses nothing by them.

What can go wrong, and where it is tried:

1. killed at any moment: test_interruptions, and `make kill-test`
2. two runs at once: test_interruptions
3. disk full, read-only, out of memory: test_interruptions
4. a run over an unchanged site: test_audit
5. ways to addresses that are nobody's site: test_addresses
6. answers without measure: test_sizes
7. traps: test_traps
8. charsets that lie: test_contents
9. nesting and size of markup: test_contents
10. attachments that attack: test_contents
11. content that attacks its readers: test_keeping
12. content that attacks the database: test_keeping, test_contents
13. robots.txt in every shape: test_politeness
14. signals: test_interruptions
15. snapshots of an archive in use: test_keeping
16. every URL in one state: test_audit
17. bits that flip: test_keeping, test_audit
18. sites that ask to be left alone: test_politeness
19. errors in the guise of pages: test_contents
20. libraries underneath: test_audit
21. ports, files and logs: test_audit

Pages that fight the browser: test_browser.
"""
