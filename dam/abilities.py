"""What a storage may be able to do beyond Django's storage API; dam.storage asks for it by these names."""

from typing import Protocol, runtime_checkable

from django.core.files.storage import Storage


@runtime_checkable
class CopyingStorage(Protocol):
    """A storage that copies objects of the same server by itself."""

    def may_copy(self, source: Storage) -> bool:
        """Answer whether what lies in ``source`` can be copied so."""

    def copy_in(self, source: Storage, source_name: str, name: str) -> None:
        """Copy to a new key. Raises FileExistsError, FileNotFoundError."""


@runtime_checkable
class SweptStorage(Protocol):
    """A storage whose writers leave something behind when they are killed."""

    def sweep(self, older_than_seconds: float) -> int:
        """Clear away what is so old; returns how many."""


@runtime_checkable
class LinkingStorage(Protocol):
    """A storage that hands out links of its own."""

    def link(self, name: str, *, disposition: str, mime: str) -> str:
        """Return a link that lives minutes and answers with these headers; empty for none."""
