"""Owns script/server once the virtual environment stands: from the locked data folder to the last program's end.

What it says on the terminal is for the person who started it, in Spanish; details go to ACERVO_DATA/logs.
"""

from __future__ import annotations

import errno
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from typing import IO

from dam import settings
from dam.environment import CHECKOUT
from dam.serve import postgres
from dam.serve.cluster import PostgresError
from dam.serve.programs import MANAGE, programs
from dam.serve.supervisor import Supervisor, SupervisorError

SITE_SECONDS = 120
LONGEST_PAUSE = 30.0
DEMO_DONE = settings.DATA / "demo.done"
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what to ask when it listens everywhere


class CannotServeError(Exception):
    """The site cannot run; the message, in Spanish, says why and what to do."""


class StoppedError(BaseException):
    """Somebody asked us to stop."""


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)


def _only_one() -> IO[str]:
    """The lock of this data folder, held by the returned file; CannotServeError when another holds it."""
    path = settings.DATA / "run" / "server.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise CannotServeError(
            f"Ya hay un Acervo en marcha con estos datos ({lock.read().strip()}). "
            "Deténgalo primero, o indique otra carpeta con ACERVO_DATA."
        ) from None
    lock.truncate(0)
    lock.write(f"{_address(settings.PORT)}, proceso {os.getpid()}\n")
    lock.flush()
    return lock


def _address(port: int) -> str:
    host = LOOPBACK.get(settings.HOST, settings.HOST)
    return f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"


def _check_ports() -> None:
    """CannotServeError when one of the ports is not free; those of an ending predecessor are waited for."""
    for port, name in ((settings.PORT, "PORT"), (settings.TRANSFERS_PORT, "ACERVO_TRANSFERS_PORT")):
        family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
        until = time.monotonic() + 5
        while True:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((settings.HOST, port))
                except OSError as error:
                    if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                        raise CannotServeError(
                            f"No se puede usar el puerto {port} ({error.strerror}). Elija otro con {name}."
                        ) from None
                else:
                    break
            time.sleep(0.2)


def _manage(*arguments: str) -> str:
    """What a management command printed; CannotServeError with its last words when it fails."""
    done = subprocess.run([*MANAGE, *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotServeError(
            f"Falló «manage.py {' '.join(arguments)}»:\n{(done.stdout + done.stderr)[-3000:]}"
        )
    return done.stdout


def _answers(port: int) -> bool:
    """Whether the port answers HTTP with anything but an error of ours."""
    connection = http.client.HTTPConnection(LOOPBACK.get(settings.HOST, settings.HOST), port, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": "localhost"})
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _wait_for_site(supervisor: Supervisor) -> None:
    until = time.monotonic() + SITE_SECONDS
    while not (_answers(settings.PORT) and _answers(settings.TRANSFERS_PORT)):
        supervisor.check("web")
        supervisor.check("transfers")
        if time.monotonic() > until:
            log = settings.DATA / "logs" / "web.log"
            raise CannotServeError(f"El sitio no responde. Lo último que dijo está en {log}")
        time.sleep(0.1)


def bring_up(supervisor: Supervisor) -> None:
    """Start everything in order; returns when the site answers and the workers were started."""
    supervisor.open()
    if supervisor.has("postgres"):
        say("Base de datos: iniciando PostgreSQL…")
        supervisor.start("postgres")
        postgres.wait_ready(settings.DATA, lambda: supervisor.check("postgres"))
    say("Base de datos: al día con esta versión…")
    _manage("migrate", "--no-input", "--verbosity=0")
    say("Sitio, transferencias y trabajadores: iniciando…")
    supervisor.start("web")
    supervisor.start("transfers")
    _wait_for_site(supervisor)
    for program in supervisor.programs:
        if program.name != "demo" or not DEMO_DONE.exists():
            supervisor.start(program.name)


def _announce(supervisor: Supervisor, seconds: float) -> None:
    say(f"\n  Acervo responde en {_address(settings.PORT)}  (tardó {seconds:.0f} s)")
    if supervisor.has("demo"):
        say(_manage("demo", "--accounts").rstrip())
        if not DEMO_DONE.exists():
            say("  El material de demostración está llegando: aparece en la biblioteca poco a poco.")
    say(f"  Registros: {settings.DATA / 'logs'}. Para detener todo: Ctrl-C.\n")


def serve(supervisor: Supervisor) -> None:
    """Keep everything running until StoppedError; a supervisord that dies is replaced, with back-off."""
    pause = 1.0
    announced = False
    while True:
        began = time.monotonic()
        try:
            bring_up(supervisor)
            if not announced:
                _announce(supervisor, time.monotonic() - began)
            announced = True
            while supervisor.alive:
                time.sleep(0.2)
        except (SupervisorError, PostgresError) as error:
            if not announced:
                raise CannotServeError(str(error)) from error
        if time.monotonic() - began > LONGEST_PAUSE:
            pause = 1.0
        say(f"El supervisor terminó sin que se le pidiera; se inicia de nuevo en {pause:.0f} s.")
        supervisor.close()
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def _stop(*_: object) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    say("\nDeteniendo todo en orden…")
    raise StoppedError


def _run() -> None:
    """Serve until an exception says why not; whatever it was, nothing of ours runs afterwards."""
    address = settings.DATABASE_URL or postgres.url(settings.DATA)
    environment = {"DATABASE_URL": address, "PYTHONUNBUFFERED": "1"}
    with _only_one():
        _check_ports()
        supervisor = Supervisor(programs(), data_folder=settings.DATA, environment=environment)
        if supervisor.has("postgres"):
            postgres.hold(settings.DATA)
        try:
            serve(supervisor)
        finally:
            supervisor.close()
            postgres.release(settings.DATA)


def main() -> int:
    """Serve until stopped; the exit code: 0 when asked to stop, 1 when it cannot serve."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        _run()
    except StoppedError:
        say("Acervo está detenido.")
    except CannotServeError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
