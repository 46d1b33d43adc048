"""Log lines: one JSON object each, about which request, person and job, and nothing that is secret or personal."""

import asyncio
import io
import json
import logging
import logging.config
import subprocess
import sys
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from gunicorn.config import Config

from dam import logs
from dam.environment import CHECKOUT
from dam.management.commands import worker
from dam.serve.gunicorn_logs import AccessLog


@pytest.fixture
def lines():
    """A logger that writes JSON, and what it wrote."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.formatter("json"))
    handler.addFilter(logs.About())
    logger = logging.getLogger("tests.lines")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    return SimpleNamespace(
        logger=logger, read=lambda: [json.loads(one) for one in out.getvalue().splitlines()]
    )


class TestLines:
    def test_time_level_logger_and_message(self, lines):
        lines.logger.warning("quedan %d", 3)
        [said] = lines.read()
        assert said.pop("time").endswith("+00:00")
        assert said == {"level": "WARNING", "logger": "tests.lines", "message": "quedan 3"}

    def test_what_it_is_about(self, lines):
        tokens = [(one, one.set("x1")) for one in (logs.request_id, logs.user_id, logs.job_id, logs.task)]
        lines.logger.info("a")
        for one, token in tokens:
            one.reset(token)
        lines.logger.info("b")
        about, none = lines.read()
        assert {about[name] for name in ("request_id", "user_id", "job_id", "task")} == {"x1"}
        assert "request_id" not in none

    def test_an_exception_stays_on_its_line(self, lines):
        error = ValueError("dos\nlíneas")
        lines.logger.error("falló", exc_info=error)
        [said] = lines.read()
        assert "ValueError: dos\nlíneas" in said["exception"]

    def test_extras_that_may_hold_a_person_are_left_out(self, lines):
        lines.logger.info("a", extra={"request": "Ana", "job": {"args": "Ana"}, "status": 200})
        [said] = lines.read()
        assert "Ana" not in json.dumps(said)
        assert said["status"] == 200

    def test_the_queues_own_lines_name_their_job_and_not_its_arguments(self, lines):
        job = {"id": 9, "task_name": "ingest.run", "task_kwargs": {"name": "Ana"}}
        lines.logger.info("empieza", extra={"job": job})
        [said] = lines.read()
        assert (said["job_id"], said["task"]) == ("9", "ingest.run")
        assert "Ana" not in json.dumps(said)

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_the_configuration_is_one(self, form: str):
        program = f"""
import logging.config; from dam import logs
logging.config.dictConfig(logs.configuration(form={form!r}, level='INFO'))
logging.getLogger('dam').info('hola')
"""
        argv = [sys.executable, "-c", program]
        known = subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=True)
        assert known.stderr.count("\n") == 1
        assert ("INFO dam: hola" in known.stderr) == (form == "text")


@pytest.mark.django_db
class TestRequests:
    def test_an_id_is_made_and_returned(self, client):
        first, second = (client.get("/entrar/")["X-Request-ID"] for _ in range(2))
        assert first != second
        assert len(first) == 32

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("7f3a-req.0001", True),
            ("a" * 64, True),
            ("a" * 65, False),
            ("short", False),
            ('x" y\n{"level"', False),
            ("../../etc/passwd", False),
            ("", False),
        ],
    )
    def test_one_that_a_proxy_sent_is_kept_where_it_is_sane(self, client, sent: str, kept):
        assert (client.get("/entrar/", headers={"X-Request-ID": sent})["X-Request-ID"] == sent) == kept

    def test_who_asks_is_said_by_id_and_only_for_the_request(self, browser: Client, by):
        answer = browser.get("/")
        assert answer.wsgi_request.META["acervo.user_id"] == str(by.pk)
        assert logs.user_id.get() == ""
        assert logs.request_id.get() == ""

    def test_somebody_unknown_is_nobody(self, client):
        assert "acervo.user_id" not in client.get("/entrar/").wsgi_request.META


def access(form: str, monkeypatch, **environ: Any) -> str:
    monkeypatch.setenv("ACERVO_LOG", form)
    logger = AccessLog(Config())
    out = io.StringIO()
    for handler in logger.error_log.handlers:
        monkeypatch.setattr(handler, "stream", out)
    full = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/descargas/v/X/original",
        "REMOTE_ADDR": "203.0.113.9",
        **environ,
    }
    logger.access(SimpleNamespace(status="206 Partial Content", sent=7), None, full, timedelta(seconds=1.5))
    return out.getvalue()


class TestAccessLine:
    def test_one_object_with_status_and_duration(self, monkeypatch):
        said = json.loads(access("json", monkeypatch, **{"acervo.request_id": "r1", "acervo.user_id": "u1"}))
        assert (said["status"], said["bytes"], said["duration_ms"]) == (206, 7, 1500.0)
        assert (said["request_id"], said["user_id"]) == ("r1", "u1")

    def test_links_keep_their_secret_and_people_their_address(self, monkeypatch):
        said = access("json", monkeypatch, QUERY_STRING="enlace=secreto", HTTP_USER_AGENT="Firefox")
        assert "secreto" not in said
        assert "203.0.113.9" not in said
        assert "Firefox" not in said

    def test_on_a_terminal_there_is_none(self, monkeypatch):
        assert access("text", monkeypatch) == ""


def test_a_job_names_itself_on_what_it_logs(lines):
    async def work() -> str:
        lines.logger.info("a medias")
        return "hecho"

    context: Any = SimpleNamespace(job=SimpleNamespace(id=7, task_name="ingest.run"))
    nobody: Any = None
    assert asyncio.run(worker._named(work, context, nobody)) == "hecho"
    [said] = lines.read()
    assert (said["job_id"], said["task"]) == ("7", "ingest.run")
