"""What every test stands on: a data folder and a database of its own, and stores that each test has alone."""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import django
import pytest

DATA = Path(os.environ.get("ACERVO_TEST_DATA") or tempfile.mkdtemp(prefix="acervo-tests-"))
MADE_HERE = "ACERVO_TEST_DATA" not in os.environ
# Before Django reads its settings; pytest-xdist's workers inherit both.
os.environ["ACERVO_TEST_DATA"] = os.environ["ACERVO_DATA"] = str(DATA)
os.environ["DJANGO_SETTINGS_MODULE"] = "dam.settings"
django.setup()


from dam.serve import postgres  # noqa: E402 - it reads the folder chosen above

CHECKOUT = Path(__file__).resolve().parent.parent
MEDIA = Path(os.environ.get("ACERVO_MEDIA") or CHECKOUT.parent / "shared" / "media")
#: Nothing of a test database has to survive the machine.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def pytest_unconfigure() -> None:
    if MADE_HERE:
        shutil.rmtree(DATA, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report


@pytest.fixture(scope="session")
def database_server() -> Iterator[None]:
    with postgres.running(DATA, *QUICK):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    database_server: None, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Start the server before the first test that asks for the database, and only then."""


@pytest.fixture(autouse=True)
def _own_stores(settings, tmp_path: Path) -> None:
    """Objects, index and scratch of each test lie in its own folder; static files need no build."""
    files = {"BACKEND": "dam.storage.DurableFileStorage"}
    settings.STORAGES = {
        **settings.STORAGES,
        "objects": {**files, "OPTIONS": {"location": tmp_path / "objects"}},
        "incoming": {**files, "OPTIONS": {"location": tmp_path / "incoming"}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    settings.SCRATCH = tmp_path / "scratch"
    settings.SCRATCH.mkdir()
    settings.INDEX = tmp_path / "index"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def media() -> Path:
    """The shared media set."""
    if not (MEDIA / "MANIFEST.tsv").exists():
        pytest.skip(f"the shared media set is not at {MEDIA} (ACERVO_MEDIA)")
    return MEDIA
