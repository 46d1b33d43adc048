"""What every request needs: the network address for the events it causes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from dam import events, peers


class EventAddress:
    """Events written during a request carry the address it came from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = events.address.set(peers.address_of(request))
        try:
            return self.get_response(request)
        finally:
            events.address.reset(token)
