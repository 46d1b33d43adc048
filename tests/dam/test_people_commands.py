"""The commands that open agencies and accounts where there are none, and what an empty system says of it."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from dam.models import Agency, Event, Membership, User
from tests import factories

pytestmark = pytest.mark.django_db


def run(capsys, *arguments: str) -> str:
    call_command(*arguments)
    return str(capsys.readouterr().out)


class TestAgency:
    def test_the_first_is_the_central_office_and_others_stand_below(self, capsys):
        assert run(capsys, "agency", "GTO", "Comunicación Social").split("  ")[0] == "GTO/"
        assert run(capsys, "agency", "SSG", "Secretaría de Salud").startswith("GTO/SSG/")
        assert run(capsys, "agency", "ISAPEG", "Instituto", "--under", "SSG").startswith("GTO/SSG/ISAPEG/")
        assert Agency.objects.get(parent=None).is_central
        assert Event.objects.filter(subject_type="dam.agency", verb="created").count() == 3

    def test_the_same_code_again_is_another_name(self, capsys):
        run(capsys, "agency", "GTO", "Comunicacion")
        assert run(capsys, "agency", "GTO", "Comunicación Social") == "GTO/  Comunicación Social\n"
        assert [each.verb for each in Event.objects.filter(subject_type="dam.agency").order_by("seq")] == [
            "created",
            "renamed",
        ]

    @pytest.mark.parametrize("code", ["dos palabras", "con/diagonal", "", "x" * 21])
    def test_a_code_is_one_word(self, code: str):
        with pytest.raises(CommandError):
            call_command("agency", code, "Nombre")
        assert not Agency.objects.exists()

    def test_an_agency_needs_a_name(self):
        with pytest.raises(CommandError):
            call_command("agency", "GTO", "")

    def test_who_it_is_under_must_be_there_and_what_is_there_is_named(self):
        factories.central()
        with pytest.raises(CommandError, match=r"no agency SXX \(known: GTO\)"):
            call_command("agency", "SSG", "Salud", "--under", "SXX")


class TestPerson:
    def test_the_first_account_signs_in_with_the_password_that_was_shown(self, capsys, client):
        told = run(capsys, "person", "marisol", "--name", "Marisol Ortega Ruiz", "--administrator")
        password = told.splitlines()[0].rpartition(" ")[2]
        assert client.login(username="marisol", password=password)
        someone = User.objects.get()
        assert (someone.first_name, someone.last_name, someone.is_superuser) == (
            "Marisol",
            "Ortega Ruiz",
            True,
        )

    def test_a_role_is_given_once_however_often_it_is_asked_for(self, capsys):
        factories.central()
        for _time in range(2):
            told = run(capsys, "person", "juan", "--role", "producer", "--agency", "GTO")
        assert "password" not in told
        assert "Comunicación Social" in told
        assert Membership.objects.count() == 1

    def test_an_account_that_is_closed_signs_in_no_more(self, capsys, client):
        someone = factories.person("producer")
        assert "closed" in run(capsys, "person", someone.username, "--close")
        assert not client.login(username=someone.username, password="contraseña")
        run(capsys, "person", someone.username, "--role", "liaison", "--agency", "GTO")
        assert not client.login(username=someone.username, password="contraseña")
        run(capsys, "person", someone.username, "--reopen")
        assert client.login(username=someone.username, password="contraseña")

    def test_every_act_on_an_account_is_recorded_once(self, capsys):
        run(capsys, "person", "marisol", "--name", "Marisol Ortega")
        run(capsys, "person", "marisol")
        run(capsys, "person", "marisol", "--administrator")
        for act in ("--close", "--close", "--reopen"):
            run(capsys, "person", "marisol", act)
        told = Event.objects.filter(subject_type="dam.user").order_by("seq")
        assert [each.verb for each in told] == ["created", "edited", "closed", "reopened"]

    def test_an_account_without_a_name_is_called_by_its_username(self, capsys):
        assert "juan  juan  no role" in run(capsys, "person", "juan")
        assert User.objects.get().first_name == ""

    def test_a_name_stays_where_none_is_given(self, capsys):
        factories.user("ana", first_name="Ana", last_name="Paz")
        run(capsys, "person", "ana", "--administrator")
        assert str(User.objects.get()) == "Ana Paz"

    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (["juan", "--role", "producer"], "needs --agency CODE"),
            (["juan", "--role", "producer", "--agency", "SXX"], "known: GTO"),
            (["juan", "--agency", "GTO"], "--agency needs --role"),
            (["con espacio"], "usuario"),
        ],
    )
    def test_what_cannot_be_is_told(self, arguments: list[str], reason: str):
        factories.central()
        with pytest.raises(CommandError, match=reason):
            call_command("person", *arguments)


class TestEmptySystem:
    def test_the_way_in_is_told_to_whoever_comes_first_and_to_no_one_after(self, client):
        words = "Todavía no hay cuentas"
        assert words in client.get(reverse("dam:login")).content.decode()
        factories.user()
        assert words not in client.get(reverse("dam:login")).content.decode()

    def test_taking_files_in_says_what_is_missing_first(self, tmp_path):
        with pytest.raises(CommandError, match=r"manage\.py person"):
            call_command("ingest", str(tmp_path))
        factories.administrator()
        with pytest.raises(CommandError, match=r"manage\.py agency"):
            call_command("ingest", str(tmp_path))

    def test_who_and_where_are_named_when_they_are_there(self, tmp_path):
        factories.central()
        someone = factories.administrator()
        with pytest.raises(CommandError, match=someone.username):
            call_command("ingest", str(tmp_path), "--user", "nadie")
        with pytest.raises(CommandError, match="GTO"):
            call_command("ingest", str(tmp_path), "--agency", "SXX")
