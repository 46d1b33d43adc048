"""The way to a cluster: its addresses, the client that reaches it, and what its errors are called here."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from elastic_transport import TransportError
from elastic_transport.client_utils import DEFAULT
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from search.engines.base import EngineFailed

#: A page that waits longer than this is no answer to a person.
SEARCH_S = 10.0
#: Bulk requests and the cluster's own bookkeeping.
WRITE_S = 60.0
_RETRIES = 2
_RETRIED = (502, 503, 504)
_PREFIX = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass(frozen=True)
class Cluster:
    """Where a cluster is, how to be let in, and what the names of our indices begin with.

    An address may hold ``user:password@``. ``ca`` is the path of a certificate that signs the cluster's own.
    """

    addresses: tuple[str, ...]
    prefix: str = "acervo"
    api_key: str = ""
    ca: str = ""

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise ValueError(
                f"names of indices cannot begin with {self.prefix!r}: a-z, then a-z, 0-9, _ or -"
            )

    def client(self) -> Elasticsearch:
        """Return a client, which threads may share. It looks for no other nodes and asks for no version."""
        return Elasticsearch(
            list(self.addresses),
            api_key=self.api_key or None,
            ca_certs=self.ca or DEFAULT,
            request_timeout=SEARCH_S,
            max_retries=_RETRIES,
            retry_on_timeout=True,
            retry_on_status=_RETRIED,
        )


@contextmanager
def contained(what: str) -> Iterator[None]:
    """Give every error of the client or the cluster the contract's name, with its cause chained."""
    try:
        yield
    except (ApiError, TransportError, UnsupportedProductError) as error:
        raise EngineFailed(f"{what}: {error}") from error
