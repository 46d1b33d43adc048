"""A form whose secret was lost: what is said, in both languages, and that nothing was done."""

import pytest
from django.test import Client
from django.urls import reverse

from dam.models import Collection
from tests import factories
from tests.dam.pages import page_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "words"), [("es-mx", "No se cambió nada."), ("en", "Nothing was changed.")]
)
def test_it_says_what_happened_and_what_to_do(settings, language: str, words: str):
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.person())
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = page_of(client.post(reverse("dam:collections"), {"title": "Carpeta"}))
    assert page.status == 403
    assert words in page.text
    assert "/" in page.links
    assert not Collection.objects.exists()
