"""What is said of an asset: every source side by side, a person's word first, and never overwritten."""

import pytest

from dam import assets, events, metadata, shapes
from dam.fields import FIELDS, GROUPS
from dam.metadata import BLANK, Found, InvalidValue
from dam.models import Asset, MetadataValue, Source
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def asset() -> Asset:
    return factories.asset()


def embed(asset: Asset, **values: object) -> None:
    metadata.record_embedded(
        asset,
        [
            Found(field, tuple(value) if isinstance(value, list) else (value,), origin=f"XMP:{field}")
            for field, value in values.items()
        ],
        by=None,
    )


def value(asset: Asset, field: str) -> object:
    known = metadata.known(asset).get(field)
    return None if known is None else known.value


class TestWhoIsHeard:
    def test_an_embedded_value_is_known_with_its_place(self, asset):
        embed(asset, headline="Del archivo")
        known = metadata.known(asset)["headline"]
        assert (known.value, known.source, known.origin) == ("Del archivo", "embedded", "XMP:headline")
        assert not known.by_person

    def test_a_person_s_value_stands_over_the_file_s(self, asset):
        embed(asset, headline="Del archivo")
        metadata.describe(asset, {"headline": "De una persona"}, by=asset.created_by)
        known = metadata.known(asset)["headline"]
        assert (known.value, known.by_id, known.by_person) == ("De una persona", asset.created_by.pk, True)

    def test_a_person_s_value_survives_every_later_reading_of_the_file(self, asset):
        metadata.describe(asset, {"headline": "De una persona"}, by=asset.created_by)
        embed(asset, headline="Primera", keywords=["a"])
        embed(asset, headline="Segunda")
        assert value(asset, "headline") == "De una persona"
        row = MetadataValue.objects.get(asset=asset, field="headline", source=Source.PERSON)
        assert row.value == "De una persona"

    def test_a_machine_s_value_is_heard_last(self, asset):
        MetadataValue.objects.create(asset=asset, field="keywords", value="perro", source=Source.MACHINE)
        assert value(asset, "keywords") == ("perro",)
        embed(asset, keywords=["gato"])
        assert value(asset, "keywords") == ("gato",)
        assert [known.source for known in metadata.standings(asset.metadata.all())["keywords"]] == [
            "embedded",
            "machine",
        ]

    def test_reading_a_new_file_replaces_what_the_old_one_said(self, asset):
        embed(asset, headline="Vieja", credit_line="Foto: X")
        embed(asset, headline="Nueva")
        assert value(asset, "headline") == "Nueva"
        assert value(asset, "credit_line") is None

    def test_without_language_comes_before_spanish_and_spanish_before_others(self, asset):
        for language in ("en", "es-MX", "x-default"):
            MetadataValue.objects.create(
                asset=asset, field="description", value=language, source=Source.EMBEDDED, language=language
            )
        assert value(asset, "description") == "x-default"
        MetadataValue.objects.filter(language="x-default").delete()
        assert value(asset, "description") == "es-MX"

    def test_fields_that_are_not_ours_are_left_out(self, asset):
        embed(asset, headline="A", horoscope="B")
        assert set(metadata.known(asset)) == {"headline"}
        assert MetadataValue.objects.count() == 1

    def test_of_two_findings_of_one_field_the_first_is_kept(self, asset):
        found = [Found("headline", ("uno",), origin="XMP"), Found("headline", ("dos",), origin="IPTC")]
        metadata.record_embedded(asset, found, by=None)
        assert value(asset, "headline") == "uno"


class TestTakingBack:
    def test_the_file_s_value_shows_again(self, asset):
        embed(asset, headline="Del archivo")
        metadata.describe(asset, {"headline": "De una persona"}, by=asset.created_by)
        metadata.take_back(asset, ["headline"], by=asset.created_by)
        assert value(asset, "headline") == "Del archivo"

    def test_what_a_person_leaves_empty_is_empty_although_the_file_says_something(self, asset):
        embed(asset, headline="DCIM0001")
        metadata.describe(asset, {"headline": ""}, by=asset.created_by)
        assert value(asset, "headline") is None
        best = metadata.standings(asset.metadata.all())["headline"]
        assert [known.values for known in best] == [(BLANK,), ("DCIM0001",)]
        assert best[0].is_blank
        assert assets.title_of(asset) == asset.name
        metadata.take_back(asset, ["headline"], by=asset.created_by)
        assert value(asset, "headline") == "DCIM0001"

    def test_what_a_person_empties_leaves_no_row_where_nothing_else_is_known(self, asset):
        metadata.describe(asset, {"headline": "A"}, by=asset.created_by)
        metadata.describe(asset, {"headline": ""}, by=asset.created_by)
        assert not MetadataValue.objects.exists()

    def test_taking_back_nothing_is_no_event(self, asset):
        told = events.of(asset).count()
        metadata.take_back(asset, ["headline"], by=asset.created_by)
        assert events.of(asset).count() == told


class TestLists:
    def test_a_list_keeps_its_order_and_each_word_once(self, asset):
        metadata.describe(asset, {"keywords": "presa, agua,, presa , lluvia"}, by=asset.created_by)
        assert value(asset, "keywords") == ("presa", "agua", "lluvia")

    def test_a_shorter_list_replaces_a_longer_one(self, asset):
        metadata.describe(asset, {"keywords": ["a", "b", "c"]}, by=asset.created_by)
        metadata.describe(asset, {"keywords": ["c"]}, by=asset.created_by)
        assert value(asset, "keywords") == ("c",)

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("a, b\nc", ["a", "b", "c"]),
            ("Pérez, Ana; Ruiz, Beto\r\nc", ["Pérez, Ana", "Ruiz, Beto", "c"]),
            ("Pérez, Ana;", ["Pérez, Ana"]),
        ],
    )
    def test_words_are_apart_by_semicolons_where_there_is_one(self, line: str, words: list[str]):
        assert shapes.checked("persons_shown", line) == words

    @pytest.mark.parametrize("words", [["a"], ["a", "b"], ["Pérez, Ana"], ["Pérez, Ana", "c"]])
    def test_a_line_of_words_reads_back(self, words: list[str]):
        assert shapes.checked("persons_shown", shapes.joined(words)) == words


