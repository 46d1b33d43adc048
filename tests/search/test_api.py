"""The search for programs: it finds, counts and hides what the library does, and says when it cannot."""

import pytest

from dam import trash
from dam.models import Role, Scope
from search import index
from search.engines.base import EngineFailed, IndexOutdated
from tests import factories
from tests.dam.api.calling import Program, program, refused
from tests.search.finding import described

pytestmark = pytest.mark.django_db
SEARCH = "/api/v1/search"


@pytest.fixture
def producer() -> Program:
    return program(factories.person())


def found(program: Program, asked: str) -> list[str]:
    index.drain()
    answer = program.get(f"{SEARCH}?{asked}")
    assert answer.status_code == 200, answer.content
    return [one["code"] for one in answer.json()["items"]]


class TestFinding:
    def test_by_words_whatever_the_accents(self, producer: Program):
        wanted = described(headline="Vacunación en León")
        described(headline="Entrega de becas")
        assert found(producer, "q=vacunacion+leon") == [wanted.code]

    def test_without_words_all_of_it_newest_first(self, producer: Program):
        codes = [described(headline=f"Asunto {number}").code for number in range(3)]
        assert found(producer, "") == codes[::-1]

    def test_it_is_narrowed_by_any_value_of_every_field(self, producer: Program):
        photo = factories.version("photo").asset
        video = factories.version("video").asset
        document = factories.version("document").asset
        assert set(found(producer, "kind=photo&kind=video")) == {photo.code, video.code}
        assert document.code in found(producer, "kind=document")
        assert found(producer, "kind=photo&agency=NADA") == []

    def test_pages_follow_their_cursor_to_the_end(self, producer: Program):
        wanted = {described(headline=f"Becas {number}").code for number in range(5)}
        index.drain()
        seen, cursor = [], ""
        while True:
            page = producer.get(f"{SEARCH}?q=becas&limit=2&sort=newest&cursor={cursor}").json()
            assert page["total"] == 5
            seen += [one["code"] for one in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert len(seen) == 5
        assert set(seen) == wanted

    def test_why_it_was_found_is_marked(self, producer: Program):
        described(headline="Jornada de vacunación")
        index.drain()
        [item] = producer.get(f"{SEARCH}?q=vacunacion").json()["items"]
        [pieces] = item["highlights"]["headline"]
        assert [piece["text"] for piece in pieces if piece["marked"]] == ["vacunación"]
        assert "".join(piece["text"] for piece in pieces) == "Jornada de vacunación"
        assert item["title"] == "Jornada de vacunación"
        assert item["score"] > 0

    def test_counts_are_given_where_they_are_asked_for(self, producer: Program):
        factories.version("photo")
        factories.version("video")
        index.drain()
        assert producer.get(SEARCH).json()["facets"] == {}
        kinds = producer.get(f"{SEARCH}?facets=true").json()["facets"]["kind"]
        assert {one["value"]: one["count"] for one in kinds} == {"photo": 1, "video": 1}

    def test_its_length_costs_no_queries(self, producer: Program, django_assert_max_num_queries):
        for number in range(6):
            described(headline=f"Becas {number}")
        index.drain()
        producer.get(f"{SEARCH}?q=becas")
        with django_assert_max_num_queries(14):
            assert len(producer.get(f"{SEARCH}?q=becas").json()["items"]) == 6


class TestWhoSees:
    def test_what_is_hidden_is_neither_found_nor_counted(self):
        health = factories.agency("SSG", parent=factories.central())
        own = factories.asset(of=health)
        factories.asset(of=factories.agency("SEG", parent=factories.central()))
        liaison = program(factories.person(Role.LIAISON, health))
        index.drain()
        said = liaison.get(f"{SEARCH}?facets=true").json()
        assert [one["code"] for one in said["items"]] == [own.code]
        assert said["total"] == 1
        assert {one["value"] for one in said["facets"]["agency"]}.isdisjoint({"SEG"})

    def test_who_belongs_nowhere_finds_nothing(self):
        factories.asset()
        index.drain()
        assert program(factories.user()).get(SEARCH).json()["total"] == 0

    def test_what_was_thrown_away_a_moment_ago_is_not_shown(self, producer: Program):
        asset = described(headline="Becas")
        index.drain()
        trash.put(asset, by=factories.person())
        assert producer.get(f"{SEARCH}?q=becas").json()["items"] == []

    def test_a_token_for_something_else_does_not_search(self):
        uploader = program(factories.person(), [Scope.UPLOAD])
        refused(uploader.get(SEARCH), 403, "insufficient-scope")


class TestProblems:
    @pytest.mark.parametrize("asked", ["sort=best", "limit=0", "limit=1000", "facets=maybe", "who=me"])
    def test_what_is_not_understood_is_said(self, producer: Program, asked: str):
        refused(producer.get(f"{SEARCH}?{asked}"), 422, "invalid")

    @pytest.mark.parametrize("cursor", ["abc", "bm8", "W10", "%C3%B1"])
    def test_a_cursor_of_something_else(self, producer: Program, cursor: str):
        refused(producer.get(f"{SEARCH}?cursor={cursor}"), 400, "invalid-cursor")

    def test_a_cursor_of_another_order(self, producer: Program):
        for number in range(3):
            described(headline=f"Becas {number}")
        index.drain()
        cursor = producer.get(f"{SEARCH}?sort=newest&limit=1").json()["next"]
        refused(producer.get(f"{SEARCH}?sort=title&limit=1&cursor={cursor}"), 400, "invalid-cursor")

    @pytest.mark.parametrize("error", [IndexOutdated("another release"), EngineFailed("no answer")])
    def test_an_engine_that_cannot_answer_is_no_failure_of_the_caller(
        self, producer: Program, monkeypatch: pytest.MonkeyPatch, error: Exception
    ):
        class Broken:
            def search(self, _query: object) -> None:
                raise error

        monkeypatch.setattr(index, "engine", Broken)
        said = refused(producer.get(SEARCH), 503, "unavailable")
        assert "Nada se perdió" in said["detail"]
