"""Who works in the catalogue's tests: Ana, of the agency at home, and her browser."""

import pytest
from django.test import Client

from dam.models import User
from tests import factories
from tests.dam import people


@pytest.fixture
def by() -> User:
    return factories.person(of=people.home(), name="ana")


@pytest.fixture
def browser(by: User) -> Client:
    return people.browser_of(by)
