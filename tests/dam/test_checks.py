"""What each check finds, on the real database, real folders, the real ffmpeg."""

import os
import time
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from procrastinate.contrib.django import app

from dam.checks import database, installation, queues, stores
from dam.health import Trouble
from dam.storage import store
from search import checks as search_checks
from search import index
from search.engines.base import EngineFailed, IndexOutdated
from search.models import Pending
from tests import factories
from transcode import checks as transcode_checks
from transcode import ffmpeg


def trouble(run) -> Trouble:
    with pytest.raises(Trouble) as raised:
        run()
    assert raised.value.todo
    return raised.value


@pytest.mark.django_db
class TestDatabase:
    def test_it_answers_with_its_version(self):
        assert database.reach().startswith("PostgreSQL 1")

    def test_case_is_right_for_accents(self):
        assert database.text() == "UTF8"

    def test_the_clock_is_the_same_on_one_machine(self):
        assert float(database.clock().split()[1]) < 1

    def test_a_clock_that_is_off_is_told(self, monkeypatch):
        now = time.time
        monkeypatch.setattr(time, "time", lambda: now() - 60)
        assert "+60" in trouble(database.clock).what

    def test_all_migrations_are_there(self):
        assert int(database.migrations().split()[0]) >= len(database.known_migrations())

    def test_a_missing_migration_is_named(self):
        MigrationRecorder(connection).record_unapplied("dam", "0004_durations_have_rates")
        found = trouble(database.migrations)
        assert "dam.0004_durations_have_rates" in found.what
        assert "manage.py migrate" in found.todo

    def test_one_of_the_next_release_is_welcome(self):
        MigrationRecorder(connection).record_applied("dam", "9999_of_tomorrow")
        database.migrations()


@pytest.mark.django_db
class TestQueues:
    def test_no_worker_is_a_warning(self):
        assert trouble(queues.workers).warning

    def test_workers_are_counted_by_their_heartbeat(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()), (now() - interval '1 minute')"
            )
        assert queues.workers() == "1 en marcha"

    def test_a_queue_nobody_works_on_is_named(self):
        app.configure_task("ingest.run", queue="nocturna").defer(ingest_id="x")
        assert queues.attended() == "1 trabajo en espera"
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_events SET at = now() - interval '10 minutes'")
        found = trouble(queues.attended)
        assert "nocturna" in found.what
        assert "--queues nocturna" in found.todo

    def test_a_long_queue_that_is_worked_on_is_no_trouble(self):
        for _job in range(2):
            app.configure_task("ingest.run", queue="nocturna").defer(ingest_id="x")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_events SET at = now() - interval '10 minutes'")
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT min(id) FROM procrastinate_jobs)"
            )
        assert queues.attended() == "1 trabajo en espera"


class TestStores:
    def test_all_of_them_answer(self):
        assert stores.reach() == "objects"

    def test_the_probe_leaves_nothing(self):
        assert stores.round_trip() == "objects"
        assert list(store().keys("")) == []

    def test_a_store_that_is_gone_is_named_with_the_error(self, settings):
        gone = {"BACKEND": "storages.backends.s3.S3Storage"}
        settings.STORAGES = {
            **settings.STORAGES,
            "lejano": {
                **gone,
                "OPTIONS": {
                    "bucket_name": "b",
                    "endpoint_url": "http://127.0.0.1:9",
                    "access_key": "k",
                    "secret_key": "s",
                    "region_name": "us-east-1",
                },
            },
        }
        found = trouble(stores.reach)
        assert "«lejano»" in found.what
        assert "127.0.0.1:9" in found.what

    def test_a_folder_that_cannot_be_written_is_named(self, tmp_path: Path, monkeypatch):
        monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != tmp_path)
        found = trouble(stores.reach)
        assert str(tmp_path) in found.what

    @pytest.mark.parametrize(("low", "least", "warning"), [(10**18, 0, True), (10**18, 10**18, False)])
    def test_little_room_is_a_warning_and_none_a_failure(self, monkeypatch, low, least, warning):
        assert stores.room().endswith(" GB")
        monkeypatch.setattr(stores, "LOW_BYTES", low)
        monkeypatch.setattr(stores, "LEAST_BYTES", least)
        assert trouble(stores.room).warning == warning


