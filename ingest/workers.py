"""Whether workers are running, and one of our own for commands that wait while the server is stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateWorker

from dam.serve import launch
from dam.serve.programs import QUEUES

#: Workers say that they live every two seconds (dam.management.commands.worker).
SILENCE = timedelta(seconds=10)
STOP_SECONDS = 20


def are_running() -> bool:
    """Answer whether any worker said in the last seconds that it lives."""
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=timezone.now() - SILENCE).exists()


class OwnWorker:
    """A worker process that ends with this one; started when first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def ensure(self) -> None:
        """Start it where no worker is running, or where it ended."""
        if self._process is not None and self._process.poll() is None:
            return
        if not are_running():
            names = ",".join(name for name, _jobs in QUEUES)
            manage = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"]
            argv = [*manage, f"--queues={names}", f"--concurrency={os.cpu_count() or 1}"]
            log = settings.DATA / "logs" / "own-worker.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("ab") as said:
                self._process = subprocess.Popen(
                    launch.command(argv, signal=signal.SIGTERM),
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    start_new_session=True,
                )

    def stop(self) -> None:
        """End it: told first, killed when it does not listen; its jobs are taken up by the next worker."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def own_worker() -> Iterator[OwnWorker]:
    """Have a worker at hand for the length of a block."""
    worker = OwnWorker()
    try:
        yield worker
    finally:
        worker.stop()
