"""The sheet (Ficha) on the asset page: values by groups, how each is known, what the file says behind them."""

import pytest
from django.test import Client
from django.urls import reverse

from dam import metadata, wording
from dam.metadata import Found
from dam.models import Asset, MetadataValue, User
from tests import factories
from tests.dam import people
from tests.dam.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def asset(by: User) -> Asset:
    return factories.asset(by=by, of=people.home())


def rows(asset: Asset) -> dict[str, wording.Row]:
    values = MetadataValue.objects.filter(asset=asset).select_related("by")
    return {row.key: row for group in wording.sheet(values) for row in group.rows}


def sheet(browser: Client, asset: Asset) -> str:
    return read(browser, reverse("dam:asset", args=[asset.code])).text


class TestGroups:
    def test_only_those_with_something_in_their_order(self, asset, by):
        metadata.describe(asset, {"rating": "3", "persons_shown": ["Ana"], "headline": "Presa"}, by=by)
        values = MetadataValue.objects.filter(asset=asset).select_related("by")
        assert [group.key for group in wording.sheet(values)] == ["content", "people", "more"]

    def test_without_values_there_is_none(self):
        assert wording.sheet([]) == []

    def test_a_field_that_is_no_longer_one_breaks_nothing(self, browser, asset, by):
        metadata.describe(asset, {"headline": "Presa", "event": "Gira"}, by=by)
        MetadataValue.objects.filter(field="event").update(field="gone")
        text = sheet(browser, asset)
        assert "Presa" in text
        assert "Gira" not in text


class TestOrigin:
    def test_what_a_person_says_stands_before_what_the_file_says(self, browser, asset, by):
        metadata.record_embedded(asset, [Found("headline", ("Del archivo",), origin="IPTC 2:105")], by=None)
        assert not rows(asset)["headline"].can_take_back
        assert "(IPTC 2:105)" in sheet(browser, asset)
        metadata.describe(asset, {"headline": "Presa"}, by=by)
        row = rows(asset)["headline"]
        assert (row.values, row.hidden, row.can_take_back) == (("Presa",), "Del archivo", True)
        assert row.origin.startswith("ana, ")
        assert "El archivo dice: Del archivo" in sheet(browser, asset)

    def test_what_only_a_person_says_has_nothing_to_go_back_to(self, asset, by):
        metadata.describe(asset, {"headline": "Presa"}, by=by)
        row = rows(asset)["headline"]
        assert (row.hidden, row.can_take_back) == ("", False)

    def test_left_empty_it_says_so_and_by_whom(self, browser, asset, by):
        metadata.record_embedded(asset, [Found("creator", ("Sony", "FX6"))], by=None)
        metadata.describe(asset, {"creator": ""}, by=by)
        row = rows(asset)["creator"]
        assert (row.values, row.hidden) == ((), "Sony, FX6")
        assert row.origin.startswith("ana lo dejó vacío, ")
        assert "Autor Sin dato" in sheet(browser, asset)

    def test_who_may_not_edit_is_not_offered_to_take_it_back(self, asset, by):
        metadata.record_embedded(asset, [Found("headline", ("Del archivo",))], by=None)
        metadata.describe(asset, {"headline": "Presa"}, by=by)
        assert asset.current is not None
        address = reverse("dam:take_back", args=[asset.current.code])
        for who, offered in (("coordinator", True), ("liaison", False)):
            page = read(people.signed_in(who, asset), reverse("dam:asset", args=[asset.code]))
            assert "El archivo dice: Del archivo" in page.text
            assert page.offers(address) == offered


class TestWords:
    @pytest.mark.parametrize(("field", "query"), [("keywords", "clave"), ("persons_shown", "persona")])
    def test_words_and_persons_lead_to_the_library(self, browser, asset, by, field: str, query: str):
        metadata.describe(asset, {field: ["agua & sol", "León"]}, by=by)
        page = read(browser, reverse("dam:asset", args=[asset.code]))
        assert f"/acervo/?{query}=agua+%26+sol" in page.links
        assert f"/acervo/?{query}=Le%C3%B3n" in page.links

    def test_each_shape_is_read_as_people_write_it(self, browser, asset, by):
        said = {
            "date_created": "2026-11-22T18:40:00-06:00",
            "minors_shown": "no",
            "location_shown": {"city": "León", "country": "México", "country_code": "MX"},
            "description": "Uno.\nDos.",
        }
        metadata.describe(asset, said, by=by)
        place = {"latitude": 21.019, "longitude": -101.257}
        metadata.record_embedded(asset, [Found("gps", (place,))], by=None)
        text = sheet(browser, asset)
        for words in (
            "22 nov 2026, 18:40",
            "¿Aparecen menores? No",
            "León, México ",
            "Uno. Dos.",
        ):
            assert words in text
        assert "21.01900° N, 101.25700° O" in text
