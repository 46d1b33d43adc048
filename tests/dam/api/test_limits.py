"""Rate limits: right for several connections at once, said in the headers, by token, person and address."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from dam.api import limits
from dam.models import ApiAllowance, User
from tests.dam import people
from tests.dam.api.calling import Program, nobody, program, refused

ME = "/api/v1/me"


@pytest.mark.django_db
def test_a_minute_s_worth_may_be_asked_at_once_and_no_more():
    taken = [limits.take("a", 5) for _ in range(7)]
    assert [one.allowed for one in taken] == [True] * 5 + [False] * 2
    assert [one.left for one in taken[:5]] == [4, 3, 2, 1, 0]
    assert taken[-1].retry_in in {11, 12, 13}
    assert taken[-1].headers()["Retry-After"] == str(taken[-1].retry_in)
    assert "Retry-After" not in taken[0].headers()
    assert limits.take("b", 5).allowed


@pytest.mark.django_db
def test_what_was_spent_comes_back_with_time():
    for _ in range(6):
        limits.take("a", 5)
    ApiAllowance.objects.update(spent_until=timezone.now() + timedelta(seconds=36))
    assert [limits.take("a", 5).allowed for _ in range(3)] == [True, True, False]
    ApiAllowance.objects.update(spent_until=timezone.now() - timedelta(hours=1))
    assert limits.take("a", 5).left == 4


@pytest.mark.django_db
def test_rows_of_those_who_have_all_again_are_swept():
    limits.take("a", 5)
    limits.take("b", 5)
    ApiAllowance.objects.filter(key="a").update(spent_until=timezone.now() - timedelta(seconds=1))
    assert limits.forget() == 1
    assert [row.key for row in ApiAllowance.objects.all()] == ["b"]


@pytest.mark.django_db(transaction=True)
def test_two_connections_never_let_more_through_than_there_is():
    allowed: list[bool] = []
    start = threading.Barrier(4)

    def ask() -> None:
        start.wait()
        allowed.extend(limits.take("a", 60).allowed for _ in range(30))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    before = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    earned = int(time.monotonic() - before) + 1
    assert 60 <= sum(allowed) <= 60 + earned
    assert len(allowed) == 120


@pytest.mark.django_db
def test_the_table_is_not_logged():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'dam_apiallowance'")
        assert cursor.fetchone() == ("u",)


@pytest.mark.django_db
def test_every_answer_says_how_one_stands(by: User, settings):
    settings.API_RATE = 3
    ask = program(by)
    first = ask.get(ME)
    assert first["RateLimit-Policy"] == '"default";q=3;w=60'
    assert first["RateLimit"] == '"default";r=2;t=20'
    assert ask.get("/api/v1/assets/NADA")["RateLimit"].startswith('"default";r=1;')
    ask.get(ME)
    response = ask.get(ME)
    refused(response, 429, "too-many-requests")
    assert 1 <= int(response["Retry-After"]) <= 21
    assert response["RateLimit"].startswith('"default";r=0;')
    assert program(by).get(ME).status_code == 200
    assert people.browser_of(by).get(ME).status_code == 200


@pytest.mark.django_db
def test_who_does_not_say_who_they_are_is_limited_by_address(by: User, settings):
    settings.API_RATE_UNKNOWN = 2
    guess = Program("acv_" + "x" * 43, nobody().client)
    refused(guess.get(ME), 401, "invalid-token")
    refused(nobody().get(ME), 401, "not-authenticated")
    refused(guess.get(ME), 429, "too-many-requests")
    refused(nobody().get(ME), 429, "too-many-requests")
    assert program(by).get(ME).status_code == 200
