"""Owns the two servers that speak S3: MinIO, and versitygw over a folder. Both take the same keys."""

import urllib.error
import urllib.request
from urllib.parse import urlsplit

from tests.external import obtaining
from tests.external.running import Place, Variables, free_port, listens

KEYS = {"AWS_ACCESS_KEY_ID": "acervo-tests", "AWS_SECRET_ACCESS_KEY": "acervo-tests-secret"}
MINIO = ("github.com/minio/minio", "v0.0.0-20260212201848-7aac2a2c5b7c")
VERSITYGW = ("github.com/versity/versitygw/cmd/versitygw", "v1.8.0")


def start_minio(place: Place) -> Variables:
    """Start MinIO on a free port. Raises Missing, DidNotStart."""
    program = obtaining.go_program(*MINIO)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    place.start(
        [str(program), "server", "--quiet", "--address", f"127.0.0.1:{port}", str(place.made("data"))],
        lambda: _says_yes(f"{address}/minio/health/ready"),
        MINIO_ROOT_USER=KEYS["AWS_ACCESS_KEY_ID"],
        MINIO_ROOT_PASSWORD=KEYS["AWS_SECRET_ACCESS_KEY"],
        MINIO_BROWSER="off",
        MINIO_UPDATE="off",
        HOME=str(place.folder),
    )
    return {"ACERVO_TEST_MINIO": address, **KEYS}


def start_versitygw(place: Place) -> Variables:
    """Start versitygw on a free port, over a folder. Raises Missing, DidNotStart."""
    program = obtaining.go_program(*VERSITYGW)
    port = free_port()
    place.start(
        [str(program), "--port", f"127.0.0.1:{port}", "posix", str(place.made("data"))],
        lambda: listens(port),
        ROOT_ACCESS_KEY=KEYS["AWS_ACCESS_KEY_ID"],
        ROOT_SECRET_KEY=KEYS["AWS_SECRET_ACCESS_KEY"],
    )
    return {"ACERVO_TEST_VERSITYGW": f"http://127.0.0.1:{port}", **KEYS}


def _says_yes(address: str) -> bool:
    assert urlsplit(address).scheme == "http"
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - the scheme is ours
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
