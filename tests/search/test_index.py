"""The index follows the catalogue: what changes is noted in its transaction, what drifts is found and mended."""

import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from dam import metadata, trash
from dam.models import Asset
from search import index, tasks
from search.engines.base import IndexOutdated
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.embedded import EmbeddedEngine
from search.models import Pending
from search.query import Query
from tests import factories

pytestmark = pytest.mark.django_db


def found(text: str = "") -> set[uuid.UUID]:
    return {hit.asset_id for hit in index.engine().search(Query(viewer=None, text=text, size=200)).hits}


def jobs(task: str) -> int:
    return ProcrastinateJob.objects.filter(task_name=task, status="todo").count()


class TestNoting:
    def test_a_change_is_noted_with_the_change(self):
        asset = factories.asset()
        Pending.objects.all().delete()
        metadata.describe(asset, {"headline": "Nuevo"}, by=asset.created_by)
        assert {each.asset_id for each in Pending.objects.all()} == {asset.pk}

    def test_a_change_that_is_taken_back_is_not(self):
        with transaction.atomic():
            factories.asset()
            transaction.set_rollback(True)
        assert not Pending.objects.exists()

    def test_many_changes_of_one_transaction_wake_the_indexer_once(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True) as calls:
            for _number in range(3):
                factories.asset()
        assert sum(call is index._wake for call in calls) == 1
        assert jobs(index.DRAIN) == 1

    def test_an_indexer_that_is_already_called_is_not_called_again(self, django_capture_on_commit_callbacks):
        for _number in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                factories.asset()
        assert jobs(index.DRAIN) == 1


class TestDraining:
    def test_what_waits_is_found_after_and_waits_no_more(self):
        asset = factories.asset(headline="Entrega de becas")
        assert index.drain() >= 0
        assert found("becas") == {asset.pk}
        assert index.waiting() == frozenset()

    def test_it_says_what_the_database_says_when_it_is_read(self):
        asset = factories.asset(headline="Antes")
        index.drain()
        metadata.describe(asset, {"headline": "Después"}, by=asset.created_by)
        index.drain()
        assert found("antes") == set()
        assert found("despues") == {asset.pk}

    def test_what_went_to_the_trash_is_not_found_and_comes_back(self):
        asset = factories.asset(headline="Becas")
        index.drain()
        trash.put(asset, by=asset.created_by)
        index.drain()
        assert found("becas") == set()
        trash.restore(asset, by=asset.created_by)
        index.drain()
        assert found("becas") == {asset.pk}

    def test_more_than_one_batch(self, monkeypatch):
        index.drain()
        monkeypatch.setattr("search.documents.BATCH", 2)
        made = {factories.asset().pk for _number in range(5)}
        assert index.drain() >= 5
        assert found() >= made

    def test_an_asset_without_a_document_is_removed(self, monkeypatch):
        asset = factories.asset(headline="Becas")
        index.drain()
        Pending.objects.create(asset_id=asset.pk)
        monkeypatch.setattr("search.documents.of", lambda _ids: [])
        index.drain()
        assert found("becas") == set()


class TestRebuilding:
    def test_an_index_that_was_never_made_is_made_when_it_is_needed(self):
        asset = factories.asset(headline="Becas")
        Pending.objects.all().delete()
        assert not index.is_usable()
        index.drain()
        assert found("becas") == {asset.pk}

    def test_an_empty_one_over_an_empty_catalogue_is_fine(self):
        index.drain()
        assert index.is_usable()

    def test_it_is_built_beside_the_one_in_use(self):
        assets = [factories.asset(headline=f"Beca {number}") for number in range(3)]
        index.drain()
        assert index.rebuild() == 3
        assert found("beca") == {asset.pk for asset in assets}

    def test_asked_twice_it_is_built_once(self):
        index.ask_to_rebuild()
        index.ask_to_rebuild()
        assert jobs(index.REBUILD) == 1
        assert index.is_being_rebuilt()

    def test_the_task_builds_it(self):
        asset = factories.asset(headline="Becas")
        tasks.rebuild()
        assert found("becas") == {asset.pk}


