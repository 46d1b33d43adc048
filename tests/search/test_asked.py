"""Addresses of the library: what they mean, and what is left of them when they are given out again."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search import asked as addresses
from search.query import BadQuery, Sort

NAMES = st.sampled_from([*addresses.FILTERS, "q", "orden", "vista", "desde", "otro", "Q", ""])
SENT = st.lists(st.tuples(NAMES, st.text(max_size=12)), max_size=8)


def sent(*pairs: tuple[str, str]) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in pairs:
        made.appendlist(name, value)
    return made


def cleaned(text: str) -> str:
    return addresses.cleaned(QueryDict(text)).urlencode()


class TestCleaning:
    @pytest.mark.parametrize(
        ("given_", "left"),
        [
            ("", ""),
            ("q=becas", "q=becas"),
            ("q=++becas+", "q=becas"),
            ("q=", ""),
            ("otro=1&q=becas", "q=becas"),
            ("q=becas&tipo=video", "tipo=video&q=becas"),
            ("clave=b&tipo=video&clave=a", "tipo=video&clave=b&clave=a"),
            ("tipo=video&tipo=video", "tipo=video"),
            ("tipo=&tipo=video", "tipo=video"),
            ("orden=recientes", "orden=recientes"),
            ("orden=al-azar", ""),
            ("vista=lista", "vista=lista"),
            ("vista=cuadricula", ""),
            ("q=uno&q=dos", "q=dos"),
            ("desde=abc", "desde=abc"),
        ],
    )
    def test_what_means_nothing_is_left_out(self, given_: str, left: str):
        assert cleaned(given_) == left

    @given(SENT)
    def test_twice_is_once(self, pairs: list[tuple[str, str]]):
        once = addresses.cleaned(sent(*pairs))
        assert addresses.cleaned(once).urlencode() == once.urlencode()

    @given(SENT)
    def test_whatever_is_sent_only_known_names_are_kept(self, pairs: list[tuple[str, str]]):
        kept = addresses.cleaned(sent(*pairs))
        assert set(kept) <= {*addresses.FILTERS, "q", "orden", "vista", "desde"}
        assert all(value for name in kept for value in kept.getlist(name))


class TestQuery:
    def query(self, text: str, viewer: frozenset[str] | None = None):
        return addresses.query(addresses.cleaned(QueryDict(text)), viewer=viewer)

    def test_every_parameter_filters_by_its_field(self):
        for name, field in addresses.FILTERS.items():
            assert self.query(f"{name}=x").filters == {field: frozenset({"x"})}

    def test_every_field_that_filters_is_counted(self):
        assert set(self.query("").facets) == set(addresses.FILTERS.values())

    def test_several_values_are_one_filter(self):
        assert self.query("tipo=video&tipo=audio").filters == {"kind": frozenset({"video", "audio"})}

    @pytest.mark.parametrize(
        ("order", "sort"),
        [
            ("", Sort.RELEVANCE),
            ("recientes", Sort.NEWEST),
            ("antiguos", Sort.OLDEST),
            ("titulo", Sort.TITLE),
            ("duracion", Sort.DURATION),
        ],
    )
    def test_orders(self, order: str, sort: Sort):
        assert self.query(f"q=becas&orden={order}").sort is sort

    def test_who_asks_is_part_of_it(self):
        words = frozenset({"user:1"})
        assert self.query("q=x", words).viewer == words

    def test_a_place_that_cannot_be_read_is_refused(self):
        with pytest.raises(BadQuery):
            addresses.offset(self.query("desde=xyz"))


class TestAddresses:
    def address(self, text: str, **changes: str | list[str]) -> str:
        return addresses.address(addresses.cleaned(QueryDict(text)), **changes)

    @pytest.mark.parametrize(
        ("text", "changes", "address"),
        [
            ("", {}, "/acervo/"),
            ("q=becas", {}, "/acervo/?q=becas"),
            ("q=becas", {"orden": "titulo"}, "/acervo/?q=becas&orden=titulo"),
            ("q=becas&orden=titulo", {"orden": ""}, "/acervo/?q=becas"),
            ("tipo=video&tipo=audio", {"tipo": ["audio"]}, "/acervo/?tipo=audio"),
            ("tipo=video&q=a", {"tipo": []}, "/acervo/?q=a"),
            ("q=a&desde=abc", {}, "/acervo/?q=a"),
            ("q=a&desde=abc", {"desde": "def"}, "/acervo/?q=a&desde=def"),
            ("q=ni%C3%B1os+%26+ni%C3%B1as", {}, "/acervo/?q=ni%C3%B1os+%26+ni%C3%B1as"),
        ],
    )
    def test_a_change_begins_at_the_first_page(self, text: str, changes, address: str):
        assert self.address(text, **changes) == address

    def test_what_was_asked_is_not_changed_by_asking_for_an_address(self):
        asked = addresses.cleaned(QueryDict("q=becas&tipo=video"))
        before = asked.urlencode()
        addresses.address(asked, q="otra", tipo=[])
        assert asked.urlencode() == before

    def test_without_filters_the_text_stays(self):
        asked = addresses.cleaned(QueryDict("q=becas&tipo=video&anio=2026&orden=titulo"))
        assert addresses.without_filters(asked) == "/acervo/?q=becas&orden=titulo"

    def test_the_form_keeps_what_is_neither_text_nor_a_filter(self):
        asked = addresses.cleaned(QueryDict("q=becas&tipo=video&orden=titulo&vista=lista&desde=abc"))
        assert addresses.kept(asked) == [("orden", "titulo"), ("vista", "lista")]


class TestOffers:
    def offered(self, text: str) -> list[tuple[str, bool]]:
        asked = addresses.cleaned(QueryDict(text))
        wanted = addresses.query(asked, viewer=None)
        return [(words, here) for _url, words, here in addresses.sorts(asked, wanted)]

    def test_relevance_only_where_there_is_a_text(self):
        assert self.offered("q=becas")[0] == ("Relevancia", True)
        assert "Relevancia" not in [words for words, _here in self.offered("")]

    def test_without_a_text_the_newest_come_first(self):
        assert ("Más recientes", True) in self.offered("")

    @pytest.mark.parametrize("text", ["", "q=becas", "orden=titulo", "q=becas&orden=duracion"])
    def test_one_is_in_use(self, text: str):
        assert sum(here for _words, here in self.offered(text)) == 1

    @pytest.mark.parametrize(("text", "in_use"), [("", "Cuadrícula"), ("vista=lista", "Lista")])
    def test_views(self, text: str, in_use: str):
        asked = addresses.cleaned(QueryDict(text))
        assert [words for _url, words, _icon, here in addresses.views(asked) if here] == [in_use]
