"""Acervo on two machines, as far as one machine can: web and transfers here, workers there, no folder between them.

What they share is what settings name: a PostgreSQL 15, a bucket of MinIO's and an Elasticsearch.
"""

import http.client
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

import boto3
import psycopg
from psycopg import sql

from dam.environment import CHECKOUT
from dam.serve import launch
from tests import servers
from tests.live import START_SECONDS, Live, free_ports

FRONT = ("web", "transfers")
BACK = ("worker-ingest", "worker-transcode", "worker-index", "worker-default", "worker-upkeep")
STOP_S = 30


def services(name: str) -> dict[str, str]:
    """Settings that name a database, a bucket and indices of our own, all new; skips where a server does not run."""
    database = servers.address("postgresql")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    endpoint = servers.address("minio")
    bucket = name.replace("_", "-")
    with closing(boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")) as client:
        client.create_bucket(Bucket=bucket)
    return {
        "DATABASE_URL": f"{database.rpartition('/')[0]}/{name}",
        "ACERVO_S3_BUCKET": bucket,
        "ACERVO_S3_ENDPOINT": endpoint,
        "ACERVO_ELASTICSEARCH": servers.address("elasticsearch"),
        "ACERVO_ELASTICSEARCH_PREFIX": name,
    }


class Apart:
    """The programs of a running Acervo in two data folders below ``folder``, and how to end them."""

    def __init__(self, folder: Path, shared: Mapping[str, str]) -> None:
        port, transfers_port = free_ports(2)
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("ACERVO_", "DJANGO_"))
        }
        self._environment = {
            **kept,
            **shared,
            "ACERVO_SECRET_KEY": secrets.token_hex(32),
            "ACERVO_DEMO": "0",
            "PORT": str(port),
            "ACERVO_TRANSFERS_PORT": str(transfers_port),
        }
        self.front, self.back = folder / "front", folder / "back"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._manage("migrate", "--no-input", "--verbosity=0")
        web, *_others = [self._start(name, self.front) for name in FRONT]
        for name in BACK:
            self._start(name, self.back)
        self.live = Live(self.front, port, transfers_port, self._of(self.front), web)
        self._await(port)
        self._await(transfers_port)

    def _of(self, data: Path) -> dict[str, str]:
        return {**self._environment, "ACERVO_DATA": str(data)}

    def _manage(self, *arguments: str) -> None:
        (self.front / "logs").mkdir(parents=True)
        (self.back / "logs").mkdir(parents=True)
        subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=CHECKOUT, env=self._of(self.front), check=True
        )

    def _start(self, name: str, data: Path) -> subprocess.Popen[bytes]:
        with (data / "logs" / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                launch.command([sys.executable, "-m", "dam.serve.programs", name], signal=signal.SIGTERM),
                cwd=CHECKOUT,
                env=self._of(data),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def _await(self, port: int) -> None:
        until = time.monotonic() + START_SECONDS
        while True:
            with (
                suppress(OSError, http.client.HTTPException),
                closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as asking,
            ):
                asking.request("GET", "/entrar/", headers={"Host": "localhost"})
                if asking.getresponse().status == http.HTTPStatus.OK:
                    return
            assert time.monotonic() < until, (self.front / "logs" / "web.log").read_text()
            time.sleep(0.2)

    def stop(self) -> None:
        """End all programs with what they started."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_S)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
