"""Owns which programs make up a running Acervo, and how supervisord is told about them. Pure: no process here.

Order: the list is the order of starting; stopping goes the other way round.
"""

from __future__ import annotations

import os
import shlex
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dam import settings
from dam.environment import CHECKOUT
from dam.serve import launch

if TYPE_CHECKING:
    from pathlib import Path

MANAGE = (sys.executable, str(CHECKOUT / "manage.py"))
GUNICORN = (sys.executable, "-m", "gunicorn", "dam.wsgi:application", "--worker-class=gthread")
#: And jobs at once of each. `upkeep` holds what revives the jobs of dead workers: it must not wait behind work.
QUEUES = (("ingest", 2), ("transcode", 1), ("index", 1), ("default", 2), ("upkeep", 1))
TRANSFER_THREADS = 128  # one per slow client
LOG_BYTES, LOG_COPIES = 5_000_000, 3
RETRIES = 1_000_000  # supervisord waits a second longer after each: it never gives up


@dataclass(frozen=True)
class Program:
    """One supervised program; `stop_seconds` until it is killed with all its children."""

    name: str
    argv: tuple[str, ...]
    stop_seconds: int
    steady_seconds: int = 3  # one that ends sooner is started again with back-off
    again: bool = True  # started again when it ends


def _gunicorn(port: int, *options: str) -> tuple[str, ...]:
    """A web server on the port; requests still running when it is told to stop get settings.GRACE_SECONDS."""
    quiet = (
        "--no-control-socket",
        "--log-level=warning",
        "--logger-class=dam.serve.gunicorn_logs.AccessLog",
        f"--graceful-timeout={settings.GRACE_SECONDS}",
    )
    return (*GUNICORN, f"--bind={settings.HOST}:{port}", *quiet, *options)


def programs() -> tuple[Program, ...]:
    """What runs with these settings, in the order of starting; `demo` is started once the site answers."""
    keeper = (sys.executable, "-m", "dam.serve.postgres", str(settings.DATA))
    pages = (f"--workers={settings.WEB_PROCESSES}", f"--threads={settings.WEB_THREADS}")
    slow = ("--workers=1", f"--threads={TRANSFER_THREADS}", "--timeout=120")
    listed = [
        Program("postgres", keeper, stop_seconds=40),
        Program("web", _gunicorn(settings.PORT, *pages), stop_seconds=settings.GRACE_SECONDS + 5),
        Program(
            "transfers", _gunicorn(settings.TRANSFERS_PORT, *slow), stop_seconds=settings.GRACE_SECONDS + 5
        ),
    ]
    if settings.DATABASE_URL:
        del listed[0]
    for queue, jobs in QUEUES:
        argv = (*MANAGE, "worker", f"--queues={queue}", f"--concurrency={jobs}")
        listed.append(Program(f"worker-{queue}", argv, stop_seconds=5))
    if settings.WATCH:
        listed.append(Program("watch", (*MANAGE, "watch"), stop_seconds=5))
    if settings.DEMO and any(CHECKOUT.glob("*/management/commands/demo.py")):
        listed.append(Program("demo", (*MANAGE, "demo"), stop_seconds=5, steady_seconds=0, again=False))
    return tuple(listed)


def _quoted(text: str | Path) -> str:
    """Text for supervisord's file, where % begins an expression."""
    return str(text).replace("%", "%%")


def _section(program: Program, order: int, logs: Path) -> str:
    argv = launch.command(list(program.argv), signal=signal.SIGTERM, parent=launch.ANY_PARENT)
    return f"""
[program:{program.name}]
command={_quoted(shlex.join(argv))}
directory={_quoted(CHECKOUT)}
priority={order}
autostart=false
autorestart={str(program.again).lower()}
startsecs={program.steady_seconds}
startretries={RETRIES}
stopsignal=TERM
stopwaitsecs={program.stop_seconds}
killasgroup=true
redirect_stderr=true
stdout_logfile={_quoted(logs / f"{program.name}.log")}
stdout_logfile_maxbytes={LOG_BYTES}
stdout_logfile_backups={LOG_COPIES}
"""


def configuration(listed: tuple[Program, ...], *, socket: Path, folder: Path, logs: Path) -> str:
    """The text of supervisord.conf: the programs, none started by itself, and a socket to start them by."""
    user = "user=root" if os.geteuid() == 0 else ""
    head = f"""[supervisord]
nodaemon=true
silent=true
{user}
directory={_quoted(CHECKOUT)}
logfile={_quoted(logs / "supervisord.log")}
logfile_maxbytes={LOG_BYTES}
logfile_backups={LOG_COPIES}
pidfile={_quoted(folder / "supervisord.pid")}
childlogdir={_quoted(logs)}

[unix_http_server]
file={_quoted(socket)}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://{_quoted(socket)}
"""
    return head + "".join(_section(program, order, logs) for order, program in enumerate(listed, start=1))


def main(arguments: list[str]) -> None:
    """Become the one program that is named: how a container, or a unit of systemd, runs a part of Acervo."""
    known = {program.name: program for program in programs() if program.name != "postgres"}
    if len(arguments) != 1 or arguments[0] not in known:
        sys.exit(f"python -m dam.serve.programs NAME, where NAME is one of: {', '.join(known)}")
    argv = known[arguments[0]].argv
    os.execv(argv[0], argv)  # noqa: S606 - becoming the program is the purpose


if __name__ == "__main__":
    main(sys.argv[1:])
