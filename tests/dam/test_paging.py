"""Keyset paging: every row once, also while rows arrive and go, and cursors that are none."""

import pytest
from django.http import QueryDict

from dam import paging
from dam.models import Collection, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return factories.person()


def page(query: str = "", size: int = 2) -> paging.Page[Collection]:
    return paging.page(Collection.objects.all(), QueryDict(query.removeprefix("?")), size=size)


def titles(shown: paging.Page[Collection]) -> list[str]:
    return [row.title for row in shown.rows]


def make(by: User, *names: str) -> None:
    for name in names:
        factories.collection(name, by=by)


@pytest.mark.parametrize(("count", "more"), [(0, False), (1, False), (2, False), (3, True)])
def test_there_is_a_next_page_only_where_something_is_on_it(by, count: int, *, more: bool):
    make(by, *map(str, range(count)))
    shown = page()
    assert len(shown.rows) == min(count, 2)
    assert bool(shown.next_url) == more
    assert shown.first_url == ""


def test_rows_that_arrive_meanwhile_shift_nothing(by):
    make(by, "a", "b", "c", "d")
    first = page()
    make(by, "e", "f")
    assert titles(first) == ["d", "c"]
    assert titles(page(first.next_url)) == ["b", "a"]


def test_the_last_row_of_a_page_may_go(by):
    make(by, "a", "b", "c", "d")
    first = page()
    Collection.objects.filter(title="c").delete()
    assert titles(page(first.next_url)) == ["b", "a"]


def test_the_first_page_is_always_in_reach_and_what_was_asked_stays(by):
    make(by, "a", "b", "c", "d", "e")
    first = page("titulo=a%26b&clave=x&clave=y")
    assert first.next_url.startswith("?titulo=a%26b&clave=x&clave=y&desde=")
    second = page(first.next_url)
    assert second.first_url == "?titulo=a%26b&clave=x&clave=y"
    assert second.next_url.count("desde=") == 1


@pytest.mark.parametrize("cursor", ["x", "%00", "1", "00000000-0000-0000-0000-00000000000g", "'--"])
def test_a_cursor_that_is_none_means_the_first_page(by, cursor: str):
    make(by, "a", "b", "c")
    shown = page(f"desde={cursor}")
    assert titles(shown) == ["c", "b"]
    assert shown.first_url == ""


def test_beyond_the_last_there_is_an_empty_page_with_a_way_back(by):
    make(by, "a")
    shown = page("desde=00000000-0000-0000-0000-000000000000")
    assert (shown.rows, shown.next_url, shown.first_url) == ([], "", "?")
