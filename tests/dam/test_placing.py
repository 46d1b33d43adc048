"""Which stores there are, by the environment alone, read as a program reads it when it starts."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CHECKOUT

S3 = {"ACERVO_S3_BUCKET": "acervo", "ACERVO_S3_ENDPOINT": "http://127.0.0.1:9"}


def told(tmp_path: Path, given: dict[str, str], *, ok: bool = True) -> Any:
    script = (
        "import json, sys; from dam import settings;"
        "json.dump([settings.STORE, {n: [s['BACKEND'], s.get('OPTIONS')]"
        " for n, s in settings.STORES.storages.items()}], sys.stdout, default=str)"
    )
    clean = {"PATH": os.environ["PATH"], "ACERVO_DATA": str(tmp_path), **given}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=CHECKOUT, env=clean, capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) is ok, done.stderr
    return json.loads(done.stdout) if ok else done.stderr


def test_with_nothing_set_everything_lies_in_the_data_folder(tmp_path: Path):
    new, stores = told(tmp_path, {})
    assert new == "objects"
    assert stores == {
        "objects": ["dam.storage.DurableFileStorage", {"location": str(tmp_path / "objects")}],
        "incoming": ["dam.storage.DurableFileStorage", {"location": str(tmp_path / "incoming")}],
    }


def test_a_bucket_takes_what_is_new_and_the_folder_is_still_read(tmp_path: Path):
    new, stores = told(tmp_path, S3)
    assert new == "s3"
    assert set(stores) == {"objects", "incoming", "s3"}
    backend, options = stores["s3"]
    assert backend == "dam.s3.WriteOnceStorage"
    assert options == {
        "bucket_name": "acervo",
        "endpoint_url": "http://127.0.0.1:9",
        "public_endpoint": "",
        "links": True,
        "region_name": None,
        "addressing_style": "auto",
        "access_key": None,
        "secret_key": None,
        "location": "objects",
    }


def test_several_buckets_each_with_its_own_variables(tmp_path: Path):
    further = {
        "ACERVO_S3_STORES": "viejo, nube",
        "ACERVO_S3_VIEJO_BUCKET": "uno",
        "ACERVO_S3_VIEJO_ADDRESSING": "virtual",
        "ACERVO_S3_VIEJO_ACCESS_KEY": "a",
        "ACERVO_S3_VIEJO_SECRET_KEY": "b",
        "ACERVO_S3_VIEJO_LINKS": "0",
        "ACERVO_S3_NUBE_BUCKET": "dos",
        "ACERVO_S3_NUBE_REGION": "mx-central-1",
        "ACERVO_S3_NUBE_PUBLIC_ENDPOINT": "https://medios.example",
        "ACERVO_STORE": "nube",
    }
    new, stores = told(tmp_path, {**S3, **further})
    assert new == "nube"
    assert set(stores) == {"objects", "incoming", "s3", "viejo", "nube"}
    old, cloud = stores["viejo"][1], stores["nube"][1]
    assert (old["bucket_name"], old["addressing_style"], old["links"]) == ("uno", "virtual", False)
    assert (old["access_key"], old["secret_key"], old["endpoint_url"]) == ("a", "b", None)
    assert (cloud["region_name"], cloud["public_endpoint"]) == ("mx-central-1", "https://medios.example")
    assert cloud["access_key"] is None


def test_new_bytes_may_go_to_the_folder_while_a_bucket_is_emptied(tmp_path: Path):
    assert told(tmp_path, {**S3, "ACERVO_STORE": "objects"})[0] == "objects"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ACERVO_STORE": "nada"}, "ACERVO_STORE names 'nada'; the stores that are set up are objects"),
        ({"ACERVO_STORE": "s3"}, "ACERVO_STORE names 's3'"),
        ({"ACERVO_STORE": "incoming"}, "ACERVO_STORE names 'incoming'"),
        ({"ACERVO_S3_STORES": "Old"}, "'Old' cannot name a store"),
        ({"ACERVO_S3_STORES": "objects"}, "'objects' cannot name a store"),
        ({"ACERVO_S3_STORES": "old"}, "ACERVO_S3_OLD_BUCKET is not set"),
        ({**S3, "ACERVO_S3_ADDRESSING": "vhost"}, "ACERVO_S3_ADDRESSING must be one of auto, path, virtual"),
    ],
    ids=["unknown", "not set up", "not a store", "a capital", "taken", "no bucket", "addressing"],
)
def test_what_cannot_be_is_said_at_the_start(tmp_path: Path, given: dict[str, str], said: str):
    assert said in told(tmp_path, given, ok=False)
