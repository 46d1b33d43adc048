"""The addresses of machines that watch: who gets which details, and that they answer whatever else is broken."""

import pytest
from django.test import Client

from dam import health
from dam.health import Check, Level, Trouble
from tests import factories
from tests.dam import people

pytestmark = pytest.mark.django_db
OUTSIDE = "203.0.113.9"
SECRET = "a secret of the metrics"


@pytest.fixture(autouse=True)
def _anew():
    health.forget()
    yield
    health.forget()


def gone() -> str:
    raise Trouble("db.interna no responde", todo="Iníciela.")


def only(monkeypatch, *checks: Check) -> None:
    monkeypatch.setattr(health, "checks", lambda: checks)


def ready(client: Client, address: str = OUTSIDE, **headers: str):
    return client.get("/health/ready", REMOTE_ADDR=address, headers=headers)


class TestLive:
    def test_it_answers_anybody_without_a_query(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            answer = client.get("/health/live", REMOTE_ADDR=OUTSIDE)
        assert answer.json() == {"status": "ok"}
        assert "no-store" in answer["Cache-Control"]

    def test_a_probe_need_not_know_the_name_of_the_site(self, client, settings):
        settings.ALLOWED_HOSTS = [".ejemplo.gob.mx"]
        assert client.get("/health/live", headers={"Host": "10.1.2.3:8000"}).status_code == 200
        assert client.get("/entrar/", headers={"Host": "10.1.2.3:8000"}).status_code == 400

    def test_it_is_only_read(self, client):
        assert client.post("/health/live").status_code == 405


class TestReady:
    def test_every_dependency_is_named_with_its_time(self, client):
        said = ready(client).json()
        assert list(said["checks"]) == ["database", "migrations", "objects", "index"]
        assert all(one["status"] in {"ok", "warning"} and one["ms"] >= 0 for one in said["checks"].values())

    def test_where_something_is_gone_it_is_503(self, client, monkeypatch):
        only(monkeypatch, Check("database", "B", gone, Level.READY), Check("x", "X", str, Level.READY))
        answer = ready(client)
        assert answer.status_code == 503
        assert answer.json()["status"] == "failed"
        assert {name: one["status"] for name, one in answer.json()["checks"].items()} == {
            "database": "failed",
            "x": "ok",
        }

    def test_a_warning_is_ready(self, client, monkeypatch):
        def warned() -> str:
            raise Trouble("a", todo="b", warning=True)

        only(monkeypatch, Check("index", "I", warned, Level.READY))
        answer = ready(client)
        assert (answer.status_code, answer.json()["status"]) == (200, "warning")

    @pytest.mark.parametrize(
        ("address", "headers", "told"),
        [
            (OUTSIDE, {}, False),
            ("127.0.0.1", {}, True),
            ("::1", {}, True),
            ("127.0.0.1", {"X-Forwarded-For": OUTSIDE}, False),
            ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
            (OUTSIDE, {"Authorization": f"Bearer {SECRET}"}, True),
            (OUTSIDE, {"Authorization": f"bearer  {SECRET} "}, True),
            (OUTSIDE, {"Authorization": "Bearer another"}, False),
            (OUTSIDE, {"Authorization": f"Basic {SECRET}"}, False),
        ],
    )
    def test_details_are_for_those_at_home(self, client, monkeypatch, settings, address, headers, told):
        settings.METRICS_SECRET = SECRET
        only(monkeypatch, Check("database", "B", gone, Level.READY))
        answer = ready(client, address, **headers)
        assert ("db.interna" in answer.content.decode()) == told

    @pytest.mark.parametrize(("who", "told"), [("administrator", True), ("coordinator", False)])
    def test_of_people_only_an_administrator_is_told(self, by, monkeypatch, who: str, told):
        only(monkeypatch, Check("a", "A", str, Level.READY), Check("b", "B", gone, Level.READY))
        person = people.signed_in(who, factories.asset(by=by, of=people.home()))
        assert ("db.interna" in ready(person).content.decode()) == told

    def test_without_the_database_nobody_is_looked_up_in_it(self, monkeypatch, django_assert_num_queries):
        only(monkeypatch, Check("database", "B", gone, Level.READY))
        browser = people.browser_of(factories.administrator())
        with django_assert_num_queries(0):
            answer = ready(browser)
        assert answer.status_code == 503
        assert "db.interna" not in answer.content.decode()


class TestMetricsAccess:
    @pytest.mark.parametrize(
        ("address", "headers", "status"),
        [
            ("127.0.0.1", {}, 200),
            (OUTSIDE, {}, 401),
            (OUTSIDE, {"Authorization": f"Bearer {SECRET}"}, 200),
            (OUTSIDE, {"Authorization": "Bearer "}, 401),
            ("127.0.0.1", {"X-Forwarded-For": OUTSIDE}, 401),
        ],
    )
    def test_this_machine_or_the_secret(self, client, settings, address, headers, status: int):
        settings.METRICS_SECRET = SECRET
        assert client.get("/metrics", REMOTE_ADDR=address, headers=headers).status_code == status

    def test_where_no_secret_is_set_an_empty_one_opens_nothing(self, client):
        headers = {"Authorization": "Bearer "}
        assert client.get("/metrics", REMOTE_ADDR=OUTSIDE, headers=headers).status_code == 401


class TestOnThePage:
    @pytest.mark.parametrize(("who", "sees", "detail"), [("administrator", 1, 1), ("central producer", 1, 0)])
    def test_the_page_of_operation_says_the_same(self, by, monkeypatch, who: str, sees: int, detail: int):
        only(monkeypatch, Check("database", "Base de datos", gone, Level.READY))
        person = people.signed_in(who, factories.asset(by=by, of=people.home()))
        said = person.get("/operacion/").content.decode()
        assert said.count("Base de datos: falló") == sees
        assert said.count("Iníciela.") == sees
        assert said.count("db.interna") == detail

    def test_agency_people_do_not_see_it(self, by):
        person = people.signed_in("coordinator", factories.asset(by=by, of=people.home()))
        assert "Revisión del sistema" not in person.get("/operacion/").content.decode()
