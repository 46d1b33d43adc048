"""What runs, in which order, and how supervisord is told; as data."""

import configparser
import os
import shlex
import signal
import sys
from pathlib import Path

import pytest
from procrastinate.contrib.django import app

from dam import settings
from dam.environment import CHECKOUT
from dam.serve import launch, programs
from dam.serve.programs import Program
from transcode import jobs


@pytest.fixture(autouse=True)
def _defaults(monkeypatch):
    for name, value in {
        "DATABASE_URL": "",
        "DATA": Path("/srv/acervo"),
        "HOST": "127.0.0.1",
        "PORT": 8000,
        "TRANSFERS_PORT": 8001,
        "WATCH": (),
        "DEMO": False,
    }.items():
        monkeypatch.setattr(settings, name, value)


def names() -> list[str]:
    return [program.name for program in programs.programs()]


def read(listed: tuple[Program, ...], folder: Path) -> configparser.ConfigParser:
    text = programs.configuration(listed, socket=folder / "s.sock", folder=folder, logs=folder / "logs")
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return parser


def test_the_database_comes_first_and_the_workers_last():
    assert names() == [
        "postgres",
        "web",
        "transfers",
        "worker-ingest",
        "worker-transcode",
        "worker-index",
        "worker-default",
        "worker-upkeep",
    ]


def test_a_database_elsewhere_is_not_run_here(monkeypatch):
    monkeypatch.setattr(settings, "DATABASE_URL", "postgresql://db/acervo")
    assert "postgres" not in names()
    assert names()[0] == "web"


def test_folders_are_watched_only_when_some_are_given(monkeypatch):
    assert "watch" not in names()
    monkeypatch.setattr(settings, "WATCH", ("/srv/entrada",))
    assert names()[-1] == "watch"


def test_only_one_process_writes_the_index():
    assert dict(programs.QUEUES)["index"] == 1
    (index,) = [program for program in programs.programs() if program.name == "worker-index"]
    assert index.argv[-2:] == ("--queues=index", "--concurrency=1")


def test_every_queue_that_a_task_names_has_a_worker():
    app.perform_import_paths()
    used = {
        task.queue for task in app.tasks.values() if task.queue != "builtin"
    }  # procrastinate's own, not used
    assert used | {*jobs.QUEUES.values(), jobs.LIGHT_QUEUE} == dict(programs.QUEUES).keys()


def test_pages_and_transfers_listen_on_their_own_ports(monkeypatch):
    monkeypatch.setattr(settings, "HOST", "192.0.2.7")
    listed = {program.name: program.argv for program in programs.programs()}
    assert "--bind=192.0.2.7:8000" in listed["web"]
    assert "--bind=192.0.2.7:8001" in listed["transfers"]
    assert f"--workers={settings.WEB_PROCESSES}" in listed["web"]
    assert f"--threads={programs.TRANSFER_THREADS}" in listed["transfers"]
    assert "--graceful-timeout=3" in listed["transfers"]


def test_a_program_is_told_to_supervisord_whole(tmp_path):
    program = Program("web", (sys.executable, "-m", "gunicorn", "--bind=:80"), stop_seconds=8)
    section = read((program,), tmp_path)["program:web"]
    argv = shlex.split(section["command"].replace("%%", "%"))
    wrapped = launch.command(list(program.argv), signal=signal.SIGTERM, parent=launch.ANY_PARENT)
    assert argv == wrapped
    assert section["autostart"] == "false"
    assert section["autorestart"] == "true"
    assert section["stopwaitsecs"] == "8"
    assert section["killasgroup"] == "true"
    assert section["directory"] == str(CHECKOUT)
    assert section["stdout_logfile"] == str(tmp_path / "logs" / "web.log")
    assert int(section["stdout_logfile_maxbytes"]) > 0


def test_the_order_of_the_list_is_the_order_of_priorities(tmp_path):
    parser = read(programs.programs(), tmp_path)
    sections = [name for name in parser.sections() if name.startswith("program:")]
    assert [name.removeprefix("program:") for name in sections] == names()
    assert [int(parser[name]["priority"]) for name in sections] == list(range(1, len(sections) + 1))


def test_a_program_that_runs_once_is_not_started_again(tmp_path):
    once = Program("demo", ("true",), stop_seconds=5, steady_seconds=0, again=False)
    section = read((once,), tmp_path)["program:demo"]
    assert section["autorestart"] == "false"
    assert section["startsecs"] == "0"


def test_spaces_and_percents_in_paths_survive(tmp_path):
    folder = tmp_path / "Mis datos 100% míos"
    section = read((Program("web", ("true", str(folder)), stop_seconds=1),), folder)["program:web"]
    assert "100%% míos" in section["stdout_logfile"]
    assert shlex.split(section["command"].replace("%%", "%"))[-1] == str(folder)


def test_supervisord_is_reached_by_a_socket_of_its_owner_alone(tmp_path):
    parser = read((), tmp_path)
    assert parser["unix_http_server"]["file"] == str(tmp_path / "s.sock")
    assert parser["unix_http_server"]["chmod"] == "0700"
    assert parser["supervisorctl"]["serverurl"] == f"unix://{tmp_path / 's.sock'}"
    assert "inet_http_server" not in parser


class TestOneProgram:
    def test_a_container_becomes_the_program_that_is_named(self, monkeypatch):
        became: list[tuple[str, ...]] = []
        monkeypatch.setattr(os, "execv", lambda _path, argv: became.append(tuple(argv)))
        programs.main(["worker-index"])
        [listed] = [one for one in programs.programs() if one.name == "worker-index"]
        assert became == [listed.argv]

    @pytest.mark.parametrize("arguments", [[], ["nothing"], ["postgres"], ["web", "transfers"]])
    def test_anything_else_is_told_which_there_are(self, arguments: list[str]):
        with pytest.raises(SystemExit, match="worker-transcode"):
            programs.main(arguments)

    def test_a_stopped_web_process_ends_its_requests_first(self, monkeypatch):
        monkeypatch.setattr(settings, "GRACE_SECONDS", 25)
        [web] = [one for one in programs.programs() if one.name == "web"]
        assert "--graceful-timeout=25" in web.argv
        assert web.stop_seconds > 25
