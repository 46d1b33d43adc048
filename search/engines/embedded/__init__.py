"""The embedded engine: Tantivy in the process, in a folder. The only place that knows Tantivy."""

from search.engines.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
