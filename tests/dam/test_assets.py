"""Assets and their versions: registered whole, corrected in a line, found by code, announced when they change."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections, transaction

from dam import assets, events, metadata, productions
from dam.identifiers import version_code
from dam.models import Asset, AssetVersion, FileRole, Kind, VersionFile
from dam.signals import asset_changed
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """What was announced, as sets of ids."""
    announced: list[frozenset[Any]] = []

    def listen(sender, asset_ids, **kwargs) -> None:
        announced.append(asset_ids)

    asset_changed.connect(listen)
    yield announced
    asset_changed.disconnect(listen)


class TestRegister:
    def test_an_asset_comes_with_its_first_version_and_original(self):
        by = factories.person()
        made = factories.original(
            "video", filename="C0001.MP4", start_timecode="01:00:00;00", drop_frame=True
        )
        version = assets.register(made, kind="video", name="C0001", agency=factories.central(), by=by)
        asset = Asset.objects.get()
        assert (asset.kind, asset.name, asset.created_by) == (Kind.VIDEO, "C0001", by)
        assert asset.current == version
        assert (version.number, version.code) == (1, version_code(asset.code, 1))
        assert (version.edit_rate_num, version.duration_ticks) == (30000, 300)
        assert (version.start_timecode, version.drop_frame) == ("01:00:00;00", True)
        assert (version.original.filename, version.original.stored) == ("C0001.MP4", made.stored)

    def test_when_it_came_in_can_be_told(self):
        at = datetime(2020, 1, 2, 3, 4, tzinfo=UTC)
        made = factories.original()
        version = assets.register(
            made, kind="photo", name="a", agency=factories.central(), by=factories.person(), at=at
        )
        assert version.asset.created_at == at

    def test_its_history_begins_with_it(self):
        asset = factories.asset()
        assert [event.verb for event in events.of(asset)] == ["created", "version.added"]
        first = events.of(asset)[0]
        assert first.data == {"code": asset.code, "kind": "photo"}

    def test_a_code_that_is_taken_is_not_given_again(self, monkeypatch):
        taken = factories.asset().code
        drawn = iter([taken, taken, "ABCD2345"])
        monkeypatch.setattr(assets, "new_asset_code", lambda: next(drawn))
        assert factories.asset().code == "ABCD2345"

    def test_names_of_any_length_fit(self):
        version = factories.version(name="ñ" * 400, filename="é" * 400)
        version.refresh_from_db()
        assert len(version.asset.name) == len(version.original.filename) == 255


class TestVersions:
    def test_a_new_version_is_current_and_the_earlier_stay(self):
        asset = factories.asset("video", content=b"one")
        first = asset.current
        second = assets.add_version(
            asset, factories.original("video", content=b"two"), by=asset.created_by, note="Sin logotipo"
        )
        asset.refresh_from_db()
        assert asset.current == second
        assert (second.number, second.note) == (2, "Sin logotipo")
        assert second.code == version_code(asset.code, 2)
        assert set(asset.versions.all()) == {first, second}
        assert first is not None
        assert first.original.stored != second.original.stored

    def test_the_event_names_the_version_and_its_bytes(self):
        asset = factories.asset()
        version = assets.add_version(asset, factories.original(), by=asset.created_by)
        event = events.of(asset).last()
        assert event is not None
        assert event.verb == "version.added"
        assert event.data == {
            "version": version.code,
            "number": 2,
            "sha256": version.original.stored.sha256,
        }

    def test_nothing_is_left_where_the_transaction_breaks(self):
        with transaction.atomic():
            factories.version()
            transaction.set_rollback(True)
        assert not Asset.objects.exists()
        assert not AssetVersion.objects.exists()

    def test_a_file_is_attached_once(self):
        version = factories.version()
        stored = factories.stored()
        values: dict[str, Any] = {
            "role": FileRole.SIDECAR,
            "filename": "a.xml",
            "mime": "text/xml",
            "by": version.created_by,
        }
        first = assets.attach(version, stored, **values, path="CLIP/a.xml")
        assert assets.attach(version, stored, **values) == first
        assert first.path == "CLIP/a.xml"
        assert VersionFile.objects.filter(version=version).count() == 2
        assert events.of(version.asset).filter(verb="file.attached").count() == 1

    def test_only_known_roles_are_attached(self):
        version = factories.version()
        with pytest.raises(ValueError, match="spare"):
            assets.attach(
                version,
                factories.stored(),
                role="spare",
                filename="a",
                mime="x/y",
                by=version.created_by,
            )


class TestByCode:
    def test_an_asset_s_code_finds_its_current_version(self):
        asset = factories.asset()
        second = assets.add_version(asset, factories.original(), by=asset.created_by)
        assert assets.by_code(asset.code, Asset.objects.all()) == (asset, second)

    def test_a_version_s_code_finds_that_version(self):
        asset = factories.asset()
        first = asset.current
        assert first is not None
        assets.add_version(asset, factories.original(), by=asset.created_by)
        assert assets.by_code(first.code.lower(), Asset.objects.all()) == (asset, first)

    @pytest.mark.parametrize("code", ["", "ZZZZZZZZ", "{code}ZZ", "{code}2", "{code}2333", "ñ", "%"])
    def test_other_codes_find_nothing(self, code: str):
        asset = factories.asset()
        with pytest.raises(Asset.DoesNotExist):
            assets.by_code(code.format(code=asset.code), Asset.objects.all())

    def test_only_among_what_is_given(self):
        asset = factories.asset()
        with pytest.raises(Asset.DoesNotExist):
            assets.by_code(asset.code, Asset.objects.none())


class TestTitles:
    def test_the_title_is_a_person_s_then_the_file_s_then_the_name(self):
        asset = factories.asset(name="IMG_1.jpg")
        assert assets.title_of(asset) == "IMG_1.jpg"
        metadata.record_embedded(asset, [metadata.Found("headline", ("Del archivo",))], by=None)
        assert assets.title_of(asset) == "Del archivo"
        metadata.describe(asset, {"headline": "De una persona"}, by=asset.created_by)
        assert assets.title_of(asset) == "De una persona"

    def test_a_list_of_any_length_takes_as_many_queries(self, django_assert_num_queries):
        for number in range(3):
            factories.rendition(factories.version(name=f"n{number}"))
        with django_assert_num_queries(2):
            for asset in assets.for_pages(Asset.objects.all()):
                assert asset.current is not None
                assert (assets.title_of(asset), asset.agency.name) != ("", "")
                assert len(asset.current.renditions.all()) == 1


class TestAnnounce:
    def test_the_revision_grows_and_search_hears_of_it(self, heard):
        asset = factories.asset()
        before = Asset.objects.get(pk=asset.pk).revision
        heard.clear()
        assets.announce([asset.pk])
        assert heard == [frozenset({asset.pk})]
        assert Asset.objects.get(pk=asset.pk).revision == before + 1

    def test_nothing_changed_is_not_said(self, heard):
        assets.announce([])
        assert heard == []

    def test_what_a_listener_refuses_does_not_happen(self):
        asset = factories.asset()

        def refuse(**kwargs: object) -> None:
            raise RuntimeError

        asset_changed.connect(refuse)
        try:
            with pytest.raises(RuntimeError):
                metadata.describe(asset, {"headline": "A"}, by=asset.created_by)
        finally:
            asset_changed.disconnect(refuse)
        assert not asset.metadata.exists()

    def test_every_verb_that_changes_an_asset_says_so(self, heard):
        asset, production = factories.asset(), factories.production()
        current = asset.current
        assert current is not None
        agency = factories.agency("SSG", parent=factories.central())
        used = productions.use(production, asset, role="used_in", by=production.created_by)
        acts = [
            lambda: assets.add_version(asset, factories.original(), by=asset.created_by),
            lambda: factories.attached(current),
            lambda: productions.edit(
                production, title="Otro", genre="spot", description="", by=production.created_by
            ),
            lambda: factories.share(production, agency),
            lambda: factories.share(asset, agency),
            lambda: productions.stop_using(used, by=asset.created_by),
        ]
        for act in acts:
            heard.clear()
            act()
            assert frozenset({asset.pk}) in heard


@pytest.mark.django_db(transaction=True)
def test_versions_added_at_once_get_numbers_of_their_own_and_verbs_do_not_block_each_other():
    asset = factories.asset()
    by = asset.created_by
    agency = factories.agency("SSG", parent=factories.central())
    production = factories.production(by=by)
    originals = [factories.original() for _ in range(3)]
    barrier, errors = threading.Barrier(6), []

    def run(act) -> None:
        barrier.wait()
        try:
            act()
        except Exception as error:  # noqa: BLE001 - any is a failure, whatever it is
            errors.append(error)
        connections.close_all()

    acts = [
        *(lambda made=made: assets.add_version(asset, made, by=by) for made in originals),
        lambda: [metadata.describe(asset, {"headline": f"t{number}"}, by=by) for number in range(5)],
        lambda: productions.use(production, asset, role="used_in", by=by),
        lambda: factories.share(asset, agency),
    ]
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(asset.versions.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert list(events.verify()) == []