class TestDrift:
    def drifted(self) -> tuple[Asset, Asset, Asset]:
        """One that is not indexed, one that was indexed as it was, one that is indexed and gone."""
        missing, stale, ghost = (factories.asset() for _number in range(3))
        index.drain()
        index.engine().delete({missing.pk: 2**40})
        Asset.objects.filter(pk=stale.pk).update(revision=stale.revision + 7)
        Asset.objects.filter(pk=ghost.pk).update(trashed_at="2026-11-01T00:00Z", trashed_by=ghost.created_by)
        return missing, stale, ghost

    def test_each_way_of_drifting_is_told_apart(self):
        missing, stale, ghost = self.drifted()
        drift = index.drift()
        assert drift.missing == frozenset({missing.pk})
        assert drift.stale == frozenset({stale.pk})
        assert drift.ghost == frozenset({ghost.pk})
        assert (drift.total, drift.indexed, drift.wanted) == (3, 2, 2)

    def test_what_waits_is_not_drift(self):
        missing, _stale, _ghost = self.drifted()
        Pending.objects.create(asset_id=missing.pk)
        assert missing.pk not in index.drift().assets

    def test_it_is_mended(self):
        missing, stale, ghost = self.drifted()
        assert index.mend().total == 3
        assert index.drift().total == 0
        assert found() == {missing.pk, stale.pk}
        assert ghost.pk not in found()

    def test_the_hourly_task_says_what_it_found(self, caplog):
        self.drifted()
        tasks.mend(timestamp=0)
        assert "1 missing, 1 stale, 1 gone" in caplog.text
        caplog.clear()
        tasks.mend(timestamp=0)
        assert caplog.text == ""


class TestCommands:
    def test_reindex_builds_and_then_compares(self, capsys):
        factories.asset()
        call_command("reindex")
        assert capsys.readouterr().out.splitlines() == ["1 documents", "missing 0, stale 0, ghost 0"]

    def test_drift_only_compares(self, capsys):
        index.drain()
        asset = factories.asset()
        Pending.objects.all().delete()
        call_command("reindex", "--drift")
        assert capsys.readouterr().out == "missing 1, stale 0, ghost 0\n"
        assert asset.pk not in found()

    def test_what_an_engine_refuses_is_told(self):
        with pytest.raises(CommandError):
            call_command("search", "becas", "--limit", "-1")

    def test_search_prints_a_line_for_each_and_the_seconds_that_answer(self, capsys):
        version = factories.version("video", name="spot.mp4")
        factories.captions(version, [(0, 900, "Nada"), (65_000, 66_000, "La vacunación empieza")])
        index.drain()
        call_command("search", "vacunacion")
        said = capsys.readouterr()
        assert said.out == f"{version.asset.code}  video     spot.mp4  65 s\n"
        assert said.err.strip() == "1"

    def test_as_json_it_is_one_object_a_line(self, capsys):
        asset = factories.asset(headline="Niñas en León")
        index.drain()
        call_command("search", "ninas", "--json")
        assert capsys.readouterr().out == (
            f'{{"code": "{asset.code}", "kind": "photo", "title": "Niñas en León", "agency": "GTO",'
            ' "seconds": []}\n'
        )

    def test_as_many_as_asked_for(self, capsys):
        for number in range(3):
            factories.asset(headline=f"Beca {number}")
        index.drain()
        call_command("search", "beca", "--limit", "2")
        said = capsys.readouterr()
        assert len(said.out.splitlines()) == 2
        assert said.err.strip() == "3"


def test_an_index_of_another_release_is_not_used(monkeypatch):
    factories.asset(headline="Becas")
    index.drain()
    monkeypatch.setattr("search.index.engine", Outdated)
    assert not index.is_usable()


class Outdated:
    """An engine whose folder holds an index of another release."""

    def search(self, _query: Query) -> None:
        raise IndexOutdated("another release")


def test_settings_choose_the_engine(settings):
    assert isinstance(index.engine(), EmbeddedEngine)
    settings.ELASTICSEARCH = ("http://localhost:9200",)
    settings.ELASTICSEARCH_PREFIX = "otra"
    chosen = index.engine()
    assert isinstance(chosen, ElasticsearchEngine)
    assert index.engine() is chosen
