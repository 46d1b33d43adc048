"""The steps of an ingest, in their order. Each is a module with ``NAME`` and ``run(ingest, scratch)``.

A step returns what it learned, which is written on the row under its name; it may run twice (a crash between its
work and that writing) and must then come to the same. It ends an ingest early by raising one of ingest.outcomes.
"""
