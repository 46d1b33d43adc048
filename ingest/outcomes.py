"""How a run of steps can end before its last one, other than by a failure."""

from typing import Any

from dam.models import AssetVersion


class Rejected(Exception):
    """The file will not be had: an expected ending. ``code`` is one of ingest.reasons; ``params`` fill its text."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Duplicate(Exception):
    """The bytes are in the library already, where the person sees them; once is enough."""

    def __init__(self, version: AssetVersion) -> None:
        super().__init__(version.code)
        self.version = version


class Postponed(Exception):
    """Something it depends on is still on its way: try again in a moment."""


class Superseded(Exception):
    """Another run of the same ingest took over, or it is over: this run writes nothing more."""
