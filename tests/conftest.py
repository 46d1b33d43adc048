"""What every test stands on: a data folder and a database of its own, and stores that each test has alone.

`live` is the real server, `page` a real browser on it, `media` the shared media set.
"""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import django
import pytest

DATA = Path(os.environ.get("ACERVO_TEST_DATA") or tempfile.mkdtemp(prefix="acervo-tests-"))
MADE_HERE = "ACERVO_TEST_DATA" not in os.environ
DATA.chmod(0o755)  # PostgreSQL may have to run as somebody else
# Before Django reads its settings; pytest-xdist's workers inherit both.
os.environ["ACERVO_TEST_DATA"] = os.environ["ACERVO_DATA"] = str(DATA)
os.environ["DJANGO_SETTINGS_MODULE"] = "dam.settings"
django.setup()


from django.db import connection  # noqa: E402
from django.utils import translation  # noqa: E402
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright  # noqa: E402
from xdist.remote import Producer  # noqa: E402
from xdist.scheduler import LoadScopeScheduling  # noqa: E402

from dam.serve import bootstrap, postgres, translations  # noqa: E402 - they read the folder chosen above
from tests import live as live_server  # noqa: E402

CHECKOUT = Path(__file__).resolve().parent.parent
MEDIA = Path(os.environ.get("ACERVO_MEDIA") or CHECKOUT.parent / "shared" / "media")
#: Nothing of a test database has to survive the machine.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM = os.environ.get("ACERVO_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
NO_CHROMIUM = "no Chromium here: install one, or give its path in ACERVO_CHROMIUM"
CI = os.environ.get("CI") == "true"
ON_SERVER = "tests/browser/"


def pytest_configure() -> None:
    if MADE_HERE:
        translations.compile_all()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on the real server come first: they take long, and all in one process."""
    items.sort(key=lambda item: not item.nodeid.startswith(ON_SERVER))


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # the package has no types
    """Spreads tests over processes by file; those on the real server share one, so they go together."""

    def _split_scope(self, nodeid: str) -> str:
        return ON_SERVER if nodeid.startswith(ON_SERVER) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = [
        report for report in terminalreporter.stats.get("skipped", []) if NO_CHROMIUM in report.longreprtext
    ]
    if left_out:
        terminalreporter.write_line(
            f"{len(left_out)} browser tests were left out: {NO_CHROMIUM}", yellow=True
        )


def pytest_unconfigure() -> None:
    if MADE_HERE:
        shutil.rmtree(DATA, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if CI and report.skipped:
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
def _in_the_usual_language() -> None:
    """A page in English leaves its thread in English."""
    translation.deactivate()


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


@pytest.fixture(autouse=True)
def _no_jobs_left_to_others(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that commits leaves an empty queue; Django empties only the tables that are its own."""
    mark = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or (mark and mark.kwargs.get("transaction"))
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture(scope="session")
def media() -> Path:
    """The shared media set."""
    if not (MEDIA / "MANIFEST.tsv").exists():
        pytest.skip(f"the shared media set is not at {MEDIA} (ACERVO_MEDIA)")
    return MEDIA


@pytest.fixture(scope="session")
def live() -> Iterator[live_server.Live]:
    """The real server with an empty library, all its programs, and no demo."""
    bootstrap.build_frontend()
    bootstrap.collect_static()
    server = live_server.start(DATA / "live")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    return CHROMIUM


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser per file of tests: its event loop must not outlive them, others run theirs."""
    options = ["--disable-dev-shm-usage", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the page complained about: errors of scripts, refused by the content policy, not found.

    A test that provokes one removes it.
    """
    return []


@pytest.fixture
def page(browser: Browser, live: live_server.Live, complaints: list[str]) -> Iterator[Page]:
    """A page in a context of its own, in Spanish of Mexico; it may not complain of anything."""

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{message.text} ({message.location.get('url', '')})")

    context = browser.new_context(
        base_url=live.url,
        locale="es-MX",
        timezone_id="America/Mexico_City",
        viewport={"width": 1360, "height": 900},
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(f"{error}"))
    yield page
    context.close()
    assert complaints == []
