"""Who is at the other end of a request: their network address, and whether they may hear how the machine is."""

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

FORWARDED = "HTTP_X_FORWARDED_FOR"
_LONGEST = 45  # characters of an address, as Event.address keeps it


def address_of(request: HttpRequest) -> str:
    """Return the address of who asks.

    Behind a reverse proxy that settings.PROXIES names, it is the last one in X-Forwarded-For that is no such proxy:
    what stands before it was written by the client. From anybody else that header says nothing.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if _is_proxy(peer):
        for said in reversed(str(request.META.get(FORWARDED, "")).split(",")):
            if _is_address(said.strip()):
                peer = said.strip()
            if not _is_proxy(peer):
                break
    return peer[:_LONGEST]


def is_local(request: HttpRequest) -> bool:
    """Answer whether somebody on this machine asks, and not for another: a proxy here may be anybody's."""
    address = address_of(request)
    if FORWARDED in request.META and address == request.META.get("REMOTE_ADDR"):
        return False
    return _is_address(address) and ip_address(address).is_loopback


def knows_the_secret(request: HttpRequest) -> bool:
    """Answer whether the request carries settings.METRICS_SECRET as its bearer; where none is set nobody does."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    known: str = settings.METRICS_SECRET
    return bool(
        known and scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), known.encode())
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_proxy(text: str) -> bool:
    return _is_address(text) and any(ip_address(text) in network for network in settings.PROXIES)