class TestInstallation:
    @pytest.fixture
    def real(self, settings):
        settings.PRODUCTION, settings.DEMO = True, False
        settings.ALLOWED_HOSTS = ["acervo.ejemplo.gob.mx"]
        settings.CSRF_TRUSTED_ORIGINS = ["https://acervo.ejemplo.gob.mx"]
        return settings

    @pytest.mark.usefixtures("real")
    def test_a_whole_production_is_in_order(self):
        assert installation.production() == "acervo.ejemplo.gob.mx"

    @pytest.mark.parametrize(
        ("name", "value", "word"),
        [
            ("ALLOWED_HOSTS", ["localhost", "127.0.0.1"], "ACERVO_HOSTS"),
            ("ALLOWED_HOSTS", ["*"], "ACERVO_HOSTS"),
            ("CSRF_TRUSTED_ORIGINS", [], "ACERVO_ORIGINS"),
            ("CSRF_TRUSTED_ORIGINS", ["http://acervo.ejemplo.gob.mx"], "ACERVO_ORIGINS"),
            ("DEMO", True, "ACERVO_DEMO"),
        ],
    )
    def test_what_is_missing_is_named_by_its_setting(self, real, name: str, value, word: str):
        setattr(real, name, value)
        assert word in trouble(installation.production).todo

    def test_none_of_it_matters_at_home(self, settings):
        settings.ALLOWED_HOSTS = ["*"]
        assert installation.production() == "modo local"

    @pytest.mark.parametrize(("mode", "fine"), [(0o600, True), (0o640, False), (0o604, False)])
    def test_the_key_is_nobody_elses_to_read(self, settings, tmp_path: Path, mode: int, fine):
        settings.DATA = tmp_path
        key = tmp_path / "secret"
        key.write_text("x")
        key.chmod(mode)
        if fine:
            assert installation.data_folder() == str(tmp_path)
        else:
            assert f"chmod go= {key}" in trouble(installation.data_folder).todo


@pytest.mark.django_db
class TestSearch:
    @pytest.mark.parametrize(
        ("error", "warning", "word"),
        [(IndexOutdated("old"), True, "reindex"), (EngineFailed("no route"), False, "Elasticsearch")],
    )
    def test_an_index_to_be_built_is_a_warning_and_an_engine_that_is_gone_a_failure(
        self, monkeypatch, error: Exception, warning, word: str
    ):
        def gone() -> None:
            raise error

        monkeypatch.setattr(index, "engine", gone)
        found = trouble(search_checks.reach)
        assert found.warning == warning
        assert word in found.todo

    def test_what_is_found_is_counted(self):
        factories.asset()
        index.rebuild()
        assert search_checks.reach() == "1 material en el índice"

    def test_an_empty_index_over_a_full_catalogue_is_told(self):
        index.rebuild()
        factories.asset()
        Pending.objects.all().delete()
        assert trouble(search_checks.follows).warning

    def test_many_changes_waiting_are_told(self, monkeypatch):
        asset = factories.asset()
        Pending.objects.create(asset_id=asset.pk)
        monkeypatch.setattr(search_checks, "MANY_PENDING", 0)
        assert "esperan" in trouble(search_checks.follows).what


class TestMakers:
    def test_the_bundled_ffmpeg_can_all_we_ask(self):
        assert transcode_checks.able().startswith("ffmpeg ")
        assert transcode_checks.pictures().startswith("libvips 8")

    def test_a_poor_ffmpeg_is_told_with_what_it_lacks(self, monkeypatch):
        monkeypatch.setattr(transcode_checks, "FILTERS", frozenset({"bwdif", "no_such_filter"}))
        assert trouble(transcode_checks.able).what == "A ffmpeg le falta: no_such_filter."

    def test_one_that_does_not_run_is_told(self, monkeypatch):
        transcode_checks._said.cache_clear()
        monkeypatch.setattr(ffmpeg, "program", lambda: "/nowhere/ffmpeg")
        try:
            assert "no se puede ejecutar" in trouble(transcode_checks.able).what
        finally:
            transcode_checks._said.cache_clear()