class TestEvents:
    def test_the_event_names_the_fields_and_no_value(self, asset):
        metadata.describe(asset, {"headline": "Secreto", "credit_line": "X"}, by=asset.created_by)
        event = events.of(asset).last()
        assert event is not None
        assert (event.verb, event.data) == ("described", {"fields": ["credit_line", "headline"]})
        assert event.actor == asset.created_by

    def test_writing_the_same_again_is_no_change(self, asset):
        metadata.describe(asset, {"headline": "A", "keywords": ["a", "b"]}, by=asset.created_by)
        revision = Asset.objects.get(pk=asset.pk).revision
        told = events.of(asset).count()
        metadata.describe(asset, {"headline": "A", "keywords": "a, b"}, by=asset.created_by)
        assert events.of(asset).count() == told
        assert Asset.objects.get(pk=asset.pk).revision == revision

    def test_a_change_is_announced(self, asset):
        revision = Asset.objects.get(pk=asset.pk).revision
        metadata.describe(asset, {"headline": "A"}, by=asset.created_by)
        assert Asset.objects.get(pk=asset.pk).revision == revision + 1

    def test_one_bad_value_writes_none(self, asset):
        with pytest.raises(InvalidValue):
            metadata.describe(asset, {"headline": "A", "minors_shown": "tal vez"}, by=asset.created_by)
        assert not MetadataValue.objects.exists()


class TestShapes:
    @pytest.mark.parametrize(
        "text", ["2026", "2026-11", "2026-11-22", "2026-11-22T18:40", "2026-11-22T18:40:00-06:00"]
    )
    def test_a_date_is_as_precise_as_known(self, text: str):
        assert shapes.checked("date_created", text) == [text]

    @pytest.mark.parametrize(
        "text", ["ayer", "22/11/2026", "2026-13", "2026-02-30", "0000", "20261122", "2026-11-22T25:00"]
    )
    def test_what_is_not_a_date_is_refused_with_an_example(self, text: str):
        with pytest.raises(InvalidValue, match="2026-11-22"):
            shapes.checked("date_created", text)

    def test_a_place_keeps_its_known_parts(self):
        place = {"city": " León ", "state": "", "planet": "Tierra"}
        assert shapes.checked("location_shown", place) == [{"city": "León"}]
        assert shapes.checked("location_shown", {"city": " "}) == []

    def test_a_choice_is_one_of_its_options(self):
        assert shapes.checked("minors_shown", "yes") == ["yes"]
        with pytest.raises(InvalidValue, match="tal vez"):
            shapes.checked("minors_shown", "tal vez")

    @pytest.mark.parametrize(("given", "kept"), [("5", [5]), (0, [0]), (-1, [-1])])
    def test_a_rating_is_a_small_number(self, given: object, kept: list[int]):
        assert shapes.checked("rating", given) == kept

    @pytest.mark.parametrize(
        ("key", "given"),
        [
            ("rating", "6"),
            ("rating", "muchas"),
            ("headline", 7),
            ("headline", ["a"]),
            ("keywords", [1]),
            ("keywords", {"a": "b"}),
            ("location_shown", "León"),
            ("location_shown", {"city": 5}),
        ],
    )
    def test_another_shape_is_refused(self, key: str, given: object):
        with pytest.raises(InvalidValue):
            shapes.checked(key, given)

    def test_fields_unknown_or_not_written_by_hand_are_refused(self):
        with pytest.raises(InvalidValue, match="no existe"):
            shapes.checked("horoscope", "x")
        with pytest.raises(InvalidValue, match="a mano"):
            shapes.checked("gps", {"latitude": 21})

    def test_what_cannot_be_seen_is_dropped_and_lines_are_kept(self):
        assert shapes.checked("headline", " a\u202eb\x00c ") == ["abc"]
        assert shapes.checked("description", "uno\n\tdos") == ["uno\n\tdos"]
        assert shapes.checked("headline", "\x00 ") == []

    @pytest.mark.parametrize(
        ("key", "given"),
        [
            ("headline", "x" * (shapes.MAX_TEXT + 1)),
            ("description", "x" * (shapes.MAX_LONG + 1)),
            ("keywords", ["x" * (shapes.MAX_TEXT + 1)]),
            ("keywords", [str(number) for number in range(shapes.MAX_WORDS + 1)]),
        ],
    )
    def test_there_is_an_end_to_length(self, key: str, given: object):
        with pytest.raises(InvalidValue, match="demasiado largo"):
            shapes.checked(key, given)

    @pytest.mark.parametrize("given", [None, "", [], (), {}, "   "])
    def test_empty_is_empty_in_every_shape(self, given: object):
        assert shapes.checked("headline", given) == []

    def test_every_field_has_a_known_shape_and_group(self):
        shapes_ = {"text", "long", "list", "date", "place", "gps", "choice", "number"}
        for key, field in FIELDS.items():
            assert key == field.key
            assert field.shape in shapes_
            assert field.group in GROUPS
            assert (field.shape == "choice") == bool(field.choices)
            assert field.editable or not field.batch
