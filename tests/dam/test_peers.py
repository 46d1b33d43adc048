"""Who asks: the peer itself, or what our own reverse proxy says of it, and never what a client says of itself."""

from ipaddress import ip_network

import pytest
from django.test import RequestFactory

from dam import peers

PROXIES = [ip_network("10.0.0.0/8"), ip_network("::1/128")]


def request(peer: str, forwarded: str | None = None):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "127.0.0.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("", None, ""),
    ],
)
def test_the_address_behind_our_proxies(settings, peer: str, forwarded: str | None, address: str):
    settings.PROXIES = PROXIES
    assert peers.address_of(request(peer, forwarded)) == address


@pytest.mark.parametrize(
    ("peer", "forwarded", "local"),
    [
        ("127.0.0.1", None, True),
        ("127.0.0.5", None, True),
        ("::1", None, True),
        ("10.0.0.1", None, False),
        ("10.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "203.0.113.9", False),
        ("127.0.0.1", "127.0.0.1", False),
        ("", None, False),
    ],
)
def test_local_is_who_asks_for_themselves(settings, peer: str, forwarded: str | None, local):
    settings.PROXIES = PROXIES
    assert peers.is_local(request(peer, forwarded)) == local
