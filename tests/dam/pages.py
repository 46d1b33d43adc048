"""How tests look at pages: the words a person reads, the links and forms without script."""

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from django.test import Client


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._silent += tag in {"script", "style", "template"}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style", "template"}

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.words.append(" ".join(data.split()))


@dataclass(frozen=True)
class Page:
    """A page as it was read."""

    status: int
    text: str
    html: str
    tags: list[tuple[str, dict[str, str | None]]]

    def attributes(self, tag: str, name: str) -> list[str]:
        """Every value of an attribute of a tag."""
        return [attrs[name] or "" for seen, attrs in self.tags if seen == tag and name in attrs]

    @property
    def links(self) -> list[str]:
        return self.attributes("a", "href")

    @property
    def actions(self) -> list[str]:
        return self.attributes("form", "action") + self.attributes("button", "formaction")

    def offers(self, address: str) -> bool:
        """Whether a link or a form leads there."""
        return address in self.links or address in self.actions


def read(client: Client, address: str, **more: Any) -> Page:
    """Get a page and read it; redirects are followed."""
    return page_of(client.get(address, follow=True, **more))


def send(client: Client, address: str, data: dict[str, Any] | None = None) -> Page:
    """Send a form and read the page one lands on."""
    return page_of(client.post(address, data or {}, follow=True))


def page_of(response: Any) -> Page:
    html = response.content.decode()
    reader = _Reader()
    reader.feed(html)
    return Page(response.status_code, " ".join(reader.words), html, reader.tags)
