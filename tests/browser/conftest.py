"""What a browser's page may say without anything being wrong."""

import pytest

#: htmx reports a request that a newer one replaced, while somebody types, as it reports what fails; those that really
#: fail are told once more by a name of their own (sendError, responseError).
REPLACED = ("htmx:sendAbort,", "htmx:afterRequest,")


class Complaints(list[str]):
    """What a page complained about, without the requests that gave way to newer ones."""

    def append(self, said: str, /) -> None:
        if not said.startswith(REPLACED):
            super().append(said)


@pytest.fixture
def complaints() -> list[str]:
    """What the page complained about; a test that provokes one removes it."""
    return Complaints()
