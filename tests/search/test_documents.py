"""What of an asset goes into the index, and what it costs to read it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dam import assets, productions, trash
from dam.models import Asset, Placement, PlacementState
from search import documents
from search.document import AssetDocument
from tests import factories
from tests.search.finding import described

pytestmark = pytest.mark.django_db


def document(asset: Asset) -> AssetDocument:
    (made,) = documents.of([asset.pk])
    return made


class TestDescription:
    def test_what_people_wrote_is_found_in_its_own_field(self):
        made = document(
            described(
                headline="Entrega de becas",
                description="La gobernadora entregó becas.",
                alt_text="Jóvenes con diplomas",
                keywords=["becas", "educación"],
                persons_shown=["Libia García"],
                creator=["Ana Paz", "Luis Ríos"],
                credit_line="Gobierno de Guanajuato",
                event="Gira por León",
                minors_shown="yes",
            )
        )
        assert made.headline == "Entrega de becas"
        assert made.description == "La gobernadora entregó becas.\nJóvenes con diplomas"
        assert made.keywords == ("becas", "educación")
        assert made.people == ("Libia García",)
        assert made.creator == "Ana Paz, Luis Ríos"
        assert made.credit == "Gobierno de Guanajuato"
        assert (made.event, made.minors) == ("Gira por León", "yes")

    def test_of_places_the_names_are_kept_the_narrowest_first_and_each_once(self):
        made = document(
            described(
                location_shown={"sublocation": "Jardín Unión", "city": "Guanajuato", "state": "Guanajuato"},
                location_created={"city": "León", "state": "Guanajuato"},
            )
        )
        assert made.places == ("Jardín Unión", "Guanajuato", "León")

    def test_without_a_description_there_is_still_what_the_system_knows(self):
        asset = factories.asset("video", name="C0001.MP4")
        made = document(asset)
        assert (made.filename, made.headline, made.minors) == ("C0001.MP4", "", "unknown")
        assert asset.current is not None
        assert made.codes == (asset.code, asset.current.code)
        assert (made.duration_ms, made.width, made.height) == (10010, 1920, 1080)

    def test_every_version_s_code_finds_its_asset(self):
        asset = factories.asset()
        second = assets.add_version(asset, factories.original(), by=asset.created_by)
        assert second.code in document(asset).codes

    def test_the_agency_is_there_with_all_that_are_above_it(self):
        health = factories.agency("SSG", parent=factories.central(), name="Secretaría de Salud")
        below = factories.agency("ISAPEG", parent=health, name="Instituto de Salud")
        made = document(factories.asset(of=below))
        assert made.agency == "Instituto de Salud"
        assert made.agency_path == ("GTO", "SSG", "ISAPEG")

    def test_productions_are_there_by_key_and_by_title_once(self):
        asset, production = factories.asset(), factories.production("Vacunación 2026")
        for role in ("shot_for", "used_in"):
            productions.use(production, asset, role=role, by=production.created_by)
        made = document(asset)
        assert made.productions == (str(production.pk),)
        assert made.production_titles == ("Vacunación 2026",)


class TestDates:
    @pytest.mark.parametrize(
        ("written", "month"),
        [
            ("2019", "2019-01"),
            ("2019-07", "2019-07"),
            ("2019-07-31", "2019-07"),
            ("2019-01-31T23:30:00-06:00", "2019-01"),
            ("2019-02-01T03:00:00+00:00", "2019-01"),  # still January in Guanajuato
            ("2019-07-31T23:30:00-06:00", "2019-08"),  # summer time of then: an hour later
            ("2019-07-31T23:30:00", "2019-07"),
        ],
    )
    def test_the_month_is_that_of_guanajuato(self, written: str, month: str):
        made = document(described(date_created=written))
        assert made.ym == month
        assert made.taken is not None

    def test_without_a_date_it_is_the_month_in_which_it_came(self):
        asset = factories.asset()
        Asset.objects.filter(pk=asset.pk).update(created_at="2024-03-01T03:00:00+00:00")
        made = document(asset)
        assert (made.ym, made.taken) == ("2024-02", None)


class TestTechnical:
    @pytest.mark.parametrize(
        ("width", "height", "words"),
        [
            (6000, 4000, "landscape"),
            (4000, 6000, "portrait"),
            (4000, 3900, "square"),
            (4000, 3801, "square"),
            (4000, 3799, "landscape"),
            (None, None, ""),
        ],
    )
    def test_the_orientation_is_that_of_the_picture(self, width: Any, height: Any, words: str):
        assert document(factories.asset(width=width, height=height)).orientation == words

    @pytest.mark.parametrize(
        ("verdicts", "made_something", "verdict"),
        [
            ((), False, "pending"),
            ((), True, "ok"),
            (("pass", "info"), True, "ok"),
            (("pass", "warn"), True, "warn"),
            (("warn", "fail", "pass"), True, "fail"),
            (("fail",), False, "fail"),
        ],
    )
    def test_the_verdict_is_the_worst(self, verdicts: tuple[str, ...], made_something: bool, verdict: str):  # noqa: FBT001
        version = factories.version("video")
        for number, each in enumerate(verdicts):
            factories.finding(version, f"item.{number}", verdict=each)
        if made_something:
            factories.rendition(version)
        assert document(version.asset).verdict == verdict

    @pytest.mark.parametrize(
        ("kind", "fields", "known_as"),
        [
            ("video", {"mime": "video/quicktime"}, "mov"),
            ("video", {"mime": "video/x-matroska"}, "mkv"),
            ("audio", {"mime": "audio/mpeg"}, "mp3"),
            ("audio", {"mime": "audio/x-wav"}, "wav"),
            ("photo", {"mime": "image/vnd.adobe.photoshop"}, "psd"),
            ("other", {"filename": "spot.PRPROJ"}, "prproj"),
            ("other", {"filename": "sin extension"}, ""),
            ("other", {"filename": "rara.a-b"}, ""),
        ],
    )
    def test_formats_have_the_name_that_people_use(self, kind: str, fields: dict[str, str], known_as: str):
        extension = known_as if len(known_as) <= 5 else ""
        assert document(factories.asset(kind, **fields)).format == extension

    def test_files_of_other_kinds_wait_for_no_check(self):
        assert document(factories.asset("other")).verdict == ""


class TestText:
    def test_cues_are_those_of_the_current_version_in_order(self):
        version = factories.version("video")
        factories.captions(version, [(0, 900, "viejo")])
        newer = assets.add_version(version.asset, factories.original("video"), by=version.created_by)
        factories.captions(newer, [(1000, 2000, "Buenos días"), (2000, 3000, "a todas")])
        cues = document(version.asset).cues
        assert [(cue.start_ms, cue.end_ms, cue.text) for cue in cues] == [
            (1000, 2000, "Buenos días"),
            (2000, 3000, "a todas"),
        ]

    def test_the_words_of_a_document_s_pages_are_found(self):
        version = factories.version("document")
        pages = json.dumps(["Convocatoria", "Bases del concurso"]).encode()
        factories.rendition(version, "text", {"text.json": pages}, form="page_text")
        assert document(version.asset).document_text == "Convocatoria\nBases del concurso"

    @pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe"])
    def test_a_text_that_cannot_be_read_keeps_nothing_else_out(self, content: bytes):
        version = factories.version("document", name="bases.pdf")
        factories.rendition(version, "text", {"text.json": content}, form="page_text")
        made = document(version.asset)
        assert (made.document_text, made.filename) == ("", "bases.pdf")

    def test_nor_does_one_that_is_gone(self):
        version = factories.version("document", name="bases.pdf")
        factories.rendition(version, "text", {"text.json": b'["a"]'}, form="page_text")
        Placement.objects.update(state=PlacementState.MISSING)
        assert document(version.asset).filename == "bases.pdf"


class TestReading:
    def test_who_may_see_it_is_in_it(self):
        health = factories.agency("SSG", parent=factories.central())
        asset = factories.asset()
        factories.share(asset, health)
        words = document(asset).seen_by
        assert f"user:{asset.created_by.pk}" in words
        assert "agency:GTO/SSG/" in words

    def test_a_share_that_ended_is_not(self):
        health = factories.agency("SSG", parent=factories.central())
        asset = factories.asset()
        factories.share(asset, health, until=timezone.now() - timedelta(minutes=1))
        assert "agency:GTO/SSG/" not in document(asset).seen_by

    def test_what_lies_in_the_trash_has_no_document(self):
        asset, other = factories.asset(), factories.asset()
        trash.put(asset, by=asset.created_by)
        assert documents.of([asset.pk]) == []
        assert [each.id for each in documents.every()] == [other.pk]

    def test_all_are_read_in_batches_and_in_order(self, monkeypatch):
        monkeypatch.setattr(documents, "BATCH", 2)
        made = [factories.asset().pk for _number in range(5)]
        assert [each.id for each in documents.every()] == made

    def test_one_that_cannot_be_read_does_not_hide_the_others(self, caplog):
        broken, fine = factories.asset(), factories.asset()
        Asset.objects.filter(pk=broken.pk).update(seq=1 << 40)
        assert [each.id for each in documents.of([broken.pk, fine.pk])] == [fine.pk]
        assert broken.code in caplog.text

    def test_many_are_read_with_as_many_queries_as_few(self):
        def fill(count: int) -> list[Any]:
            made = []
            for _number in range(count):
                version = factories.version("video")
                factories.captions(version)
                factories.rendition(version)
                production = factories.production()
                productions.use(production, version.asset, role="used_in", by=production.created_by)
                made.append(version.asset.pk)
            return made

        small, large = fill(1), fill(6)
        with CaptureQueriesContext(connection) as few:
            documents.of(small)
        with CaptureQueriesContext(connection) as many:
            assert len(documents.of(large)) == 6
        assert len(many) == len(few)
